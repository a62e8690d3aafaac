/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of a record: each has one file here and one row in format.c. */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <stdint.h>

#include "format/host.h"
#include "kernel/record.h"
#include "lib/text.h"

/* The file of an alert, if it could be found where the alert says. */
struct found_file {
	const char *sha256;	/* NULL: not known */
	unsigned int dev_major, dev_minor;	/* as stat(2) shows the device */
};

/* What the files of a container's runtime on this host say of it. NULL: they do not. */
struct container_names {
	const char *name, *image;
	const char *pod, *namespace;	/* of Kubernetes */
};

/*
 * What a format needs besides the record: facts about this host, and what the reader can
 * display. The functions may be called from any thread, and may block for a moment.
 */
struct view {
	const struct host *host;
	const char *(*user_name)(uint32_t uid);		/* NULL for a user without a name */
	const char *(*group_name)(uint32_t gid);	/* NULL for a group without a name */
	/* The alert's file, NULL if it was not found. No function: hashes are off. */
	const struct found_file *(*find_file)(const struct record *record);
	/* Of the container that the cgroup's path names; NULL: nothing. No function: the same. */
	const struct container_names *(*find_container)(const char *cgroup_path);
	enum text_charset charset;			/* for the format text */
	bool color;					/* for the format text */
	bool shows_host;				/* for text and compact: of several hosts */
};

struct format {
	const char *name;
	/* Appends the record to *out, with a newline at its end. Any thread. */
	void (*put)(struct buffer *out, const struct record *record, const struct view *view);
	/*
	 * Reads the place of a record back from its line, which has no newline here.
	 * Returns false, and leaves *place unchanged, if the line is not a record. Any
	 * thread. NULL: a format for people, which is never read back; the others write
	 * one line for each record.
	 */
	bool (*read_back)(const char *line, size_t len, struct place *place);
};

extern const struct format format_text;
extern const struct format format_compact;
extern const struct format format_json;
extern const struct format format_ecs;
extern const struct format format_ocsf;
extern const struct format format_cef;
extern const struct format format_syslog;

/**
 * put_utc() - Append a time as "2026-11-21T14:02:11.123456789Z".
 *
 * ns counts from the epoch; "digits" are those of the fraction, 1 to 9. Any thread.
 */
void put_utc(struct buffer *out, uint64_t ns, int digits);

/**
 * record_time() - The time of the record, or the current time if it is not known.
 *
 * In ns since the epoch. Any thread.
 */
uint64_t record_time(const struct record *record);

/**
 * put_record_id() - Append the id of the record: "5b1f9c0e77aa01d3-42".
 *
 * No record of another module instance has the same id. Any thread.
 */
void put_record_id(struct buffer *out, const struct record *record);

/**
 * put_syslog_message() - Append a line of a format as a message of RFC 5424.
 *
 * For the format syslog this is the line itself, else a header and the line as its text.
 * There is no newline at the end. Any thread.
 */
void put_syslog_message(struct buffer *out, const struct format *format,
			const struct buffer *line, const struct record *record,
			const struct view *view);

/** container_names_of() - The names, all NULL if none is known. Any thread. */
const struct container_names *container_names_of(const struct view *view, const char *cgroup_path);

/** format_find() - Find the format of that name; NULL if there is none. Any thread. */
const struct format *format_find(const char *name);

/**
 * format_names() - The names of all formats for a message: "text, json, ...".
 *
 * Main thread only; valid until the next call.
 */
const char *format_names(void);

#endif /* FORMAT_FORMAT_H */
