/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats a record can be written in: a file each, and a row in format.c. */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <stdint.h>

#include "format/host.h"
#include "kernel/record.h"
#include "lib/text.h"

/* What the reader of the output is like, and what the record itself lacks. */
struct view {
	const struct host *host;
	const char *(*user_name)(uint32_t uid);		/* NULL for a user without a name */
	const char *(*group_name)(uint32_t gid);	/* the same for a group */
	/* Of an alert's file, SHA-256; NULL: not known. The pointer is NULL where nobody asks. */
	const char *(*file_hash)(const struct record *record);
	enum text_charset charset;
	bool color;
};

struct format {
	const char *name;
	/* Adds the record, its last newline included. */
	void (*put)(struct buffer *out, const struct record *record, const struct view *view);
	/*
	 * For what a program reads, one line a record: finds the place of the record
	 * in a line of its own, without the newline. False, and *place is
	 * unchanged: not such a line. NULL: a format for people.
	 */
	bool (*read_back)(const char *line, size_t len, struct place *place);
};

extern const struct format format_text;
extern const struct format format_json;
extern const struct format format_ecs;
extern const struct format format_ocsf;
extern const struct format format_cef;
extern const struct format format_syslog;

/* Adds "2026-11-21T14:02:11.123456789Z", the second with so many digits. */
void put_utc(struct buffer *out, uint64_t ns, int digits);

/* When it happened; where that is not known, now. */
uint64_t record_time(const struct record *record);

/* Adds what it is known by among those of all loads, as "5b1f9c0e77aa01d3-42". */
void put_record_id(struct buffer *out, const struct record *record);

/* Adds a line of that format as a message of RFC 5424; no newline. */
void put_syslog_message(struct buffer *out, const struct format *format,
			const struct buffer *line, const struct record *record,
			const struct view *view);

/* NULL where there is no such format. */
const struct format *format_find(const char *name);

/* The names of all, for a message: "text, json". */
const char *format_names(void);

#endif /* FORMAT_FORMAT_H */
