// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/lines.h"

#include <stdlib.h>
#include <string.h>

#include "lib/xalloc.h"

/* As many bytes at once as make the time of a system call unimportant. */
#define CHUNK (256 * 1024)

void lines_open(struct lines *lines, int fd)
{
	*lines = (struct lines){ .number_known = true };
	source_open(&lines->source, fd);
}

void lines_close(struct lines *lines)
{
	source_close(&lines->source);
	free(lines->data);
	lines->data = NULL;
}

/* Makes room for a chunk. The memory never exceeds the longest line and two chunks. */
static void lines_make_room(struct lines *lines)
{
	if (lines->start) {
		memmove(lines->data, lines->data + lines->start, lines->end - lines->start);
		lines->end -= lines->start;
		lines->start = 0;
	}
	if (lines->size - lines->end >= CHUNK)
		return;
	lines->size += CHUNK;
	lines->data = xreallocarray(lines->data, lines->size, 1);
}

/* Returns the number of bytes read, 0 at the end, or negative. */
static ssize_t lines_fill(struct lines *lines)
{
	ssize_t len;

	lines_make_room(lines);
	len = source_read(&lines->source, lines->data + lines->end, lines->size - lines->end);
	if (len > 0)
		lines->end += len;
	return len;
}

static void lines_skip(struct lines *lines, size_t len)
{
	lines->start += len;
	lines->offset += len;
}

/* Drops what is read up to the next newline. Returns as lines_fill(). */
static ssize_t lines_drop_line(struct lines *lines)
{
	ssize_t ret;

	for (;;) {
		size_t len = lines->end - lines->start;
		const char *start = len ? lines->data + lines->start : NULL;
		const char *newline = len ? memchr(start, '\n', len) : NULL;

		lines_skip(lines, newline ? (size_t)(newline + 1 - start) : len);
		if (newline)
			return 1;
		ret = lines_fill(lines);
		if (ret <= 0)
			return ret;
	}
}

static int lines_give(struct lines *lines, size_t len, bool whole, struct line *line)
{
	*line = (struct line){ lines->data + lines->start, len, lines->offset, whole };
	lines_skip(lines, len + whole);
	lines->number++;
	return 1;
}

/* The end, or a failure: gives what is left as a line that is not whole. */
static int lines_end(struct lines *lines, ssize_t ret, struct line *line)
{
	size_t len = lines->end - lines->start;

	if (len)
		return lines_give(lines, len, false, line);
	return ret;
}

int lines_next(struct lines *lines, struct line *line)
{
	size_t searched = 0;

	for (;;) {
		size_t len = lines->end - lines->start;
		const char *start = len ? lines->data + lines->start : NULL;
		const char *newline = len > searched ?
			memchr(start + searched, '\n', len - searched) : NULL;
		ssize_t ret;

		if (newline && newline - start <= LINE_LONGEST)
			return lines_give(lines, newline - start, true, line);
		searched = len;
		if (newline || len > LINE_LONGEST) {
			lines->too_long++;
			lines->number++;
			ret = lines_drop_line(lines);
			searched = 0;
		} else {
			ret = lines_fill(lines);
		}
		if (ret <= 0)
			return lines_end(lines, ret, line);
	}
}

void lines_seek(struct lines *lines, off_t offset)
{
	/* The byte before tells whether a line begins at the offset. */
	lines->offset = offset ? offset - 1 : 0;
	source_seek(&lines->source, lines->offset);
	lines->start = 0;
	lines->end = 0;
	lines->number_known = !offset;
	lines->number = 0;
	if (offset)
		lines_drop_line(lines);
}

void lines_again(struct lines *lines, const struct line *line)
{
	source_seek(&lines->source, line->offset);
	lines->offset = line->offset;
	lines->start = 0;
	lines->end = 0;
	lines->number--;
}
