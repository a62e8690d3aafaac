// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap policy except": the exception for a past alert, as a file for policy.d. */
#include "command/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "command/past_exec.h"
#include "lib/message.h"
#include "lib/number.h"
#include "policy/channel.h"
#include "policy/exception.h"

struct except {
	struct past_exec past;
	char *file;
	char standard_input[2];		/* its name as a file */
	struct policy_files files;	/* of the policy; without any, the one in force */
};

static int except_file(void *context)
{
	((struct except *)context)->file = optarg;
	return 0;
}

static int except_policy_option(void *context)
{
	struct except *except = context;

	except->files.replace = true;
	return policy_files_add(&except->files, &policy_except_usage, optarg);
}

static const struct command_option except_options[] = {
	{ "file", "FILE", "look for the alert only in this file; without SEQ take its last alert",
	  OPTION_CALL(except_file) },
	{ "policy", "POLICY", "the file of the policy that raised the alert, if it is not the one "
	  "in force; may be given several times", OPTION_CALL(except_policy_option) },
	{}
};

const struct usage policy_except_usage = {
	.command = "policy except",
	.synopsis = "[--file FILE] [--policy POLICY]... [SEQ]",
	.purpose =
	"Prints the narrowest exception for a past alert, with comments on what it would still let "
	"through. Without SEQ and --file, the alert is a line of JSON on standard input. Nothing "
	"is put in force: write it to a file in /etc/shelltrap/policy.d, then 'policy load'.",
	.options = except_options,
	.takes_operands = true,
};

/* The policy in force or, without the module, the one in the files. NULL: faults printed. */
static struct shelltrap_policy *except_policy(struct except *except)
{
	struct shelltrap_policy *policy = NULL;
	struct policy_report report = {0};
	struct channel channel;

	if (!except->files.replace) {
		if (!channel_open(&channel) && policy_fetch(&channel, &policy))
			policy = NULL;
		channel_close(&channel);
	}
	if (policy)
		return policy;
	except->files.defer_names = true;
	policy = policy_read(&except->files, &report);
	if (!policy)
		fputs(report.faults.data, stderr);
	policy_report_free(&report);
	return policy;
}

/* Another alert, also one with the same number, gets another name. */
static void except_name(const struct past_exec *past, char *name, size_t size)
{
	const struct record *record = &past->stored.record;
	uint32_t hash = 2166136261U;
	size_t i;

	for (i = 0; i < past->line.len; i++)
		hash = (hash ^ (unsigned char)past->line.data[i]) * 16777619U;
	snprintf(name, size, "except_%" PRIu64 "_%08" PRIx32, record->seq.value, hash);
}

static int except_print(struct except *except)
{
	struct shelltrap_policy *policy = except_policy(except);
	char name[SHELLTRAP_LABEL_MAX + 1];
	struct buffer text = {0};
	const char *fault;

	if (!policy)
		return WRONG_USAGE;
	except_name(&except->past, name, sizeof(name));
	fault = exception_put(&text, &except->past.stored.record.alert, name, policy);
	policy_free(policy);
	if (fault) {
		complain("there can be no exception for alert %" PRIu64 ": %s",
			 except->past.stored.record.seq.value, fault);
		buffer_free(&text);
		return FAILED;
	}
	return policy_print(&text);
}

/* Returns negative to go on, otherwise the exit code. */
static int except_read_usage(struct except *except, int argc, char **argv)
{
	int ret = options_read(&policy_except_usage, except, argc, argv);

	if (ret >= 0)
		return ret;
	if (argc - optind > 1)
		return wrong_usage(&policy_except_usage, "one alert at a time");
	if (optind < argc && parse_number(argv[optind], 1, UINT64_MAX, &except->past.seq))
		return wrong_usage(&policy_except_usage, "'%s' is not the number of an alert",
				   argv[optind]);
	if (!except->past.seq && !except->file) {
		if (isatty(STDIN_FILENO))
			return wrong_usage(&policy_except_usage, "needs SEQ, the number of an "
					   "alert, or its JSON on standard input");
		except->file = except->standard_input;
	}
	if (except->file) {
		except->past.query.files = &except->file;
		except->past.query.nr_files = 1;
	}
	return -1;
}

int policy_except_main(int argc, char **argv)
{
	struct except except = { .standard_input = "-" };
	int ret;

	tzset();
	ret = except_read_usage(&except, argc, argv);
	if (ret < 0)
		ret = past_exec_find(&except.past);
	if (!ret && except.past.line.len)
		ret = except_print(&except);
	past_exec_free(&except.past);
	return ret;
}
