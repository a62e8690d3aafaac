// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap report": one page about what was done through a web server. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command/access_option.h"
#include "command/filter_options.h"
#include "command/printer.h"
#include "lib/choice.h"
#include "lib/console.h"
#include "lib/message.h"
#include "lib/number.h"
#include "lib/replace.h"
#include "lib/xalloc.h"
#include "past/parse.h"
#include "past/past.h"
#include "report/html.h"
#include "report/markdown.h"

/* A page has command lines, which may have passwords: not for everybody. */
#define REPORT_MODE 0640

enum report_format {
	REPORT_HTML,
	REPORT_MARKDOWN,
};

struct report {
	uint64_t format;
	const char *output;
	struct printer printer;		/* for records from the kernel */
	struct past_query query;
	struct filter filter;
	struct access_logs access;
	uint64_t seq;			/* 0: all alerts of the query */
	struct head chosen;		/* the alert of that number; seq 0: not found */
	size_t others;			/* alerts with the same number */
	uint64_t of;			/* the alert that a record of that number is about; or 0 */
	struct collection collection;
};

static const struct usage usage;

static int report_format_option(void *settings)
{
	static const char *const words[] = { "html", "markdown" };
	static const struct choices formats = CHOICES(words);
	struct report *report = settings;
	int format = choice_find(&formats, optarg);

	if (format < 0)
		return wrong_usage(&usage, "--format: '%s' is none of %s", optarg,
				   choice_list(&formats));
	report->format = format;
	return 0;
}

static const struct command_option report_options[] = {
	{ "output", "FILE", "write the page to FILE, which is replaced as a whole",
	  OPTION_STRING(struct report, output) },
	{ "format", "FORMAT", "html (default), a page for a browser, or markdown, for a ticket",
	  OPTION_CALL(report_format_option), .letter = 'f' },
	{ "since", "TIME", WHEN_SINCE, OPTION_MEMBER(when_option, struct report, query.since) },
	{ "until", "TIME", WHEN_UNTIL, OPTION_MEMBER(when_option, struct report, query.until) },
	ACCESS_OPTION(struct report, access),
	UTC_OPTION,
	{}
};

static const struct usage usage = {
	.command = "report",
	.synopsis = "--output FILE [OPTION]... [SEQ] [FILE]...",
	.purpose = "Writes one page about what was done through a web server: what happened, the "
		   "process tree, a timeline, the request, files, and what to do. With SEQ, about "
		   "the alert with that number and what its server's lineage did within ten "
		   "minutes of it; else about all alerts since --since, or of FILE. It reads the "
		   "same files as 'shelltrap log'.",
	.options = report_options,
	.more = filter_options,
	.more_offset = offsetof(struct report, filter),
	.takes_operands = true,
};

/* Records that are about an alert have its number as "of". */
static void report_find_of(struct report *report, const struct node *object)
{
	uint64_t of;

	if (node_number(object, "of", &of))
		report->of = of;
}

/* The first reading: finds the latest alert with the number. */
static int report_take_number(void *context, const struct past_line *line)
{
	struct report *report = context;
	const struct node *object;
	const char *type;

	if (line->head.seq != report->seq || line->head.loss)
		return 0;
	object = past_parse(line->text, line->len);
	if (!object)
		return 0;
	type = node_string(object, "type");
	if (type && strcmp(type, "alert")) {
		report_find_of(report, object);
	} else {
		report->others += report->chosen.seq != 0;
		if (!report->chosen.seq || strcmp(line->head.time, report->chosen.time) >= 0)
			report->chosen = line->head;
	}
	return 0;
}

static int report_take(void *context, const struct past_line *line)
{
	struct report *report = context;
	struct entry *entry;

	if (report->chosen.seq && line->head.instance != report->chosen.instance)
		return 0;
	entry = entry_of(line->object, line->text, line->len);
	if (entry)
		collection_add(&report->collection, entry);
	return 0;
}

/* replace_file() wants an absolute path. */
static char *report_path(const char *path)
{
	struct buffer whole = {0};
	char *directory;

	if (*path == '/')
		return xstrdup(path);
	directory = getcwd(NULL, 0);
	buffer_printf(&whole, "%s/%s", directory ? directory : "", path);
	free(directory);
	return whole.data;
}

static int report_write(const struct report *report)
{
	uint64_t now = time(NULL) * MOMENT_SECOND;
	char *path = report_path(report->output);
	struct buffer page = {0};
	int ret;

	if (report->format == REPORT_MARKDOWN)
		markdown_put_report(&page, &report->collection, now);
	else
		html_put_report(&page, &report->collection, now);
	ret = replace_file(path, &page, REPORT_MODE);
	if (ret)
		complain("%s: %s", report->output, strerror(-ret));
	buffer_free(&page);
	free(path);
	return ret ? FAILED : DONE;
}

static int report_not_found(const struct report *report)
{
	if (report->of)
		complain("record %" PRIu64 " is about the alert %" PRIu64 "; write 'shelltrap "
			 "report %" PRIu64 "'", report->seq, report->of, report->of);
	else
		complain("no alert has the number %" PRIu64, report->seq);
	return FAILED;
}

/* Reads all that the query wants. Returns an exit code. */
static int report_read_all(struct report *report)
{
	int ret;

	report->query.access = &report->access;
	ret = past_read(&report->query, report_take, report);
	if (stop_requested())
		return FAILED;
	collection_sort(&report->collection);
	if (report->collection.incident_count)
		return ret;
	complain("no alerts were found");
	return FAILED;
}

/* Reads what is near the alert that was found, whatever the filters are. */
static int report_read_near(struct report *report)
{
	struct past_query near = report->query;
	uint64_t time;

	near.filter = NULL;
	near.access = &report->access;
	near.text_only = false;
	near.quiet = true;
	near.since = 0;
	near.until = 0;
	if (moment_parse(report->chosen.time, &time)) {
		near.since = time > INCIDENT_WINDOW ? time - INCIDENT_WINDOW : 0;
		near.until = time + INCIDENT_WINDOW;
	}
	if (report->others)
		complain("%zu more alert%s this number, of another host or an earlier load of "
			 "the module: the report is about the latest; --host and --until choose "
			 "another one", report->others, report->others == 1 ? " has" : "s have");
	past_read(&near, report_take, report);
	if (collection_choose(&report->collection, report->seq))
		return DONE;
	complain("the alert %" PRIu64 " is gone: its file was cut, or the kernel no longer has it",
		 report->seq);
	return FAILED;
}

/* Reads twice: the alert tells which time and which module instance are wanted. */
static int report_read_number(struct report *report)
{
	struct files files = {0};
	int error = past_open_files(&report->query, &files), ret;

	if (error) {
		complain("a copy of what a pipe gives: %s", strerror(-error));
		files_close(&files);
		return FAILED;
	}
	report->query.opened = &files;
	report->query.text_only = true;
	ret = past_read(&report->query, report_take_number, report);
	if (stop_requested())
		ret = FAILED;
	else if (!report->chosen.seq)
		ret = report_not_found(report);
	else if (report_read_near(report))
		ret = FAILED;
	files_close(&files);
	return ret;
}

static int report_run(struct report *report)
{
	int ret = report->seq ? report_read_number(report) : report_read_all(report);

	/* What could not be read is no reason to withhold the rest. */
	if (report->collection.incident_count && report_write(report))
		ret = FAILED;
	collection_free(&report->collection);
	return ret;
}

static int report_check(const struct report *report)
{
	if (!report->output)
		return wrong_usage(&usage, "--output FILE is needed");
	if (!report->seq && !report->query.since && !report->query.nr_files)
		return wrong_usage(&usage, "what about? Give the number of an alert, which "
				   "'shelltrap log' shows as seq, or --since, as --since -1h");
	return 0;
}

int report_main(int argc, char **argv)
{
	static struct report report;
	int ret = options_read(&usage, &report, argc, argv);

	if (ret >= 0)
		return ret;
	if (argv[optind] && !parse_number(argv[optind], 1, UINT64_MAX, &report.seq))
		optind++;
	report.query.files = argv + optind;
	report.query.nr_files = argc - optind;
	ret = report_check(&report);
	if (ret)
		return ret;
	stop_on_signals();
	printer_start(&report.printer);
	report.query.view = &report.printer.view;
	report.query.filter = filter_is_empty(&report.filter) ? NULL : &report.filter;
	ret = report_run(&report);
	printer_stop(&report.printer);
	filter_free(&report.filter);
	access_logs_free(&report.access);
	return ret;
}
