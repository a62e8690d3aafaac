/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The destinations of "shelltrap logger": each has one file here and one row in output.c.
 * Each configured output runs in a thread of its own (writer.c), and the functions of its
 * kind may block that thread. After OUTPUT.wake has become readable they must return
 * within about a second.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "format/format.h"

#define OUTPUTS_MAX 16

/* When a file is synced to its disk. */
enum output_sync {
	OUTPUT_SYNC_INTERVAL,	/* within a second after a write */
	OUTPUT_SYNC_ALWAYS,	/* after each record */
	OUTPUT_SYNC_NEVER,	/* when the kernel writes it back */
};

/* The end of a file after a flush, and how to recognize the file after a rename. */
struct file_end {
	bool known;
	uint64_t dev, ino;
	uint64_t offset;	/* bytes */
	uint64_t checksum;	/* of the last bytes before the offset */
};

/* How far an output has got. All zero: nothing was written yet. */
struct cursor {
	struct place place;	/* of the last record that was written */
	uint64_t instance;	/* the module instance that was followed last, 0: not known */
	bool instance_is_over;	/* it was unloaded, and all its records are written */
	struct file_end file;	/* of a file only */
};

/* A record to write. The strings are UTF-8. */
struct item {
	const struct record *record;
	const struct buffer *line;	/* the record in the output's format, with its newline */
	const struct buffer *summary;	/* the record in a few words, without a newline */
	const struct view *view;
};

struct exec;
struct lookup;
struct tcp;

/* Belongs to the thread of its writer. */
struct output {
	const struct output_kind *kind;
	const char *name;		/* as in the configuration: "file:/var/log/x" */
	const char *target;		/* what follows the first ':' of the name, or NULL */
	const struct format *format;
	enum output_sync sync;
	int fd;				/* -1: not open */
	int wake;			/* an eventfd; readable: return to the writer soon */
	atomic_bool stop;		/* the writer of this output ends */
	bool has_partial_line;		/* a file: a part of a line stands after complete_size */
	off_t complete_size;		/* a file: bytes before the line that is being written */
	struct lookup *lookup;		/* a network output: the look-up under way, or NULL */
	int64_t looked_up;		/* a network output: when the last look-up ended, in ms */
	struct tcp *tcp;
	struct exec *exec;
	char reason[128];		/* of the last failure, where errno does not explain it */
};

/*
 * A kind of output. All its functions but target_fault and needs run in the thread of the
 * writer. Those that return an int return 0 or negative errno; the writer tries again later.
 * write and flush return -ERESTART when records that were written were lost: the writer
 * then writes all records after the cursor that flush gave last once more.
 */
struct output_kind {
	const char *name;
	/*
	 * Checks what follows the name and ':' ("" if nothing does). Returns what is
	 * wrong with it, or NULL. No function: nothing may follow the name.
	 */
	const char *(*target_fault)(const char *target);
	/*
	 * Returns what the service needs for this target besides the shipped unit, or NULL.
	 * No function: nothing.
	 */
	const char *(*needs)(const char *target);
	bool allows_text;	/* also the format "text", which no program reads back */
	/*
	 * Opens the output. *cursor is what the state file holds; where the output itself
	 * knows a later place, as a file that is read back does, open puts it there.
	 */
	int (*open)(struct output *output, struct cursor *cursor);
	/*
	 * Writes the whole record or, as far as a reader can see, nothing. -EPIPE: the
	 * reader is gone for good. -EAGAIN: the reader is slow; the function has waited
	 * for it already.
	 */
	int (*write)(struct output *output, const struct item *item);
	/*
	 * Makes durable what was written. *cursor is the place after the last record; an
	 * output that keeps less for certain sets *cursor back to what it keeps. NULL:
	 * what was written needs no flush.
	 */
	int (*flush)(struct output *output, struct cursor *cursor);
	/* True if the file was renamed or removed and must be opened anew. May be NULL. */
	bool (*has_moved)(const struct output *output);
	/* Closes the file and opens the one that has its path now. May be NULL. */
	int (*reopen)(struct output *output);
	void (*close)(struct output *output);
};

extern const struct output_kind output_stdout;
extern const struct output_kind output_file;
extern const struct output_kind output_journal;
extern const struct output_kind output_syslog;
extern const struct output_kind output_tcp;
extern const struct output_kind output_udp;
extern const struct output_kind output_exec;
extern const struct output_kind output_evidence;	/* by the key "evidence" only */

/**
 * output_name_fault() - Check the name of an output, such as "tcp://h:514".
 *
 * Any thread. Returns what is wrong with the name, or NULL.
 */
const char *output_name_fault(const char *name);

/**
 * output_needs() - What the service needs for an output besides the shipped unit, or NULL.
 *
 * Main thread only; valid until the next call. The name must have no fault.
 */
const char *output_needs(const char *name);

/**
 * output_accepts() - Check whether an output may have a format.
 *
 * Any thread. The name must have no fault.
 */
bool output_accepts(const char *name, const struct format *format);

/**
 * output_init() - Fill in an output; opens nothing.
 *
 * The name must have no fault. The name and the descriptor "wake" stay the caller's and
 * must outlive the output.
 */
void output_init(struct output *output, const char *name, const struct format *format,
		 enum output_sync sync, int wake);

/**
 * output_close_fd() - Close output->fd if it is open.
 *
 * Serves as close() of a kind that has no more to free.
 */
void output_close_fd(struct output *output);

/** output_ends() - True once the writer of this output should end. Any thread. */
bool output_ends(const struct output *output);

/**
 * output_wait() - Wait for events of a descriptor.
 *
 * Ends when fd has one of the events, the output is woken, or ms milliseconds are over.
 * Returns the events of fd, as poll() does; 0 where there are none.
 */
short output_wait(const struct output *output, int fd, short events, int ms);

/**
 * output_reason() - Explain the error that a function of the kind returned.
 *
 * "error" is negative errno. The text is the output's or strerror()'s: valid until the
 * next call of either.
 */
const char *output_reason(const struct output *output, int error);

#endif /* OUTPUT_OUTPUT_H */
