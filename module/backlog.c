// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "backlog.h"

/* An entry of length 0 marks the rest of the ring as skipped: the next is at offset 0. */
struct backlog_entry {
	u32 len;
	u8 record[];
};

#define ENTRY_ALIGN 8

static u32 backlog_entry_size(u32 len)
{
	return ALIGN(sizeof(struct backlog_entry) + len, ENTRY_ALIGN);
}

static struct backlog_entry *backlog_entry_at(const struct shelltrap_backlog *backlog, u32 offset)
{
	return (struct backlog_entry *)(backlog->ring + offset);
}

int shelltrap_backlog_init(struct shelltrap_backlog *backlog, u32 size, u32 largest)
{
	memset(backlog, 0, sizeof(*backlog));
	/* Room for two: the part skipped at the end may be almost as large as an entry. */
	if (size / 2 < backlog_entry_size(largest))
		return -EINVAL;
	backlog->size = ALIGN_DOWN(size, ENTRY_ALIGN);
	backlog->seq_oldest = 1;
	backlog->seq_next = 1;
	/* No record is smaller than its length field: at most so many marks are in use. */
	backlog->nr_marks = backlog->size / ENTRY_ALIGN / SHELLTRAP_BACKLOG_MARK_EVERY + 2;
	/* The size comes from a module parameter: its failure needs no kernel warning. */
	backlog->ring = __vmalloc(backlog->size, GFP_KERNEL | __GFP_NOWARN);
	backlog->marks = __vmalloc(array_size(backlog->nr_marks, sizeof(*backlog->marks)),
				   GFP_KERNEL | __GFP_NOWARN);
	if (backlog->ring && backlog->marks)
		return 0;
	shelltrap_backlog_free(backlog);
	return -ENOMEM;
}

void shelltrap_backlog_free(struct shelltrap_backlog *backlog)
{
	vfree(backlog->ring);
	vfree(backlog->marks);
}

static u32 *backlog_mark_of(const struct shelltrap_backlog *backlog, u64 seq)
{
	return &backlog->marks[div_u64(seq, SHELLTRAP_BACKLOG_MARK_EVERY) % backlog->nr_marks];
}

/* Converts the end of one entry, @offset, to the start of the next one. */
static u32 backlog_entry_offset(const struct shelltrap_backlog *backlog, u32 offset)
{
	return offset == backlog->size || !backlog_entry_at(backlog, offset)->len ? 0 : offset;
}

static void backlog_drop_oldest(struct shelltrap_backlog *backlog)
{
	u32 at = backlog_entry_offset(backlog, backlog->tail);
	u32 size = backlog_entry_size(backlog_entry_at(backlog, at)->len);

	if (at != backlog->tail)
		backlog->used -= backlog->size - backlog->tail;
	backlog->used -= size;
	backlog->tail = at + size;
	if (backlog->seq_oldest > backlog->seq_delivered)
		backlog->overwritten++;
	backlog->seq_oldest++;
}

static void backlog_make_room(struct shelltrap_backlog *backlog, u32 room)
{
	while (backlog->size - backlog->used < room)
		backlog_drop_oldest(backlog);
}

/*
 * The rest of the ring is too small for the next entry. It counts as used until the tail
 * passes it.
 */
static void backlog_skip_to_start(struct shelltrap_backlog *backlog)
{
	u32 rest = backlog->size - backlog->head;

	backlog_make_room(backlog, rest);
	if (rest)
		backlog_entry_at(backlog, backlog->head)->len = 0;
	backlog->used += rest;
	backlog->head = 0;
}

void shelltrap_backlog_append(struct shelltrap_backlog *backlog, const void *record, u32 len)
{
	u32 size = backlog_entry_size(len);
	struct backlog_entry *entry;

	if (backlog->size - backlog->head < size)
		backlog_skip_to_start(backlog);
	backlog_make_room(backlog, size);

	entry = backlog_entry_at(backlog, backlog->head);
	entry->len = len;
	memcpy(entry->record, record, len);
	if (backlog->seq_next % SHELLTRAP_BACKLOG_MARK_EVERY == 0)
		*backlog_mark_of(backlog, backlog->seq_next) = backlog->head;
	backlog->head += size;
	backlog->used += size;
	backlog->largest = max(backlog->largest, len);
	backlog->seq_next++;
}

const void *shelltrap_backlog_get(const struct shelltrap_backlog *backlog, u64 *seq, u32 *len)
{
	u32 offset = backlog->tail;
	struct backlog_entry *entry;
	u64 at, marked;

	*seq = max(*seq, backlog->seq_oldest);
	if (*seq >= backlog->seq_next)
		return NULL;
	at = backlog->seq_oldest;
	marked = *seq - *seq % SHELLTRAP_BACKLOG_MARK_EVERY;
	if (marked >= at) {
		at = marked;
		offset = *backlog_mark_of(backlog, marked);
	}
	for (;; at++) {
		offset = backlog_entry_offset(backlog, offset);
		entry = backlog_entry_at(backlog, offset);
		if (at == *seq)
			break;
		offset += backlog_entry_size(entry->len);
	}
	*len = entry->len;
	return entry->record;
}

void shelltrap_backlog_mark_delivered(struct shelltrap_backlog *backlog, u64 seq)
{
	backlog->seq_delivered = max(backlog->seq_delivered, seq);
}
