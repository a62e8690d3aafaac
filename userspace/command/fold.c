// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/fold.h"

#include <inttypes.h>
#include <string.h>

/* With its end, so that no two strings together make a third. */
static void add_string(struct buffer *key, const char *s)
{
	if (s)
		buffer_puts(key, s);
	buffer_putc(key, '\0');
}

static void add_number(struct buffer *key, const struct number *number)
{
	buffer_add(key, &number->value, sizeof(number->value));
}

static void add_alert(struct buffer *key, const struct alert *alert)
{
	size_t i;

	for (i = 0; i < alert->rule_count; i++)
		add_string(key, alert->rules[i].name);
	add_number(key, &alert->verdict);
	add_string(key, alert->comm);
	add_string(key, alert->pathname);
	add_string(key, alert->file.path);
	add_number(key, &alert->process.uid);
	add_number(key, &alert->server.pid);
	buffer_add(key, alert->process.argv.data, alert->process.argv.len);
}

static bool is_like_before(struct fold *fold, const struct record *record)
{
	const struct buffer *shown = &fold->shown, *next = &fold->next;

	buffer_reset(&fold->next);
	if (!record->alert.present)
		return false;
	add_number(&fold->next, &record->instance);
	add_alert(&fold->next, &record->alert);
	return next->len == shown->len && !memcmp(next->data, shown->data, next->len);
}

bool fold_takes(struct fold *fold, const struct record *record, struct buffer *out)
{
	struct buffer before;

	if (is_like_before(fold, record)) {
		fold->more++;
		fold->last = record->seq.value;
		return true;
	}
	fold_put(fold, out);
	before = fold->shown;
	fold->shown = fold->next;
	fold->next = before;
	fold->like = record->seq.value;
	return false;
}

void fold_put(struct fold *fold, struct buffer *out)
{
	if (fold->more)
		buffer_printf(out, "... and %" PRIu64 " more like seq %" PRIu64
			      ", the last seq %" PRIu64 "\n\n", fold->more, fold->like, fold->last);
	fold->more = 0;
}

void fold_free(struct fold *fold)
{
	buffer_free(&fold->shown);
	buffer_free(&fold->next);
}
