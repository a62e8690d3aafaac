// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format/json.h"
#include "format/json_tree.h"
#include "kernel/threat.h"
#include "lib/utf8.h"
#include "lib/words.h"

static void list_put_word(struct buffer *list, const char *word)
{
	buffer_puts(list, list->len ? " " : "");
	words_put(list, word);
}

static void list_rules(struct buffer *list, const struct record *record)
{
	const struct alert *alert = &record->alert;
	size_t i;

	for (i = 0; i < alert->rule_count; i++)
		if (alert->rules[i].name)
			list_put_word(list, alert->rules[i].name);
}

static void list_arguments(struct buffer *list, const struct record *record)
{
	static __thread struct buffer word;
	const struct alert *alert = &record->alert;
	struct bytes argument;
	size_t offset = 0;

	while (alert_argument(&alert->process.argv, &offset, &argument)) {
		buffer_reset(&word);
		buffer_add(&word, argument.data, argument.len);
		list_put_word(list, word.data);
	}
}

static void list_tasks(struct buffer *list, const struct alert_ancestor *tasks, size_t count)
{
	static __thread struct buffer word;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct alert_ancestor *ancestor = &tasks[i];

		buffer_reset(&word);
		buffer_puts(&word, "");
		if (ancestor->pid.known)
			buffer_printf(&word, "%" PRIu64, ancestor->pid.value);
		if (ancestor->comm)
			buffer_printf(&word, ":%s", ancestor->comm);
		list_put_word(list, word.data);
	}
}

static void list_ancestors(struct buffer *list, const struct record *record)
{
	list_tasks(list, record->alert.ancestors, record->alert.ancestor_count);
}

static void list_proxies(struct buffer *list, const struct record *record)
{
	list_tasks(list, record->alert.request.via, record->alert.request.via_count);
}

static void list_clients(struct buffer *list, const struct record *record)
{
	size_t i;

	for (i = 0; i < record->alert.request.client_count; i++) {
		buffer_puts(list, list->len ? " " : "");
		put_client(list, &record->alert.request.clients[i]);
	}
}

static void list_sources(struct buffer *list, const struct record *record)
{
	const char *name;
	size_t next = 0;

	while ((name = request_next_source(&record->alert.request, &next)))
		list_put_word(list, name);
}

static void list_threats(struct buffer *list, const struct record *record)
{
	struct threat threats[THREATS_MAX];
	size_t count = alert_threats(&record->alert, threats, THREATS_MAX);
	size_t i;

	for (i = 0; i < count; i++)
		buffer_printf(list, "%s%s/%s", i ? " " : "", threats[i].tactic,
			      threats[i].technique);
}

static void list_names(struct buffer *list, const struct rule_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		list_put_word(list, names->names[i]);
}

static void list_came(struct buffer *list, const struct record *record)
{
	list_names(list, &record->event.came);
}

static void list_went(struct buffer *list, const struct record *record)
{
	list_names(list, &record->event.went);
}

static void list_changed(struct buffer *list, const struct record *record)
{
	list_names(list, &record->event.changed);
}

static void word_put_number(struct buffer *word, const struct number *n)
{
	if (n->known)
		buffer_printf(word, "%" PRIu64, n->value);
	buffer_putc(word, ':');
}

/* The name is last, as it may have any bytes. */
static void list_causes(struct buffer *list, const struct record *record)
{
	static __thread struct buffer word;
	size_t i;

	for (i = 0; i < record->loss.cause_count; i++) {
		const struct loss_cause *cause = &record->loss.causes[i];

		buffer_reset(&word);
		word_put_number(&word, &cause->lost);
		word_put_number(&word, &cause->uid);
		buffer_printf(&word, "%s:", cause->rule ? cause->rule : "");
		word_put_number(&word, &cause->server_pid);
		buffer_puts(&word, cause->server_comm ? cause->server_comm : "");
		list_put_word(list, word.data);
	}
}

struct walk {
	struct buffer *out;
	const struct record *record;
	named_value_put *put;
};

static void fields_put_field(const struct walk *walk, const char *name, const char *value,
			     size_t len)
{
	const struct named_value field = { name, value, len };

	walk->put(walk->out, &field);
}

/* An empty list has no field, except the arguments: a command may have none. */
static void fields_put_list(const struct walk *walk, const char *name)
{
	static const struct {
		const char *name;
		void (*put)(struct buffer *list, const struct record *record);
		bool may_be_empty;
	} lists[] = {
		{ "rules", list_rules, false },
		{ "process.argv", list_arguments, true },
		{ "ancestors", list_ancestors, false },
		{ "request.clients", list_clients, false },
		{ "request.via", list_proxies, false },
		{ "request.sources", list_sources, false },
		{ "threat", list_threats, false },
		{ "came", list_came, false },
		{ "went", list_went, false },
		{ "changed", list_changed, false },
		{ "causes", list_causes, false },
	};
	static __thread struct buffer list;
	size_t i;

	buffer_reset(&list);
	buffer_puts(&list, "");
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		if (strcmp(lists[i].name, name))
			continue;
		lists[i].put(&list, walk->record);
		if (list.len || lists[i].may_be_empty)
			fields_put_field(walk, name, list.data, list.len);
	}
}

static void fields_put_scalar(const struct walk *walk, const char *name, struct json_object *value)
{
	const char *text = json_object_get_string(value);
	size_t len = json_object_is_type(value, json_type_string) ?
		     (size_t)json_object_get_string_len(value) : strlen(text);

	fields_put_field(walk, name, text, len);
}

static void fields_put_object(const struct walk *walk, struct json_object *object, const char *path)
{
	json_object_object_foreach(object, key, value) {
		struct buffer name = {0};

		buffer_printf(&name, "%s%s%s", path, *path ? "." : "", key);
		if (json_object_is_type(value, json_type_object))
			fields_put_object(walk, value, name.data);
		else if (json_object_is_type(value, json_type_array))
			fields_put_list(walk, name.data);
		else if (value)
			fields_put_scalar(walk, name.data, value);
		buffer_free(&name);
	}
}

void fields_each(struct buffer *out, const struct record *record, const struct view *view,
		 named_value_put *put)
{
	const struct walk walk = { out, record, put };
	struct json_object *object = json_of_record(record, view);

	fields_put_object(&walk, object, "");
	json_object_put(object);
}

static void fields_put_escaped(struct buffer *out, const char *bytes, size_t len)
{
	for (; len; len--)
		buffer_printf(out, "\\x%02x", (unsigned char)*bytes++);
}

void fields_escape(struct buffer *out, const struct named_value *field, const char *kept)
{
	const char *at = field->value, *end = at + field->len;

	while (at < end) {
		uint32_t c;
		size_t length = utf8_decode(at, end - at, &c);

		if (!text_is_hostile(c) || strchr(kept, *at))
			buffer_add(out, at, length);
		else
			fields_put_escaped(out, at, length);
		at += length;
	}
}

/* Reads the number after the key; false: no key, or no number after it. */
static bool fields_find_number(const char *fields, size_t len, const char *key, int base,
			       uint64_t *value)
{
	const char *found = memmem(fields, len, key, strlen(key));
	char digits[24], *end;
	size_t i;

	if (!found)
		return false;
	found += strlen(key);
	for (i = 0; found + i < fields + len && i < sizeof(digits) - 1; i++)
		digits[i] = found[i];
	digits[i] = '\0';
	*value = strtoull(digits, &end, base);
	return end != digits && (!*end || strchr(" \"", *end));
}

static bool fields_find_seq(const char *fields, size_t len, const char *key, uint64_t *seq)
{
	return fields_find_number(fields, len, key, 10, seq) && *seq;
}

static bool fields_has(const char *fields, size_t len, const char *key)
{
	return memmem(fields, len, key, strlen(key));
}

/* A loss without a last number stands for all records up to the end of the instance. */
bool fields_read_back(const char *fields, size_t len, const struct fields_keys *keys,
		      struct place *place)
{
	struct place found;

	if (!fields_find_number(fields, len, keys->instance, 16, &found.instance) ||
	    !fields_find_seq(fields, len, keys->seq, &found.seq))
		return false;
	if (fields_has(fields, len, keys->last)) {
		if (!fields_find_seq(fields, len, keys->last, &found.seq))
			return false;
	} else if (fields_has(fields, len, keys->loss)) {
		found.seq = PLACE_END;
	}
	*place = found;
	return true;
}
