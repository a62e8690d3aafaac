// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/amender.h"

#include "format/json.h"
#include "format/json_tree.h"
#include "past/parse.h"

void amender_collect(struct amender *amender, const struct node *object, const struct head *head,
		     size_t len)
{
	if (stored_read(&amender->stored, object, len) && amender->stored.record.alert.present)
		access_logs_collect(amender->logs, head, &amender->stored.record);
}

/* Everything else in the line stays, also what this program does not know. */
static void amender_put(struct amender *amender, const char *text,
			const struct alert_request *request)
{
	struct json_object *object = json_tokener_parse(text);

	buffer_reset(&amender->line);
	if (!object)
		return;
	if (json_object_object_add(object, "request",
				   json_of_request(request, &amender->stored.view)))
		out_of_memory();
	json_put_line(&amender->line, object);
	amender->line.data[--amender->line.len] = '\0';
}

void amender_amend(struct amender *amender, const struct head *head, const char **text, size_t *len)
{
	const struct access_alert *alert = access_logs_find(amender->logs, head);
	struct alert_request *request = &amender->stored.record.alert.request;
	const struct node *object;
	struct buffer copy = {0};

	if (!alert || head->loss)
		return;
	object = past_parse(*text, *len);
	if (!object || !stored_read(&amender->stored, object, *len) ||
	    !access_logs_apply(amender->logs, alert, request))
		return;
	buffer_add(&copy, *text, *len);
	amender_put(amender, copy.data, request);
	buffer_free(&copy);
	if (!amender->line.len)
		return;
	*text = amender->line.data;
	*len = amender->line.len;
}

void amender_free(struct amender *amender)
{
	stored_free(&amender->stored);
	buffer_free(&amender->line);
}
