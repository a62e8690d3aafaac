// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "runtime.h"

struct shelltrap_runtime {
	const char *name;	/* prefix of the name of its executable */
	const char * const *options;	/* options whose value is the next argument */
};

/* java(1), "Overview of Java Options" */
static const char * const java_options[] = {
	"-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path",
	"--add-modules", "--add-reads", "--add-exports", "--add-opens", "--limit-modules",
	"--patch-module", "--source", NULL
};

/* python(1) */
static const char * const python_options[] = {
	"-W", "-X", "--check-hash-based-pycs", NULL
};

/* ruby(1) */
static const char * const ruby_options[] = {
	"-C", "-E", "-I", "-X", "-r", "--disable", "--enable", "--encoding", "--external-encoding",
	"--internal-encoding", NULL
};

/* node(1) */
static const char * const node_options[] = {
	"-C", "-r", "--conditions", "--disable-warning", "--env-file", "--experimental-loader",
	"--icu-data-dir", "--import", "--input-type", "--loader", "--max-http-header-size",
	"--openssl-config", "--redirect-warnings", "--require", "--title",
	"--unhandled-rejections", NULL
};

/* perlrun(1), php(1) */
static const char * const perl_options[] = { "-I", NULL };
static const char * const php_options[] = { "-c", "-d", "-z", NULL };

static const struct shelltrap_runtime runtimes[] = {
	{ "java", java_options },
	{ "python", python_options },
	{ "pypy", python_options },
	{ "ruby", ruby_options },
	{ "node", node_options },
	{ "perl", perl_options },
	{ "php", php_options },
	{ NULL, NULL }
};

void shelltrap_cmdline_start(struct shelltrap_cmdline *cmdline, const char *program, bool running)
{
	const struct shelltrap_runtime *runtime;

	memset(cmdline, 0, sizeof(*cmdline));
	cmdline->running = running;
	for (runtime = runtimes; runtime->name; runtime++)
		if (!strncmp(program, runtime->name, strlen(runtime->name)))
			cmdline->runtime = runtime;
}

static bool runtime_takes_value(const struct shelltrap_cmdline *cmdline, const char *option)
{
	const char * const *known;

	if (!cmdline->runtime)
		return false;
	for (known = cmdline->runtime->options; *known; known++)
		if (!strcmp(*known, option))
			return true;
	return false;
}

/*
 * A first argument with a space is a title, unless it is a path: the name of an interpreter
 * contains no space, but a path may.
 */
static void runtime_look_for_title(struct shelltrap_cmdline *cmdline)
{
	size_t len = strcspn(cmdline->runs, " ");

	if (!cmdline->runs[len] || cmdline->runs[0] == '/')
		return;
	if (len && cmdline->runs[len - 1] == ':')
		len--;
	cmdline->runs[len] = '\0';
	cmdline->done = true;
}

static bool last_part_is(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, name);
}

/* Ruby's bundler, "bundle exec SCRIPT", runs the script in its own process. */
static bool runtime_is_launcher(struct shelltrap_cmdline *cmdline)
{
	if (cmdline->launched)
		return !strcmp(cmdline->runs, "exec");
	cmdline->launched = last_part_is(cmdline->runs, "bundle") ||
			    last_part_is(cmdline->runs, "bundler");
	return cmdline->launched;
}

static void runtime_take_argument(struct shelltrap_cmdline *cmdline)
{
	if (!cmdline->past_program) {
		cmdline->past_program = true;
		if (cmdline->running)
			runtime_look_for_title(cmdline);
	} else if (cmdline->is_value) {
		cmdline->is_value = false;
	} else if (!cmdline->options_ended && cmdline->runs[0] == '-') {
		cmdline->options_ended = !strcmp(cmdline->runs, "--");
		cmdline->is_value = runtime_takes_value(cmdline, cmdline->runs);
	} else if (!runtime_is_launcher(cmdline)) {
		cmdline->done = true;
		if (cmdline->len > SHELLTRAP_RUNS_MAX)
			cmdline->runs[0] = '\0';
	}
}

bool shelltrap_cmdline_feed(struct shelltrap_cmdline *cmdline, const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len && !cmdline->done; i++) {
		if (bytes[i]) {
			if (cmdline->len < SHELLTRAP_RUNS_MAX)
				cmdline->runs[cmdline->len] = bytes[i];
			cmdline->len++;
			continue;
		}
		cmdline->runs[cmdline->len < SHELLTRAP_RUNS_MAX ? cmdline->len :
								  SHELLTRAP_RUNS_MAX] = '\0';
		runtime_take_argument(cmdline);
		cmdline->len = 0;
	}
	return cmdline->done;
}

void shelltrap_cmdline_end(struct shelltrap_cmdline *cmdline)
{
	if (cmdline->len)
		shelltrap_cmdline_feed(cmdline, "", 1);
	if (!cmdline->done)
		cmdline->runs[0] = '\0';
}
