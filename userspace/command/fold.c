// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/fold.h"

#include <inttypes.h>
#include <string.h>

/* With the NUL, so that "ab" "c" and "a" "bc" have different keys. */
static void fold_add_string(struct buffer *key, const char *s)
{
	if (s)
		buffer_puts(key, s);
	buffer_putc(key, '\0');
}

static void fold_add_number(struct buffer *key, const struct number *number)
{
	buffer_add(key, &number->value, sizeof(number->value));
}

static void fold_add_alert(struct buffer *key, const struct alert *alert)
{
	size_t i;

	for (i = 0; i < alert->rule_count; i++)
		fold_add_string(key, alert->rules[i].name);
	fold_add_number(key, &alert->verdict);
	fold_add_string(key, alert->comm);
	fold_add_string(key, alert->pathname);
	fold_add_string(key, alert->file.path);
	fold_add_number(key, &alert->process.uid);
	fold_add_number(key, &alert->server.pid);
	buffer_add(key, alert->process.argv.data, alert->process.argv.len);
}

static bool fold_is_repeat(struct fold *fold, const struct record *record)
{
	const struct buffer *shown = &fold->shown, *next = &fold->next;

	buffer_reset(&fold->next);
	if (!record->alert.present)
		return false;
	fold_add_number(&fold->next, &record->instance);
	fold_add_alert(&fold->next, &record->alert);
	return next->len == shown->len && !memcmp(next->data, shown->data, next->len);
}

bool fold_takes(struct fold *fold, const struct record *record, struct buffer *out)
{
	struct buffer before;

	if (fold_is_repeat(fold, record)) {
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
