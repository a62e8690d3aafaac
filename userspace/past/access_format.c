// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/access_format.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/number.h"
#include "lib/xalloc.h"

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)
#define MICROSECOND UINT64_C(1000)
/* Without a duration: a request is taken to last no longer than this. */
#define REQUEST_LONGEST (60 * SECOND)
/* Servers read the clock a little before or after the moment that they log. */
#define CLOCK_SLACK (100 * MILLISECOND)
/* Bytes of a time or a number; more is none. */
#define SHORT_MAX 128
/* Seconds: later times and longer durations are none. */
#define SECONDS_MAX (UINT64_C(1) << 33)

enum access_what {
	ACCESS_UNUSED,
	ACCESS_CLIENT,		/* what the server takes for the client */
	ACCESS_PEER,		/* the far end of the connection, which is preferred */
	ACCESS_CLIENT_PORT,
	ACCESS_PID,
	ACCESS_THREAD,
	ACCESS_TIME,
	ACCESS_DURATION,
	ACCESS_REQUEST,		/* "GET /x HTTP/1.1" */
	ACCESS_TEXT,
};

/* A directive of a server; dialect-wise, the name as it stands in the format. */
struct access_field {
	const char *name;
	enum access_what what;
	enum request_string text;
	uint64_t unit;
	const char *time;
	bool at_end;
	const char *more;	/* directives that may follow at once and belong to the value */
};

#define CLF_TIME "%d/%b/%Y:%H:%M:%S %z"
#define ISO_TIME "%Y-%m-%dT%H:%M:%S%z"

#define PLAIN(directive, means)		{ .name = (directive), .what = ACCESS_##means }
#define TEXT(directive, string)		\
	{ .name = (directive), .what = ACCESS_TEXT, .text = REQUEST_##string }
#define DURATION(directive, is)		\
	{ .name = (directive), .what = ACCESS_DURATION, .unit = (is) }

/* "%{X}i" stands as "{X}i". Other directives are read over. */
static const struct access_field apache_fields[] = {
	PLAIN("a", CLIENT),
	PLAIN("h", CLIENT),
	PLAIN("{c}a", PEER),
	PLAIN("{c}h", PEER),
	PLAIN("{remote}p", CLIENT_PORT),
	PLAIN("P", PID),
	PLAIN("{pid}P", PID),
	PLAIN("{tid}P", THREAD),
	PLAIN("r", REQUEST),
	TEXT("m", METHOD),
	{ .name = "U", .what = ACCESS_TEXT, .text = REQUEST_URI, .more = "%q" },
	TEXT("f", SCRIPT),
	TEXT("{Host}i", HOST),
	TEXT("{User-Agent}i", USER_AGENT),
	TEXT("{User-agent}i", USER_AGENT),
	TEXT("{X-Forwarded-For}i", FORWARDED_FOR),
	DURATION("D", MICROSECOND),
	DURATION("T", SECOND),
	DURATION("{s}T", SECOND),
	DURATION("{ms}T", MILLISECOND),
	DURATION("{us}T", MICROSECOND),
	{}
};

static const struct access_field nginx_fields[] = {
	PLAIN("remote_addr", CLIENT),
	PLAIN("realip_remote_addr", PEER),
	PLAIN("remote_port", CLIENT_PORT),
	PLAIN("realip_remote_port", CLIENT_PORT),
	PLAIN("pid", PID),
	PLAIN("request", REQUEST),
	TEXT("request_method", METHOD),
	TEXT("request_uri", URI),
	TEXT("request_filename", SCRIPT),
	TEXT("host", HOST),
	TEXT("http_host", HOST),
	TEXT("http_user_agent", USER_AGENT),
	TEXT("http_x_forwarded_for", FORWARDED_FOR),
	{ .name = "time_local", .what = ACCESS_TIME, .time = CLF_TIME, .at_end = true },
	{ .name = "time_iso8601", .what = ACCESS_TIME, .time = ISO_TIME, .at_end = true },
	{ .name = "msec", .what = ACCESS_TIME, .unit = SECOND, .at_end = true },
	DURATION("request_time", SECOND),
	{}
};

/*
 * PHP-FPM's own access log: %p is the worker. Its client is what the web server, or another
 * peer that speaks FastCGI, says: it is REMOTE_ADDR, and names no client.
 */
static const struct access_field fpm_fields[] = {
	TEXT("R", REMOTE_ADDR),
	PLAIN("p", PID),
	TEXT("m", METHOD),
	TEXT("{REMOTE_ADDR}e", REMOTE_ADDR),
	TEXT("{REQUEST_URI}e", URI),
	{ .name = "r", .what = ACCESS_TEXT, .text = REQUEST_URI, .more = "%Q%q" },
	TEXT("f", SCRIPT),
	TEXT("{HTTP_HOST}e", HOST),
	TEXT("{HTTP_USER_AGENT}e", USER_AGENT),
	TEXT("{HTTP_X_FORWARDED_FOR}e", FORWARDED_FOR),
	{ .name = "t", .what = ACCESS_TIME, .time = CLF_TIME },
	{ .name = "T", .what = ACCESS_TIME, .time = CLF_TIME, .at_end = true },
	DURATION("d", SECOND),
	DURATION("{seconds}d", SECOND),
	DURATION("{mili}d", MILLISECOND),
	DURATION("{milli}d", MILLISECOND),
	DURATION("{milliseconds}d", MILLISECOND),
	DURATION("{micro}d", MICROSECOND),
	DURATION("{microseconds}d", MICROSECOND),
	{}
};

static const struct access_field unused_field = PLAIN("", UNUSED);
static const struct access_field time_field = PLAIN("t", TIME);
static const struct access_field clf_time = { .name = "t", .what = ACCESS_TIME, .time = CLF_TIME };
/* Of the named formats: which time it is differs from server to server. */
static const struct access_field either_time = {
	.name = "t", .what = ACCESS_TIME, .time = CLF_TIME
};

struct access_reader {
	struct access_format *format;
	const char *at;
	const struct access_field *fields;
	struct buffer literal;
	bool either;		/* the format is one of those with a name */
	struct buffer *fault;
};

static int __printf(2, 3) reader_fails(struct access_reader *reader, const char *message, ...)
{
	va_list args;

	va_start(args, message);
	buffer_vprintf(reader->fault, message, args);
	va_end(args);
	return -EINVAL;
}

static const struct access_field *fields_find(const struct access_field *fields, const char *name,
					      size_t len)
{
	for (; fields->name; fields++)
		if (strlen(fields->name) == len && !memcmp(fields->name, name, len))
			return fields;
	return &unused_field;
}

/* The text since the last field ends that field, or leads the line. */
static void reader_end_literal(struct access_reader *reader)
{
	struct access_format *format = reader->format;
	struct buffer *literal = &reader->literal;
	char *copy = xstrdup(literal->len ? literal->data : "");

	if (format->count) {
		format->pieces[format->count - 1].literal = copy;
		format->pieces[format->count - 1].literal_len = literal->len;
	} else {
		format->lead = copy;
		format->lead_len = literal->len;
	}
	buffer_reset(literal);
}

/* A time as text ends where strptime() ends; another field where the text after it begins. */
static int reader_add(struct access_reader *reader, const struct access_piece *piece,
		      const char *time)
{
	struct access_format *format = reader->format;
	const struct access_piece *before = format->count ?
		&format->pieces[format->count - 1] : NULL;

	if (format->count == ACCESS_PIECES_MAX)
		return reader_fails(reader, "more than %d fields", ACCESS_PIECES_MAX);
	if (before && !before->time && !reader->literal.len)
		return reader_fails(reader, "no text between two fields, before '%.20s'",
				    reader->at);
	reader_end_literal(reader);
	format->pieces[format->count] = *piece;
	format->pieces[format->count++].time = time ? xstrdup(time) : NULL;
	format->has_process |= piece->field->what == ACCESS_PID ||
			       piece->field->what == ACCESS_THREAD;
	return 0;
}

static int reader_add_field(struct access_reader *reader, const struct access_field *field)
{
	struct access_piece piece = {
		.field = field, .at_end = field->at_end, .unit = field->unit,
	};

	if (field->more && !strncmp(reader->at, field->more, strlen(field->more)))
		reader->at += strlen(field->more);
	return reader_add(reader, &piece, field->time);
}

/* Apache's "%{begin:msec}t" and the like; "param" is what stands in the braces. */
static int reader_add_apache_time(struct access_reader *reader, const char *param, size_t len)
{
	static const struct {
		const char *name;
		uint64_t unit;
		bool frac;
	} numbers[] = {
		{ "sec", SECOND, false },
		{ "msec", MILLISECOND, false },
		{ "usec", MICROSECOND, false },
		{ "msec_frac", MILLISECOND, true }, { "usec_frac", MICROSECOND, true },
	};
	struct access_piece piece = { .field = &time_field };
	char *name = xcalloc(len + 1, 1), *rest = name;
	size_t i;
	int ret;

	memcpy(name, param, len);
	piece.at_end = !strncmp(name, "end:", strlen("end:"));
	if (piece.at_end || !strncmp(name, "begin:", strlen("begin:")))
		rest = strchr(name, ':') + 1;
	for (i = 0; i < ARRAY_SIZE(numbers) && !piece.unit; i++)
		if (!strcmp(rest, numbers[i].name)) {
			piece.unit = numbers[i].unit;
			piece.by_frac = numbers[i].frac;
		}
	ret = reader_add(reader, &piece, piece.unit ? NULL : rest);
	free(name);
	return ret;
}

/* After the '%'. Conditions and "<", ">" do not matter here: "%!200,304{X}i", "%>s". */
static int reader_percent(struct access_reader *reader)
{
	const char *at = reader->at + strspn(reader->at, "!0123456789,<>"), *name = at;
	size_t param = 0, len;

	if (*at == '{') {
		param = strcspn(at, "}");
		if (!at[param])
			return reader_fails(reader, "'}' is missing after '%%%.20s'", at);
		at += param + 1;
		param--;
	}
	len = *at == '^' ? strnlen(at, 3) : strnlen(at, 1);
	if (!len)
		return reader_fails(reader, "a '%%' without a letter at the end");
	reader->at = at + len;
	if (*at != 't' || reader->fields != apache_fields)
		return reader_add_field(reader, fields_find(reader->fields, name,
							    at + len - name));
	if (*name == '{')
		return reader_add_apache_time(reader, name + 1, param);
	buffer_putc(&reader->literal, '[');
	if (reader_add_field(reader, reader->either ? &either_time : &clf_time))
		return -EINVAL;
	buffer_putc(&reader->literal, ']');
	return 0;
}

/* After the '$': "name" or "{name}". */
static int reader_dollar(struct access_reader *reader)
{
	bool braced = *reader->at == '{';
	const char *name = reader->at + braced;
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (!len || (braced && name[len] != '}'))
		return reader_fails(reader, "a '$' without a name before '%.20s'", name);
	reader->at = name + len + braced;
	return reader_add_field(reader, fields_find(nginx_fields, name, len));
}

static int reader_run(struct access_reader *reader)
{
	bool nginx = reader->fields == nginx_fields;
	int ret = 0;

	while (!ret && *reader->at) {
		char c = *reader->at++;

		if (c == '\\' && (*reader->at == '"' || *reader->at == '\\'))
			buffer_putc(&reader->literal, *reader->at++);
		else if (nginx && c == '$')
			ret = reader_dollar(reader);
		else if (!nginx && c == '%' && *reader->at != '%')
			ret = reader_percent(reader);
		else if (!nginx && c == '%')
			buffer_putc(&reader->literal, *reader->at++);
		else
			buffer_putc(&reader->literal, c);
	}
	if (!ret)
		reader_end_literal(reader);
	return ret;
}

static bool format_has(const struct access_format *format, enum access_what what)
{
	size_t i;

	for (i = 0; i < format->count; i++)
		if (format->pieces[i].field->what == what && !format->pieces[i].by_frac)
			return true;
	return false;
}

static int reader_check(struct access_reader *reader)
{
	const struct access_format *format = reader->format;

	if (!format_has(format, ACCESS_TIME))
		return reader_fails(reader, "no time in it, such as %%t or [$time_local]");
	if (!format_has(format, ACCESS_CLIENT) && !format_has(format, ACCESS_PEER) &&
	    !format->has_process)
		return reader_fails(reader, "neither the client, such as %%a or $remote_addr, "
				    "nor the process, such as %%P or $pid, in it");
	return 0;
}

static void reader_choose(struct access_reader *reader, const char *text)
{
	static const struct {
		const char *name, *format;
	} named[] = {
		{ "combined", "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" },
		{ "common", "%h %l %u %t \"%r\" %>s %b" },
	};
	size_t i;

	reader->at = text;
	reader->fields = apache_fields;
	for (i = 0; i < ARRAY_SIZE(named); i++)
		if (!strcmp(text, named[i].name)) {
			reader->at = named[i].format;
			reader->either = true;
			return;
		}
	if (!strncmp(text, "php-fpm:", strlen("php-fpm:"))) {
		reader->at += strlen("php-fpm:");
		reader->fields = fpm_fields;
	} else if (!strchr(text, '%') && strchr(text, '$')) {
		reader->fields = nginx_fields;
	}
}

int access_format_read(struct access_format *format, const char *text, struct buffer *fault)
{
	struct access_reader reader = { .format = format, .fault = fault };
	int ret;

	*format = (struct access_format){0};
	reader_choose(&reader, text);
	if (reader.fields != nginx_fields && !strchr(reader.at, '%'))
		ret = reader_fails(&reader, "'%s' is none of combined, common, a LogFormat of "
				   "Apache, a log_format of nginx, or php-fpm: and an "
				   "access.format", text);
	else
		ret = reader_run(&reader);
	if (!ret)
		ret = reader_check(&reader);
	buffer_free(&reader.literal);
	return ret;
}

void access_format_free(struct access_format *format)
{
	size_t i;

	for (i = 0; i < format->count; i++) {
		free(format->pieces[i].time);
		free(format->pieces[i].literal);
	}
	free(format->lead);
	*format = (struct access_format){0};
}

/* What the times of a line are put together from. */
struct access_times {
	struct access_line *line;
	struct tm tm[2];		/* of the start and of the end */
	bool has_text[2], has_zone[2], has_number[2];
	uint64_t number[2], frac[2], precision[2];
	uint64_t duration, duration_precision;
	bool has_duration, either;
};

/* Digits, with a fraction or without one, as ns. *precision is what the last digit is worth. */
static bool parse_decimal(const char *text, size_t len, uint64_t unit, uint64_t *ns,
			  uint64_t *precision)
{
	uint64_t whole = 0, part = unit;
	size_t i;

	for (i = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++) {
		whole = whole * 10 + (text[i] - '0');
		if (whole > SECONDS_MAX * (SECOND / unit))
			return false;
	}
	if (!i)
		return false;
	*ns = whole * unit;
	if (i < len && text[i] == '.')
		for (i++; i < len && text[i] >= '0' && text[i] <= '9'; i++) {
			part /= 10;
			*ns += part * (text[i] - '0');
		}
	*precision = part ? part : 1;
	return i == len;
}

static bool take_time(struct access_times *times, const struct access_piece *piece,
		      const char *text, size_t len)
{
	uint64_t ns, precision;
	int end = piece->at_end;

	if (!parse_decimal(text, len, piece->unit, &ns, &precision))
		return false;
	if (piece->by_frac) {
		times->frac[end] = ns;
	} else {
		times->number[end] = ns;
		times->has_number[end] = true;
	}
	times->precision[end] = precision;
	return true;
}

/* Returns the bytes that the time takes, or 0: there is no time. */
static size_t take_text_time(struct access_times *times, const struct access_piece *piece,
			     const char *text, size_t len)
{
	char copy[SHORT_MAX];
	const char *end;

	len = len < sizeof(copy) - 1 ? len : sizeof(copy) - 1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	end = strptime(copy, piece->time, &times->tm[piece->at_end]);
	if (!end)
		return 0;
	times->has_text[piece->at_end] = true;
	times->has_zone[piece->at_end] |= !!strstr(piece->time, "%z");
	times->either |= piece->field == &either_time;
	return end - copy;
}

static bool take_number(struct number *number, const char *text, size_t len)
{
	char digits[24];

	if (len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	number->known = !parse_number(digits, 0, UINT32_MAX, &number->value);
	return number->known;
}

/* An address that is none, such as a host's name, is no failure: the line names no client. */
static void take_client(struct access_client *client, const char *text, size_t len)
{
	static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
	char copy[INET6_ADDRSTRLEN];

	client->len = 0;
	if (len >= sizeof(copy))
		return;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, client->addr) == 1) {
		client->len = 4;
	} else if (inet_pton(AF_INET6, copy, client->addr) == 1) {
		client->len = 16;
		if (!memcmp(client->addr, mapped, sizeof(mapped))) {
			memmove(client->addr, client->addr + sizeof(mapped), 4);
			client->len = 4;
		}
	}
}

static void take_text(struct access_line *line, enum request_string number, const char *text,
		      size_t len)
{
	bool missing = !len || (len == 1 && *text == '-');

	if (missing || line->texts[number].start)
		return;
	line->texts[number].start = text;
	line->texts[number].len = len < ACCESS_VALUE_MAX ? len : ACCESS_VALUE_MAX;
}

/* "GET /x HTTP/1.1"; a request that is malformed may have anything there. */
static void take_request(struct access_line *line, const char *text, size_t len)
{
	const char *space = memchr(text, ' ', len), *last;

	if (!space)
		return;
	last = memrchr(text, ' ', len);
	take_text(line, REQUEST_METHOD, text, space - text);
	take_text(line, REQUEST_URI, space + 1,
		  (last > space ? last : text + len) - (space + 1));
}

static bool take_field(struct access_times *times, const struct access_piece *piece,
		       const char *text, size_t len, bool *has_peer)
{
	struct access_line *line = times->line;
	struct number port = {0};

	switch (piece->field->what) {
	case ACCESS_UNUSED:
		break;
	case ACCESS_CLIENT:
		if (!*has_peer)
			take_client(&line->client, text, len);
		break;
	case ACCESS_PEER:
		take_client(&line->client, text, len);
		*has_peer = true;
		break;
	case ACCESS_CLIENT_PORT:
		line->client.has_port = take_number(&port, text, len) && port.value <= UINT16_MAX;
		line->client.port = port.value;
		break;
	case ACCESS_PID:
		return take_number(&line->pid, text, len);
	case ACCESS_THREAD:
		/* Most builds of Apache write the address of a pthread: the process counts then. */
		take_number(&line->thread, text, len);
		break;
	case ACCESS_TIME:
		return take_time(times, piece, text, len);
	case ACCESS_DURATION:
		times->has_duration = parse_decimal(text, len, piece->unit, &times->duration,
						    &times->duration_precision);
		return times->has_duration;
	case ACCESS_REQUEST:
		take_request(line, text, len);
		break;
	case ACCESS_TEXT:
		take_text(line, piece->field->text, text, len);
		break;
	}
	return true;
}

/*
 * Where the literal stands. A server escapes a quote within a quoted value by a backslash, so
 * such a quote does not end the value.
 */
static const char *find_literal(const char *text, size_t len, const struct access_piece *piece)
{
	size_t i;

	if (!piece->literal_len)
		return text + len;
	if (piece->literal[0] != '"')
		return memmem(text, len, piece->literal, piece->literal_len);
	for (i = 0; i + piece->literal_len <= len; i++) {
		if (text[i] == '\\')
			i++;
		else if (!memcmp(text + i, piece->literal, piece->literal_len))
			return text + i;
	}
	return NULL;
}

/* ns since the epoch; 0: not known. */
static uint64_t times_put_together(struct access_times *times, int end)
{
	long offset = times->tm[end].tm_gmtoff;
	time_t seconds;

	if (times->has_number[end])
		return times->number[end] + times->frac[end];
	if (!times->has_text[end])
		return 0;
	times->tm[end].tm_isdst = -1;
	if (times->has_zone[end])
		seconds = timegm(&times->tm[end]) - offset;
	else
		seconds = mktime(&times->tm[end]);
	return seconds > 0 && (uint64_t)seconds < SECONDS_MAX ?
	       seconds * SECOND + times->frac[end] : 0;
}

static uint64_t minus(uint64_t time, uint64_t span)
{
	return time > span ? time - span : 0;
}

/* The earliest and the latest time at which the request may have been running. */
static bool times_finish(struct access_times *times)
{
	uint64_t start = times_put_together(times, 0), end = times_put_together(times, 1);
	uint64_t start_precision = times->precision[0] ? times->precision[0] : SECOND;
	uint64_t end_precision = times->precision[1] ? times->precision[1] : SECOND;
	uint64_t longest = times->has_duration ? times->duration + times->duration_precision :
						 REQUEST_LONGEST;
	struct access_line *line = times->line;

	if (!start && !end)
		return false;
	line->timed = (start && end) || (times->has_duration && !times->either);
	line->first = minus(start ? start : minus(end, longest), CLOCK_SLACK);
	line->last = (end ? end + end_precision : start + start_precision + longest) + CLOCK_SLACK;
	if (times->either)
		line->first = minus(start, longest);
	/* A line of which the end is long before the start is nonsense. */
	return line->first < line->last;
}

bool access_line_read(const struct access_format *format, const char *text, size_t len,
		      struct access_line *line)
{
	struct access_times times = { .line = line };
	const char *at = text, *end = text + len;
	bool has_peer = false;
	size_t i;

	*line = (struct access_line){0};
	if (len && text[len - 1] == '\r')
		end--;
	if ((size_t)(end - at) < format->lead_len || memcmp(at, format->lead, format->lead_len))
		return false;
	at += format->lead_len;
	for (i = 0; i < format->count; i++) {
		const struct access_piece *piece = &format->pieces[i];
		const char *stop;

		if (piece->time) {
			size_t took = take_text_time(&times, piece, at, end - at);

			stop = at + took;
			if (!took || (size_t)(end - stop) < piece->literal_len ||
			    memcmp(stop, piece->literal, piece->literal_len))
				return false;
		} else {
			stop = find_literal(at, end - at, piece);
			if (!stop || !take_field(&times, piece, at, stop - at, &has_peer))
				return false;
		}
		at = stop + piece->literal_len;
	}
	return times_finish(&times);
}

struct access_client access_client_of(const struct request_client *client)
{
	static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
	struct access_client same = { .has_port = client->port.known, .port = client->port.value };

	if (client->addr.len == 16 && !memcmp(client->addr.data, mapped, sizeof(mapped))) {
		same.len = 4;
		memcpy(same.addr, client->addr.data + sizeof(mapped), 4);
	} else if (client->addr.len == 4 || client->addr.len == 16) {
		same.len = client->addr.len;
		memcpy(same.addr, client->addr.data, same.len);
	}
	return same;
}

bool access_client_same(const struct access_client *a, const struct access_client *b)
{
	if (a->len != b->len || memcmp(a->addr, b->addr, a->len))
		return false;
	return !a->has_port || !b->has_port || a->port == b->port;
}
