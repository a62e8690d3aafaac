// SPDX-License-Identifier: GPL-2.0
/*
 * The input is the format of an access log and, after a newline, a line of that log. Whatever
 * they are, what is read points into the line and is bounded, the request lasts from an earlier
 * to a later moment, and no line makes a client certain.
 */
#include "fuzz.h"

#include "past/access_join.h"

static struct buffer fault;

static void check_texts(const struct access_line *line, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < REQUEST_STRINGS; i++) {
		const struct access_text *one = &line->texts[i];

		if (!one->start)
			continue;
		PROMISE(one->start >= text && one->start + one->len <= text + len);
		PROMISE(one->len && one->len <= ACCESS_VALUE_MAX);
	}
}

/* An alert of the moment and the process of the line, with two clients. */
static void check_join(const struct access_format *format, const struct access_line *line)
{
	struct alert alert = { .present = true, .server.pid = line->pid, .request.present = true };
	struct alert_request *request = &alert.request;
	struct access_join join;
	size_t i;

	request->client_count = 2;
	for (i = 0; i < request->client_count; i++)
		request->clients[i] = (struct request_client){
			.addr = { (const char *)line->client.addr, line->client.len },
			.port = { true, i },
		};
	request->certainty = (struct number){ true, SHELLTRAP_CERTAINTY_CANDIDATES };
	access_join_begin(&join, &alert, line->first);
	for (i = 0; i < 2 * SHELLTRAP_CLIENTS_MAX; i++) {
		struct access_line other = *line;

		other.client.port += i;
		access_join_offer(&join, format, &other);
	}
	access_join_apply(&join, request);
	PROMISE(!request_client(request));
	PROMISE(request->client_count && request->client_count <= SHELLTRAP_CLIENTS_MAX);
	access_join_end(&join);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t format_len = newline ? (size_t)(newline - data) : size;
	size_t len = newline ? size - format_len - 1 : 0;
	/* Allocations of exactly these sizes: a read beyond them is seen. */
	char *spec = calloc(format_len + 1, 1), *text = malloc(len ? len : 1);
	struct access_format format;
	struct access_line line;

	PROMISE(spec && text);
	memcpy(spec, data, format_len);
	if (len)
		memcpy(text, newline + 1, len);
	buffer_reset(&fault);
	if (access_format_read(&format, spec, &fault)) {
		PROMISE(fault.len);
	} else if (access_line_read(&format, text, len, &line)) {
		PROMISE(line.first < line.last);
		check_texts(&line, text, len);
		if (line.client.len && (!format.has_process || line.pid.value > 1))
			check_join(&format, &line);
	}
	access_format_free(&format);
	free(spec);
	free(text);
	return 0;
}
