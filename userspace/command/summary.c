// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap summary": how many alerts of each rule, server, user, ... there were, and when. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command/filter_options.h"
#include "command/printer.h"
#include "format/json_tree.h"
#include "lib/choice.h"
#include "lib/console.h"
#include "lib/node.h"
#include "lib/pager.h"
#include "lib/when.h"
#include "lib/xalloc.h"
#include "past/past.h"

/* An attacker may make up names: further ones are counted together. */
#define GROUPS_MAX 10000
#define BUCKETS 4096
#define VERDICTS_MAX 8
#define BAR_COLUMNS 20
/* Alerts that are remembered for the outcomes and repeats that come after them. */
#define RECENT 8192

struct group {
	struct group *next;		/* in the same bucket */
	char *name;
	uint64_t count;
	char first[HEAD_TIME + 1], last[HEAD_TIME + 1];
	struct {
		char name[24];
		uint64_t count;
	} verdicts[VERDICTS_MAX];
};

/* An alert, by its number modulo RECENT. */
struct recent {
	uint64_t instance, seq;
	struct group *group;
};

struct summary {
	struct printer printer;
	struct past_query query;
	struct filter filter;
	uint64_t by;			/* index in the table of keys */
	uint64_t lines;			/* groups to print; 0: all */
	bool json, pretty;
	struct group *buckets[BUCKETS];
	struct group *others;		/* NULL: there are not too many groups */
	size_t count;
	struct recent recent[RECENT];
	uint64_t events;		/* records about the sensor itself */
	uint64_t losses;		/* records of the kind, not what they stand for */
};

static const struct usage usage;

static const char *const summary_keys[] = {
	"rule", "server", "user", "client", "command", "unit", "host", "day",
};

static const char *const summary_paths[] = {
	"rule", "server.comm", "process.user", "request.client", "pathname", "unit", "host",
	"time",
};

static int summary_by(void *context)
{
	static const struct choices keys = CHOICES(summary_keys);
	struct summary *summary = context;
	int by = choice_find(&keys, optarg);

	if (by < 0)
		return wrong_usage(&usage, "--by: '%s' is none of %s", optarg, choice_list(&keys));
	summary->by = by;
	return 0;
}

static int summary_json(void *context)
{
	struct summary *summary = context;

	summary->json = true;
	return pretty_option(&usage, &summary->pretty);
}

static const struct command_option summary_options[] = {
	{ "by", "WHAT", "rule (default), server, user, client, command, unit, host or day",
	  OPTION_CALL(summary_by) },
	{ "lines", "N", "only the first N of them, the most frequent",
	  OPTION_NUMBER(struct summary, lines, 1, UINT32_MAX), .letter = 'n' },
	{ "json", VALUE_PRETTY, "one JSON object; pretty: on several lines, for people",
	  OPTION_CALL(summary_json) },
	{ "since", "TIME", WHEN_SINCE, OPTION_MEMBER(when_option, struct summary, query.since) },
	{ "until", "TIME", WHEN_UNTIL, OPTION_MEMBER(when_option, struct summary, query.until) },
	UTC_OPTION,
	{}
};

static const struct usage usage = {
	.command = "summary",
	.synopsis = "[OPTION]... [FILE]...",
	.purpose =
	"Counts past alerts by rule, server, user, ...: how many, the first and the last one, and "
	"their verdicts. It reads the same files as 'shelltrap log'.",
	.options = summary_options,
	.more = filter_options,
	.more_offset = offsetof(struct summary, filter),
	.takes_operands = true,
};

static struct group *group_new(const char *name)
{
	struct group *group = xcalloc(1, sizeof(*group));

	group->name = xstrdup(name);
	return group;
}

static struct group *summary_group(struct summary *summary, const char *name)
{
	uint32_t hash = 2166136261u;
	const char *at;
	struct group **bucket, *group;

	for (at = name; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619;
	bucket = &summary->buckets[hash % BUCKETS];
	for (group = *bucket; group; group = group->next)
		if (!strcmp(group->name, name))
			return group;
	if (summary->count == GROUPS_MAX) {
		if (!summary->others)
			summary->others = group_new("(others)");
		return summary->others;
	}
	group = group_new(name);
	group->next = *bucket;
	*bucket = group;
	summary->count++;
	return group;
}

/* "count" may be negative: what was counted under another verdict before. */
static void group_count_verdict(struct group *group, const char *verdict, int64_t count)
{
	size_t i;

	for (i = 0; i < VERDICTS_MAX; i++) {
		if (!group->verdicts[i].name[0])
			snprintf(group->verdicts[i].name, sizeof(group->verdicts[i].name), "%s",
				 verdict);
		else if (strcmp(group->verdicts[i].name, verdict))
			continue;
		group->verdicts[i].count += count;
		return;
	}
}

static void group_add(struct group *group, const struct past_line *line, uint64_t count)
{
	const char *verdict = node_string(line->object, "verdict");
	const char *time = line->head.time;

	group->count += count;
	if (*time && (!group->first[0] || strcmp(time, group->first) < 0))
		memcpy(group->first, time, sizeof(group->first));
	if (*time && strcmp(time, group->last) > 0)
		memcpy(group->last, time, sizeof(group->last));
	group_count_verdict(group, verdict ? verdict : "unknown", count);
}

/* The local time of a day or of a second; "-" if it is not known. */
static const char *summary_time(const char *utc, bool day)
{
	static struct buffer text;
	struct tm tm = {0};

	if (!strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm))
		return "-";
	buffer_reset(&text);
	when_put(&text, timegm(&tm) * UINT64_C(1000000000));
	if (day)
		text.data[strlen("2026-11-26")] = '\0';
	return text.data;
}

/* Without the port of a client, which is another one for each connection. */
static const char *summary_client(const char *client)
{
	static char text[64];
	const char *colon = client ? strrchr(client, ':') : NULL;

	if (!colon || (size_t)(colon - client) >= sizeof(text))
		return client;
	memcpy(text, client, colon - client);
	text[colon - client] = '\0';
	return text;
}

static const char *summary_name(const struct summary *summary, const struct past_line *line)
{
	const char *name = node_string(line->object, summary_paths[summary->by]);
	static char uid[24];
	uint64_t number;

	if (!strcmp(summary_keys[summary->by], "day"))
		return summary_time(line->head.time, true);
	if (!strcmp(summary_keys[summary->by], "client"))
		name = summary_client(name);
	if (!name && !strcmp(summary_keys[summary->by], "user") &&
	    node_number(line->object, "process.uid", &number)) {
		snprintf(uid, sizeof(uid), "%" PRIu64, number);
		name = uid;
	}
	return name ? name : "-";
}

static void summary_take_alert(struct summary *summary, const struct past_line *line)
{
	struct group *group = summary_group(summary, summary_name(summary, line));

	group_add(group, line, 1);
	summary->recent[line->head.seq % RECENT] = (struct recent){
		line->head.instance, line->head.seq, group,
	};
}

/* The group of the alert that an outcome or repeats are about; NULL: not known any more. */
static struct group *summary_group_of(struct summary *summary, const struct past_line *line)
{
	const struct recent *recent;
	uint64_t of;

	if (!node_number(line->object, "of", &of))
		return NULL;
	recent = &summary->recent[of % RECENT];
	return recent->seq == of && recent->instance == line->head.instance ? recent->group : NULL;
}

static void summary_take_repeats(struct summary *summary, const struct past_line *line)
{
	struct group *group = summary_group_of(summary, line);
	uint64_t count;

	if (!node_number(line->object, "count", &count))
		return;
	if (!group)
		group = summary_group(summary, summary_name(summary, line));
	group_add(group, line, count);
}

/* The verdict of the alert was "held" if the outcome says why it ended, and else "pending". */
static void summary_take_outcome(struct summary *summary, const struct past_line *line)
{
	struct group *group = summary_group_of(summary, line);
	const char *verdict = node_string(line->object, "verdict");

	if (!group || !verdict)
		return;
	group_count_verdict(group, node_at(line->object, "why") ? "held" : "pending", -1);
	group_count_verdict(group, verdict, 1);
}

static int summary_take(void *context, const struct past_line *line)
{
	const char *type = node_string(line->object, "type");
	struct summary *summary = context;

	if (!type || !strcmp(type, "alert"))
		summary_take_alert(summary, line);
	else if (line->head.loss)
		summary->losses++;
	else if (!strcmp(type, "repeats"))
		summary_take_repeats(summary, line);
	else if (!strcmp(type, "outcome"))
		summary_take_outcome(summary, line);
	else
		summary->events++;
	return 0;
}

static int group_compare(const void *a, const void *b)
{
	const struct group *one = *(struct group *const *)a, *other = *(struct group *const *)b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	return strcmp(one->name, other->name);
}

static int group_compare_names(const void *a, const void *b)
{
	return strcmp((*(struct group *const *)a)->name, (*(struct group *const *)b)->name);
}

/* All groups, the most frequent first, but days in their order. The caller frees the array. */
static struct group **summary_sort(struct summary *summary, size_t *count)
{
	struct group **groups = xcalloc(summary->count + 1, sizeof(*groups)), *group;
	size_t i, n = 0;

	for (i = 0; i < BUCKETS; i++)
		for (group = summary->buckets[i]; group; group = group->next)
			groups[n++] = group;
	qsort(groups, n, sizeof(*groups), !strcmp(summary_keys[summary->by], "day") ?
	      group_compare_names : group_compare);
	if (summary->others)
		groups[n++] = summary->others;
	*count = n;
	return groups;
}

static void summary_put_json(struct summary *summary, struct group *const *groups, size_t count)
{
	struct json_object *object = json_new_object(), *list = json_new_array();
	struct number losses = { true, summary->losses }, events = { true, summary->events };
	size_t i, v;

	for (i = 0; i < count; i++) {
		struct json_object *one = json_new_object(), *verdicts = json_new_object();
		struct number number = { true, groups[i]->count };

		json_put_string(one, "name", groups[i]->name);
		json_put_number(one, "count", &number);
		json_put_string(one, "first", groups[i]->first[0] ? groups[i]->first : NULL);
		json_put_string(one, "last", groups[i]->last[0] ? groups[i]->last : NULL);
		for (v = 0; v < VERDICTS_MAX; v++) {
			if (!groups[i]->verdicts[v].count)
				continue;
			number.value = groups[i]->verdicts[v].count;
			json_put_number(verdicts, groups[i]->verdicts[v].name, &number);
		}
		json_put(one, "verdicts", verdicts);
		json_append(list, one);
	}
	json_put_string(object, "by", summary_keys[summary->by]);
	json_put(object, "groups", list);
	json_put_number(object, "losses", &losses);
	json_put_number(object, "events", &events);
	if (summary->pretty)
		json_put_pretty(&summary->printer.line, object);
	else
		json_put_line(&summary->printer.line, object);
}

static void summary_put_bar(struct summary *summary, uint64_t count, uint64_t most)
{
	const char *block = summary->printer.view.charset == TEXT_UTF8 ? "█" : "#";
	size_t i, len = most ? (count * BAR_COLUMNS + most - 1) / most : 0;

	for (i = 0; i < BAR_COLUMNS; i++)
		buffer_puts(&summary->printer.line, i < len ? block : " ");
	buffer_putc(&summary->printer.line, ' ');
}

static void summary_put_group(struct summary *summary, const struct group *group, uint64_t most)
{
	struct buffer *out = &summary->printer.line;
	const char *before = "  (";
	size_t v;

	buffer_printf(out, "%8" PRIu64 " ", group->count);
	if (isatty(STDOUT_FILENO))
		summary_put_bar(summary, group->count, most);
	buffer_printf(out, "%s  ", summary_time(group->first, false));
	buffer_printf(out, "%s  ", summary_time(group->last, false));
	text_put(out, group->name, summary->printer.view.charset);
	for (v = 0; v < VERDICTS_MAX; v++) {
		if (!group->verdicts[v].count)
			continue;
		buffer_printf(out, "%s%" PRIu64 " ", before, group->verdicts[v].count);
		before = ", ";
		text_put(out, group->verdicts[v].name, summary->printer.view.charset);
	}
	buffer_puts(out, ")\n");
}

static void summary_put_text(struct summary *summary, struct group *const *groups, size_t count)
{
	struct buffer *out = &summary->printer.line;
	uint64_t most = 0;
	size_t i;

	for (i = 0; i < count; i++)
		most = groups[i]->count > most ? groups[i]->count : most;
	buffer_printf(out, "%8s %s%-22s  %-22s  %s\n", "count",
		      isatty(STDOUT_FILENO) ? "                     " : "", "first", "last",
		      summary_keys[summary->by]);
	for (i = 0; i < count; i++)
		summary_put_group(summary, groups[i], most);
	if (!count)
		buffer_puts(out, "no alerts\n");
	if (summary->losses)
		buffer_printf(out, "%8" PRIu64 " loss%s; 'shelltrap log' shows what is known\n",
			      summary->losses, summary->losses == 1 ? "" : "es");
	if (summary->events)
		buffer_printf(out, "%8" PRIu64 " event%s of the sensor itself; see 'shelltrap "
			      "log'\n", summary->events, summary->events == 1 ? "" : "s");
}

static int summary_print(struct summary *summary)
{
	size_t count, i;
	struct group **groups = summary_sort(summary, &count);
	size_t shown = summary->lines && summary->lines < count ? summary->lines : count;
	int error;

	if (summary->json)
		summary_put_json(summary, groups, shown);
	else
		summary_put_text(summary, groups, shown);
	pager_start();
	error = console_write(STDOUT_FILENO, &summary->printer.line);
	for (i = 0; i < count; i++) {
		free(groups[i]->name);
		free(groups[i]);
	}
	free(groups);
	return error ? console_failed(error) : DONE;
}

int summary_main(int argc, char **argv)
{
	static struct summary summary;
	int ret = options_read(&usage, &summary, argc, argv), printed;

	if (ret >= 0)
		return ret;
	stop_on_signals();
	printer_start(&summary.printer);
	summary.query.files = argv + optind;
	summary.query.nr_files = argc - optind;
	summary.query.view = &summary.printer.view;
	summary.query.filter = filter_is_empty(&summary.filter) ? NULL : &summary.filter;
	ret = past_read(&summary.query, summary_take, &summary);
	printed = summary_print(&summary);
	printer_stop(&summary.printer);
	filter_free(&summary.filter);
	return ret ? ret : printed;
}
