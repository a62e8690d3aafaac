/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A runtime's command line: which script, module or class it makes the program run.
 * "java -cp lib/a.jar org.apache.catalina.startup.Bootstrap start" runs
 * org.apache.catalina.startup.Bootstrap, "python3 -m gunicorn app" runs gunicorn.
 *
 * Plain C, as the decision is.
 */
#ifndef _SHELLTRAP_RUNTIME_H
#define _SHELLTRAP_RUNTIME_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#endif

#include <linux/shelltrap.h>

struct shelltrap_runtime;

/* A command line that comes in pieces of any size. */
struct shelltrap_cmdline {
	const struct shelltrap_runtime *runtime; /* NULL: none whose options are known */
	char runs[SHELLTRAP_RUNS_MAX + 1];	/* once it is done; "": nothing, or too long */
	__u32 len;		/* bytes of this argument so far, all of them */
	bool running;
	bool begun;		/* the program's own name is through */
	bool value;		/* this argument is the value of the option before */
	bool plain;		/* no options any more */
	bool launched;		/* by something that goes before it, as "bundle exec" does */
	bool done;
};

/*
 * @program: the name of the executable. @running: it has been running, so it may have put a
 * title in the place of its arguments, as "puma: worker 1"; then it runs what that
 * begins with.
 */
void shelltrap_cmdline_start(struct shelltrap_cmdline *cmdline, const char *program, bool running);

/* Arguments, each with its NUL. True: it is done, and need not be fed any more. */
bool shelltrap_cmdline_feed(struct shelltrap_cmdline *cmdline, const char *bytes, size_t len);

/* No more will come. */
void shelltrap_cmdline_end(struct shelltrap_cmdline *cmdline);

#endif /* _SHELLTRAP_RUNTIME_H */
