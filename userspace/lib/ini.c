// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The library reads, and is told as little as it needs: it keeps no lines of sections,
 * cuts their names, takes "Key" and "key" for the same, fails without a word at '!' and
 * what is not ASCII in a name, needs time by the square of the number of keys and more
 * for lines that are no keys. When told to detect duplicates (INI_*_DETECT) it writes
 * behind an array in ini_config_get_errors().
 */
#include "lib/ini.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini_configobj.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/exit.h"
#include "lib/text.h"
#include "lib/utf8.h"
#include "lib/xalloc.h"

/* Where a value goes on in the next line; no other control character is let in. */
#define GOES_ON 1
/* More are of no help. */
#define FAULTS_MAX 20

static const char neither[] = "neither a [section] nor 'key = value'";

struct reader {
	struct ini *ini;
	const char *path;
	enum ini_indent indent;
	struct buffer *faults;
	unsigned int nr_faults;
	struct buffer file;	/* as it is */
	struct buffer text;	/* as the library gets it */
	bool open;		/* the line before may go on */
};

/* A file may hold anything, a terminal should not. */
static void put_safely(struct buffer *out, char *text)
{
	text_put(out, text, TEXT_ASCII);
	free(text);
}

void ini_fault(struct buffer *faults, const char *path, unsigned int line, const char *format, ...)
{
	char *where, *what;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&what, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory();
	if (line)
		len = asprintf(&where, "%s:%u: ", path, line);
	else
		len = asprintf(&where, "%s: ", path);
	if (len < 0)
		out_of_memory();
	put_safely(faults, where);
	put_safely(faults, what);
	buffer_putc(faults, '\n');
}

static void fault_at(struct reader *reader, unsigned int line, const char *what)
{
	if (reader->nr_faults++ < FAULTS_MAX)
		ini_fault(reader->faults, reader->path, line, "%s", what);
}

static void *grow(void *array, unsigned int count, size_t size)
{
	/* At 0, 1, 2, 4, 8 and so on. */
	if (count & (count - 1))
		return array;
	return xreallocarray(array, count ? 2 * count : 1, size);
}

static int read_all(struct reader *reader, int fd)
{
	char part[65536];
	ssize_t len;

	while ((len = read(fd, part, sizeof(part))) > 0) {
		buffer_add(&reader->file, part, len);
		if (reader->file.len <= INI_SIZE_MAX)
			continue;
		ini_fault(reader->faults, reader->path, 0, "larger than %d MiB",
			  INI_SIZE_MAX >> 20);
		return -EFBIG;
	}
	if (!len)
		return 0;
	ini_fault(reader->faults, reader->path, 0, "reading failed: %s", strerror(errno));
	return -EIO;
}

static int load(struct reader *reader)
{
	int fd = open(reader->path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0) {
		ret = -errno;
		ini_fault(reader->faults, reader->path, 0, "%s", strerror(errno));
		return ret;
	}
	ret = read_all(reader, fd);
	close(fd);
	return ret;
}

static const char *character_fault(uint32_t c, size_t length)
{
	if (!length)
		return "not UTF-8";
	if (!c)
		return "a NUL byte";
	return (c < ' ' && !isspace(c)) || c == 0x7f ? "a control character" : NULL;
}

static int check_characters(struct reader *reader)
{
	const char *at = reader->file.data, *end = at + reader->file.len;
	unsigned int line = 1;
	size_t length;

	for (; at < end; at += length) {
		uint32_t c = 0;
		const char *fault;

		length = utf8_decode(at, end - at, &c);
		fault = character_fault(c, length);
		if (fault) {
			fault_at(reader, line, fault);
			return -EINVAL;
		}
		line += c == '\n';
	}
	return 0;
}

static size_t trim(const char **s, size_t len)
{
	while (len && isspace((unsigned char)**s)) {
		(*s)++;
		len--;
	}
	while (len && isspace((unsigned char)(*s)[len - 1]))
		len--;
	return len;
}

static void put_line(struct reader *reader, const char *s, size_t len)
{
	buffer_add(&reader->text, s, len);
	buffer_putc(&reader->text, '\n');
}

/* The library knows it by its number. */
static void add_section(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	struct ini *ini = reader->ini;

	if (s[len - 1] != ']') {
		fault_at(reader, line, neither);
		return;
	}
	s++;
	len = trim(&s, len - 2);
	if (!len)
		fault_at(reader, line, "no such section: []");
	buffer_printf(&reader->text, "[%u]\n", ini->nr_sections);
	ini->sections = grow(ini->sections, ini->nr_sections, sizeof(*ini->sections));
	ini->sections[ini->nr_sections++] = (struct ini_section){ xstrndup(s, len), line };
}

static const char *key_fault(const struct ini *ini, const char *s, size_t len)
{
	size_t i;

	if (!ini->nr_sections)
		return "outside of any [section]";
	if (!len)
		return "no key before the '='";
	for (i = 0; i < len; i++)
		if ((s[i] & 0x80) || (!isalnum(s[i]) && s[i] != '_'))
			return "the name of a key is letters, digits and '_'";
	return NULL;
}

static void add_key(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	const char *equals = memchr(s, '=', len), *fault = neither;
	struct ini *ini = reader->ini;

	put_line(reader, s, len);
	if (equals) {
		len = trim(&s, equals - s);
		fault = key_fault(ini, s, len);
	}
	if (fault) {
		fault_at(reader, line, fault);
		return;
	}
	ini->entries = grow(ini->entries, ini->nr_entries, sizeof(*ini->entries));
	ini->entries[ini->nr_entries++] = (struct ini_entry){
		.key = xstrndup(s, len),
		.line = line,
		.section = ini->nr_sections - 1,
	};
}

static void take_own_line(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	reader->open = false;
	if (!len || *s == '#' || *s == ';') {
		put_line(reader, s, 0);
	} else if (*s == '[') {
		add_section(reader, s, len, line);
	} else {
		add_key(reader, s, len, line);
		reader->open = true;
	}
}

static void take_line(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	bool indented = len && isspace((unsigned char)*s);

	len = trim(&s, len);
	if (!indented || !len || reader->indent == INI_INDENT_IS_NOTHING) {
		take_own_line(reader, s, len, line);
		return;
	}
	if (!reader->open)
		fault_at(reader, line,
			 "begins with a blank, but there is no value before it to go on with");
	buffer_putc(&reader->text, ' ');
	buffer_putc(&reader->text, GOES_ON);
	put_line(reader, s, len);
}

static size_t byte_order_mark(const struct buffer *file)
{
	return file->len >= 3 && !memcmp(file->data, "\xef\xbb\xbf", 3) ? 3 : 0;
}

static int take_lines(struct reader *reader)
{
	const char *at = reader->file.data + byte_order_mark(&reader->file);
	const char *end = reader->file.data + reader->file.len, *newline;
	unsigned int line;

	for (line = 1; at < end; line++, at = newline + 1) {
		newline = memchr(at, '\n', end - at);
		if (!newline)
			newline = end;
		take_line(reader, at, newline - at, line);
		if (reader->nr_faults >= FAULTS_MAX)
			break;
		if (reader->ini->nr_sections + reader->ini->nr_entries > INI_LINES_MAX) {
			ini_fault(reader->faults, reader->path, line,
				  "more than %d sections and keys", INI_LINES_MAX);
			return -EINVAL;
		}
	}
	return reader->nr_faults ? -EINVAL : 0;
}

/* "Error (5) on line 3: ...", in whatever language. */
static unsigned int number_in(const char **s)
{
	char *end;
	unsigned long number;

	*s += strcspn(*s, "0123456789");
	number = strtoul(*s, &end, 10);
	*s = end;
	return number;
}

static const char *error_words(unsigned int error)
{
	switch (error) {
	case ERR_LONGDATA:
		return "the line is too long";
	case ERR_LONGKEY:
		return "the name of a key is too long";
	}
	return "cannot be understood";
}

static void take_errors(struct reader *reader, struct ini_cfgobj *config)
{
	char **errors = NULL;
	unsigned int i;

	/* It may fail without one. */
	if (ini_config_get_errors(config, &errors) || !errors || !errors[0])
		fault_at(reader, 0, error_words(0));
	for (i = 0; errors && errors[i]; i++) {
		const char *at = errors[i];
		unsigned int error = number_in(&at);

		fault_at(reader, number_in(&at), error_words(error));
	}
	ini_config_free_errors(errors);
}

static char *copy_value(const char *value)
{
	size_t len = trim(&value, strlen(value));
	char *copied = xstrndup(value, len), *from, *to = copied;

	for (from = copied; *from; from++)
		if (from[0] != ' ' || from[1] != GOES_ON)
			*to++ = *from == GOES_ON ? '\n' : *from;
	*to = '\0';
	return copied;
}

/* Among those that the library takes for the same key, the one of that line. */
static const char *find_value(struct ini_cfgobj *config, const struct ini_entry *entry)
{
	int mode = INI_GET_FIRST_VALUE, error;
	struct value_obj *value;
	char section[16];
	uint32_t line;

	snprintf(section, sizeof(section), "%u", entry->section);
	for (;; mode = INI_GET_NEXT_VALUE) {
		value = NULL;
		if (ini_get_config_valueobj(section, entry->key, config, mode, &value) || !value ||
		    value_get_line(value, &line))
			return NULL;
		if (line == entry->line)
			return ini_get_const_string_config_value(value, &error);
	}
}

static bool is_set_before(const struct ini *ini, unsigned int number)
{
	const struct ini_entry *entry = &ini->entries[number];

	while (number-- && ini->entries[number].section == entry->section)
		if (!strcmp(ini->entries[number].key, entry->key))
			return true;
	return false;
}

static int take_values(struct reader *reader, struct ini_cfgobj *config)
{
	struct ini *ini = reader->ini;
	const char *value;
	unsigned int i;

	for (i = 0; i < ini->nr_entries; i++) {
		struct ini_entry *entry = &ini->entries[i];

		value = find_value(config, entry);
		entry->value = copy_value(value ? value : "");
		if (!value)
			fault_at(reader, entry->line, error_words(0));
		if (!is_set_before(ini, i))
			continue;
		ini_fault(reader->faults, reader->path, entry->line, "%s is set twice", entry->key);
		reader->nr_faults++;
	}
	return reader->nr_faults ? -EINVAL : 0;
}

static int parse(struct reader *reader, struct ini_cfgobj *config)
{
	struct ini_cfgfile *file = NULL;
	int error;

	if (ini_config_file_from_mem(reader->text.data, reader->text.len, &file))
		out_of_memory();
	error = ini_config_parse(file, INI_STOP_ON_NONE,
				 INI_MS_MERGE | INI_MV1S_ALLOW | INI_MV2S_ALLOW,
				 INI_PARSE_NO_C_COMMENTS, config);
	ini_config_file_destroy(file);
	if (!error)
		return take_values(reader, config);
	take_errors(reader, config);
	return -EINVAL;
}

static int understand(struct reader *reader)
{
	struct ini_cfgobj *config = NULL;
	int ret;

	if (!reader->file.len)
		return 0;
	ret = check_characters(reader);
	if (!ret)
		ret = take_lines(reader);
	/* Of no bytes at all the library makes an error. */
	if (ret || !reader->text.len)
		return ret;
	if (ini_config_create(&config))
		out_of_memory();
	ret = parse(reader, config);
	ini_config_destroy(config);
	return ret;
}

int ini_read(struct ini *ini, const char *path, enum ini_indent indent, struct buffer *faults)
{
	struct reader reader = {
		.ini = ini,
		.path = path,
		.indent = indent,
		.faults = faults,
	};
	int ret;

	*ini = (struct ini){0};
	ret = load(&reader);
	if (!ret)
		ret = understand(&reader);
	buffer_free(&reader.file);
	buffer_free(&reader.text);
	return ret;
}

void ini_free(struct ini *ini)
{
	unsigned int i;

	for (i = 0; i < ini->nr_sections; i++)
		free(ini->sections[i].name);
	for (i = 0; i < ini->nr_entries; i++) {
		free(ini->entries[i].key);
		free(ini->entries[i].value);
	}
	free(ini->sections);
	free(ini->entries);
	*ini = (struct ini){0};
}
