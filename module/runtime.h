/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runtimes: reads in a command line which script, module or class a runtime runs.
 * "java -cp lib/a.jar org.apache.catalina.startup.Bootstrap start" runs
 * org.apache.catalina.startup.Bootstrap, "python3 -m gunicorn app" runs gunicorn.
 *
 * Plain C, like policy.h. Any context.
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

/* State of reading a command line that comes in pieces. */
struct shelltrap_cmdline {
	const struct shelltrap_runtime *runtime; /* NULL: a program whose options are unknown */
	char runs[SHELLTRAP_RUNS_MAX + 1];	/* the result; "": nothing, or too long */
	__u32 len;		/* bytes of the current argument so far, all of them */
	bool running;		/* the program may have replaced its arguments by a title */
	bool past_program;	/* the first argument, the program's own name, is over */
	bool is_value;		/* the current argument is the value of the option before it */
	bool options_ended;	/* "--" was seen */
	bool launched;		/* a launcher such as "bundle exec" was seen */
	bool done;		/* "runs" is final */
};

/**
 * shelltrap_cmdline_start() - Begin to read a command line.
 * @cmdline: the state
 * @program: name of the executable
 * @running: the process has been running, so it may have replaced its arguments by a title
 *	such as "puma: worker 1"; then it runs the first word of the title
 */
void shelltrap_cmdline_start(struct shelltrap_cmdline *cmdline, const char *program, bool running);

/**
 * shelltrap_cmdline_feed() - Read the next piece.
 * @cmdline: the state
 * @bytes: arguments, each with its NUL; a piece may end anywhere
 * @len: bytes
 *
 * Return: true if the result is final, and the rest need not be fed.
 */
bool shelltrap_cmdline_feed(struct shelltrap_cmdline *cmdline, const char *bytes, size_t len);

/**
 * shelltrap_cmdline_end() - End the command line; @cmdline->runs is the result.
 * @cmdline: the state
 */
void shelltrap_cmdline_end(struct shelltrap_cmdline *cmdline);

#endif /* _SHELLTRAP_RUNTIME_H */
