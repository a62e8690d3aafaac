// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/ini.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"
#include "lib/utf8.h"
#include "lib/xalloc.h"

#define KEY_MAX 1023	/* bytes of a key's name */
#define FAULTS_MAX 20	/* further faults of a file are not reported */

static const char neither[] = "neither a [section] nor 'key = value'";
static const char swallowed_key[] =
	"looks like 'key = value', but a line that begins with whitespace continues the value "
	"before it; remove the whitespace, or quote the first word";
static const char swallowed_section[] =
	"looks like a [section], but a line that begins with whitespace continues the value "
	"before it; remove the whitespace, or quote the first word";
static const char swallowed_comment[] =
	"a comment cannot stand within a value: a line that begins with whitespace continues "
	"the value before it; move the comment above the key, or quote the first word";

struct reader {
	struct ini *ini;
	const char *path;
	struct buffer *faults;
	unsigned int nr_faults;
	struct buffer file;
	struct buffer value;	/* of the last key; incomplete while may_continue is set */
	bool may_continue;	/* the next line may continue the value */
};

void ini_fault(struct buffer *faults, const char *path, unsigned int line, const char *format, ...)
{
	struct buffer text = {0};
	va_list args;

	buffer_puts(&text, path);
	if (line)
		buffer_printf(&text, ":%u", line);
	buffer_puts(&text, ": ");
	va_start(args, format);
	buffer_vprintf(&text, format, args);
	va_end(args);
	/* The path and what is quoted from the file may hold any bytes. */
	text_put(faults, text.data, TEXT_ASCII);
	buffer_putc(faults, '\n');
	buffer_free(&text);
}

static void ini_fault_at(struct reader *reader, unsigned int line, const char *what)
{
	if (reader->nr_faults++ < FAULTS_MAX)
		ini_fault(reader->faults, reader->path, line, "%s", what);
}

static void *ini_grow(void *array, unsigned int count, size_t size)
{
	/* The size doubles: there is room unless count is 0 or a power of 2. */
	if (count & (count - 1))
		return array;
	return xreallocarray(array, count ? 2 * count : 1, size);
}

static int ini_read_bytes(struct reader *reader, int fd)
{
	char part[65536];
	ssize_t len;

	while ((len = read(fd, part, sizeof(part))) > 0) {
		buffer_add(&reader->file, part, len);
		if (reader->file.len <= INI_SIZE_MAX)
			continue;
		ini_fault(reader->faults, reader->path, 0, "the file is larger than %d MiB",
			  INI_SIZE_MAX >> 20);
		return -EFBIG;
	}
	if (!len)
		return 0;
	ini_fault(reader->faults, reader->path, 0, "reading failed: %s", strerror(errno));
	return -EIO;
}

static int ini_read_file(struct reader *reader)
{
	int fd = open(reader->path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0) {
		ret = -errno;
		ini_fault(reader->faults, reader->path, 0, "%s", strerror(errno));
		return ret;
	}
	ret = ini_read_bytes(reader, fd);
	close(fd);
	return ret;
}

static const char *ini_character_fault(uint32_t c, size_t length)
{
	if (!length)
		return "not UTF-8";
	if (!c)
		return "a NUL byte";
	return (c < ' ' && !isspace(c)) || c == 0x7f ? "a control character" : NULL;
}

/* Windows' editors save "Unicode" as UTF-16, with or without a mark at its beginning. */
static bool ini_is_utf16(const struct buffer *file)
{
	const char *s = file->data;

	if (file->len < 2)
		return false;
	return !memcmp(s, "\xff\xfe", 2) || !memcmp(s, "\xfe\xff", 2) || (!s[0] && s[1]) ||
	       (s[0] && !s[1]);
}

static int ini_check_characters(struct reader *reader)
{
	const char *at = reader->file.data, *end = at + reader->file.len;
	unsigned int line = 1;
	size_t length;

	if (ini_is_utf16(&reader->file)) {
		ini_fault(reader->faults, reader->path, 0,
			  "the file is UTF-16; save it as UTF-8, for example with iconv -f UTF-16");
		return -EINVAL;
	}
	for (; at < end; at += length) {
		uint32_t c = 0;
		const char *fault;

		length = utf8_decode(at, end - at, &c);
		fault = ini_character_fault(c, length);
		if (fault) {
			ini_fault_at(reader, line, fault);
			return -EINVAL;
		}
		line += c == '\n';
	}
	return 0;
}

static size_t ini_trim(const char **s, size_t len)
{
	while (len && isspace((unsigned char)**s)) {
		(*s)++;
		len--;
	}
	while (len && isspace((unsigned char)(*s)[len - 1]))
		len--;
	return len;
}

static void ini_add_section(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	struct ini *ini = reader->ini;

	if (s[len - 1] != ']') {
		ini_fault_at(reader, line, memchr(s, ']', len) ?
			     "only the end of the line may follow ']'; a comment needs a line of "
			     "its own" :
			     "a section ends with ']'");
		return;
	}
	s++;
	len = ini_trim(&s, len - 2);
	if (!len)
		ini_fault_at(reader, line, "no such section: []");
	ini->sections = ini_grow(ini->sections, ini->nr_sections, sizeof(*ini->sections));
	ini->sections[ini->nr_sections++] = (struct ini_section){ xstrndup(s, len), line };
}

/* isalnum() depends on the locale for bytes above 0x7f. */
static bool ini_is_key_char(char c)
{
	return !(c & 0x80) && (isalnum(c) || c == '_');
}

static const char *ini_key_fault(const struct ini *ini, const char *s, size_t len)
{
	size_t i;

	if (!ini->nr_sections)
		return "outside of any [section]";
	if (!len)
		return "no key before the '='";
	if (len > KEY_MAX)
		return "the name of a key is too long";
	for (i = 0; i < len; i++)
		if (!ini_is_key_char(s[i]))
			return "the name of a key is letters, digits and '_'";
	return NULL;
}

/* False after a faulty key, which gets no entry: its value is dropped. */
static bool ini_wants_value(const struct ini *ini)
{
	return ini->nr_entries && !ini->entries[ini->nr_entries - 1].value;
}

static void ini_begin_value(struct reader *reader, const char *s, size_t len)
{
	len = ini_trim(&s, len);
	buffer_reset(&reader->value);
	buffer_add(&reader->value, s, len);
	reader->may_continue = true;
}

static void ini_continue_value(struct reader *reader, const char *s, size_t len)
{
	buffer_putc(&reader->value, '\n');
	buffer_add(&reader->value, s, len);
}

static void ini_end_value(struct reader *reader)
{
	struct ini *ini = reader->ini;

	if (reader->may_continue && ini_wants_value(ini))
		ini->entries[ini->nr_entries - 1].value = xstrndup(reader->value.data,
								   reader->value.len);
	reader->may_continue = false;
}

bool ini_takes_out(const char *key)
{
	size_t len = strlen(key), end = strlen(INI_TAKES_OUT);

	return len > end && !strcmp(key + len - end, INI_TAKES_OUT);
}

/* The name; with "-=" after it, it has INI_TAKES_OUT at its end. */
static char *ini_key(const char *s, size_t len, bool takes_out)
{
	struct buffer key = {0};

	buffer_add(&key, s, len);
	if (takes_out)
		buffer_puts(&key, INI_TAKES_OUT);
	return key.data;
}

static void ini_add_key(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	const char *end = s + len, *equals = memchr(s, '=', len), *fault = neither;
	struct ini *ini = reader->ini;
	bool takes_out = false;

	ini_begin_value(reader, equals ? equals + 1 : end, equals ? end - equals - 1 : 0);
	if (equals) {
		takes_out = equals > s && equals[-1] == '-';
		len = ini_trim(&s, equals - takes_out - s);
		fault = ini_key_fault(ini, s, len);
	}
	if (fault) {
		ini_fault_at(reader, line, fault);
		return;
	}
	ini->entries = ini_grow(ini->entries, ini->nr_entries, sizeof(*ini->entries));
	ini->entries[ini->nr_entries++] = (struct ini_entry){
		.key = ini_key(s, len, takes_out),
		.line = line,
		.section = ini->nr_sections - 1,
	};
}

static bool ini_looks_like_key(const char *s, size_t len)
{
	size_t name = 0;

	while (name < len && ini_is_key_char(s[name]))
		name++;
	if (!name)
		return false;
	while (name < len && isspace((unsigned char)s[name]))
		name++;
	name += name < len && s[name] == '-';
	return name < len && s[name] == '=';
}

/* What an indented line was most likely meant to be, if not more of a value. */
static const char *ini_swallowed(const char *s, size_t len)
{
	if (*s == '#' || *s == ';')
		return swallowed_comment;
	if (*s == '[' && len > 1 && s[len - 1] == ']')
		return swallowed_section;
	return ini_looks_like_key(s, len) ? swallowed_key : NULL;
}

static void ini_take_indented(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	const char *fault = ini_swallowed(s, len);

	if (!reader->may_continue && (*s == '#' || *s == ';'))
		return;
	if (!reader->may_continue)
		fault = "begins with whitespace, but there is no value before it to continue; "
			"remove the whitespace";
	if (fault)
		ini_fault_at(reader, line, fault);
	else
		ini_continue_value(reader, s, len);
}

static void ini_take_line(struct reader *reader, const char *s, size_t len, unsigned int line)
{
	bool indented = len && isspace((unsigned char)*s);

	len = ini_trim(&s, len);
	if (indented && len) {
		ini_take_indented(reader, s, len, line);
		return;
	}
	ini_end_value(reader);
	if (!len || *s == '#' || *s == ';')
		return;
	if (*s == '[')
		ini_add_section(reader, s, len, line);
	else
		ini_add_key(reader, s, len, line);
}

static size_t byte_order_mark(const struct buffer *file)
{
	return file->len >= 3 && !memcmp(file->data, "\xef\xbb\xbf", 3) ? 3 : 0;
}

static int ini_take_lines(struct reader *reader)
{
	const char *at = reader->file.data + byte_order_mark(&reader->file);
	const char *end = reader->file.data + reader->file.len, *newline;
	unsigned int line;

	for (line = 1; at < end; line++, at = newline + 1) {
		newline = memchr(at, '\n', end - at);
		if (!newline)
			newline = end;
		ini_take_line(reader, at, newline - at, line);
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

static bool ini_is_set_before(const struct ini *ini, unsigned int number)
{
	const struct ini_entry *entry = &ini->entries[number];

	while (number-- && ini->entries[number].section == entry->section)
		if (!strcmp(ini->entries[number].key, entry->key))
			return true;
	return false;
}

static int ini_check_keys(struct reader *reader)
{
	const struct ini *ini = reader->ini;
	unsigned int i;

	for (i = 0; i < ini->nr_entries; i++) {
		if (!ini_is_set_before(ini, i))
			continue;
		ini_fault(reader->faults, reader->path, ini->entries[i].line, "%s is set twice",
			  ini->entries[i].key);
		reader->nr_faults++;
	}
	return reader->nr_faults ? -EINVAL : 0;
}

static int ini_parse(struct reader *reader)
{
	int ret;

	if (!reader->file.len)
		return 0;
	ret = ini_check_characters(reader);
	if (!ret)
		ret = ini_take_lines(reader);
	ini_end_value(reader);
	return ret ? ret : ini_check_keys(reader);
}

int ini_read(struct ini *ini, const char *path, struct buffer *faults)
{
	struct reader reader = {
		.ini = ini,
		.path = path,
		.faults = faults,
	};
	int ret;

	*ini = (struct ini){0};
	ret = ini_read_file(&reader);
	if (!ret)
		ret = ini_parse(&reader);
	buffer_free(&reader.file);
	buffer_free(&reader.value);
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
