// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap policy explain": what a policy does about an exec that the options describe. */
#include "command/policy.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <string.h>
#include <time.h>

#include "command/past_exec.h"
#include "lib/number.h"
#include "lib/words.h"
#include "policy/explain.h"

struct explain {
	struct policy_files files;
	struct imagined imagined;
	struct past_exec past;
	uint64_t serves;	/* a port; 0: not given */
};

static int explain_file(void *context)
{
	struct explain *explain = context;

	return policy_files_add(&explain->files, &policy_explain_usage, optarg);
}

static int explain_ancestor(void *context)
{
	struct imagined *imagined = &((struct explain *)context)->imagined;

	if (imagined->nr_ancestors == POLICY_ANCESTORS_MAX)
		return wrong_usage(&policy_explain_usage, "more than %d ancestors",
				   POLICY_ANCESTORS_MAX);
	imagined->ancestors[imagined->nr_ancestors++] = optarg;
	return 0;
}

static int explain_connected(struct explain *explain, const char *option, __u32 condition)
{
	if (strcmp(optarg, "connected-socket"))
		return wrong_usage(&policy_explain_usage, "%s: '%s' is not connected-socket",
				   option, optarg);
	explain->imagined.conditions |= condition;
	return 0;
}

static int explain_stdin(void *explain)
{
	return explain_connected(explain, "--stdin", SHELLTRAP_CONDITION_STDIN_CONNECTED);
}

static int explain_stdout(void *explain)
{
	return explain_connected(explain, "--stdout", SHELLTRAP_CONDITION_STDOUT_CONNECTED);
}

static int explain_dropped(void *explain)
{
	((struct explain *)explain)->imagined.conditions |= SHELLTRAP_CONDITION_FILE_DROPPED;
	return 0;
}

static int explain_injected(void *context)
{
	((struct explain *)context)->imagined.conditions |= SHELLTRAP_CONDITION_CODE_INJECTED;
	return 0;
}

static int explain_uid(void *context)
{
	struct imagined *imagined = &((struct explain *)context)->imagined;
	const struct passwd *user;
	uint64_t uid;

	if (parse_number(optarg, 0, UINT32_MAX - 1, &uid)) {
		user = getpwnam(optarg);
		if (!user)
			return wrong_usage(&policy_explain_usage, "--uid: '%s' is neither a user "
					   "ID nor the name of a user on this machine", optarg);
		uid = user->pw_uid;
	}
	imagined->uid = uid;
	imagined->has_uid = true;
	return 0;
}

static int explain_argv(void *context)
{
	struct imagined *imagined = &((struct explain *)context)->imagined;
	struct words words;
	int ret = 0;

	buffer_reset(&imagined->argv);
	words_start(&words, optarg, 1);
	while (words_next(&words))
		buffer_add(&imagined->argv, words.word.data, words.word.len + 1);
	if (words.fault)
		ret = wrong_usage(&policy_explain_usage, "--argv: %s", words.fault);
	words_stop(&words);
	return ret;
}

static const struct command_option explain_options[] = {
	{ "file", "FILE", "explain the policy that 'policy load FILE' would put in force, and not "
	  "the present one; may be given several times", OPTION_CALL(explain_file) },
	{ "replace", NULL, "explain the named files without those in /etc/shelltrap",
	  OPTION_FLAG(struct explain, files.replace) },
	{ "seq", "SEQ", "the exec of the alert with this number, from the logger's files and the "
	  "kernel, or from LOG; further options change it",
	  OPTION_NUMBER(struct explain, past.seq, 1, UINT64_MAX) },
	{ "target", "PATH", "the program that is started",
	  OPTION_STRING(struct explain, imagined.target) },
	{ "interpreter", "PATH", "the program that runs the target; without it as the target's "
	  "'#!' line says", OPTION_STRING(struct explain, imagined.interpreter) },
	{ "actor", "NAME", "the caller: the name of a task, or the path of a program",
	  OPTION_STRING(struct explain, imagined.actor) },
	{ "runs", "WHAT", "the script, module or class that the caller runs, if the caller is a "
	  "runtime such as java or python3",
	  OPTION_STRING(struct explain, imagined.runs) },
	{ "serves", "PORT", "the TCP port on which the caller listens",
	  OPTION_NUMBER(struct explain, serves, 1, UINT16_MAX) },
	{ "ancestor", "NAME", "a task that the caller descends from; may be given several times",
	  OPTION_CALL(explain_ancestor) },
	{ "stdin", "connected-socket", "standard input is a connected socket",
	  OPTION_CALL(explain_stdin) },
	{ "stdout", "connected-socket", "standard output is a connected socket",
	  OPTION_CALL(explain_stdout) },
	{ "dropped", NULL, "the caller could have made the target's file",
	  OPTION_CALL(explain_dropped) },
	{ "injected", NULL, "code that is not its own runs in the target",
	  OPTION_CALL(explain_injected) },
	{ "uid", "USER", "the caller's user: an ID or a name", OPTION_CALL(explain_uid) },
	{ "cgroup", "PATH", "the caller's cgroup", OPTION_STRING(struct explain, imagined.cgroup) },
	{ "cwd", "PATH", "the caller's working directory",
	  OPTION_STRING(struct explain, imagined.cwd) },
	{ "argv", "WORDS", "the command line in one argument, quoted as in a policy file",
	  OPTION_CALL(explain_argv) },
	{}
};

const struct usage policy_explain_usage = {
	.command = "policy explain",
	.synopsis = "[--file FILE]... {--target PATH | --seq SEQ} [OPTION]... [LOG]...",
	.purpose =
	"Shows what happens to an exec that you describe, or to that of a past alert; then for "
	"each rule by which members of which sets it matches, or why not and what came closest.",
	.options = explain_options,
	.takes_operands = true,
};

/* The caller is its own server. What its name is, the user need not say. */
static void explain_serving(struct imagined *imagined, uint16_t port)
{
	imagined->port = port;
	if (!imagined->actor)
		imagined->actor = "unnamed";
	imagined->server = imagined->actor;
}

static int explain_run(struct explain *explain)
{
	struct shelltrap_policy *policy = NULL;
	struct buffer text = {0};
	struct policy_report report = {0};
	int ret = 0;

	if (explain->files.count)
		policy = policy_files_read(&explain->files, &report);
	else
		ret = policy_in_force(&policy);
	policy_report_free(&report);
	if (!policy)
		return ret ? ret : WRONG_USAGE;
	if (explain->past.seq)
		past_exec_imagine(&explain->past, policy, &explain->imagined);
	if (explain->serves)
		explain_serving(&explain->imagined, explain->serves);
	policy_explain(&text, policy, &explain->imagined);
	policy_free(policy);
	return policy_print(&text);
}

/* Returns negative to go on, otherwise the exit code. */
static int explain_find(struct explain *explain, int argc, char **argv)
{
	int ret;

	if (!explain->past.seq && !explain->imagined.target)
		return wrong_usage(&policy_explain_usage, "needs --target or --seq");
	if (!explain->past.seq && optind < argc)
		return wrong_usage(&policy_explain_usage, "%s: only --seq reads a file of records; "
				   "a policy's file is --file %s", argv[optind], argv[optind]);
	if (!explain->past.seq)
		return -1;
	explain->past.query.files = argv + optind;
	explain->past.query.nr_files = argc - optind;
	ret = past_exec_find(&explain->past);
	return ret ? ret : -1;
}

int policy_explain_main(int argc, char **argv)
{
	static struct explain explain;
	int ret;

	explain = (struct explain){0};
	tzset();
	ret = options_read(&policy_explain_usage, &explain, argc, argv);
	if (ret < 0)
		ret = explain_find(&explain, argc, argv);
	if (ret < 0)
		ret = explain_run(&explain);
	buffer_free(&explain.imagined.argv);
	buffer_free(&explain.imagined.environment);
	past_exec_free(&explain.past);
	return ret;
}
