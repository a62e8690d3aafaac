/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The backlog: the latest records, numbered, in a ring of bytes.
 *
 * The ring is allocated once, at load: a record is kept even when the system has run out
 * of memory. Each record is contiguous. A new record pushes out the oldest ones. The
 * functions do no locking: netlink.c holds a raw spinlock around them. So each is short: it
 * copies one record, or searches at most SHELLTRAP_BACKLOG_MARK_EVERY entries for one.
 */
#ifndef _SHELLTRAP_BACKLOG_H
#define _SHELLTRAP_BACKLOG_H

#include <linux/types.h>

struct shelltrap_backlog {
	u8 *ring;
	u32 *marks;		/* offsets of the records whose numbers divide by MARK_EVERY */
	u32 nr_marks;
	u32 size;		/* bytes */
	u32 used;		/* bytes: entries, and the part skipped at the end */
	u32 head;		/* offset where the next entry goes */
	u32 tail;		/* offset of the oldest entry */
	u32 largest;		/* bytes of the largest record ever kept */
	u64 seq_oldest;		/* equal to seq_next: the backlog is empty */
	u64 seq_next;		/* number of the next record */
	u64 seq_delivered;	/* highest number that some reader has received */
	u64 overwritten;	/* records pushed out that no reader had received */
};

#define SHELLTRAP_BACKLOG_MARK_EVERY	32

/**
 * shelltrap_backlog_init() - Allocate an empty backlog.
 * @backlog: the backlog
 * @size: memory for the ring, in bytes
 * @largest: length of the largest record that will be kept, in bytes
 *
 * May sleep. Return: 0, -EINVAL if @size is too small for @largest, or -ENOMEM.
 */
int shelltrap_backlog_init(struct shelltrap_backlog *backlog, u32 size, u32 largest);

/**
 * shelltrap_backlog_free() - Free the ring.
 * @backlog: the backlog; not usable afterwards
 */
void shelltrap_backlog_free(struct shelltrap_backlog *backlog);

/**
 * shelltrap_backlog_append() - Keep a copy of a record under the number seq_next.
 * @backlog: the backlog
 * @record: the bytes
 * @len: their number, from 1 to the "largest" given at init
 *
 * Cannot fail; drops as many of the oldest records as needed.
 */
void shelltrap_backlog_append(struct shelltrap_backlog *backlog, const void *record, u32 len);

/**
 * shelltrap_backlog_get() - Find a record by its number.
 * @backlog: the backlog
 * @seq: the number wanted; set to the oldest number if the wanted record is gone
 * @len: set to the length in bytes
 *
 * Return: the record, in the ring's memory, or NULL if *@seq has not been written yet.
 */
const void *shelltrap_backlog_get(const struct shelltrap_backlog *backlog,
				  u64 *seq, u32 *len);

/**
 * shelltrap_backlog_mark_delivered() - Note that a reader has received a record.
 * @backlog: the backlog
 * @seq: number of the record
 *
 * Records up to the highest such number do not count as overwritten when they are dropped.
 */
void shelltrap_backlog_mark_delivered(struct shelltrap_backlog *backlog, u64 seq);

#endif /* _SHELLTRAP_BACKLOG_H */
