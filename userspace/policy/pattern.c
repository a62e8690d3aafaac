// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command line is a series of tokens, the longest runs of characters that a hole may
 * contain, and of other characters. Lines of one shape differ only in their tokens. Where a
 * token differs, a piece of it becomes a hole that fits what was seen; where no hole may be,
 * the lines are divided by this token, and each part is tried again.
 */
#include "policy/pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/xalloc.h"
#include "module/holes.h"
#include "policy/risk.h"

#define UUID_LEN 36

/* A part of a command line. */
struct span {
	const char *at;
	size_t len;
};

/* What differs between lines: the same part of each. */
struct spans {
	struct span *list;
	size_t count;
};

struct finder {
	const struct bytes *lines;
	__u8 programs;
	bool shell;
	pattern_take *take;
	void *context;
	unsigned int tries;	/* for this shape */
	const char **at;	/* for each member: how far it was read */
	struct spans tokens, rest, pieces;	/* with room for each member */
	struct buffer text;	/* the pattern */
	bool holes;
};

static bool is_letter_or_digit(char c)
{
	return isascii((unsigned char)c) && isalnum((unsigned char)c);
}

static bool is_token(char c)
{
	return is_letter_or_digit(c) || (c && strchr("_.-/", c));
}

static size_t token_len(const char *at)
{
	size_t len = 0;

	while (is_token(at[len]))
		len++;
	return len;
}

static bool spans_are_equal(const struct spans *spans)
{
	const struct span *first = spans->list;
	size_t i;

	for (i = 1; i < spans->count; i++)
		if (first->len != spans->list[i].len ||
		    memcmp(first->at, spans->list[i].at, first->len))
			return false;
	return true;
}

static bool spans_consist_of(const struct spans *spans, const char *characters)
{
	size_t i, k;

	for (i = 0; i < spans->count; i++)
		for (k = 0; k < spans->list[i].len; k++)
			if (!strchr(characters, spans->list[i].at[k]))
				return false;
	return true;
}

static bool spans_have_digit(const struct spans *spans)
{
	size_t i, k;

	for (i = 0; i < spans->count; i++)
		for (k = 0; k < spans->list[i].len; k++)
			if (isdigit((unsigned char)spans->list[i].at[k]))
				return true;
	return false;
}

static bool span_is_new(const struct span *seen, size_t count, const struct span *span)
{
	while (count--)
		if (seen[count].len == span->len && !memcmp(seen[count].at, span->at, span->len))
			return false;
	return true;
}

/* Are there enough different words for a hole that takes any word? */
static bool spans_are_many(const struct spans *spans)
{
	struct span seen[PATTERN_WORDS_MIN];
	size_t i, count = 0;

	for (i = 0; i < spans->count && count < PATTERN_WORDS_MIN; i++)
		if (span_is_new(seen, count, &spans->list[i]))
			seen[count++] = spans->list[i];
	return count == PATTERN_WORDS_MIN;
}

static size_t uuid_len(const char *at, size_t len)
{
	size_t i;

	if (len < UUID_LEN || (len > UUID_LEN && is_letter_or_digit(at[UUID_LEN])))
		return 0;
	for (i = 0; i < UUID_LEN; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? at[i] != '-' :
		    !isxdigit((unsigned char)at[i]))
			return 0;
	return UUID_LEN;
}

static bool spans_are_uuids(const struct spans *spans)
{
	size_t i;

	for (i = 0; i < spans->count; i++)
		if (spans->list[i].len != UUID_LEN || !uuid_len(spans->list[i].at, UUID_LEN))
			return false;
	return true;
}

static bool spans_are_words(const struct spans *spans)
{
	size_t i;

	for (i = 0; i < spans->count; i++)
		if (!spans->list[i].len || strchr("-.", spans->list[i].at[0]) ||
		    memchr(spans->list[i].at, '/', spans->list[i].len))
			return false;
	return spans_are_many(spans);
}

/* The narrowest hole that takes all of them; NULL: there is none. */
static const char *spans_hole(const struct spans *spans)
{
	size_t i;

	for (i = 0; i < spans->count; i++)
		if (!spans->list[i].len)
			return NULL;
	if (spans_consist_of(spans, "0123456789"))
		return "{number}";
	if (spans_consist_of(spans, "0123456789abcdefABCDEF") && spans_have_digit(spans))
		return "{hex}";
	if (spans_are_uuids(spans))
		return "{uuid}";
	return spans_are_words(spans) ? "{word}" : NULL;
}

/* How a token is taken apart into pieces. */
enum grain {
	GRAIN_DIGITS,		/* only runs of digits, and UUIDs, may differ */
	GRAIN_NAMES,		/* runs of letters and digits may, too */
	GRAIN_COMPONENTS,	/* whole components of a path may */
	GRAINS
};

/* Bytes of the next piece; *may_differ: it may become a hole. */
static size_t piece_len(enum grain grain, const struct span *rest, bool *may_differ)
{
	size_t len = uuid_len(rest->at, rest->len);

	*may_differ = true;
	if (len)
		return len;
	if (grain == GRAIN_DIGITS)
		while (len < rest->len && isdigit((unsigned char)rest->at[len]))
			len++;
	else if (grain == GRAIN_NAMES)
		while (len < rest->len && is_letter_or_digit(rest->at[len]))
			len++;
	else
		while (len < rest->len && rest->at[len] != '/')
			len++;
	*may_differ = len;
	return len ? len : 1;
}

/* Takes the next piece of each. Returns false if they are not of one kind. */
static bool finder_take_pieces(struct finder *finder, enum grain grain, bool *may_differ)
{
	struct spans *rest = &finder->rest;
	size_t i, len;
	bool differs;

	for (i = 0; i < rest->count; i++) {
		if (!rest->list[i].len)
			return false;
		len = piece_len(grain, &rest->list[i], &differs);
		if (i && differs != *may_differ)
			return false;
		*may_differ = differs;
		finder->pieces.list[i] = (struct span){ rest->list[i].at, len };
		rest->list[i].at += len;
		rest->list[i].len -= len;
	}
	finder->pieces.count = rest->count;
	return true;
}

static size_t spans_shortest(const struct spans *spans)
{
	size_t i, len = spans->list[0].len;

	for (i = 1; i < spans->count; i++)
		len = spans->list[i].len < len ? spans->list[i].len : len;
	return len;
}

/* Bytes that all have in common at their beginning, at most @most. */
static size_t spans_prefix(const struct spans *spans, size_t most)
{
	const char *first = spans->list[0].at;
	size_t i, len = most, shortest = spans_shortest(spans);

	len = shortest < len ? shortest : len;
	for (i = 1; i < spans->count; i++)
		while (len && memcmp(first, spans->list[i].at, len))
			len--;
	return len;
}

static size_t spans_suffix(const struct spans *spans, size_t most)
{
	const struct span *first = &spans->list[0], *one;
	size_t i, len = most, shortest = spans_shortest(spans);

	len = shortest < len ? shortest : len;
	for (i = 1; i < spans->count; i++) {
		one = &spans->list[i];
		while (len && memcmp(first->at + first->len - len, one->at + one->len - len, len))
			len--;
	}
	return len;
}

/* A common beginning ends, and a common end begins, with one of "_.-". */
static size_t spans_trimmed_prefix(const struct spans *spans)
{
	size_t shortest = spans_shortest(spans);
	size_t len = spans_prefix(spans, shortest ? shortest - 1 : 0);

	while (len && !strchr("_.-", spans->list[0].at[len - 1]))
		len--;
	return len;
}

static size_t spans_trimmed_suffix(const struct spans *spans, size_t prefix)
{
	const struct span *first = &spans->list[0];
	size_t shortest = spans_shortest(spans);
	size_t len = spans_suffix(spans, shortest > prefix ? shortest - prefix - 1 : 0);

	while (len && !strchr("_.-", first->at[first->len - len]))
		len--;
	return len;
}

static void spans_cut(struct spans *spans, size_t from_start, size_t from_end)
{
	size_t i;

	for (i = 0; i < spans->count; i++) {
		spans->list[i].at += from_start;
		spans->list[i].len -= from_start + from_end;
	}
}

/* Adds pieces that differ: what they have in common, and a hole. */
static bool finder_add_hole(struct finder *finder, enum grain grain)
{
	struct spans *pieces = &finder->pieces;
	const char *first = pieces->list[0].at, *hole;
	size_t prefix = 0, suffix = 0;

	if (grain == GRAIN_COMPONENTS && !spans_are_uuids(pieces)) {
		prefix = spans_trimmed_prefix(pieces);
		suffix = spans_trimmed_suffix(pieces, prefix);
	}
	spans_cut(pieces, prefix, suffix);
	hole = spans_hole(pieces);
	if (!hole)
		return false;
	buffer_add(&finder->text, first, prefix);
	buffer_puts(&finder->text, hole);
	buffer_add(&finder->text, pieces->list[0].at + pieces->list[0].len, suffix);
	finder->holes = true;
	return true;
}

/* Options that differ are other options: only what follows "-x" may differ. */
static bool finder_skip_option(struct finder *finder, enum grain grain)
{
	struct spans *rest = &finder->rest;
	size_t i;

	for (i = 0; i < rest->count; i++)
		if (rest->list[i].len && rest->list[i].at[0] == '-')
			break;
	if (i == rest->count || grain == GRAIN_DIGITS)
		return true;
	if (spans_prefix(rest, 2) < 2 || rest->list[0].at[1] == '-')
		return false;
	buffer_add(&finder->text, rest->list[0].at, 2);
	spans_cut(rest, 2, 0);
	return true;
}

static void finder_rewind(struct finder *finder)
{
	struct spans *rest = &finder->rest;

	rest->count = finder->tokens.count;
	memcpy(rest->list, finder->tokens.list, rest->count * sizeof(*rest->list));
}

static bool finder_add_grain(struct finder *finder, enum grain grain)
{
	struct spans *rest = &finder->rest;
	bool may_differ = false;

	finder_rewind(finder);
	if (!finder_skip_option(finder, grain))
		return false;
	while (rest->list[0].len) {
		if (!finder_take_pieces(finder, grain, &may_differ))
			return false;
		if (spans_are_equal(&finder->pieces))
			buffer_add(&finder->text, finder->pieces.list[0].at,
				   finder->pieces.list[0].len);
		else if (!may_differ || !finder_add_hole(finder, grain))
			return false;
	}
	return !spans_shortest(rest) && spans_are_equal(rest);
}

/* A file below the directory that all have in common, with the ending that they share. */
static bool finder_add_file(struct finder *finder)
{
	struct spans *rest = &finder->rest;
	const struct span *first = &rest->list[0];
	size_t dir, suffix;

	finder_rewind(finder);
	if (first->at[0] != '/' || !spans_are_many(rest))
		return false;
	dir = spans_prefix(rest, first->len);
	while (dir && first->at[dir - 1] != '/')
		dir--;
	if (dir < 2 || dir >= spans_shortest(rest))
		return false;
	suffix = spans_suffix(rest, spans_shortest(rest) - dir - 1);
	while (suffix && first->at[first->len - suffix] != '.')
		suffix--;
	if (memchr(first->at + first->len - suffix, '/', suffix))
		suffix = 0;
	buffer_puts(&finder->text, "{file:");
	buffer_add(&finder->text, first->at, dir - 1);
	buffer_puts(&finder->text, "}");
	buffer_add(&finder->text, first->at + first->len - suffix, suffix);
	finder->holes = true;
	return true;
}

/* Does the pattern of a token, which begins at @start, fit each of them? */
static bool finder_token_fits(struct finder *finder, size_t start)
{
	const struct spans *tokens = &finder->tokens;
	const char *pattern = finder->text.data + start;
	struct buffer token = {0};
	bool fits = !shelltrap_holes_syntax(pattern);
	size_t i;

	for (i = 0; fits && i < tokens->count; i++) {
		buffer_reset(&token);
		buffer_add(&token, tokens->list[i].at, tokens->list[i].len);
		fits = shelltrap_holes_match(pattern, strlen(pattern) + 1, token.data,
					     token.len + 1);
	}
	buffer_free(&token);
	return fits;
}

/* Adds a token that differs. Returns false if no holes fit. */
static bool finder_add_token(struct finder *finder)
{
	size_t start = finder->text.len;
	bool holes = finder->holes, added;
	enum grain grain;

	for (grain = 0; grain <= GRAINS; grain++) {
		added = grain < GRAINS ? finder_add_grain(finder, grain) : finder_add_file(finder);
		if (added && finder_token_fits(finder, start))
			return true;
		finder->text.len = start;
		if (finder->text.data)
			finder->text.data[start] = '\0';
		finder->holes = holes;
	}
	return false;
}

/* The same token of each member. */
static void finder_take_tokens(struct finder *finder)
{
	struct spans *tokens = &finder->tokens;
	size_t i;

	for (i = 0; i < tokens->count; i++) {
		tokens->list[i] = (struct span){ finder->at[i], token_len(finder->at[i]) };
		finder->at[i] += tokens->list[i].len;
	}
}

static void finder_add_literal(struct finder *finder)
{
	size_t i;

	buffer_putc(&finder->text, finder->at[0][0]);
	/* The other meaning of '{' would be a hole. */
	if (finder->at[0][0] == '{')
		buffer_putc(&finder->text, '{');
	for (i = 0; i < finder->tokens.count; i++)
		finder->at[i]++;
}

#define NO_TOKEN ((size_t)-1)

/*
 * Makes the pattern of the members, with holes only in tokens before token @limit; the others
 * are those of the first member. Returns the token in which no hole fits, or NO_TOKEN.
 */
static size_t finder_draw(struct finder *finder, const size_t *members, size_t count, size_t limit)
{
	const struct bytes *first = &finder->lines[members[0]];
	size_t i, token;

	for (i = 0; i < count; i++)
		finder->at[i] = finder->lines[members[i]].data;
	finder->tokens.count = count;
	finder->holes = false;
	buffer_reset(&finder->text);
	for (token = 0; finder->at[0] < (const char *)first->data + first->len;) {
		if (!is_token(*finder->at[0])) {
			finder_add_literal(finder);
			continue;
		}
		finder_take_tokens(finder);
		if (token >= limit || spans_are_equal(&finder->tokens))
			buffer_add(&finder->text, finder->tokens.list[0].at,
				   finder->tokens.list[0].len);
		else if (!finder_add_token(finder))
			return token;
		token++;
	}
	return NO_TOKEN;
}

static void count_risk(void *count, const char *what)
{
	(void)what;
	++*(size_t *)count;
}

/* May the kernel use the pattern, and is it no more risky than without holes? */
static bool finder_may_use(const struct finder *finder, size_t risks)
{
	size_t with_holes = 0;

	if (finder->text.len > SHELLTRAP_EXCEPTION_ARGV_MAX)
		return false;
	if (!finder->holes)
		return true;
	if (shelltrap_holes_fault(finder->text.data, finder->text.len, finder->programs))
		return false;
	risk_find(finder->text.data, finder->text.len, finder->shell, count_risk, &with_holes);
	return with_holes <= risks;
}

/* The token whose hole makes a pattern bad that is fine up to there: one before @limit. */
static size_t finder_find_bad(struct finder *finder, const size_t *members, size_t count,
			      size_t limit, size_t risks)
{
	size_t low = 0, high = limit;

	/* With no hole the pattern is fine, with all holes it is not. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		finder_draw(finder, members, count, middle);
		if (finder_may_use(finder, risks))
			low = middle;
		else
			high = middle;
	}
	return high - 1;
}

static size_t finder_risks(const struct finder *finder, const struct bytes *line)
{
	size_t risks = 0;

	risk_find(line->data, line->len, finder->shell, count_risk, &risks);
	return risks;
}

/* Returns the token by which the members must be divided, or NO_TOKEN: there is a pattern. */
static size_t finder_try(struct finder *finder, const size_t *members, size_t count)
{
	size_t risks = finder_risks(finder, &finder->lines[members[0]]);
	size_t token = finder_draw(finder, members, count, NO_TOKEN);

	/* A command that differs is more than what follows it: it divides the lines first. */
	if (token != NO_TOKEN)
		finder_draw(finder, members, count, token);
	if (finder_may_use(finder, risks))
		return token;
	if (token == NO_TOKEN)
		token = finder->lines[members[0]].len;
	return finder_find_bad(finder, members, count, token, risks);
}

static void finder_give(const struct finder *finder, const size_t *members, size_t count,
			const char *argv, size_t len)
{
	const struct pattern pattern = {
		.argv = argv, .len = len, .holes = finder->holes, .members = members,
		.count = count,
	};

	finder->take(finder->context, &pattern);
}

/* Lines that are the same are their own pattern. */
static void finder_give_line(struct finder *finder, const size_t *members, size_t count)
{
	const struct bytes *line = &finder->lines[members[0]];

	finder->holes = false;
	finder_give(finder, members, count, line->data, line->len);
}

static void finder_give_all(struct finder *finder, const size_t *members, size_t count)
{
	if (finder->holes)
		finder_give(finder, members, count, finder->text.data, finder->text.len);
	else
		finder_give_line(finder, members, count);
}

static struct span finder_token(const struct bytes *line, size_t token)
{
	const char *at = line->data;

	for (;; at += token_len(at)) {
		while (!is_token(*at))
			at++;
		if (!token--)
			return (struct span){ at, token_len(at) };
	}
}

/* A member, and the token by which it is sorted. */
struct sorted {
	struct span token;
	size_t member;
};

static int sorted_compare(const void *a, const void *b)
{
	const struct sorted *one = a, *other = b;
	size_t len = one->token.len < other->token.len ? one->token.len : other->token.len;
	int order = memcmp(one->token.at, other->token.at, len);

	if (order)
		return order;
	if (one->token.len != other->token.len)
		return one->token.len < other->token.len ? -1 : 1;
	return one->member < other->member ? -1 : one->member > other->member;
}

static void finder_sort(const struct finder *finder, size_t *members, size_t count, size_t token)
{
	struct sorted *sorted = xcalloc(count, sizeof(*sorted));
	size_t i;

	for (i = 0; i < count; i++)
		sorted[i] = (struct sorted){
			finder_token(&finder->lines[members[i]], token), members[i],
		};
	qsort(sorted, count, sizeof(*sorted), sorted_compare);
	for (i = 0; i < count; i++)
		members[i] = sorted[i].member;
	free(sorted);
}

/* How many of the members, from the first on, have the same token. */
static size_t finder_run(const struct finder *finder, const size_t *members, size_t count,
			 size_t token)
{
	struct span first = finder_token(&finder->lines[members[0]], token), next;
	size_t run;

	for (run = 1; run < count; run++) {
		next = finder_token(&finder->lines[members[run]], token);
		if (next.len != first.len || memcmp(next.at, first.at, first.len))
			break;
	}
	return run;
}

static void finder_divide(struct finder *finder, size_t *members, size_t count)
{
	size_t token, run;

	if (count == 1) {
		finder_give_line(finder, members, 1);
		return;
	}
	if (finder->tries++ >= PATTERN_TRIES_MAX) {
		finder_give(finder, members, count, NULL, 0);
		return;
	}
	token = finder_try(finder, members, count);
	if (token == NO_TOKEN) {
		finder_give_all(finder, members, count);
		return;
	}
	finder_sort(finder, members, count, token);
	run = finder_run(finder, members, count, token);
	if (run == count) {
		finder_give(finder, members, count, NULL, 0);
		return;
	}
	for (; count; members += run, count -= run) {
		run = finder_run(finder, members, count, token);
		finder_divide(finder, members, run);
	}
}

/* The lines that differ only in tokens have the same shape: each token is one letter. */
static void line_put_shape(struct buffer *out, const struct bytes *line)
{
	const char *at = line->data, *end = at + line->len;

	while (at < end) {
		size_t len = token_len(at);

		buffer_putc(out, len ? 'w' : *at);
		at += len ? len : 1;
	}
}

struct shaped {
	char *shape;
	size_t len, member;
};

static int shaped_compare(const void *a, const void *b)
{
	const struct shaped *one = a, *other = b;
	int order;

	if (one->len != other->len)
		return one->len < other->len ? -1 : 1;
	order = memcmp(one->shape, other->shape, one->len);
	if (order)
		return order;
	return one->member < other->member ? -1 : one->member > other->member;
}

/* Sorts the lines by their shapes. The caller frees the array and each shape. */
static struct shaped *lines_sort(const struct bytes *lines, size_t count)
{
	struct shaped *shaped = xcalloc(count + 1, sizeof(*shaped));
	size_t i;

	for (i = 0; i < count; i++) {
		struct buffer shape = {0};

		line_put_shape(&shape, &lines[i]);
		shaped[i] = (struct shaped){ shape.data, shape.len, i };
	}
	qsort(shaped, count, sizeof(*shaped), shaped_compare);
	return shaped;
}

static void finder_start(struct finder *finder, size_t count)
{
	finder->at = xcalloc(count + 1, sizeof(*finder->at));
	finder->tokens.list = xcalloc(count + 1, sizeof(*finder->tokens.list));
	finder->rest.list = xcalloc(count + 1, sizeof(*finder->rest.list));
	finder->pieces.list = xcalloc(count + 1, sizeof(*finder->pieces.list));
}

static void finder_stop(struct finder *finder)
{
	free(finder->at);
	free(finder->tokens.list);
	free(finder->rest.list);
	free(finder->pieces.list);
	buffer_free(&finder->text);
}

void pattern_find(const struct bytes *lines, size_t count, __u8 programs, bool shell,
		  pattern_take *take, void *context)
{
	struct finder finder = {
		.lines = lines, .programs = programs, .shell = shell, .take = take,
		.context = context,
	};
	struct shaped *shaped = lines_sort(lines, count);
	size_t *members = xcalloc(count + 1, sizeof(*members));
	size_t i, run;

	finder_start(&finder, count);
	for (i = 0; i < count; i += run) {
		for (run = 0; i + run < count && shaped[i + run].len == shaped[i].len &&
		     !memcmp(shaped[i + run].shape, shaped[i].shape, shaped[i].len); run++)
			members[run] = shaped[i + run].member;
		finder.tries = 0;
		finder_divide(&finder, members, run);
	}
	for (i = 0; i < count; i++)
		free(shaped[i].shape);
	free(shaped);
	free(members);
	finder_stop(&finder);
}
