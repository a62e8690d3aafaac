// SPDX-License-Identifier: GPL-2.0
/*
 * The input is a message from the kernel with any bytes. It is read as a record and as a
 * status. A record is written in every format, and the output must keep these promises:
 *
 *	JSON		one line that parses and gives back the exact bytes of the record
 *	text		no byte of the record acts on a terminal or starts a line
 *	all others	one line without control characters, from which the record's
 *			instance and number can be read back
 *	CEF, syslog	undoing the escapes gives back the exact bytes of the record
 */
#include "fuzz.h"

#include <json-c/json.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "format/format.h"
#include "kernel/state.h"
#include "lib/words.h"

static const struct host host = { .name = "web01", .boot_id = "0f4c3d1e" };

/* Names of users and groups can be hostile, too. */
static const char *name_of(uint32_t id)
{
	return id == 33 ? "www-data" : id & 1 ? NULL : "\033]0;evil\a\n  seq       1";
}

/* Decodes the UTF-8 character at *s and moves *s after it. */
static uint32_t next_character(const char **s, const char *end)
{
	static const unsigned char lead[] = { 0x00, 0x00, 0xc0, 0xe0, 0xf0 };
	static const unsigned char bits[] = { 0x00, 0x7f, 0x1f, 0x0f, 0x07 };
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = **s;
	size_t len = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t c = first & bits[len];
	size_t i;

	PROMISE(len == 1 || (first & (unsigned char)~bits[len]) == lead[len]);
	PROMISE((size_t)(end - *s) >= len);
	for (i = 1; i < len; i++) {
		PROMISE(((*s)[i] & 0xc0) == 0x80);
		c = c << 6 | ((*s)[i] & 0x3f);
	}
	PROMISE(c >= least[len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
	*s += len;
	return c;
}

static bool within(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

/* Control, bidi and zero-width characters, and line breaks other than newline. */
static bool acts(uint32_t c)
{
	return c < 0x20 || within(c, 0x7f, 0x9f) || c == 0xad || c == 0x61c ||
	       within(c, 0x200b, 0x200f) || within(c, 0x2028, 0x202e) ||
	       within(c, 0x2060, 0x2069) || c == 0xfeff || within(c, 0xe0000, 0xe007f);
}

/* Valid UTF-8 in which newlines are the only control characters. */
static void check_harmless(const struct buffer *out)
{
	const char *at = out->data, *end = at + out->len;

	PROMISE(strlen(at) == out->len);
	while (at < end) {
		uint32_t c = next_character(&at, end);

		PROMISE(c == '\n' || !acts(c));
	}
}

/* Undoes utf8_escape(): gives the bytes for which a string of the JSON stands. */
static size_t restore(const char *s, size_t len, char *bytes)
{
	size_t i, restored = 0;
	unsigned int byte;

	for (i = 0; i < len; i++) {
		if (len - i >= 4 && sscanf(s + i, "\\x%2x", &byte) == 1 && s[i + 2] != ' ' &&
		    strspn(s + i + 2, "0123456789abcdef") >= 2) {
			bytes[restored++] = byte;
			i += 3;
		} else {
			bytes[restored++] = s[i];
		}
	}
	return restored;
}

static void check_is(struct json_object *value, const char *bytes, size_t len)
{
	size_t said = json_object_get_string_len(value);
	char *restored = malloc(said + 1);

	PROMISE(restored && json_object_is_type(value, json_type_string));
	PROMISE(restore(json_object_get_string(value), said, restored) == len);
	PROMISE(!memcmp(restored, bytes, len));
	free(restored);
}

static void check_string(struct json_object *object, const char *key, const char *value)
{
	struct json_object *said;

	PROMISE(json_object_object_get_ex(object, key, &said));
	if (value)
		check_is(said, value, strlen(value));
	else
		PROMISE(!said);
}

static void check_number(struct json_object *object, const char *key, const struct number *value)
{
	struct json_object *said;

	PROMISE(json_object_object_get_ex(object, key, &said));
	PROMISE(value->known == !!said);
	PROMISE(!said || json_object_get_uint64(said) == value->value);
}

static void check_argv(struct json_object *process, const struct bytes *argv)
{
	struct json_object *said;
	size_t at = 0, i;

	PROMISE(json_object_object_get_ex(process, "argv", &said));
	PROMISE(!argv->data == !said);
	for (i = 0; at < argv->len; i++) {
		size_t len = strnlen(argv->data + at, argv->len - at);

		check_is(json_object_array_get_idx(said, i), argv->data + at, len);
		at += len + 1;
	}
	PROMISE(!said || json_object_array_length(said) == i);
}

static void check_process(struct json_object *object, const struct alert_process *process)
{
	struct json_object *said;

	PROMISE(json_object_object_get_ex(object, "process", &said));
	PROMISE(process->present == !!said);
	if (!said)
		return;
	check_string(said, "comm", process->comm);
	check_string(said, "exe", process->exe);
	check_string(said, "cwd", process->cwd);
	check_number(said, "pid", &process->pid);
	check_argv(said, &process->argv);
}

static void check_fields(struct json_object *object, const struct record *record)
{
	const struct alert *alert = &record->alert;

	check_number(object, "seq", &record->seq);
	if (!alert->present) {
		check_number(object, "lost", &record->loss.lost);
		return;
	}
	check_string(object, "comm", alert->comm);
	check_string(object, "pathname", alert->pathname);
	check_string(object, "interpreter", alert->interpreter);
	check_process(object, &alert->process);
}

static void check_json(const struct buffer *out, const struct record *record)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;

	PROMISE(tokener && out->len);
	PROMISE(strchr(out->data, '\n') == out->data + out->len - 1);
	check_harmless(out);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, out->data, out->len);
	PROMISE(json_tokener_get_error(tokener) == json_tokener_success);
	PROMISE(json_object_is_type(object, json_type_object));
	check_fields(object, record);
	json_object_put(object);
	json_tokener_free(tokener);
}

static bool is_label(const char *line)
{
	static const char *const labels[] = {
		"who", "tree", "command", "cwd", "file", "interp", "stdin", "stdout", "container",
		"unit", "also", "verdict", "not held", "seq", "of",
	};
	static char wanted[16];
	size_t i;

	for (i = 0; i < COUNT(labels); i++) {
		snprintf(wanted, sizeof(wanted), "  %-10s", labels[i]);
		if (!strncmp(line, wanted, strlen(wanted)))
			return true;
	}
	return false;
}

/* A line that begins with the time, perhaps labelled lines, and an empty line. */
static void check_lines(const struct buffer *out, bool labelled)
{
	const char *line = strchr(out->data, '\n');

	PROMISE(out->data[0] == '(' || within(out->data[0], '0', '9'));
	PROMISE(line);
	for (line++; labelled && *line != '\n'; line++) {
		PROMISE(is_label(line));
		line = strchr(line, '\n');
		PROMISE(line);
	}
	PROMISE(!strcmp(line, "\n"));
}

/* Removes "ESC [ digits m" and no other escape sequence. */
static void strip_colors(struct buffer *out)
{
	char *to = out->data, *from;

	for (from = out->data; *from;) {
		size_t digits = strspn(from + 1, "[0123456789");

		if (from[0] == '\033' && from[1] == '[' && from[1 + digits] == 'm')
			from += 2 + digits;
		else
			*to++ = *from++;
	}
	*to = '\0';
	out->len = to - out->data;
}

static void check_ascii(const struct buffer *out)
{
	size_t i;

	for (i = 0; i < out->len; i++)
		PROMISE(!(out->data[i] & 0x80));
}

static void write_as(struct buffer *out, const struct format *format,
		     const struct record *record, enum text_charset charset, bool color)
{
	const struct view view = {
		.host = &host,
		.user_name = name_of,
		.group_name = name_of,
		.charset = charset,
		.color = color,
	};

	buffer_reset(out);
	format->put(out, record, &view);
}

static void check_text(const struct record *record, enum text_charset charset)
{
	static struct buffer plain, colored;

	write_as(&plain, &format_text, record, charset, false);
	check_harmless(&plain);
	check_lines(&plain, record->alert.present || record->loss.present);
	if (charset == TEXT_ASCII)
		check_ascii(&plain);
	write_as(&colored, &format_text, record, charset, true);
	strip_colors(&colored);
	PROMISE(!strcmp(colored.data, plain.data));
}

/* The numbers of the record are those of the message, and have the right width. */
static void check_numbers(const struct nlmsghdr *message, const struct record *record)
{
	const struct number *const numbers[] = {
		[SHELLTRAP_RECORD_A_SEQ] = &record->seq,
		[SHELLTRAP_RECORD_A_INSTANCE] = &record->instance,
		[SHELLTRAP_RECORD_A_TIME] = &record->time,
	};
	uint64_t values[COUNT(numbers)] = {0};
	const struct nlattr *attr;
	uint16_t type;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		type = mnl_attr_get_type(attr);
		if (!type || type >= COUNT(numbers))
			continue;
		PROMISE(mnl_attr_get_payload_len(attr) == sizeof(uint64_t));
		PROMISE(numbers[type]->known);
		values[type] = mnl_attr_get_u64(attr);
	}
	for (type = 1; type < COUNT(numbers); type++)
		PROMISE(numbers[type]->value == values[type]);
}

/* One line, from which a logger finds its position after it was killed. */
static void check_line(const struct format *format, const struct buffer *out,
		       const struct record *record)
{
	struct place said, place = record_place(record);
	bool numbered = record->instance.known && record->seq.known && record->seq.value;

	PROMISE(memchr(out->data, '\n', out->len) == out->data + out->len - 1);
	PROMISE(format->read_back(out->data, out->len - 1, &said) == numbered);
	if (!numbered)
		return;
	PROMISE(said.instance == place.instance);
	PROMISE(said.seq == place.seq);
}

/* How to find a value in a flat format and to undo its escapes. */
struct flat {
	const struct format *format;
	const char *pathname, *argv;	/* what stands before each of them */
	const char *(*end)(const char *value);
	const char *escapes, *meanings;
};

/* The value ends before the next key, which has the first '=' that is not escaped. */
static const char *end_of_extension(const char *value)
{
	const char *end;

	for (end = value; *end != '='; end++) {
		PROMISE(*end != '\n');
		end += *end == '\\';
	}
	while (*end != ' ')
		end--;
	PROMISE(end >= value);
	return end;
}

static const char *end_of_parameter(const char *value)
{
	for (; *value != '"'; value++) {
		PROMISE(*value != '\n' && *value != ']');
		value += *value == '\\';
	}
	return value;
}

/* The header of CEF is no extension, and may have what an extension begins with: skip it. */
static const char *skip_header(const struct flat *flat, const char *line)
{
	int bars = flat->format == &format_cef ? 7 : 0;

	for (; bars && *line; line++)
		if (*line == '\\' && line[1])
			line++;
		else if (*line == '|')
			bars--;
	return line;
}

/* Returns NULL if there is no such value. */
static char *take_value(const struct flat *flat, const struct buffer *out, const char *before)
{
	const char *at = strstr(skip_header(flat, out->data), before), *end, *escape;
	char *value, *to;

	if (!at)
		return NULL;
	at += strlen(before);
	end = flat->end(at);
	value = calloc(1, end - at + 1);
	PROMISE(value);
	to = value;
	for (; at < end; at++) {
		if (*at != '\\') {
			*to++ = *at;
			continue;
		}
		escape = strchr(flat->escapes, *++at);
		PROMISE(escape && *escape);
		*to++ = flat->meanings[escape - flat->escapes];
	}
	return value;
}

static void check_words(const char *value, const struct bytes *argv)
{
	struct words words;
	size_t at = 0;

	words_start(&words, value, 1);
	while (words_next(&words)) {
		size_t len = strnlen(argv->data + at, argv->len - at);

		PROMISE(words.word.len == len);
		PROMISE(!memcmp(words.word.data, argv->data + at, len));
		at += len + 1;
	}
	PROMISE(!words.fault);
	PROMISE(at >= argv->len);
	words_stop(&words);
}

static void check_flat(const struct flat *flat, const struct alert *alert)
{
	static struct buffer out;
	struct record record = { .alert = *alert };
	char *value;

	write_as(&out, flat->format, &record, TEXT_UTF8, false);
	value = take_value(flat, &out, flat->pathname);
	PROMISE(!value == !alert->pathname);
	if (value) {
		char *restored = malloc(strlen(value) + 1);

		PROMISE(restored);
		PROMISE(restore(value, strlen(value), restored) == strlen(alert->pathname));
		PROMISE(!memcmp(restored, alert->pathname, strlen(alert->pathname)));
		free(restored);
	}
	free(value);
	value = take_value(flat, &out, flat->argv);
	PROMISE(!value == !alert->process.argv.data);
	if (value)
		check_words(value, &alert->process.argv);
	free(value);
}

static void check_flat_formats(const struct alert *alert)
{
	static const struct flat flats[] = {
		{ &format_cef, " ShelltrapPathname=", " cs1=", end_of_extension,
		  "\\=nr", "\\=\n\r" },
		{ &format_syslog, " pathname=\"", " process.argv=\"", end_of_parameter,
		  "\\\"]", "\\\"]" },
	};
	size_t i;

	for (i = 0; i < COUNT(flats); i++)
		check_flat(&flats[i], alert);
}

/* RFC 5424 wants a byte order mark before a message that is not ASCII, and only there. */
static void drop_mark(struct buffer *out)
{
	static const char mark[] = "] \xef\xbb\xbf";
	char *found = memmem(out->data, out->len, mark, strlen(mark));

	if (!found)
		return;
	found += 2;
	out->len -= 3;
	memmove(found, found + 3, out->data + out->len + 1 - found);
}

/* The promises of all formats. */
static void check_each_format(const struct record *record)
{
	const char *names = format_names();
	const struct format *format;
	static struct buffer out;
	char name[32];
	int len;

	for (; sscanf(names, "%31[^,]%n", name, &len) == 1; names += strspn(names, ", ")) {
		names += len;
		format = format_find(name);
		PROMISE(format);
		write_as(&out, format, record, TEXT_UTF8, false);
		if (format == &format_syslog)
			drop_mark(&out);
		check_harmless(&out);
		if (format->read_back)
			check_line(format, &out, record);
	}
}

static void check_record(const struct nlmsghdr *message)
{
	static struct record record;
	static struct buffer json;
	struct fault fault;

	if (record_parse(message, &record, &fault)) {
		PROMISE(fault.what);
		return;
	}
	PROMISE(!record.alert.present || !record.loss.present);
	/* A reader skips a record of an unknown kind; events and outcomes have no numbers here. */
	if (!record.alert.present && !record.loss.present)
		return;
	check_numbers(message, &record);
	write_as(&json, &format_json, &record, TEXT_UTF8, false);
	check_json(&json, &record);
	check_text(&record, TEXT_UTF8);
	check_text(&record, TEXT_ASCII);
	check_each_format(&record);
	if (record.alert.present)
		check_flat_formats(&record.alert);
}

static void check_state(const struct nlmsghdr *message)
{
	struct state state;
	struct fault fault;

	if (state_parse(message, &state, &fault))
		PROMISE(fault.what);
	else if (state.version)
		PROMISE(strlen(state.version) < message->nlmsg_len);
}

/*
 * A copy of the exact size, so that ASan sees a read beyond its end. The length in the
 * header is corrected, because channel.c passes on no message with a wrong length.
 */
static struct nlmsghdr *as_message(const uint8_t *data, size_t size)
{
	struct nlmsghdr header, *message;

	memcpy(&header, data, sizeof(header));
	if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size)
		header.nlmsg_len = size;
	message = malloc(header.nlmsg_len);
	PROMISE(message);
	memcpy(message, data, header.nlmsg_len);
	message->nlmsg_len = header.nlmsg_len;
	return message;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;

	if (size < sizeof(*message))
		return 0;
	message = as_message(data, size);
	check_record(message);
	check_state(message);
	free(message);
	return 0;
}
