// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap policy": checks, loads and shows what is detected. */
#include "command/policy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/message.h"
#include "lib/pager.h"
#include "lib/replace.h"
#include "policy/channel.h"
#include "policy/difference.h"
#include "policy/enforcement.h"
#include "policy/text.h"

#define MINUTES_MAX (365 * 24 * 60)
/* There while rules wait for the names of users; systemd watches this file. */
#define POLICY_WAITING_DIRECTORY "/run/shelltrap"
#define POLICY_WAITING POLICY_WAITING_DIRECTORY "/policy-waiting"

/* What the command line of an action asks for. */
struct policy_order {
	struct policy_files files;
	struct number observe;	/* seconds; not known: as before */
};

static const struct usage load_usage;

int policy_files_add(struct policy_files *files, const struct usage *usage, char *path)
{
	if (files->count == POLICY_FILES_MAX)
		return wrong_usage(usage, "more than %d files", POLICY_FILES_MAX);
	files->paths[files->count++] = path;
	return 0;
}

static void policy_print_lines(const struct buffer *lines)
{
	if (lines->len)
		fputs(lines->data, stderr);
}

struct shelltrap_policy *policy_files_read(const struct policy_files *files,
					   struct policy_report *report)
{
	struct shelltrap_policy *policy = policy_read(files, report);

	policy_print_lines(&report->faults);
	policy_print_lines(&report->doubts);
	policy_print_lines(&report->waiting);
	return policy;
}

int policy_in_force(struct shelltrap_policy **policy)
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

int policy_print(struct buffer *text)
{
	int ret;

	pager_start();
	ret = text->len ? console_write(STDOUT_FILENO, text) : 0;
	buffer_free(text);
	return ret ? console_failed(ret) : DONE;
}

static const char *plural(__u32 count)
{
	return count == 1 ? "" : "s";
}

/* Prints the size of the policy, and what was done with the policy. */
static void policy_print_size(const struct shelltrap_policy *policy, const char *what)
{
	printf("%u set%s, %u name%s, %u rule%s: %s\n", policy->nr_sets, plural(policy->nr_sets),
	       policy->nr_members, plural(policy->nr_members), policy->nr_rules,
	       plural(policy->nr_rules), what);
}

/* Returns negative to go on, with files in the order; otherwise the exit code. */
static int policy_read_usage(const struct usage *usage, struct policy_order *order, int argc,
			     char **argv)
{
	int ret = options_read(usage, order, argc, argv);

	while (ret < 0 && optind < argc)
		if (policy_files_add(&order->files, usage, argv[optind++]))
			ret = WRONG_USAGE;
	return ret;
}

#define REPLACE_OPTION							\
	{ "replace", NULL, "read only the named files, and not those in /etc/shelltrap",	\
	  OPTION_FLAG(struct policy_order, files.replace) }

static const struct command_option check_options[] = {
	REPLACE_OPTION,
	{}
};

static const struct usage check_usage = {
	.command = "policy check",
	.synopsis = "[--replace] [FILE...]",
	.purpose =
	"Shows everything that is wrong with the policy, and warns of what is most likely not "
	"meant. Each FILE is laid over the files in /etc/shelltrap. Needs no module.",
	.options = check_options,
	.takes_operands = true,
	.silent = true,
};

/* "fine", or how many warnings there are. */
static void policy_put_fine(struct buffer *out, const struct buffer *doubts)
{
	unsigned int warnings = 0;
	size_t i;

	for (i = 0; i < doubts->len; i++)
		warnings += doubts->data[i] == '\n';
	if (warnings)
		buffer_printf(out, "valid, %u warning%s", warnings, plural(warnings));
	else
		buffer_puts(out, "fine");
}

static int policy_check_main(int argc, char **argv)
{
	struct policy_order order = {0};
	struct shelltrap_policy *policy;
	struct policy_report report = {0};
	struct buffer text = {0};
	int ret = policy_read_usage(&check_usage, &order, argc, argv);

	if (ret >= 0)
		return ret;
	policy = policy_files_read(&order.files, &report);
	if (policy) {
		policy_put_fine(&text, &report.doubts);
		policy_print_size(policy, text.data);
		policy_free(policy);
	}
	buffer_free(&text);
	policy_report_free(&report);
	return policy ? DONE : WRONG_USAGE;
}

static int policy_observe(struct policy_order *order, uint64_t seconds)
{
	if (order->observe.known)
		return wrong_usage(&load_usage,
				   "only one of --observe, --dry-run and --enforce at a time");
	order->observe.known = true;
	order->observe.value = seconds;
	return 0;
}

static int policy_take_observe(void *order)
{
	uint64_t minutes = 0;
	int ret = number_option(&load_usage, "--observe", 1, MINUTES_MAX, &minutes);

	return ret ? ret : policy_observe(order, minutes * 60);
}

static int policy_take_dry_run(void *order)
{
	return policy_observe(order, OBSERVE_FOR_GOOD);
}

static int policy_take_enforce(void *order)
{
	return policy_observe(order, 0);
}

static const struct command_option load_options[] = {
	REPLACE_OPTION,
	{ "observe", "MINUTES", "for so long, rules that deny or kill only raise alerts, which say "
	  "what would have been denied", OPTION_CALL(policy_take_observe) },
	{ "dry-run", NULL, "the same until another load", OPTION_CALL(policy_take_dry_run) },
	{ "enforce", NULL, "rules that deny or kill do so from now on",
	  OPTION_CALL(policy_take_enforce) },
	{ "defer-names", NULL, "wait for users whose names are not known yet, as the service does "
	  "at boot", OPTION_FLAG(struct policy_order, files.defer_names) },
	{}
};

static const struct usage load_usage = {
	.command = "policy load",
	.synopsis = "[--replace] [--observe MINUTES | --dry-run | --enforce] [FILE...]",
	.purpose =
	"Puts the policy in force, if nothing is wrong with it, and prints what came (+), changed "
	"(~) and went (-). Each FILE is laid over the files in /etc/shelltrap. Without an option, "
	"whether rules deny and kill stays as it was.",
	.options = load_options,
	.takes_operands = true,
	.silent = true,
};

static int policy_load_failed(const struct channel *channel, int error)
{
	/* The socket's own error: the module's answer is lost, whatever the answer was. */
	if (error == -ENOBUFS) {
		complain("no memory for the module's answer; 'shelltrap policy show' prints "
			 "the policy in force");
		return FAILED;
	}
	if ((error != -EINVAL && error != -EOPNOTSUPP) || !*channel_reason(channel))
		return channel_failed(channel, error);
	complain("the module refuses the policy: %s", channel_reason(channel));
	return FAILED;
}

/* Prints what is enforced now, as the module itself reports it. */
static int policy_print_loaded(struct channel *channel, const struct shelltrap_policy *policy)
{
	struct buffer text = {0};
	struct state state;
	int ret = channel_state(channel, &state);

	if (ret)
		return channel_failed(channel, ret);
	buffer_puts(&text, "in force");
	enforcement_put_loaded(&text, &state);
	policy_print_size(policy, text.data);
	buffer_free(&text);
	return DONE;
}

static void policy_print_difference(const struct shelltrap_policy *from,
				    const struct shelltrap_policy *to)
{
	struct buffer text = {0};

	difference_put(&text, from, to);
	if (text.len)
		fputs(text.data, stdout);
	buffer_free(&text);
}

static int policy_load(const struct shelltrap_policy *policy, const struct number *observe)
{
	struct shelltrap_policy *before = NULL;
	struct channel channel;
	int ret = channel_open(&channel);

	if (!ret)
		ret = policy_fetch(&channel, &before);
	if (!ret)
		ret = policy_send(&channel, policy, observe);
	if (!ret)
		policy_print_difference(before, policy);
	if (ret)
		ret = policy_load_failed(&channel, ret);
	else
		ret = policy_print_loaded(&channel, policy);
	channel_close(&channel);
	if (before)
		policy_free(before);
	return ret;
}

/* Says how long a policy that was loaded by hand lasts. */
static void policy_print_if_temporary(const struct shelltrap_policy *policy,
				      const struct policy_files *files)
{
	struct policy_report report = {0};
	struct shelltrap_policy *configured;
	struct buffer text = {0};

	configured = files->count ? policy_read(&(struct policy_files){0}, &report) : NULL;
	if (configured)
		difference_put(&text, configured, policy);
	if (text.len)
		complain("this is not the configured policy: the next boot, load of the module or "
			 "change of packages puts /etc/shelltrap in force again. To keep it, put "
			 "the file into " POLICY_DIRECTORY " (its name must end in .conf)");
	if (configured)
		policy_free(configured);
	buffer_free(&text);
	policy_report_free(&report);
}

/* Lets shelltrap-policy-retry.path know whether rules wait for the names of users. */
static void policy_note_waiting(const struct policy_order *order, const struct buffer *waiting)
{
	int error;

	if (!order->files.defer_names || !waiting->len) {
		unlink(POLICY_WAITING);
		return;
	}
	mkdir(POLICY_WAITING_DIRECTORY, 0755);
	error = replace_file(POLICY_WAITING, waiting, 0644);
	if (error)
		complain(POLICY_WAITING ": %s", strerror(-error));
}

static int policy_load_read(const struct policy_order *order, const struct shelltrap_policy *policy,
			    const struct policy_report *report)
{
	int ret = policy_load(policy, &order->observe);

	if (ret)
		return ret;
	policy_note_waiting(order, &report->waiting);
	policy_print_if_temporary(policy, &order->files);
	return DONE;
}

static int policy_load_main(int argc, char **argv)
{
	struct policy_order order = {0};
	struct policy_report report = {0};
	struct shelltrap_policy *policy;
	int ret = policy_read_usage(&load_usage, &order, argc, argv);

	if (ret >= 0)
		return ret;
	policy = policy_files_read(&order.files, &report);
	ret = policy ? policy_load_read(&order, policy, &report) : WRONG_USAGE;
	if (policy)
		policy_free(policy);
	policy_report_free(&report);
	return ret;
}

static const struct command_option diff_options[] = {
	REPLACE_OPTION,
	{}
};

static const struct usage diff_usage = {
	.command = "policy diff",
	.synopsis = "[--replace] [FILE...]",
	.purpose =
	"Prints what 'policy load' with the same files would add (+), change (~) and remove (-). "
	"Exits with 1 if the policy in force is another one.",
	.options = diff_options,
	.takes_operands = true,
	.silent = true,
};

static int policy_diff(const struct shelltrap_policy *policy)
{
	struct shelltrap_policy *before = NULL;
	struct buffer text = {0};
	int ret = policy_in_force(&before);

	if (ret)
		return ret;
	difference_put(&text, before, policy);
	policy_free(before);
	ret = text.len ? FAILED : DONE;
	return policy_print(&text) ? FAILED : ret;
}

static int policy_diff_main(int argc, char **argv)
{
	struct policy_order order = { .files.defer_names = true };
	struct policy_report report = {0};
	struct shelltrap_policy *policy;
	int ret = policy_read_usage(&diff_usage, &order, argc, argv);

	if (ret >= 0)
		return ret;
	policy = policy_files_read(&order.files, &report);
	ret = policy ? policy_diff(policy) : WRONG_USAGE;
	if (policy)
		policy_free(policy);
	policy_report_free(&report);
	return ret;
}

static const struct usage show_usage = {
	.command = "policy show",
	.synopsis = "",
	.purpose = "Prints the policy in force as a file, which can be loaded again.",
};

static int policy_show_main(int argc, char **argv)
{
	struct shelltrap_policy *policy = NULL;
	struct buffer text = {0};
	int ret = options_read(&show_usage, NULL, argc, argv);

	if (ret >= 0)
		return ret;
	ret = policy_in_force(&policy);
	if (ret)
		return ret;
	policy_put(&text, policy);
	policy_free(policy);
	return policy_print(&text);
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} actions[] = {
	{ "check", policy_check_main },
	{ "load", policy_load_main },
	{ "show", policy_show_main },
	{ "diff", policy_diff_main },
	{ "explain", policy_explain_main },
	{ "except", policy_except_main },
	{ "learn", policy_learn_main },
};

static const struct usage usage = {
	.command = "policy",
	.purpose =
	"The policy says what is detected. It is read from /etc/shelltrap/policy.conf, then "
	"/etc/shelltrap/policy.d/*.conf, then each FILE; see shelltrap-policy(5).",
	.takes_operands = true,
	.actions = (const struct usage *const []){
		&check_usage, &load_usage, &show_usage, &diff_usage, &policy_explain_usage,
		&policy_except_usage, &policy_learn_usage, NULL
	},
};

#define ACTIONS "check, load, show, diff, explain, except and learn"

int policy_main(int argc, char **argv)
{
	size_t i;
	int ret;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, argv[1]))
			return actions[i].run(argc - 1, argv + 1);
	ret = options_read(&usage, NULL, argc, argv);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return wrong_usage(&usage, "%s: not one of " ACTIONS, argv[optind]);
	return wrong_usage(&usage, "needs one of " ACTIONS);
}
