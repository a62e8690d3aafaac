// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap report": one page about what was done through a web server. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command/options.h"
#include "lib/choice.h"
#include "lib/message.h"
#include "lib/number.h"
#include "lib/replace.h"
#include "lib/xalloc.h"
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
	bool has_seq;
	uint64_t seq;
	struct collection collection;
	size_t bad_lines;
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
	  OPTION_CALL(report_format_option) },
	{}
};

static const struct usage usage = {
	.command = "report",
	.synopsis = "--output FILE [--format FORMAT] [SEQ] FILE...",
	.purpose = "Writes one page about what was done through a web server: what happened, the "
		   "process tree, a timeline, the request, files, and what to do. With SEQ, about "
		   "the alert with that number and what its server's lineage did within ten "
		   "minutes of it.",
	.options = report_options,
	.takes_operands = true,
};

static void report_take_line(struct report *report, const char *line, size_t len)
{
	struct entry *entry = entry_read(line, len);

	if (entry)
		collection_add(&report->collection, entry);
	else
		report->bad_lines++;
}

static int report_read(struct report *report, const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return FAILED;
	}
	report->bad_lines = 0;
	while ((len = getline(&line, &size, file)) > 0)
		report_take_line(report, line, len);
	if (report->bad_lines)
		complain("%s: left out %zu lines that are no records", path, report->bad_lines);
	free(line);
	if (file != stdin)
		fclose(file);
	return report->bad_lines ? FAILED : DONE;
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

/* Leaves in the collection what the page is about. */
static int report_choose(struct report *report)
{
	struct collection *collection = &report->collection;

	if (!report->has_seq) {
		collection_sort(collection);
		if (!collection->incident_count)
			complain("no alerts were found");
		return collection->incident_count ? DONE : FAILED;
	}
	if (!collection_choose(collection, report->seq)) {
		complain("no alert has the number %llu", (unsigned long long)report->seq);
		return FAILED;
	}
	if (collection->same_seq)
		complain("%zu other alerts have this number, of another host or an earlier load of "
			 "the module: the report is about the latest",
			 collection->same_seq);
	return DONE;
}

static int report_run(struct report *report, char **files)
{
	int ret = DONE;

	for (; *files; files++)
		if (report_read(report, *files))
			ret = FAILED;
	if (report_choose(report) || report_write(report))
		ret = FAILED;
	collection_free(&report->collection);
	return ret;
}

int report_main(int argc, char **argv)
{
	struct report report = {0};
	int ret = options_read(&usage, &report, argc, argv);

	if (ret >= 0)
		return ret;
	if (!report.output)
		return wrong_usage(&usage, "--output FILE is needed");
	if (argv[optind] && !parse_number(argv[optind], 1, UINT64_MAX, &report.seq)) {
		report.has_seq = true;
		optind++;
	}
	if (!argv[optind])
		return wrong_usage(&usage, "name a file with alerts as JSON, or '-' for standard "
					   "input");
	return report_run(&report, argv + optind);
}
