/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The backlog: the latest records, numbered, in a ring of bytes.
 *
 * The ring is allocated once, at load: a record is kept even when the system has run out
 * of memory. Each record is contiguous. A new record pushes out the oldest ones.
 *
 * A second, smaller ring is the reserve. A record that no reader has received moves there when
 * it is pushed out of the first ring, unless its source has already more than its share there:
 * see has_share(). So a source that fills the first ring pushes out its own records, and not
 * those of others. In the reserve, numbers may be missing between two records.
 *
 * Execs that are like an earlier one can be counted in one record instead of being kept:
 * see shelltrap_backlog_is_pressed() and shelltrap_backlog_repeats().
 *
 * The functions do no locking: netlink.c holds a raw spinlock around them. So each is short: it
 * copies one record and those that it pushes out, or searches at most
 * SHELLTRAP_BACKLOG_MARK_EVERY entries for one.
 */
#ifndef _SHELLTRAP_BACKLOG_H
#define _SHELLTRAP_BACKLOG_H

#include <linux/types.h>

#define SHELLTRAP_BACKLOG_MARK_EVERY	32

/* The reserve holds at most so many records, and is so much smaller than the first ring. */
#define SHELLTRAP_BACKLOG_RESERVED	512
#define SHELLTRAP_BACKLOG_RESERVE_PART	8

/* Numbers of pairs of a server and a rule, and of execs, that are remembered. */
#define SHELLTRAP_BACKLOG_PAIRS		4096
#define SHELLTRAP_BACKLOG_ALIKE		1024

/* So many records without a reader, and the backlog may fill: execs that are alike matter. */
#define SHELLTRAP_BACKLOG_UNREAD	64

/* Who is charged for a record, and what is like it. */
struct shelltrap_source {
	u32 user;	/* user id, see account.h; U32_MAX: the module itself */
	u64 server;	/* the server, see shelltrap_lineage_origin(); 0: none */
	u32 policy;	/* number of the ruleset to which the rules belong */
	u64 rules;	/* bitmap of the rules that match; 0: the record is no alert */
	u64 key;	/* equal for execs that are alike; 0: like no other, or unknown */
	bool repeats;	/* the record counts execs that are alike */
};

struct shelltrap_ring {
	u8 *bytes;
	u32 size;		/* bytes */
	u32 used;		/* bytes: entries, and the part skipped at the end */
	u32 head;		/* offset where the next entry goes */
	u32 tail;		/* offset of the oldest entry */
};

/* A record in the reserve. */
struct shelltrap_reserved {
	u64 seq;
	u64 server;
	u32 user;
	u32 offset;		/* of its entry */
	u32 size;		/* of its entry */
	bool first;		/* the first alert of its server for one of its rules */
};

/* The first of several execs that are alike, and the record that counts the others. */
struct shelltrap_alike {
	u64 key;
	u64 of;			/* number of the alert */
	u64 repeats;		/* number of the record that counts; 0: none */
};

struct shelltrap_backlog {
	struct shelltrap_ring ring;
	u32 *marks;		/* offsets of the records whose numbers divide by MARK_EVERY */
	u32 nr_marks;
	u32 largest;		/* bytes of the largest record ever kept */
	u64 seq_oldest;		/* in the first ring; equal to seq_next: it is empty */
	u64 seq_next;		/* number of the next record */
	u64 seq_gone;		/* the highest number that was pushed out, and not reserved */
	u64 seq_delivered;	/* the highest number that some reader has received */
	u64 overwritten;	/* records pushed out that no reader had received */

	struct shelltrap_ring reserve;
	struct shelltrap_reserved *reserved; /* by number; a ring, too */
	u32 reserved_first, reserved_nr;

	u64 secret[2];		/* odd, for the hashes of pairs */
	u64 *pairs;		/* hashes of a server and a rule that have had an alert */
	struct shelltrap_alike *alike;
};

/**
 * shelltrap_backlog_init() - Allocate an empty backlog.
 * @backlog: the backlog
 * @size: memory for the first ring, in bytes
 * @largest: length of the largest record that will be kept, in bytes
 *
 * May sleep. Return: 0, -EINVAL if @size is too small for @largest, or -ENOMEM.
 */
int shelltrap_backlog_init(struct shelltrap_backlog *backlog, u32 size, u32 largest);

/**
 * shelltrap_backlog_free() - Free the memory.
 * @backlog: the backlog; not usable afterwards
 */
void shelltrap_backlog_free(struct shelltrap_backlog *backlog);

/**
 * shelltrap_backlog_append() - Keep a copy of a record under the number seq_next.
 * @backlog: the backlog
 * @record: the bytes
 * @len: their number, from 1 to the "largest" given at init
 * @source: who is charged
 *
 * Cannot fail; drops as many of the oldest records as needed.
 */
void shelltrap_backlog_append(struct shelltrap_backlog *backlog, const void *record, u32 len,
			      const struct shelltrap_source *source);

/**
 * shelltrap_backlog_get() - Find a record by its number.
 * @backlog: the backlog
 * @seq: the number wanted; set to the next number that there is if the wanted record is gone
 * @len: set to the length in bytes
 *
 * Return: the record, in the ring's memory, or NULL if *@seq has not been written yet.
 */
void *shelltrap_backlog_get(const struct shelltrap_backlog *backlog, u64 *seq, u32 *len);

/**
 * shelltrap_backlog_oldest() - The number of the oldest record.
 * @backlog: the backlog
 *
 * Return: the number; if there is no record, seq_next.
 */
u64 shelltrap_backlog_oldest(const struct shelltrap_backlog *backlog);

/**
 * shelltrap_backlog_mark_copied() - Note that a reader may have received a record.
 * @backlog: the backlog
 * @seq: number of the record; does nothing if the record is gone
 *
 * Call this when the record is read: it does not change any more.
 */
void shelltrap_backlog_mark_copied(struct shelltrap_backlog *backlog, u64 seq);

/**
 * shelltrap_backlog_mark_delivered() - Note that a reader has received a record.
 * @backlog: the backlog
 * @seq: number of the record; does nothing if the record is gone
 *
 * The record does not count as overwritten when it is dropped.
 */
void shelltrap_backlog_mark_delivered(struct shelltrap_backlog *backlog, u64 seq);

/**
 * shelltrap_backlog_is_pressed() - Would a record push out one that no reader has received?
 * @backlog: the backlog
 * @len: length of the record in bytes
 *
 * Return: true if the first ring has no room, and its oldest record has not been received.
 */
bool shelltrap_backlog_is_pressed(const struct shelltrap_backlog *backlog, u32 len);

/**
 * shelltrap_backlog_is_unread() - Do readers lag behind, or is there none?
 * @backlog: the backlog
 *
 * Return: true if none has received one of the last SHELLTRAP_BACKLOG_UNREAD records.
 */
bool shelltrap_backlog_is_unread(const struct shelltrap_backlog *backlog);

/**
 * shelltrap_backlog_alike() - Find an alert that an exec repeats.
 * @backlog: the backlog
 * @key: key of the exec
 *
 * Return: the number of an alert with that key that the backlog still has, or 0.
 */
u64 shelltrap_backlog_alike(const struct shelltrap_backlog *backlog, u64 key);

/**
 * shelltrap_backlog_repeats() - Find the record that counts the execs that are alike.
 * @backlog: the backlog
 * @key: key of the execs
 * @seq: set to the number of the record
 * @len: set to the length in bytes
 *
 * Return: the record, which the caller may change as no reader has it, or NULL.
 */
void *shelltrap_backlog_repeats(const struct shelltrap_backlog *backlog, u64 key, u64 *seq,
				u32 *len);

#endif /* _SHELLTRAP_BACKLOG_H */
