// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap policy": what is detected. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/options.h"
#include "lib/console.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/words.h"
#include "policy/channel.h"
#include "policy/enforcement.h"
#include "policy/explain.h"
#include "policy/file.h"
#include "policy/text.h"

static const struct usage usage = {
	.command = "policy",
	.help =
	"Usage: shelltrap policy check [FILE...]\n"
	"       shelltrap policy load [--observe MINUTES | --dry-run | --enforce] [FILE...]\n"
	"       shelltrap policy show\n"
	"       shelltrap policy explain [--file FILE]... --target PATH [OPTION]...\n"
	"What is detected, and what not. Without FILE: /etc/shelltrap/policy.conf, then\n"
	"/etc/shelltrap/policy.d/*.conf; see shelltrap-policy(5).\n"
	"\n"
	"  check             tell what is wrong with the files; needs no module\n"
	"  load              the same, then put them in force in place of what was; what of\n"
	"                    rules that deny or kill? Where nothing is said, as before:\n"
	"    --observe MINUTES for so long alerts alone, which say what would be denied\n"
	"    --dry-run         the same until another load says otherwise\n"
	"    --enforce         they deny and kill, from now on\n"
	"  show              print the policy in force, as a file\n"
	"  explain           tell of each rule why it fits an exec, or why not:\n"
	"    --file FILE       by this policy; without it by the one in force\n"
	"    --target PATH     what is started\n"
	"    --interpreter PATH  what runs it; without it as its '#!' line says\n"
	"    --actor NAME      who starts it: a task's name or a program's path\n"
	"    --runs WHAT       what that runs, if it is a runtime such as java or python3\n"
	"    --ancestor NAME   a task it descends from; may be given several times\n"
	"    --stdin connected-socket, --stdout connected-socket\n"
	"    --dropped         the caller could have made the file\n"
	"    --uid N, --cgroup PATH\n"
	"    --argv WORDS      the command line, in one argument, quoted as in a file\n"
	"  --help, --version\n",
};

enum {
	OPTION_OBSERVE = OPTION_OWN,
	OPTION_DRY_RUN,
	OPTION_ENFORCE,
	OPTION_FILE,
	OPTION_TARGET,
	OPTION_INTERPRETER,
	OPTION_ACTOR,
	OPTION_RUNS,
	OPTION_ANCESTOR,
	OPTION_STDIN,
	OPTION_STDOUT,
	OPTION_DROPPED,
	OPTION_UID,
	OPTION_CGROUP,
	OPTION_ARGV,
};

static const struct option no_options[] = {
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static const struct option load_options[] = {
	{ "observe", required_argument, NULL, OPTION_OBSERVE },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "enforce", no_argument, NULL, OPTION_ENFORCE },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static const struct option explain_options[] = {
	{ "file", required_argument, NULL, OPTION_FILE },
	{ "target", required_argument, NULL, OPTION_TARGET },
	{ "interpreter", required_argument, NULL, OPTION_INTERPRETER },
	{ "actor", required_argument, NULL, OPTION_ACTOR },
	{ "runs", required_argument, NULL, OPTION_RUNS },
	{ "ancestor", required_argument, NULL, OPTION_ANCESTOR },
	{ "stdin", required_argument, NULL, OPTION_STDIN },
	{ "stdout", required_argument, NULL, OPTION_STDOUT },
	{ "dropped", no_argument, NULL, OPTION_DROPPED },
	{ "uid", required_argument, NULL, OPTION_UID },
	{ "cgroup", required_argument, NULL, OPTION_CGROUP },
	{ "argv", required_argument, NULL, OPTION_ARGV },
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

#define FILES_MAX 64
#define MINUTES_MAX (365 * 24 * 60)

/* What an action is about. */
struct job {
	char *files[FILES_MAX];
	unsigned int nr_files;
	struct number observe;	/* seconds */
	struct imagined imagined;
};

static int add_file(struct job *job, char *path)
{
	if (job->nr_files == FILES_MAX)
		return wrong_usage(&usage, "more than %d files", FILES_MAX);
	job->files[job->nr_files++] = path;
	return 0;
}

/* NULL, having told what is wrong. */
static struct shelltrap_policy *read_files(struct job *job)
{
	struct buffer faults = {0};
	struct shelltrap_policy *policy = policy_read(job->files, job->nr_files, &faults);

	if (!policy)
		fputs(faults.data, stderr);
	buffer_free(&faults);
	return policy;
}

static const char *plural(__u32 count)
{
	return count == 1 ? "" : "s";
}

static void say(const struct shelltrap_policy *policy, const char *what)
{
	printf("%u set%s, %u name%s, %u rule%s: %s\n", policy->nr_sets, plural(policy->nr_sets),
	       policy->nr_members, plural(policy->nr_members), policy->nr_rules,
	       plural(policy->nr_rules), what);
}

static int check(struct job *job)
{
	struct shelltrap_policy *policy = read_files(job);

	if (!policy)
		return WRONG_USAGE;
	say(policy, "fine");
	policy_free(policy);
	return DONE;
}

/* ENOBUFS is the socket's own: the answer is lost, whatever it was. */
static int load_failed(const struct channel *channel, int error)
{
	if (error == -ENOBUFS) {
		complain("no memory for an answer; \"shelltrap policy show\" has what is in force");
		return FAILED;
	}
	if ((error != -EINVAL && error != -EOPNOTSUPP) || !*channel_reason(channel))
		return channel_failed(channel, error);
	complain("the module refuses it: %s", channel_reason(channel));
	return FAILED;
}

/* What is in force now, by the module's own words. */
static int say_loaded(struct channel *channel, const struct shelltrap_policy *policy)
{
	struct buffer text = {0};
	struct state state;
	int ret = channel_state(channel, &state);

	if (ret)
		return channel_failed(channel, ret);
	buffer_puts(&text, "in force");
	enforcement_put_loaded(&text, &state);
	say(policy, text.data);
	buffer_free(&text);
	return DONE;
}

static int load(struct job *job)
{
	struct shelltrap_policy *policy = read_files(job);
	struct channel channel;
	int ret;

	if (!policy)
		return WRONG_USAGE;
	ret = channel_open(&channel);
	if (!ret)
		ret = policy_send(&channel, policy, &job->observe);
	if (ret)
		ret = load_failed(&channel, ret);
	else
		ret = say_loaded(&channel, policy);
	channel_close(&channel);
	policy_free(policy);
	return ret;
}

/* 0 or the exit code, having complained. */
static int fetch(struct shelltrap_policy **policy)
{
	struct channel channel;
	int ret = channel_open(&channel);

	if (!ret)
		ret = policy_fetch(&channel, policy);
	if (ret)
		ret = channel_failed(&channel, ret);
	channel_close(&channel);
	return ret;
}

static int print(struct buffer *text)
{
	int ret = text->len ? console_write(STDOUT_FILENO, text) : 0;

	buffer_free(text);
	return ret ? console_failed(ret) : DONE;
}

static int show(struct job *job)
{
	struct shelltrap_policy *policy = NULL;
	struct buffer text = {0};
	int ret;

	if (job->nr_files)
		return wrong_usage(&usage, "%s: unexpected argument", job->files[0]);
	ret = fetch(&policy);
	if (ret || !policy)
		return ret;
	policy_put(&text, policy);
	policy_free(policy);
	return print(&text);
}

static int explain(struct job *job)
{
	struct shelltrap_policy *policy = NULL;
	struct buffer text = {0};
	int ret = 0;

	if (!job->imagined.target)
		return wrong_usage(&usage, "no --target");
	if (!job->nr_files)
		ret = fetch(&policy);
	else
		policy = read_files(job);
	if (ret || !policy)
		return ret ? ret : WRONG_USAGE;
	policy_explain(&text, policy, &job->imagined);
	policy_free(policy);
	return print(&text);
}

static int set_connected(struct imagined *imagined, const char *option, __u32 condition)
{
	if (strcmp(optarg, "connected-socket"))
		return wrong_usage(&usage, "%s: '%s' is not connected-socket", option, optarg);
	imagined->conditions |= condition;
	return 0;
}

static int set_argv(struct imagined *imagined)
{
	struct words words;
	int ret = 0;

	buffer_reset(&imagined->argv);
	words_start(&words, optarg, 1);
	while (words_next(&words))
		buffer_add(&imagined->argv, words.word.data, words.word.len + 1);
	if (words.fault)
		ret = wrong_usage(&usage, "--argv: %s", words.fault);
	words_stop(&words);
	return ret;
}

static int set_uid(struct imagined *imagined)
{
	uint64_t uid = 0;
	int ret = number_option(&usage, "--uid", 0, UINT32_MAX - 1, &uid);

	imagined->uid = uid;
	imagined->has_uid = true;
	return ret;
}

static int add_ancestor(struct imagined *imagined)
{
	if (imagined->nr_ancestors == POLICY_ANCESTORS_MAX)
		return wrong_usage(&usage, "more than %d ancestors", POLICY_ANCESTORS_MAX);
	imagined->ancestors[imagined->nr_ancestors++] = optarg;
	return 0;
}

static int set_observe(struct job *job, int option)
{
	uint64_t minutes = 0;
	int ret = 0;

	if (job->observe.known)
		return wrong_usage(&usage, "one of --observe, --dry-run and --enforce");
	job->observe.known = true;
	if (option == OPTION_OBSERVE)
		ret = number_option(&usage, "--observe", 1, MINUTES_MAX, &minutes);
	job->observe.value = option == OPTION_DRY_RUN ? OBSERVE_FOR_GOOD : minutes * 60;
	return ret;
}

static int read_option(struct job *job, int option)
{
	struct imagined *imagined = &job->imagined;

	switch (option) {
	case OPTION_OBSERVE:
	case OPTION_DRY_RUN:
	case OPTION_ENFORCE:
		return set_observe(job, option);
	case OPTION_FILE:
		return add_file(job, optarg);
	case OPTION_ANCESTOR:
		return add_ancestor(imagined);
	case OPTION_STDIN:
		return set_connected(imagined, "--stdin", SHELLTRAP_CONDITION_STDIN_CONNECTED);
	case OPTION_STDOUT:
		return set_connected(imagined, "--stdout", SHELLTRAP_CONDITION_STDOUT_CONNECTED);
	case OPTION_UID:
		return set_uid(imagined);
	case OPTION_ARGV:
		return set_argv(imagined);
	case OPTION_TARGET:
		imagined->target = optarg;
		break;
	case OPTION_INTERPRETER:
		imagined->interpreter = optarg;
		break;
	case OPTION_ACTOR:
		imagined->actor = optarg;
		break;
	case OPTION_RUNS:
		imagined->runs = optarg;
		break;
	case OPTION_CGROUP:
		imagined->cgroup = optarg;
		break;
	case OPTION_DROPPED:
		imagined->conditions |= SHELLTRAP_CONDITION_FILE_DROPPED;
		break;
	}
	return 0;
}

static const struct action {
	const char *name;
	int (*run)(struct job *job);
	const struct option *options;
	bool takes_files;	/* as operands */
} actions[] = {
	{ "check", check, no_options, true },
	{ "load", load, load_options, true },
	{ "show", show, no_options, false },
	{ "explain", explain, explain_options, false },
};

static const struct action *find_action(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

static int run(const struct action *action, int argc, char **argv)
{
	struct job job = {0};
	int option, ret = 0;

	while (!ret && (option = getopt_long(argc, argv, ":", action->options, NULL)) != -1) {
		if (option < OPTION_OWN)
			return common_option(&usage, option, argv);
		ret = read_option(&job, option);
	}
	if (!ret && !action->takes_files)
		ret = no_operands(&usage, argc, argv);
	while (!ret && optind < argc)
		ret = add_file(&job, argv[optind++]);
	if (!ret)
		ret = action->run(&job);
	buffer_free(&job.imagined.argv);
	return ret;
}

int policy_main(int argc, char **argv)
{
	const struct action *action = argc > 1 ? find_action(argv[1]) : NULL;

	if (action)
		return run(action, argc - 1, argv + 1);
	if (argc > 1 && argv[1][0] == '-')
		return common_option(&usage, getopt_long(argc, argv, ":", no_options, NULL), argv);
	if (argc > 1)
		return wrong_usage(&usage, "%s: there are check, load, show and explain", argv[1]);
	return wrong_usage(&usage, "needs one of check, load, show and explain");
}
