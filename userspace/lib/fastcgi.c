// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/fastcgi.h"

#include <string.h>

#define VERSION		1
#define REQUEST_ID	1
#define RESPONDER	1

enum record_type {
	BEGIN_REQUEST = 1,
	END_REQUEST = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6,
};

static void fastcgi_put_header(struct buffer *out, enum record_type type, size_t len)
{
	const uint8_t header[8] = { VERSION, type, 0, REQUEST_ID, len >> 8, len };

	buffer_add(out, header, sizeof(header));
}

void fastcgi_put_request(struct buffer *out, const char *const *variables)
{
	const uint8_t begin[8] = { 0, RESPONDER };
	struct buffer params = {0};
	size_t i;

	for (i = 0; variables[i]; i += 2) {
		buffer_putc(&params, strlen(variables[i]));
		buffer_putc(&params, strlen(variables[i + 1]));
		buffer_puts(&params, variables[i]);
		buffer_puts(&params, variables[i + 1]);
	}
	fastcgi_put_header(out, BEGIN_REQUEST, sizeof(begin));
	buffer_add(out, begin, sizeof(begin));
	fastcgi_put_header(out, PARAMS, params.len);
	buffer_add(out, params.data, params.len);
	fastcgi_put_header(out, PARAMS, 0);
	fastcgi_put_header(out, STDIN, 0);
	buffer_free(&params);
}

static enum record_type fastcgi_type(const struct fastcgi *answer)
{
	return answer->header[1];
}

static void fastcgi_begin_record(struct fastcgi *answer)
{
	const uint8_t *header = answer->header;

	answer->content = header[4] << 8 | header[5];
	answer->padding = header[6];
	if (header[0] != VERSION || header[2] << 8 != 0 || header[3] != REQUEST_ID)
		answer->state = FASTCGI_BROKEN;
}

/* The fifth byte of the content is the protocol's status; 0: the request was served. */
static void fastcgi_end_record(struct fastcgi *answer)
{
	answer->header_len = 0;
	if (fastcgi_type(answer) != END_REQUEST)
		return;
	answer->state = answer->end_len == sizeof(answer->end) && !answer->end[4] ?
			FASTCGI_DONE : FASTCGI_BROKEN;
}

static void fastcgi_take_content(struct fastcgi *answer, const uint8_t *bytes, size_t len)
{
	size_t room = sizeof(answer->end) - answer->end_len;

	if (fastcgi_type(answer) == STDOUT)
		buffer_add(&answer->output, bytes, len);
	if (fastcgi_type(answer) != END_REQUEST)
		return;
	memcpy(answer->end + answer->end_len, bytes, len < room ? len : room);
	answer->end_len += len < room ? len : room;
}

static size_t fastcgi_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Takes bytes of the header, or of the content, or of the padding. Returns how many. */
static size_t fastcgi_take_part(struct fastcgi *answer, const uint8_t *bytes, size_t len)
{
	size_t part;

	if (answer->header_len < sizeof(answer->header)) {
		part = fastcgi_least(len, sizeof(answer->header) - answer->header_len);
		memcpy(answer->header + answer->header_len, bytes, part);
		answer->header_len += part;
		if (answer->header_len == sizeof(answer->header))
			fastcgi_begin_record(answer);
	} else if (answer->content) {
		part = fastcgi_least(len, answer->content);
		fastcgi_take_content(answer, bytes, part);
		answer->content -= part;
	} else {
		part = fastcgi_least(len, answer->padding);
		answer->padding -= part;
	}
	if (answer->header_len == sizeof(answer->header) && !answer->content && !answer->padding &&
	    answer->state == FASTCGI_OPEN)
		fastcgi_end_record(answer);
	return part;
}

enum fastcgi_state fastcgi_take(struct fastcgi *answer, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	answer->taken += len;
	if (answer->taken > FASTCGI_ANSWER_MAX)
		answer->state = FASTCGI_BROKEN;
	while (len && answer->state == FASTCGI_OPEN) {
		size_t part = fastcgi_take_part(answer, at, len);

		at += part;
		len -= part;
	}
	return answer->state;
}

char *fastcgi_body(const struct fastcgi *answer)
{
	char *end = answer->output.data ? strstr(answer->output.data, "\r\n\r\n") : NULL;

	return end ? end + strlen("\r\n\r\n") : NULL;
}

void fastcgi_free(struct fastcgi *answer)
{
	buffer_free(&answer->output);
}
