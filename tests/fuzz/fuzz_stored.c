// SPDX-License-Identifier: GPL-2.0
/*
 * The input is a line of a file of past records. Whatever it is, it is read without harm; what
 * is written of it in any format cannot act on a terminal; and a record that was written as
 * JSON is the same when it is read again.
 */
#include "fuzz.h"

#include "format/stored.h"
#include "lib/node.h"
#include "lib/utf8.h"
#include "past/filter.h"
#include "past/head.h"
#include "past/parse.h"

static struct stored stored;
static struct buffer out, first, second;

static void check_shown(const struct buffer *shown, bool one_line)
{
	size_t at = 0;

	PROMISE(shown->len && shown->data[shown->len - 1] == '\n');
	while (at < shown->len) {
		uint32_t c;
		size_t length = utf8_decode(shown->data + at, shown->len - at, &c);

		PROMISE(length);
		if (c == '\n')
			PROMISE(!one_line || at == shown->len - 1);
		/* A byte order mark is part of RFC 5424. */
		else if (c != 0xfeff)
			PROMISE(!text_is_hostile(c));
		at += length;
	}
}

static void check_formats(void)
{
	static const struct format *const formats[] = {
		&format_text, &format_compact, &format_json, &format_ecs, &format_ocsf,
		&format_cef, &format_syslog,
	};
	size_t i;

	for (i = 0; i < 2 * COUNT(formats); i++) {
		stored.view.charset = i & 1 ? TEXT_UTF8 : TEXT_ASCII;
		stored.view.shows_host = i & 1;
		buffer_reset(&out);
		formats[i / 2]->put(&out, &stored.record, &stored.view);
		check_shown(&out, i / 2 > 0);
	}
}

static void check_again(void)
{
	buffer_reset(&first);
	format_json.put(&first, &stored.record, &stored.view);
	PROMISE(stored_read(&stored, past_parse(first.data, first.len - 1), first.len));
	buffer_reset(&second);
	format_json.put(&second, &stored.record, &stored.view);
	PROMISE(first.len == second.len && !memcmp(first.data, second.data, first.len));
}

/* The quick looks at a line agree with those that read its JSON. */
static void check_looks(const char *line, size_t len, const struct node *object)
{
	static const char *const texts[FILTER_KEYS] = {
		"webserver_shell_exec", "high", "nginx", "www-data", "php8.2-fpm", "0123",
		"203.0.113.5", "denied", "*curl*", "web01",
	};
	struct head scanned, read;
	struct filter filter = {0};
	struct buffer fault = {0};
	size_t key;

	if (object && head_scan(line, len, &scanned) && head_of_object(object, &read))
		PROMISE(scanned.seq == read.seq && scanned.instance == read.instance);
	for (key = 0; object && key < FILTER_KEYS; key++) {
		PROMISE(!filter_add(&filter, key, texts[key], &fault));
		if (!node_string(object, "type") && filter_matches(&filter, object))
			PROMISE(filter_may_match(&filter, line, len));
		filter_free(&filter);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of the exact size, so that ASan sees a read beyond the end. */
	char *line = malloc(size ? size : 1);
	const struct node *object;

	memcpy(line, data, size);
	object = past_parse(line, size);
	check_looks(line, size, object);
	if (stored_read(&stored, object, size)) {
		check_formats();
		check_again();
	}
	free(line);
	return 0;
}
