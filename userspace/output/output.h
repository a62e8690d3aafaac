/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The destinations of "shelltrap log": a file each, and a row in output.c. Each
 * output has a thread of its own, and its functions may keep that waiting, but
 * not much longer than a second once OUTPUT.wake is readable.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/format.h"

#define OUTPUTS_MAX 16

enum output_sync {
	OUTPUT_SYNC_INTERVAL,	/* a second after it was written, at the latest */
	OUTPUT_SYNC_ALWAYS,	/* with each record */
	OUTPUT_SYNC_NEVER,	/* when the kernel likes to */
};

/* Where a file ended, and what to know it by should it get another name. */
struct file_end {
	bool known;
	uint64_t dev, ino;
	uint64_t offset;
	uint64_t check;		/* of the last bytes before offset */
};

/* How far an output has got. */
struct mark {
	struct place place;
	uint64_t load;		/* the instance listened to last, 0: not known */
	bool load_is_over;	/* and all that it had said is written */
	struct file_end file;
};

/* A record to write. */
struct item {
	const struct record *record;
	const struct buffer *line;	/* the record in the output's format */
	const struct buffer *summary;	/* in a few words */
	const struct view *view;
};

struct lookup;
struct tcp;

struct output {
	const struct output_kind *kind;
	const char *name;
	const char *path;		/* what follows the name of its kind */
	const struct format *format;
	enum output_sync sync;
	int fd;
	int wake;			/* readable: come back */
	bool is_torn;			/* a file has part of a line behind "whole" */
	off_t whole;
	struct lookup *lookup;		/* of its host, under way; NULL: none is */
	struct tcp *tcp;
	char reason[128];		/* of the last failure, where errno is not enough */
};

/*
 * These return 0 or negative errno; whoever calls tries again later. ERESTART of
 * write and flush: all behind what may be remembered is to be written again.
 */
struct output_kind {
	const char *name;
	/* What is wrong with what follows the name, NULL: nothing; nothing may follow. */
	const char *(*path_fault)(const char *path);
	bool takes_text;	/* a format for people */
	/*
	 * *mark is what is remembered of it; where the output itself knows
	 * better, *mark says so afterwards.
	 */
	int (*open)(struct output *output, struct mark *mark);
	/* All of it, or nothing. EPIPE: nobody will ever read it. */
	int (*write)(struct output *output, const struct item *item);
	/*
	 * Makes what was written last: *mark may be remembered then; where that holds
	 * only for less, *mark says so afterwards. May be NULL.
	 */
	int (*flush)(struct output *output, struct mark *mark);
	/* Has it been moved out of the way? Then it is to be opened anew. May be NULL. */
	bool (*has_moved)(const struct output *output);
	int (*reopen)(struct output *output);
	void (*close)(struct output *output);
};

extern const struct output_kind output_stdout;
extern const struct output_kind output_file;
extern const struct output_kind output_journal;
extern const struct output_kind output_syslog;
extern const struct output_kind output_tcp;
extern const struct output_kind output_udp;

/* What is wrong with the name of an output, NULL: nothing. */
const char *output_name_fault(const char *name);

/* Can it be written in that format? */
bool output_fits(const char *name, const struct format *format);

/* For a name that has no fault and must stay valid. */
void output_init(struct output *output, const char *name, const struct format *format,
		 enum output_sync sync, int wake);

void output_hang_up(struct output *output);

/* Waits until fd is ready, the output is woken or time is over; for what fd is, as poll(). */
short output_wait(const struct output *output, int fd, short events, int ms);

/* Why a function of its kind failed. */
const char *output_reason(const struct output *output, int error);

#endif /* OUTPUT_OUTPUT_H */
