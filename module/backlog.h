/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The backlog: the latest records, numbered, in a ring of bytes.
 *
 * The ring is allocated once, so a record is kept even when there is no memory
 * left. A record lies in one piece; the oldest ones make room for a new one. The
 * functions take the backlog they work on and do no locking: netlink.c holds a
 * mutex around them.
 */
#ifndef _SHELLTRAP_BACKLOG_H
#define _SHELLTRAP_BACKLOG_H

#include <linux/types.h>

struct shelltrap_backlog {
	u8 *ring;
	u32 size;		/* bytes */
	u32 used;		/* bytes, of entries and of what is skipped at the end */
	u32 head;		/* offset of the next entry */
	u32 tail;		/* offset of the oldest entry */
	u32 largest;		/* bytes of the largest record ever held */
	u64 seq_oldest;		/* == seq_next: empty */
	u64 seq_next;
	u64 seq_delivered;		/* highest number handed to anybody */
	u64 overwritten;	/* records above it when they were dropped */
};

/* Where a reader found its last record. Zeroed: nowhere yet. */
struct shelltrap_backlog_cursor {
	u64 seq;
	u32 offset;
};

/* A @size that holds no record of @largest bytes: -EINVAL. Else 0 or -ENOMEM. */
int shelltrap_backlog_init(struct shelltrap_backlog *backlog, u32 size, u32 largest);
void shelltrap_backlog_free(struct shelltrap_backlog *backlog);

/*
 * Keeps a copy of @record, 1 to as many bytes as were given at init as largest,
 * under the number seq_next, which grows.
 */
void shelltrap_backlog_append(struct shelltrap_backlog *backlog, const void *record, u32 len);

/*
 * The record number *@seq or, where that is not held any more, the oldest one,
 * whose number is then in *@seq; NULL when *@seq is still to come. The memory is
 * the ring's. @cursor spares a reader that goes on from where it was the way.
 */
const void *shelltrap_backlog_get(const struct shelltrap_backlog *backlog,
				  struct shelltrap_backlog_cursor *cursor, u64 *seq, u32 *len);

/* Somebody has got the record @seq. */
void shelltrap_backlog_mark_delivered(struct shelltrap_backlog *backlog, u64 seq);

#endif /* _SHELLTRAP_BACKLOG_H */
