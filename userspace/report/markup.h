/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prose with an alert's values in it, which is written once and marked up by each format.
 *
 * Bytes of an alert reach a page through markup_value(), markup_text() or markup_command()
 * only: these are where a format makes sure that no byte becomes markup.
 */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "lib/buffer.h"
#include "lib/util.h"

/* Parts of a page that have a beginning and an end. */
enum markup_part {
	MARKUP_PARAGRAPH,
	MARKUP_WARNING,		/* a paragraph that must not be missed */
	MARKUP_STEPS,		/* a list whose order counts */
	MARKUP_STEP,
	MARKUP_STRONG,
	MARKUP_PARTS,
};

struct markup {
	const char *begin[MARKUP_PARTS], *end[MARKUP_PARTS];
	/* Plain prose. "s" may have any bytes. */
	void (*text)(struct buffer *out, const char *s);
	/* A value, set apart from the prose. */
	void (*value)(struct buffer *out, const char *s);
	/* A command for a shell, as a block. */
	void (*command)(struct buffer *out, const char *s);
};

struct page {
	struct buffer *out;
	const struct markup *markup;
};

void markup_begin(const struct page *page, enum markup_part part);
void markup_end(const struct page *page, enum markup_part part);
void markup_text(const struct page *page, const char *s);
void markup_value(const struct page *page, const char *s);

/** markup_command() - Add a block with a command, made as printf() does. */
void __printf(2, 3) markup_command(const struct page *page, const char *format, ...);

/**
 * markup_say() - Add prose with values.
 *
 * The format knows %s, a value; %-s, a string that is prose itself; %zu and %%.
 */
void __printf(2, 3) markup_say(const struct page *page, const char *format, ...);

/** plural() - "s" unless count is 1. */
static inline const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

extern const struct markup markup_html;
extern const struct markup markup_markdown;

#endif /* REPORT_MARKUP_H */
