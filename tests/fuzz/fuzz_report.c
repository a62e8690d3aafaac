// SPDX-License-Identifier: GPL-2.0
/*
 * The input is a file of past records. No byte of it becomes markup of the page that is made:
 * every tag is one of the page's own, closed in order; every attribute is one of the page's
 * own; and the text has no character that steers or reorders it.
 */
#include "fuzz.h"

#include "lib/text.h"
#include "lib/utf8.h"
#include "past/parse.h"
#include "report/html.h"
#include "report/markdown.h"

#define DEPTH_MAX 400

static struct buffer page;

struct markup_check {
	const char *at, *end;
	char open[DEPTH_MAX][16];
	size_t depth;
};

static bool is_one_of(const char *word, size_t len, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == len && !strncmp(*words, word, len))
			return true;
	return false;
}

static void check_attributes(struct markup_check *check)
{
	static const char *const known[] = {
		"lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "scope",
		"aria-labelledby", "aria-label", "aria-describedby", "role", "tabindex", "viewBox",
		"datetime", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "width",
		"height", "text-anchor", "open", "transform", NULL,
	};

	while (*check->at == ' ') {
		size_t len = strcspn(++check->at, "=");

		PROMISE(is_one_of(check->at, len, known));
		check->at += len + 1;
		PROMISE(*check->at == '"');
		check->at += 1 + strcspn(check->at + 1, "\"<>");
		PROMISE(*check->at++ == '"');
	}
	PROMISE(*check->at == '>' || !strncmp(check->at, "/>", 2));
}

static void check_tag(struct markup_check *check)
{
	static const char *const known[] = {
		"html", "head", "meta", "title", "style", "body", "a", "header", "span", "strong",
		"main", "article", "section", "h1", "h2", "h3", "h4", "p", "div", "ul", "ol", "li",
		"nav", "table", "caption", "tr", "th", "td", "code", "pre", "small", "time",
		"details", "summary", "svg", "desc", "g", "line", "text", "circle", "path", "rect",
		"footer", NULL,
	};
	bool closes = *check->at == '/';
	size_t len;

	check->at += closes;
	len = strcspn(check->at, " />");
	PROMISE(is_one_of(check->at, len, known));
	if (closes) {
		PROMISE(check->depth--);
		PROMISE(strlen(check->open[check->depth]) == len &&
			!strncmp(check->open[check->depth], check->at, len));
		check->at += len;
		PROMISE(*check->at++ == '>');
		return;
	}
	PROMISE(check->depth < DEPTH_MAX);
	memcpy(check->open[check->depth], check->at, len);
	check->open[check->depth][len] = '\0';
	check->at += len;
	check_attributes(check);
	if (*check->at == '/')
		check->at++;
	else if (strcmp(check->open[check->depth], "meta"))
		check->depth++;
	check->at++;
}

static void check_entity(struct markup_check *check)
{
	static const char *const known[] = { "amp", "lt", "gt", "quot", "#39", NULL };
	size_t len = strcspn(check->at, ";");

	PROMISE(is_one_of(check->at, len, known));
	check->at += len + 1;
}

static void check_characters(const struct buffer *text)
{
	size_t at = 0;

	while (at < text->len) {
		uint32_t c;
		size_t length = utf8_decode(text->data + at, text->len - at, &c);

		PROMISE(length && (c == '\n' || !text_is_hostile(c)));
		at += length;
	}
}

static void check_page(void)
{
	static struct markup_check check;

	check_characters(&page);
	check.depth = 0;
	check.at = page.data + strlen("<!DOCTYPE html>");
	PROMISE(!strncmp(page.data, "<!DOCTYPE html>", strlen("<!DOCTYPE html>")));
	while (*check.at) {
		char c = *check.at++;

		PROMISE(c != '>' || !strcmp(check.open[check.depth - 1], "style"));
		if (c == '<')
			check_tag(&check);
		else if (c == '&')
			check_entity(&check);
	}
	PROMISE(!check.depth);
}

static void collect(struct collection *collection, const char *text, size_t size)
{
	while (size) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) : size;
		struct entry *entry = entry_of(past_parse(text, len), text, len);

		if (entry)
			collection_add(collection, entry);
		text += len + !!newline;
		size -= len + !!newline;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct collection collection = {0};
	char *text = malloc(size ? size : 1);

	memcpy(text, data, size);
	collect(&collection, text, size);
	free(text);
	collection_sort(&collection);
	buffer_reset(&page);
	html_put_report(&page, &collection, MOMENT_SECOND);
	check_page();
	buffer_reset(&page);
	markdown_put_report(&page, &collection, MOMENT_SECOND);
	check_characters(&page);
	collection_free(&collection);
	return 0;
}
