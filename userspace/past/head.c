// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/head.h"

#include <string.h>

#include "lib/node.h"

/* The part of a line that is not looked at yet. */
struct rest {
	const char *at, *end;
};

/* Advances over this text; false: the line does not continue with it. */
static bool rest_takes(struct rest *rest, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(rest->end - rest->at) < len || memcmp(rest->at, text, len))
		return false;
	rest->at += len;
	return true;
}

/* At most 20 digits, without a leading 0. */
static bool rest_takes_number(struct rest *rest, uint64_t *value)
{
	const char *start = rest->at;

	for (*value = 0; rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9'; rest->at++) {
		unsigned int digit = *rest->at - '0';

		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, digit, value))
			return false;
	}
	return rest->at > start && *start != '0';
}

static bool rest_takes_instance(struct rest *rest, uint64_t *value)
{
	int i;

	if (rest->end - rest->at < 16)
		return false;
	for (i = 0, *value = 0; i < 16; i++, rest->at++) {
		char c = *rest->at;

		if (c >= '0' && c <= '9')
			*value = *value << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			*value = *value << 4 | (c - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* In the form, '0' stands for a digit, and any other character for itself. */
static bool time_has_form(const char *time)
{
	static const char form[HEAD_TIME + 1] = "0000-00-00T00:00:00.000000000Z";
	size_t i;

	for (i = 0; i < HEAD_TIME; i++)
		if (form[i] == '0' ? time[i] < '0' || time[i] > '9' : time[i] != form[i])
			return false;
	return true;
}

static bool rest_takes_time(struct rest *rest, struct head *head)
{
	head->time[0] = '\0';
	if (rest_takes(rest, "null,"))
		return true;
	if (!rest_takes(rest, "\"") || rest->end - rest->at < HEAD_TIME || !time_has_form(rest->at))
		return false;
	memcpy(head->time, rest->at, HEAD_TIME);
	head->time[HEAD_TIME] = '\0';
	rest->at += HEAD_TIME;
	return rest_takes(rest, "\",");
}

/* "type" is missing in an alert. */
static bool rest_takes_type(struct rest *rest, bool *loss)
{
	*loss = false;
	if (!rest_takes(rest, "{\"type\":\""))
		return rest_takes(rest, "{");
	*loss = rest_takes(rest, "loss");
	while (rest->at < rest->end && ((*rest->at >= 'a' && *rest->at <= 'z') || *rest->at == '-'))
		rest->at++;
	return rest_takes(rest, "\",");
}

bool head_scan(const char *text, size_t len, struct head *head)
{
	struct rest rest = { text, text + len };

	return len && text[len - 1] == '}' &&
	       rest_takes_type(&rest, &head->loss) &&
	       rest_takes(&rest, "\"seq\":") && rest_takes_number(&rest, &head->seq) &&
	       rest_takes(&rest, ",\"instance\":\"") &&
	       rest_takes_instance(&rest, &head->instance) &&
	       rest_takes(&rest, "\",\"time\":") && rest_takes_time(&rest, head);
}

bool head_of_object(const struct node *object, struct head *head)
{
	const char *type = node_string(object, "type");
	const char *time = node_string(object, "time");

	if (!node_number(object, "seq", &head->seq) || !head->seq ||
	    !node_hex(object, "instance", &head->instance))
		return false;
	head->loss = type && !strcmp(type, "loss");
	head->time[0] = '\0';
	if (time && strlen(time) == HEAD_TIME && time_has_form(time))
		memcpy(head->time, time, HEAD_TIME + 1);
	return true;
}

bool head_is_before(const struct head *a, const struct head *b)
{
	if (a->instance == b->instance)
		return a->seq < b->seq;
	return strcmp(a->time, b->time) < 0;
}
