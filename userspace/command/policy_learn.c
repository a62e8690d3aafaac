// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap policy learn": proposes exceptions for the alerts of a period. */
#include "command/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "command/filter_options.h"
#include "command/learn.h"
#include "format/names.h"
#include "lib/console.h"
#include "lib/message.h"
#include "lib/text.h"
#include "lib/when.h"
#include "lib/xalloc.h"
#include "module/decide.h"
#include "module/holes.h"
#include "policy/exception.h"
#include "policy/fit.h"
#include "policy/pattern.h"
#include "policy/risk.h"
#include "policy/text.h"

/* The most commands that are listed as not learned; further ones are counted. */
#define LISTED_MAX 200

/* Commands with one command line, perhaps with holes, that may become an exception. */
struct candidate {
	struct bytes argv;		/* NULL: there is no such line */
	bool holes;
	struct learn_command **commands;
	size_t count;
	size_t lines;			/* different command lines */
	struct learn_tally tally;	/* without alerts near an attack */
	bool by_day;
	char *why;			/* it was not learned; NULL: it was */
};

struct proposal {
	struct policy_files files;	/* of the policy over which the exceptions are laid */
	struct past_query query;
	struct filter filter;
	struct learn learn;
	struct shelltrap_policy *base;	/* of the files */
	struct learn_command **group;	/* those of which patterns are being found */
	struct candidate *candidates;
	size_t nr_candidates;
	struct buffer learned;		/* the exceptions */
	size_t nr_learned;
	uint64_t silenced;		/* alerts */
};

static int learn_policy_option(void *context)
{
	struct proposal *proposal = context;

	proposal->files.replace = true;
	/* What is learned is a file, too. */
	if (proposal->files.count == POLICY_FILES_MAX - 1)
		return wrong_usage(&policy_learn_usage, "more than %d files",
				   POLICY_FILES_MAX - 1);
	return policy_files_add(&proposal->files, &policy_learn_usage, optarg);
}

static const struct command_option learn_options[] = {
	{ "since", "TIME", WHEN_SINCE, OPTION_MEMBER(when_option, struct proposal, query.since) },
	{ "until", "TIME", WHEN_UNTIL, OPTION_MEMBER(when_option, struct proposal, query.until) },
	{ "policy", "POLICY", "the file of the policy that raised the alerts, if it is not the one "
	  "in /etc/shelltrap; may be given several times", OPTION_CALL(learn_policy_option) },
	UTC_OPTION,
	{}
};

const struct usage policy_learn_usage = {
	.command = "policy learn",
	.synopsis = "[--since TIME] [--until TIME] [FILTER]... [FILE]...",
	.purpose =
	"Proposes exceptions for the alerts of a period, with counts and with comments on what "
	"else they would let through, and lists what it does not propose. It reads the same files "
	"as 'shelltrap log'. Nothing is put in force: read the output, write what is right to a "
	"file in /etc/shelltrap/policy.d, then 'policy load --observe' proves it.",
	.options = learn_options,
	.more = filter_options,
	.more_offset = offsetof(struct proposal, filter),
	.takes_operands = true,
};

static struct candidate *proposal_add(struct proposal *proposal)
{
	size_t count = proposal->nr_candidates++;

	/* Grows by doubling. */
	if (!(count & (count - 1)))
		proposal->candidates = xreallocarray(proposal->candidates, count ? 2 * count : 1,
						     sizeof(*proposal->candidates));
	proposal->candidates[count] = (struct candidate){0};
	return &proposal->candidates[count];
}

static void candidate_add(struct candidate *candidate, struct learn_command *command,
			  const struct learn_tally *tally)
{
	candidate->commands[candidate->count++] = command;
	learn_tally_add(&candidate->tally, tally);
	candidate->by_day |= command->by_day;
}

static void candidate_refuse(struct candidate *candidate, const char *why)
{
	free(candidate->why);
	candidate->why = xstrdup(why);
}

static void proposal_refuse(struct proposal *proposal, struct learn_command *command,
			    const char *why)
{
	struct candidate *candidate = proposal_add(proposal);

	candidate->commands = xcalloc(1, sizeof(*candidate->commands));
	candidate_add(candidate, command, &command->all);
	candidate_refuse(candidate, why);
}

#define LEARN_TEXT(number) #number
#define LEARN_STRING(number) LEARN_TEXT(number)

static const char once[] = "it occurred only once";
static const char near_attack[] =
	"it occurred only within " LEARN_STRING(LEARN_ATTACK_MINUTES)
	" minutes of a reverse shell of the same server";
static const char at_night[] =
	"it occurred only between " LEARN_STRING(LEARN_NIGHT_BEGINS) ":00 and "
	LEARN_STRING(LEARN_NIGHT_ENDS) ":00";

static int argv_compare(const void *a, const void *b)
{
	const struct bytes *one = &(*(struct learn_command *const *)a)->argv;
	const struct bytes *other = &(*(struct learn_command *const *)b)->argv;

	if (one->len != other->len)
		return one->len < other->len ? -1 : 1;
	return memcmp(one->data, other->data, one->len);
}

static void candidate_count_lines(struct candidate *candidate)
{
	struct learn_command **sorted = xcalloc(candidate->count, sizeof(*sorted));
	size_t i;

	memcpy(sorted, candidate->commands, candidate->count * sizeof(*sorted));
	qsort(sorted, candidate->count, sizeof(*sorted), argv_compare);
	candidate->lines = 1;
	for (i = 1; i < candidate->count; i++)
		candidate->lines += argv_compare(&sorted[i - 1], &sorted[i]) != 0;
	free(sorted);
}

static void proposal_take_pattern(void *context, const struct pattern *pattern)
{
	struct proposal *proposal = context;
	struct candidate *candidate = proposal_add(proposal);
	size_t i;

	candidate->commands = xcalloc(pattern->count, sizeof(*candidate->commands));
	for (i = 0; i < pattern->count; i++) {
		struct learn_command *command = proposal->group[pattern->members[i]];

		candidate_add(candidate, command, &command->calm);
	}
	candidate_count_lines(candidate);
	if (pattern->argv) {
		char *copy = xcalloc(1, pattern->len);

		memcpy(copy, pattern->argv, pattern->len);
		candidate->argv = (struct bytes){ copy, pattern->len };
		candidate->holes = pattern->holes;
	}
	if (!pattern->argv)
		candidate_refuse(candidate, "these command lines differ in too many ways where no "
				 "hole may be");
	else if (candidate->tally.count == 1)
		candidate_refuse(candidate, once);
	else if (!candidate->by_day)
		candidate_refuse(candidate, at_night);
}

static int command_compare(const void *a, const void *b)
{
	const struct learn_command *one = *(struct learn_command *const *)a;
	const struct learn_command *other = *(struct learn_command *const *)b;
	size_t len = one->key_len < other->key_len ? one->key_len : other->key_len;
	int order = memcmp(one->key.data, other->key.data, len);

	if (order)
		return order;
	if (one->key_len != other->key_len)
		return one->key_len < other->key_len ? -1 : 1;
	return one->number < other->number ? -1 : one->number > other->number;
}

static bool command_has_key_of(const struct learn_command *one, const struct learn_command *other)
{
	return one->key_len == other->key_len &&
	       !memcmp(one->key.data, other->key.data, one->key_len);
}

/* Commands that may be learned have a program that can be tried out here. */
static const char *command_refusal(const struct learn_command *command)
{
	if (command->refusal)
		return command->refusal;
	if (!command->calm.count)
		return near_attack;
	if (access(command->program, F_OK))
		return "its program is not on this machine, so an exception cannot be tried; run "
		       "learn where it is";
	return NULL;
}

/* Finds the patterns of the commands that have the same key. */
static void proposal_divide(struct proposal *proposal, struct learn_command **commands,
			    size_t count)
{
	struct bytes *lines = xcalloc(count, sizeof(*lines));
	const char *program = commands[0]->program, *refusal;
	size_t i, nr_lines = 0;

	for (i = 0; i < count; i++) {
		refusal = command_refusal(commands[i]);
		if (refusal) {
			proposal_refuse(proposal, commands[i], refusal);
			continue;
		}
		proposal->group[nr_lines] = commands[i];
		lines[nr_lines++] = commands[i]->argv;
	}
	pattern_find(lines, nr_lines, shelltrap_holes_program(program), risk_is_shell(program),
		     proposal_take_pattern, proposal);
	free(lines);
}

static int candidate_compare(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	if (one->tally.count != other->tally.count)
		return one->tally.count < other->tally.count ? 1 : -1;
	return one->commands[0]->number < other->commands[0]->number ? -1 : 1;
}

static void proposal_find(struct proposal *proposal)
{
	struct learn *learn = &proposal->learn;
	struct learn_command **commands = xcalloc(learn->count + 1, sizeof(*commands));
	size_t i, run;

	memcpy(commands, learn->commands, learn->count * sizeof(*commands));
	qsort(commands, learn->count, sizeof(*commands), command_compare);
	proposal->group = xcalloc(learn->count + 1, sizeof(*proposal->group));
	for (i = 0; i < learn->count; i += run) {
		for (run = 1; i + run < learn->count; run++)
			if (!command_has_key_of(commands[i], commands[i + run]))
				break;
		proposal_divide(proposal, commands + i, run);
	}
	free(commands);
	if (proposal->nr_candidates)
		qsort(proposal->candidates, proposal->nr_candidates,
		      sizeof(*proposal->candidates), candidate_compare);
}

/* Reads the alert of a command again. */
static bool proposal_read(struct proposal *proposal, const struct learn_command *command)
{
	struct past_exec *past = &proposal->learn.past;

	buffer_reset(&past->line);
	buffer_add(&past->line, command->line, command->line_len);
	return past_exec_read(past);
}

/* What "policy load" would read with this text in policy.d; NULL: with the fault in *why. */
static struct shelltrap_policy *proposal_check(const struct proposal *proposal,
					       const struct buffer *text, char **why)
{
	struct policy_files files = proposal->files;
	struct policy_report report = {0};
	struct shelltrap_policy *policy = NULL;
	const char *fault = ": it cannot be checked";
	char path[64];
	int fd = memfd_create("learned.conf", MFD_CLOEXEC);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	files.paths[files.count++] = path;
	if (fd >= 0 && write(fd, text->data, text->len) == (ssize_t)text->len)
		policy = policy_read(&files, &report);
	if (fd >= 0)
		close(fd);
	if (!policy && report.faults.len && strstr(report.faults.data, ": "))
		fault = strstr(report.faults.data, ": ");
	if (!policy)
		*why = xstrndup(fault + 2, strcspn(fault + 2, "\n"));
	policy_report_free(&report);
	return policy;
}

static const char *proposal_miss(struct proposal *proposal, struct shelltrap_policy *policy,
				 unsigned int rule, const struct learn_command *command)
{
	struct imagined imagined = {0};
	const char *miss;

	if (!proposal_read(proposal, command))
		return "its alert cannot be read";
	past_exec_imagine(&proposal->learn.past, proposal->base, &imagined);
	miss = policy_exception_miss(policy, rule, &imagined);
	buffer_free(&imagined.argv);
	buffer_free(&imagined.environment);
	return miss;
}

/* The exceptions that the policy has already. */
static bool proposal_is_silent(struct proposal *proposal, const struct learn_command *command)
{
	__u32 i;

	for (i = 0; i < proposal->base->nr_rules; i++)
		if ((proposal->base->allowing >> i & 1) &&
		    !proposal_miss(proposal, proposal->base, i, command))
			return true;
	return false;
}

/* Other commands that the exception silences, too. */
struct further {
	struct learn_tally tally;
	uint64_t near_attack;		/* alerts among them */
};

static bool candidate_has(const struct candidate *candidate, const struct learn_command *command)
{
	size_t i;

	for (i = 0; i < candidate->count; i++)
		if (candidate->commands[i] == command)
			return true;
	return false;
}

static void proposal_find_further(struct proposal *proposal, const struct candidate *candidate,
				  struct shelltrap_policy *policy, struct further *further)
{
	const struct shelltrap_rule *rule = &policy->rules[policy->nr_rules - 1];
	const struct learn *learn = &proposal->learn;
	size_t i;

	for (i = 0; i < learn->count; i++) {
		struct learn_command *command = learn->commands[i];
		const struct shelltrap_late late = {
			.argv = command->argv.data, .argv_len = command->argv.len, .clean = true,
			.cgroup = rule->cgroup, .cwd = rule->cwd,
		};

		if (!command_has_key_of(command, candidate->commands[0]) ||
		    shelltrap_policy_late_mismatch(rule, &late) ||
		    proposal_miss(proposal, policy, policy->nr_rules - 1, command))
			continue;
		proposal->silenced += command->covered ? 0 : command->all.count;
		command->covered = true;
		further->near_attack += command->all.count - command->calm.count;
		if (!candidate_has(candidate, command))
			learn_tally_add(&further->tally, &command->calm);
	}
}

static void proposal_put_count(struct buffer *out, uint64_t count, const char *what)
{
	buffer_printf(out, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

static void proposal_put_tally(struct buffer *out, const struct candidate *candidate)
{
	proposal_put_count(out, candidate->tally.count, "alert");
	if (candidate->lines > 1) {
		buffer_puts(out, " with ");
		proposal_put_count(out, candidate->lines, "different command line");
	}
	buffer_puts(out, ", ");
	when_put(out, candidate->tally.first);
	buffer_puts(out, " to ");
	when_put(out, candidate->tally.last);
}

/* A command line in one comment line, cut where it is long. */
#define SHOWN_MAX 200

static void proposal_put_argv(struct buffer *out, const struct bytes *argv)
{
	size_t at, len, start = out->len;

	for (at = 0; at < argv->len && out->len - start < SHOWN_MAX; at += len + 1) {
		len = strnlen(argv->data + at, argv->len - at);
		buffer_putc(out, ' ');
		text_put_word(out, argv->data + at, len < SHOWN_MAX ? len : SHOWN_MAX, TEXT_ASCII);
		if (len > SHOWN_MAX)
			break;
	}
	if (at < argv->len)
		buffer_puts(out, " ...");
}

static void proposal_put_holes(struct buffer *out, const struct candidate *candidate)
{
	static const struct {
		const char *hole, *takes;
	} holes[] = {
		{ "{number}", "digits" }, { "{hex}", "hexadecimal digits" },
		{ "{word}", "letters, digits, _ . and -, but no - or . at the beginning" },
		{ "{uuid}", "UUID" }, { "{file:", "path of such words below the directory" },
	};
	struct buffer text = {0};
	size_t i;

	policy_put_argv(&text, candidate->argv.data, candidate->argv.len, true);
	for (i = 0; i < ARRAY_SIZE(holes); i++)
		if (strstr(text.data, holes[i].hole))
			buffer_printf(out, "#   - for %s%s: any %s\n", holes[i].hole,
				      holes[i].hole[strlen(holes[i].hole) - 1] == ':' ? "DIR}" : "",
				      holes[i].takes);
	buffer_free(&text);
}

/* What was seen, before the comments on what the exception lets through. */
static void proposal_put_seen(struct buffer *out, const struct candidate *candidate,
			      const struct further *further)
{
	buffer_puts(out, "\n# ");
	proposal_put_tally(out, candidate);
	buffer_puts(out, ":\n# this exception would have silenced all of them. The first:\n#  ");
	proposal_put_argv(out, &candidate->commands[0]->argv);
	buffer_putc(out, '\n');
	if (further->tally.count) {
		buffer_puts(out, "# It would also have silenced ");
		proposal_put_count(out, further->tally.count, "other alert");
		buffer_puts(out, ".\n");
	}
	if (further->near_attack) {
		buffer_puts(out, "# BEWARE: it would also have silenced ");
		proposal_put_count(out, further->near_attack, "alert");
		buffer_puts(out, " near a REVERSE SHELL of this server.\n");
	}
	if (candidate->holes) {
		buffer_puts(out, "# In its holes these would fit, too:\n");
		proposal_put_holes(out, candidate);
	} else {
		buffer_puts(out, "# Only this command line would fit, byte for byte.\n");
	}
}

/* Did all its commands run in one working directory? */
static bool candidate_is_in_cwd(const struct candidate *candidate)
{
	size_t i;

	for (i = 0; i < candidate->count; i++)
		if (candidate->commands[i]->roams ||
		    candidate->commands[i]->cwd != candidate->commands[0]->cwd)
			return false;
	return true;
}

/* The names are the same whenever the same is learned. */
static const char *proposal_put_form(struct proposal *proposal, const struct candidate *candidate,
				     struct buffer *out)
{
	const struct learn_command *command = candidate->commands[0];
	const struct alert *alert = &proposal->learn.past.stored.record.alert;
	const char *server = exception_server(alert, proposal->base);
	uint64_t hash = learn_hash(LEARN_HASH, command->key.data, command->key_len);
	char name[48], program_set[48], server_set[48];
	const struct exception_form form = {
		.name = name, .program_set = program_set, .server_set = server_set,
		.argv = candidate->argv.data, .argv_len = candidate->argv.len,
		.holes = candidate->holes, .in_cwd = candidate_is_in_cwd(candidate),
	};

	hash = learn_hash(hash, candidate->argv.data, candidate->argv.len);
	snprintf(name, sizeof(name), "learned_%016" PRIx64, hash);
	hash = learn_hash(LEARN_HASH, command->program, strlen(command->program));
	snprintf(program_set, sizeof(program_set), "learned_program_%016" PRIx64, hash);
	hash = learn_hash(LEARN_HASH, server ? server : "", server ? strlen(server) : 0);
	snprintf(server_set, sizeof(server_set), "learned_server_%016" PRIx64, hash);
	return exception_put_form(out, alert, &form, proposal->base);
}

/* Does the exception, the last rule of the policy, silence all its commands? */
static const char *proposal_try(struct proposal *proposal, struct shelltrap_policy *policy,
				const struct candidate *candidate)
{
	const char *miss = NULL;
	size_t i;

	fit_identify(policy);
	for (i = 0; !miss && i < candidate->count; i++)
		miss = proposal_miss(proposal, policy, policy->nr_rules - 1,
				     candidate->commands[i]);
	return miss;
}

static void proposal_accept(struct proposal *proposal, const struct candidate *candidate,
			    struct shelltrap_policy *policy, size_t before)
{
	struct buffer *learned = &proposal->learned, exception = {0};
	struct further further = {0};

	proposal_find_further(proposal, candidate, policy, &further);
	buffer_add(&exception, learned->data + before, learned->len - before);
	learned->len = before;
	proposal_put_seen(learned, candidate, &further);
	buffer_add(learned, exception.data, exception.len);
	buffer_free(&exception);
	proposal->nr_learned++;
}

/* Adds the exception to the text, if the whole is a valid policy and it matches. */
static void proposal_learn(struct proposal *proposal, struct candidate *candidate)
{
	struct buffer *learned = &proposal->learned;
	size_t before = learned->len;
	struct shelltrap_policy *policy = NULL;
	const char *miss = "its alert cannot be read";
	char *fault = NULL;

	buffer_puts(learned, "\n");
	if (proposal_read(proposal, candidate->commands[0]))
		miss = proposal_put_form(proposal, candidate, learned);
	if (!miss) {
		policy = proposal_check(proposal, learned, &fault);
		miss = policy ? proposal_try(proposal, policy, candidate) : fault;
	}
	if (miss) {
		candidate_refuse(candidate, miss);
		learned->len = before;
		learned->data[before] = '\0';
	} else {
		proposal_accept(proposal, candidate, policy, before + 1);
	}
	free(fault);
	if (policy)
		policy_free(policy);
}

static void proposal_learn_all(struct proposal *proposal)
{
	size_t i;

	fit_identify(proposal->base);
	for (i = 0; i < proposal->nr_candidates; i++) {
		struct candidate *candidate = &proposal->candidates[i];

		if (candidate->why)
			continue;
		if (proposal_is_silent(proposal, candidate->commands[0]))
			candidate_refuse(candidate, "an exception of the policy silences it");
		else
			proposal_learn(proposal, candidate);
	}
}

static int candidate_compare_reasons(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;
	int order = strcmp(one->why ? one->why : "", other->why ? other->why : "");

	return order ? order : candidate_compare(a, b);
}

static void proposal_put_refused(struct buffer *out, const struct candidate *candidate)
{
	buffer_puts(out, "#   ");
	proposal_put_tally(out, candidate);
	buffer_puts(out, ": ");
	text_put(out, candidate->commands[0]->program, TEXT_ASCII);
	buffer_putc(out, ':');
	proposal_put_argv(out, &candidate->commands[0]->argv);
	buffer_putc(out, '\n');
}

static void proposal_put_all_refused(struct proposal *proposal, struct buffer *out)
{
	const char *why = NULL;
	size_t i, listed = 0, more = 0;

	if (proposal->nr_candidates)
		qsort(proposal->candidates, proposal->nr_candidates,
		      sizeof(*proposal->candidates), candidate_compare_reasons);
	for (i = 0; i < proposal->nr_candidates; i++) {
		const struct candidate *candidate = &proposal->candidates[i];

		if (!candidate->why)
			continue;
		if (listed++ >= LISTED_MAX) {
			more++;
			continue;
		}
		if (!why || strcmp(why, candidate->why)) {
			why = candidate->why;
			buffer_puts(out, "\n# NOT LEARNED: ");
			text_put(out, why, TEXT_ASCII);
			buffer_putc(out, '\n');
		}
		proposal_put_refused(out, candidate);
	}
	if (more)
		buffer_printf(out, "#   ... and %zu more; a filter or a shorter period shows "
			      "them\n", more);
}

static void proposal_put_head(const struct proposal *proposal, struct buffer *out)
{
	const struct learn *learn = &proposal->learn;

	buffer_puts(out, "# Proposed by \"shelltrap policy learn\" from ");
	proposal_put_count(out, learn->all.count, "alert");
	buffer_puts(out, ", ");
	when_put(out, learn->all.first);
	buffer_puts(out, " to ");
	when_put(out, learn->all.last);
	buffer_puts(out, ".\n# ");
	proposal_put_count(out, proposal->nr_learned, "exception");
	buffer_printf(out, " would have silenced %" PRIu64 " of them.\n", proposal->silenced);
	if (learn->left_out) {
		buffer_puts(out, "# NOT LOOKED AT: ");
		proposal_put_count(out, learn->left_out, "alert");
		buffer_printf(out, ", as there are more than %d different commands,\n# %d MiB of "
			      "them, or %d alerts; choose a shorter period, or a filter.\n",
			      LEARN_COMMANDS_MAX, LEARN_BYTES_MAX >> 20, LEARN_ALERTS_MAX);
	}
	buffer_puts(out, "# Nothing of this is in force. Delete what you do not know to be right, "
		    "put the rest into a\n# file in /etc/shelltrap/policy.d, and prove it: after "
		    "\"shelltrap policy load --observe 1440\"\n# no alert with the verdict would-deny "
		    "may be one of these.\n");
}

static int proposal_print(struct proposal *proposal)
{
	struct buffer text = {0};

	proposal_put_head(proposal, &text);
	if (proposal->learned.len)
		buffer_add(&text, proposal->learned.data, proposal->learned.len);
	proposal_put_all_refused(proposal, &text);
	return policy_print(&text);
}

static int proposal_make(struct proposal *proposal)
{
	if (!proposal->learn.all.count) {
		complain("no alerts were found; 'shelltrap log' shows those that there are");
		return FAILED;
	}
	learn_find_calm(&proposal->learn);
	proposal_find(proposal);
	proposal_learn_all(proposal);
	return proposal_print(proposal);
}

static int proposal_run(struct proposal *proposal)
{
	struct policy_report report = {0};
	struct host host;
	struct view view = { .host = &host, .user_name = user_name, .group_name = group_name };
	int ret, made;

	proposal->files.defer_names = true;
	proposal->base = policy_read(&proposal->files, &report);
	if (!proposal->base)
		fputs(report.faults.data, stderr);
	policy_report_free(&report);
	if (!proposal->base)
		return WRONG_USAGE;
	host_read(&host);
	proposal->query.view = &view;
	proposal->learn.policy = proposal->base;
	if (!filter_is_empty(&proposal->filter))
		proposal->learn.filter = &proposal->filter;
	ret = past_read(&proposal->query, learn_take, &proposal->learn);
	made = proposal_make(proposal);
	return ret ? ret : made;
}

static void proposal_free(struct proposal *proposal)
{
	size_t i;

	for (i = 0; i < proposal->nr_candidates; i++) {
		free((char *)proposal->candidates[i].argv.data);
		free(proposal->candidates[i].commands);
		free(proposal->candidates[i].why);
	}
	free(proposal->candidates);
	free(proposal->group);
	buffer_free(&proposal->learned);
	learn_free(&proposal->learn);
	filter_free(&proposal->filter);
	if (proposal->base)
		policy_free(proposal->base);
}

int policy_learn_main(int argc, char **argv)
{
	static struct proposal proposal;
	int ret;

	proposal = (struct proposal){0};
	tzset();
	ret = options_read(&policy_learn_usage, &proposal, argc, argv);
	if (ret < 0) {
		stop_on_signals();
		proposal.query.files = argv + optind;
		proposal.query.nr_files = argc - optind;
		ret = proposal_run(&proposal);
	}
	proposal_free(&proposal);
	return ret;
}
