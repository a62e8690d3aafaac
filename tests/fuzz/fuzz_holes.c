// SPDX-License-Identifier: GPL-2.0
/*
 * Compares the matching of holes with a model that tries every length of every hole, and
 * counts how many bytes are read. The input is a pattern, and then a command line or what is
 * filled into the holes.
 */
#include "fuzz.h"

static size_t bytes_read;

#define HOLES_READ(bytes) (bytes_read += (bytes))

#include "../../module/holes.c"

#define TEXT_MAX 256

struct line {
	char bytes[TEXT_MAX];
	size_t len;
};

/* What the manual says of each hole, without a thought of how it is found. */
static bool model_takes(const char *name, size_t name_bytes, const char *text, size_t len)
{
	static const char digits[] = "0123456789", hex[] = "0123456789abcdefABCDEF";
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	char copy[TEXT_MAX], *word;

	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strlen(copy) != len || !len)
		return false;
	if (!strncmp(name, "number", name_bytes))
		return strspn(copy, digits) == len;
	if (!strncmp(name, "hex", name_bytes))
		return strspn(copy, hex) == len;
	if (!strncmp(name, "word", name_bytes))
		return strspn(copy, letters) == len && *copy != '.' && *copy != '-';
	if (!strncmp(name, "uuid", name_bytes)) {
		if (len != 36 || copy[8] != '-' || copy[13] != '-' || copy[18] != '-' ||
		    copy[23] != '-')
			return false;
		for (word = copy; *word; word++)
			if (*word == '-')
				*word = '0';
		return strspn(copy, hex) == len;
	}
	/* {file:DIR} */
	name_bytes -= strlen("file:");
	name += strlen("file:");
	if (len <= name_bytes + 1 || strncmp(copy, name, name_bytes) || copy[name_bytes] != '/' ||
	    copy[len - 1] == '/' || strstr(copy + name_bytes, "//"))
		return false;
	for (word = strtok(copy + name_bytes, "/"); word; word = strtok(NULL, "/"))
		if (strspn(word, letters) != strlen(word) || *word == '.' || *word == '-')
			return false;
	return true;
}

static bool model_match(const char *pattern, const char *text)
{
	size_t len, name;

	if (!*pattern)
		return !*text;
	if (pattern[0] == '{' && pattern[1] == '{')
		return *text == '{' && model_match(pattern + 2, text + 1);
	if (!shelltrap_holes_begin(pattern))
		return *text == *pattern && model_match(pattern + 1, text + 1);
	name = strcspn(pattern, "}") - 1;
	for (len = strlen(text); len; len--)
		if (model_takes(pattern + 1, name, text, len) &&
		    model_match(pattern + name + 2, text + len))
			return true;
	return false;
}

static bool model_match_all(const struct line *pattern, const struct line *text)
{
	const char *wanted = pattern->bytes, *given = text->bytes;

	if (!text->len || text->bytes[text->len - 1])
		return false;
	while (wanted < pattern->bytes + pattern->len && given < text->bytes + text->len) {
		if (!model_match(wanted, given))
			return false;
		wanted += strlen(wanted) + 1;
		given += strlen(given) + 1;
	}
	return wanted == pattern->bytes + pattern->len && given == text->bytes + text->len;
}

static void line_add(struct line *line, const char *text)
{
	size_t len = strlen(text);

	if (line->len + len >= TEXT_MAX)
		return;
	memcpy(line->bytes + line->len, text, len);
	line->len += len;
}

static void line_end(struct line *line)
{
	line->bytes[line->len++] = '\0';
}

/* A part of a pattern, and what may be filled in for it. */
static void take_part(struct input *in, struct line *pattern, struct line *text)
{
	static const char * const parts[] = {
		"{number}", "{hex}", "{word}", "{file:/s}", "{uuid}", "{{", " ", "x", "a", "-",
		"/", "sh", "-c", "'", ";", "$", ".", "echo ", ">", "{",
	};
	static const char * const fills[] = {
		"1", "a0", "x.", "/s/a/b", "01234567-89ab-cdef-0123-456789abcdef", "..", "-", ";",
		"/s/../a", "f", "", "/s/a//b", "0", "/s/.a", "/s/a/", "{",
	};
	uint8_t which = take_byte(in), fill = take_byte(in);
	const char *part = parts[which % (sizeof(parts) / sizeof(*parts))];

	line_add(pattern, part);
	if (shelltrap_holes_begin(part) || !(which & 0x80))
		line_add(text, shelltrap_holes_begin(part) ? fills[fill & 15] :
			 part[1] == '{' ? "{" : part);
	else
		line_add(text, fills[fill & 15]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	struct line pattern = {0}, text = {0};
	char *tight_pattern, *tight_text;
	unsigned int count = take_byte(&in) % 24;
	bool matches;

	for (; count; count--) {
		take_part(&in, &pattern, &text);
		if ((take_byte(&in) & 7) || pattern.len > 200 || text.len > 200)
			continue;
		line_end(&pattern);
		line_end(&text);
	}
	line_end(&pattern);
	line_end(&text);
	text.len -= take_byte(&in) == 1;
	tight_pattern = malloc(pattern.len);
	tight_text = malloc(text.len);
	PROMISE(tight_pattern && tight_text);
	memcpy(tight_pattern, pattern.bytes, pattern.len);
	memcpy(tight_text, text.bytes, text.len);
	if (!shelltrap_holes_fault(tight_pattern, pattern.len, take_byte(&in))) {
		bytes_read = 0;
		matches = shelltrap_holes_match(tight_pattern, pattern.len, tight_text, text.len);
		PROMISE(bytes_read <= 4 * (pattern.len + text.len));
		PROMISE(matches == model_match_all(&pattern, &text));
	}
	free(tight_pattern);
	free(tight_text);
	return 0;
}
