// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/node.h"

#include <stdlib.h>
#include <string.h>

#include "lib/xalloc.h"

/* The copy of the text ends with a NUL, which no token accepts: it needs no other bound. */
struct reader {
	struct document *document;
	char *at;
	unsigned int depth;
};

static bool reader_read_value(struct reader *reader, const char *key, uint32_t key_len);

static void reader_skip_space(struct reader *reader)
{
	while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r' ||
	       *reader->at == '\n')
		reader->at++;
}

/* Skips space, and the character if it is there. */
static bool reader_takes(struct reader *reader, char c)
{
	reader_skip_space(reader);
	if (*reader->at != c)
		return false;
	reader->at++;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads the four digits of \uXXXX; negative: they are none. */
static int32_t read_utf16(const char *digits)
{
	int32_t unit = 0;
	int i;

	for (i = 0; i < 4; i++) {
		int digit = hex_digit(digits[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

static char *put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = c;
		return out;
	}
	if (c < 0x800) {
		*out++ = 0xc0 | c >> 6;
	} else {
		if (c < 0x10000) {
			*out++ = 0xe0 | c >> 12;
		} else {
			*out++ = 0xf0 | c >> 18;
			*out++ = 0x80 | (c >> 12 & 0x3f);
		}
		*out++ = 0x80 | (c >> 6 & 0x3f);
	}
	*out++ = 0x80 | (c & 0x3f);
	return out;
}

/* Half of a pair without the other half stands for no character. */
static bool reader_unescape_unit(struct reader *reader, char **out)
{
	int32_t unit = read_utf16(reader->at), low;

	if (unit < 0)
		return false;
	reader->at += 4;
	if ((unit & 0xfc00) == 0xd800 && reader->at[0] == '\\' && reader->at[1] == 'u') {
		low = read_utf16(reader->at + 2);
		if (low >= 0 && (low & 0xfc00) == 0xdc00) {
			reader->at += 6;
			*out = put_utf8(*out, 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
			return true;
		}
	}
	*out = put_utf8(*out, (unit & 0xf800) == 0xd800 ? 0xfffd : unit);
	return true;
}

/* What is escaped is never longer than its escape, so the string stays where it is. */
static bool reader_unescape(struct reader *reader, char **out)
{
	static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char c = *reader->at++;
	const char *escape;

	if (c == 'u')
		return reader_unescape_unit(reader, out);
	escape = c ? strchr(escapes, c) : NULL;
	if (!escape)
		return false;
	*(*out)++ = meant[escape - escapes];
	return true;
}

/* Reads a string after its first quote, and ends it with a NUL. */
static bool reader_read_string(struct reader *reader, const char **text, uint32_t *len)
{
	char *start = reader->at, *out;

	while (*reader->at != '"' && *reader->at != '\\' && *reader->at)
		reader->at++;
	out = reader->at;
	while (*reader->at != '"') {
		if (!*reader->at)
			return false;
		if (*reader->at != '\\') {
			*out++ = *reader->at++;
			continue;
		}
		reader->at++;
		if (!reader_unescape(reader, &out))
			return false;
	}
	*out = '\0';
	reader->at++;
	*text = start;
	*len = out - start;
	return true;
}

static bool reader_takes_digits(struct reader *reader)
{
	const char *start = reader->at;

	while (*reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at > start;
}

static bool reader_read_number(struct reader *reader)
{
	reader->at += *reader->at == '-';
	if (*reader->at == '0')
		reader->at++;
	else if (!reader_takes_digits(reader))
		return false;
	if (*reader->at == '.') {
		reader->at++;
		if (!reader_takes_digits(reader))
			return false;
	}
	if ((*reader->at | 0x20) != 'e')
		return true;
	reader->at++;
	reader->at += *reader->at == '-' || *reader->at == '+';
	return reader_takes_digits(reader);
}

static bool reader_read_word(struct reader *reader, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(reader->at, word, len))
		return false;
	reader->at += len;
	return true;
}

static bool reader_read_member(struct reader *reader)
{
	const char *key;
	uint32_t len;

	return reader_takes(reader, '"') && reader_read_string(reader, &key, &len) &&
	       reader_takes(reader, ':') && reader_read_value(reader, key, len);
}

/* Reads the children of the node, and what closes it. The array of nodes may move. */
static bool reader_read_children(struct reader *reader, uint32_t parent, bool object)
{
	struct document *document = reader->document;
	char end = object ? '}' : ']';
	uint32_t before = 0, child;

	if (++reader->depth > NODE_DEPTH_MAX)
		return false;
	while (!reader_takes(reader, end)) {
		if (before && !reader_takes(reader, ','))
			return false;
		child = document->count;
		if (!(object ? reader_read_member(reader) : reader_read_value(reader, NULL, 0)))
			return false;
		if (before)
			document->nodes[before].next = child - before;
		document->nodes[parent].count++;
		before = child;
	}
	reader->depth--;
	return true;
}

static struct node *reader_add(struct reader *reader, const char *key, uint32_t key_len)
{
	struct document *document = reader->document;
	struct node *node;

	if (document->count == document->size) {
		document->size = document->size ? 2 * document->size : 256;
		document->nodes = xreallocarray(document->nodes, document->size,
						sizeof(*document->nodes));
	}
	node = &document->nodes[document->count++];
	*node = (struct node){ .key = key, .key_len = key_len };
	return node;
}

static bool reader_read_scalar(struct reader *reader, struct node *node)
{
	node->text = reader->at;
	switch (*reader->at) {
	case '"':
		reader->at++;
		node->type = NODE_STRING;
		return reader_read_string(reader, &node->text, &node->len);
	case 'n':
		return reader_read_word(reader, "null");
	case 't':
		node->type = NODE_TRUE;
		return reader_read_word(reader, "true");
	case 'f':
		node->type = NODE_FALSE;
		return reader_read_word(reader, "false");
	}
	node->type = NODE_NUMBER;
	if (!reader_read_number(reader))
		return false;
	node->len = reader->at - node->text;
	return true;
}

static bool reader_read_value(struct reader *reader, const char *key, uint32_t key_len)
{
	uint32_t number = reader->document->count;
	struct node *node = reader_add(reader, key, key_len);
	bool object;

	reader_skip_space(reader);
	object = *reader->at == '{';
	if (!object && *reader->at != '[')
		return reader_read_scalar(reader, node);
	reader->at++;
	node->type = object ? NODE_OBJECT : NODE_ARRAY;
	return reader_read_children(reader, number, object);
}

const struct node *document_read(struct document *document, const char *text, size_t len)
{
	struct reader reader = { .document = document };

	if (len > INT32_MAX)
		return NULL;
	buffer_reset(&document->text);
	buffer_add(&document->text, text, len);
	document->count = 0;
	reader.at = document->text.data;
	if (!reader_read_value(&reader, NULL, 0))
		return NULL;
	reader_skip_space(&reader);
	return reader.at == document->text.data + len ? document->nodes : NULL;
}

void document_free(struct document *document)
{
	buffer_free(&document->text);
	free(document->nodes);
	*document = (struct document){0};
}

static const struct node *node_child(const struct node *node, const char *key, size_t len)
{
	const struct node *child = node_first(node);
	unsigned long index = 0;

	if (node_is(node, NODE_OBJECT)) {
		while (child && (child->key_len != len || memcmp(child->key, key, len)))
			child = node_next(child);
		return child;
	}
	if (!node_is(node, NODE_ARRAY) || !len || len > 6 || strspn(key, "0123456789") < len)
		return NULL;
	for (index = strtoul(key, NULL, 10); child && index; index--)
		child = node_next(child);
	return child;
}

const struct node *node_at(const struct node *node, const char *path)
{
	while (node && *path) {
		size_t len = strcspn(path, ".");

		node = node_child(node, path, len);
		path += len + (path[len] == '.');
	}
	return node && node->type != NODE_NULL ? node : NULL;
}

const char *node_string(const struct node *node, const char *path)
{
	const struct node *found = node_at(node, path);

	return node_is(found, NODE_STRING) ? found->text : NULL;
}

bool node_number(const struct node *node, const char *path, uint64_t *value)
{
	const struct node *found = node_at(node, path);
	uint64_t number = 0;
	uint32_t i;

	if (!node_is(found, NODE_NUMBER))
		return false;
	for (i = 0; i < found->len; i++) {
		unsigned int digit = (unsigned char)found->text[i] - '0';

		if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return false;
	}
	*value = number;
	return true;
}

bool node_hex(const struct node *node, const char *path, uint64_t *value)
{
	const char *text = node_string(node, path);

	if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
		return false;
	*value = strtoull(text, NULL, 16);
	return true;
}
