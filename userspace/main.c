// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/options.h"
#include "lib/console.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/pager.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *purpose;
} commands[] = {
	{ "watch", watch_main, "print alerts as they come" },
	{ "log", log_main, "print past alerts" },
	{ "summary", summary_main, "count past alerts by rule, server, user, ..." },
	{ "logger", logger_main, "write each alert exactly once, across restarts (the service)" },
	{ "notify", notify_main, "run programs for outputs exec:PATH of the logger (a service)" },
	{ "ask", ask_main, "look up what a server was doing, for the logger (a service)" },
	{ "replay", replay_main, "print the alerts that the kernel still holds" },
	{ "report", report_main, "write a page about what was done through a web server" },
	{ "evidence", evidence_main, "keep what is left of an attack: files, environment, memory" },
	{ "status", status_main, "show whether the module is loaded and armed, and its counters" },
	{ "policy", policy_main, "check, load, show or explain what is detected" },
	{ "lock", lock_main, "keep the policy and the module as they are until the next boot" },
	{ "held", held_main, "list the execs that a rule holds now" },
	{ "release", release_main, "let an exec that is held run, or end it" },
	{ "selftest", selftest_main, "test whether a server that starts a shell is seen here" },
};

static void main_print_help(FILE *out)
{
	size_t i;

	fputs("Usage: shelltrap [COMMAND [OPTION]...]\n"
	      "Shows and manages what the kernel module shelltrap sees: web servers that start\n"
	      "a shell. Without a command: the state in ten lines, and what to do next.\n\n",
	      out);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].purpose);
	fputs("\n'shelltrap COMMAND -h' shows the options of a command, 'shelltrap -v' the\n"
	      "version; --help and --version are the same. Exit codes: 0 done, 1 failed,\n"
	      "2 wrong usage, 3 module not loaded, 4 not permitted.\n", out);
}

static int main_run(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return overview_main();
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		main_print_help(stdout);
		return DONE;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-v")) {
		print_version();
		return DONE;
	}
	complain("%s: no such command; see 'shelltrap --help'", argv[1]);
	return WRONG_USAGE;
}

/*
 * Opens each standard descriptor that is closed. Otherwise the next file that is opened gets
 * its number, and messages are written into that file.
 */
static bool main_open_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int main(int argc, char **argv)
{
	if (!main_open_standard_files())
		return FAILED;
	/* A reader that went away shall be an error of write(), and not end the program. */
	signal(SIGPIPE, SIG_IGN);
	return pager_finish(console_finish(main_run(argc, argv)));
}
