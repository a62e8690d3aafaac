// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap log": prints past records, from the logger's files and what the kernel holds. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "command/access_option.h"
#include "command/filter_options.h"
#include "command/printer.h"
#include "format/json_tree.h"
#include "format/stored.h"
#include "lib/console.h"
#include "lib/message.h"
#include "lib/pager.h"
#include "past/parse.h"
#include "past/past.h"
#include "past/spool.h"

/* What is written at once, except to a terminal. */
#define LOG_CHUNK (64 * 1024)

struct log {
	struct printer printer;
	struct past_query query;
	struct filter filter;
	struct access_logs access;
	uint64_t count;			/* of the newest records; 0: all */
	bool newest_first;
	struct spool spool;
	struct stored stored;
	struct buffer out;
	bool at_once;			/* write each record at once */
	uint64_t unreadable;		/* records that the format has no words for */
};

static const struct usage usage;

static int log_format(void *log)
{
	return printer_format_option(&((struct log *)log)->printer, &usage);
}

static int log_color(void *log)
{
	return printer_color_option(&((struct log *)log)->printer, &usage);
}

static int log_json(void *log)
{
	return printer_json_option(&((struct log *)log)->printer, &usage);
}

static const struct command_option log_options[] = {
	{ "since", "TIME", WHEN_SINCE, OPTION_MEMBER(when_option, struct log, query.since) },
	{ "until", "TIME", WHEN_UNTIL, OPTION_MEMBER(when_option, struct log, query.until) },
	{ "lines", "N", "only the newest N records",
	  OPTION_NUMBER(struct log, count, 1, UINT32_MAX), .letter = 'n' },
	{ "reverse", NULL, "the newest record first", OPTION_FLAG(struct log, newest_first),
	  .letter = 'r' },
	{ "format", "FORMAT", "text (default), compact, json, ecs, ocsf, cef or syslog; see "
	  "shelltrap-formats(5)", OPTION_CALL(log_format), .letter = 'f' },
	{ "json", VALUE_PRETTY, "the format json; pretty: on several lines, for people",
	  OPTION_CALL(log_json) },
	{ "color", "WHEN", "auto (default), always or never", OPTION_CALL(log_color) },
	ACCESS_OPTION(struct log, access),
	UTC_OPTION,
	{}
};

static const struct usage usage = {
	.command = "log",
	.synopsis = "[OPTION]... [FILE]...",
	.purpose =
	"Prints past records: from the files that the logger writes, rotated and compressed ones "
	"included, and what the kernel still holds; or from FILE, '-' being standard input.",
	.options = log_options,
	.more = filter_options,
	.more_offset = offsetof(struct log, filter),
	.takes_operands = true,
};

/* The options of the daemon, which had this name. */
static bool log_means_logger(int argc, char **argv)
{
	static const char *const old[] = { "--output", "--config", "--state", "--wait" };
	int arg;
	size_t i;

	for (arg = 1; arg < argc; arg++)
		for (i = 0; i < ARRAY_SIZE(old); i++)
			if (!strncmp(argv[arg], old[i], strlen(old[i])))
				return true;
	return false;
}

static int log_flush(struct log *log)
{
	int ret;

	/* Not before there is something to show: until then, progress is shown on the terminal. */
	if (log->out.len)
		pager_start();
	ret = console_write(STDOUT_FILENO, &log->out);
	buffer_reset(&log->out);
	return ret;
}

static bool log_is_plain(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\177' || text[i] == '\xc2')
			return false;
	return true;
}

/* Between values, a control character can only be space. C1 has two bytes: U+009B is CSI. */
static void log_put_byte(struct log *log, const char *text, size_t i)
{
	unsigned char c = text[i], before = i ? text[i - 1] : 0;

	if (before == 0xc2 && c >= 0x80 && c < 0xa0)
		buffer_printf(&log->out, "\\u00%02x", c);
	else if (c == '\t' || c == '\r')
		buffer_putc(&log->out, ' ');
	else if (c < ' ' || c == 0x7f)
		buffer_printf(&log->out, "\\u00%02x", c);
	else if (c != 0xc2 || !text[i + 1] || (unsigned char)text[i + 1] >= 0xa0)
		buffer_putc(&log->out, c);
}

static bool log_put_pretty(struct log *log, const char *text)
{
	struct json_object *object = json_tokener_parse(text);

	if (object)
		json_put_pretty(&log->out, object);
	return object;
}

/* As it is stored, unless a character of it could act on a terminal. */
static void log_put_json(struct log *log, const char *text, size_t len)
{
	size_t i;

	if (log->printer.pretty && log_put_pretty(log, text))
		return;
	if (log_is_plain(text, len)) {
		buffer_add(&log->out, text, len);
	} else {
		for (i = 0; i < len; i++)
			log_put_byte(log, text, i);
	}
	buffer_putc(&log->out, '\n');
}

/* A record about the module, for people: when, what, and its number. */
static void log_put_other(struct log *log, const struct node *object)
{
	const char *time = node_string(object, "time");
	const char *type = node_string(object, "type");
	const char *event = node_string(object, "event");
	const char *verdict = node_string(object, "verdict");
	uint64_t seq = 0;

	node_number(object, "seq", &seq);
	text_put(&log->out, time ? time : "(time unknown)", log->printer.view.charset);
	buffer_putc(&log->out, ' ');
	text_put(&log->out, type ? type : "record", log->printer.view.charset);
	if (event || verdict) {
		buffer_putc(&log->out, ' ');
		text_put(&log->out, event ? event : verdict, log->printer.view.charset);
	}
	buffer_printf(&log->out, ", seq %" PRIu64 "\n", seq);
	if (log->printer.format == &format_text)
		buffer_putc(&log->out, '\n');
}

static void log_put_record(struct log *log, const struct node *object, size_t len)
{
	const struct format *format = log->printer.format;

	log->stored.view.charset = log->printer.view.charset;
	log->stored.view.color = log->printer.view.color;
	log->stored.view.shows_host = log->query.nr_files > 0;
	if (stored_read(&log->stored, object, len))
		format->put(&log->out, &log->stored.record, &log->stored.view);
	else if (!format->read_back)
		log_put_other(log, object);
	else
		log->unreadable++;
}

static int log_print(struct log *log, const char *text, size_t len, const struct node *object)
{
	if (log->printer.format == &format_json)
		log_put_json(log, text, len);
	else if (object)
		log_put_record(log, object, len);
	if (!log->at_once && log->out.len < LOG_CHUNK)
		return 0;
	return log_flush(log);
}

static int log_print_spooled(void *context, const char *text, size_t len)
{
	struct log *log = context;
	const struct node *object = NULL;
	int ret;

	if (stop_requested())
		return -EINTR;
	if (log->printer.format != &format_json)
		object = past_parse(text, len);
	ret = log_print(log, text, len, object);
	return ret;
}

/* Errors are negative, so that they differ from exit codes. */
static int log_take(void *context, const struct past_line *line)
{
	struct log *log = context;

	if (log->count || log->newest_first)
		return spool_add(&log->spool, line->text, line->len);
	return log_print(log, line->text, line->len, line->object);
}

static int log_failed(int error)
{
	return error == -EINTR ? DONE : console_failed(error);
}

static int log_run(struct log *log)
{
	int ret, error = 0;

	spool_open(&log->spool, log->count);
	ret = past_read(&log->query, log_take, log);
	if (ret < 0)
		return log_failed(ret);
	if (log->count || log->newest_first)
		error = spool_each(&log->spool, log->newest_first, log_print_spooled, log);
	if (!error)
		error = log_flush(log);
	if (error)
		return log_failed(error);
	if (!log->unreadable)
		return ret;
	complain("left out of a kind that this program does not know: %" PRIu64 " record%s; the "
		 "format json has all", log->unreadable, log->unreadable == 1 ? "" : "s");
	return FAILED;
}

static void log_stop(struct log *log)
{
	spool_close(&log->spool);
	printer_stop(&log->printer);
	stored_free(&log->stored);
	filter_free(&log->filter);
	access_logs_free(&log->access);
	buffer_free(&log->out);
}

int log_main(int argc, char **argv)
{
	static struct log log;
	int ret;

	if (log_means_logger(argc, argv)) {
		complain("the logger is 'shelltrap logger' now; this command prints past alerts");
		return WRONG_USAGE;
	}
	ret = options_read(&usage, &log, argc, argv);
	if (ret >= 0)
		return ret;
	stop_on_signals();
	printer_start(&log.printer);
	log.at_once = isatty(STDOUT_FILENO);
	log.query.files = argv + optind;
	log.query.nr_files = argc - optind;
	log.query.view = &log.printer.view;
	log.query.access = &log.access;
	log.query.filter = filter_is_empty(&log.filter) ? NULL : &log.filter;
	log.query.text_only = log.count || log.newest_first;
	ret = log_run(&log);
	log_stop(&log);
	return ret;
}
