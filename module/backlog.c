// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "backlog.h"

#define ENTRY_DELIVERED	BIT(0)	/* some reader has received it */
#define ENTRY_COPIED	BIT(1)	/* some reader may have it: it must not change any more */
#define ENTRY_FIRST	BIT(2)	/* the first alert of its server for one of its rules */

/* An entry of length 0 marks the rest of the ring as skipped: the next is at offset 0. */
struct backlog_entry {
	u32 len;
	u32 flags;
	u32 user;
	u64 server;
	u8 record[];
};

#define ENTRY_ALIGN 8

static u32 backlog_entry_size(u32 len)
{
	return ALIGN(offsetof(struct backlog_entry, record) + len, ENTRY_ALIGN);
}

static struct backlog_entry *ring_entry(const struct shelltrap_ring *ring, u32 offset)
{
	return (struct backlog_entry *)(ring->bytes + offset);
}

/* Converts the end of one entry, @offset, to the start of the next one. */
static u32 ring_entry_offset(const struct shelltrap_ring *ring, u32 offset)
{
	return offset == ring->size || !ring_entry(ring, offset)->len ? 0 : offset;
}

/* Returns NULL if the ring is empty. */
static struct backlog_entry *ring_oldest(const struct shelltrap_ring *ring)
{
	return ring->used ? ring_entry(ring, ring_entry_offset(ring, ring->tail)) : NULL;
}

static void ring_drop_oldest(struct shelltrap_ring *ring)
{
	u32 at = ring_entry_offset(ring, ring->tail);
	u32 size = backlog_entry_size(ring_entry(ring, at)->len);

	if (at != ring->tail)
		ring->used -= ring->size - ring->tail;
	ring->used -= size;
	ring->tail = at + size;
}

/* Bytes at the end of the ring that are skipped, as an entry of @size does not fit there. */
static u32 ring_rest(const struct shelltrap_ring *ring, u32 size)
{
	u32 rest = ring->size - ring->head;

	return rest < size ? rest : 0;
}

static bool ring_has_room(const struct shelltrap_ring *ring, u32 size)
{
	return ring->size - ring->used >= size + ring_rest(ring, size);
}

/* The ring has room. The part skipped counts as used until the tail passes it. */
static struct backlog_entry *ring_add(struct shelltrap_ring *ring, u32 size)
{
	u32 rest = ring->size - ring->head;
	struct backlog_entry *entry;

	if (rest < size) {
		if (rest)
			ring_entry(ring, ring->head)->len = 0;
		ring->used += rest;
		ring->head = 0;
	}
	entry = ring_entry(ring, ring->head);
	ring->head += size;
	ring->used += size;
	return entry;
}

/* The ring has no entries. All of it can be used for one then. */
static void ring_reset(struct shelltrap_ring *ring)
{
	ring->head = 0;
	ring->tail = 0;
	ring->used = 0;
}

/* The size comes from a module parameter: a failure needs no warning of the kernel. */
static void *backlog_alloc(size_t nr, size_t size)
{
	return __vmalloc(array_size(nr, size), GFP_KERNEL | __GFP_NOWARN | __GFP_ZERO);
}

int shelltrap_backlog_init(struct shelltrap_backlog *backlog, u32 size, u32 largest)
{
	struct shelltrap_ring *ring = &backlog->ring, *reserve = &backlog->reserve;

	memset(backlog, 0, sizeof(*backlog));
	/* Room for two: the part skipped at the end may be almost as large as an entry. */
	if (size / 2 < backlog_entry_size(largest))
		return -EINVAL;
	ring->size = ALIGN_DOWN(size, ENTRY_ALIGN);
	reserve->size = ALIGN_DOWN(size / SHELLTRAP_BACKLOG_RESERVE_PART, ENTRY_ALIGN);
	backlog->seq_oldest = 1;
	backlog->seq_next = 1;
	get_random_bytes(backlog->secret, sizeof(backlog->secret));
	backlog->secret[0] |= 1;
	backlog->secret[1] |= 1;
	/* No record is smaller than its length field: at most so many marks are in use. */
	backlog->nr_marks = ring->size / ENTRY_ALIGN / SHELLTRAP_BACKLOG_MARK_EVERY + 2;
	ring->bytes = backlog_alloc(ring->size, 1);
	reserve->bytes = backlog_alloc(reserve->size, 1);
	backlog->marks = backlog_alloc(backlog->nr_marks, sizeof(*backlog->marks));
	backlog->reserved = backlog_alloc(SHELLTRAP_BACKLOG_RESERVED, sizeof(*backlog->reserved));
	backlog->pairs = backlog_alloc(SHELLTRAP_BACKLOG_PAIRS, sizeof(*backlog->pairs));
	backlog->alike = backlog_alloc(SHELLTRAP_BACKLOG_ALIKE, sizeof(*backlog->alike));
	if (ring->bytes && reserve->bytes && backlog->marks && backlog->reserved &&
	    backlog->pairs && backlog->alike)
		return 0;
	shelltrap_backlog_free(backlog);
	return -ENOMEM;
}

void shelltrap_backlog_free(struct shelltrap_backlog *backlog)
{
	vfree(backlog->ring.bytes);
	vfree(backlog->reserve.bytes);
	vfree(backlog->marks);
	vfree(backlog->reserved);
	vfree(backlog->pairs);
	vfree(backlog->alike);
}

static struct shelltrap_reserved *reserved_at(const struct shelltrap_backlog *backlog, u32 i)
{
	return &backlog->reserved[(backlog->reserved_first + i) % SHELLTRAP_BACKLOG_RESERVED];
}

/* Frees the oldest records of the reserve that a reader has received. */
static void reserve_reclaim(struct shelltrap_backlog *backlog)
{
	while (backlog->reserved_nr &&
	       (ring_oldest(&backlog->reserve)->flags & ENTRY_DELIVERED)) {
		ring_drop_oldest(&backlog->reserve);
		backlog->reserved_first++;
		backlog->reserved_first %= SHELLTRAP_BACKLOG_RESERVED;
		backlog->reserved_nr--;
	}
	if (!backlog->reserved_nr)
		ring_reset(&backlog->reserve);
}

/* What a source has in the reserve. */
struct reserve_use {
	u32 nr, bytes;
};

/* Would the use with one more entry of @size bytes be at most a @part-th of what is free? */
static bool is_within(const struct reserve_use *use, u32 size, u32 part,
		      const struct reserve_use *free)
{
	return (use->nr + 1) * part <= free->nr && (u64)(use->bytes + size) * part <= free->bytes;
}

/*
 * May a record move to the reserve? One user may have at most as much there as is free, so a
 * user with many records always leaves room for other users. A server of that user may have
 * half of that, and its alerts that are not the first of a rule half of that again.
 */
static bool has_share(const struct shelltrap_backlog *backlog, const struct backlog_entry *entry)
{
	struct reserve_use user = {}, server = {}, later = {}, free = {
		.nr = SHELLTRAP_BACKLOG_RESERVED - backlog->reserved_nr,
		.bytes = backlog->reserve.size - backlog->reserve.used,
	};
	u32 i, size = backlog_entry_size(entry->len);
	const struct shelltrap_reserved *other;

	for (i = 0; i < backlog->reserved_nr; i++) {
		other = reserved_at(backlog, i);
		if (other->user != entry->user)
			continue;
		user.nr++;
		user.bytes += other->size;
		if (other->server != entry->server)
			continue;
		server.nr++;
		server.bytes += other->size;
		if (!other->first) {
			later.nr++;
			later.bytes += other->size;
		}
	}
	return is_within(&user, size, 1, &free) && is_within(&server, size, 2, &free) &&
	       ((entry->flags & ENTRY_FIRST) || is_within(&later, size, 4, &free));
}

/* Copies an entry of the first ring to the reserve. Returns false if there is no room for it. */
static bool reserve_entry(struct shelltrap_backlog *backlog, const struct backlog_entry *entry)
{
	u32 size = backlog_entry_size(entry->len);
	struct backlog_entry *copy;

	reserve_reclaim(backlog);
	if (!has_share(backlog, entry) || !ring_has_room(&backlog->reserve, size))
		return false;
	copy = ring_add(&backlog->reserve, size);
	memcpy(copy, entry, size);
	*reserved_at(backlog, backlog->reserved_nr++) = (struct shelltrap_reserved){
		.seq = backlog->seq_oldest,
		.server = entry->server,
		.user = entry->user,
		.offset = (u8 *)copy - backlog->reserve.bytes,
		.size = size,
		.first = entry->flags & ENTRY_FIRST,
	};
	return true;
}

static void backlog_drop_oldest(struct shelltrap_backlog *backlog)
{
	const struct backlog_entry *entry = ring_oldest(&backlog->ring);
	bool unread = !(entry->flags & ENTRY_DELIVERED);

	if (!unread || !reserve_entry(backlog, entry)) {
		backlog->overwritten += unread;
		backlog->seq_gone = backlog->seq_oldest;
	}
	ring_drop_oldest(&backlog->ring);
	backlog->seq_oldest++;
}

static u32 *backlog_mark_of(const struct shelltrap_backlog *backlog, u64 seq)
{
	u32 mark;

	div_u64_rem(div_u64(seq, SHELLTRAP_BACKLOG_MARK_EVERY), backlog->nr_marks, &mark);
	return &backlog->marks[mark];
}

/*
 * Remembers the pairs of a server and a rule. Returns true if one of them is new. Nobody knows the
 * secret factors, so nobody can choose a server whose hash is that of another.
 */
static bool has_new_pair(struct shelltrap_backlog *backlog, const struct shelltrap_source *source)
{
	u64 who = (u64)source->policy << 32 | source->user, first, hash, rules, *pair;
	bool is_new = false;

	if (!source->rules)
		return false;
	first = source->server * backlog->secret[0] + who * backlog->secret[1];
	for (rules = source->rules; rules; rules &= rules - 1) {
		hash = (first + __ffs64(rules) * 0x9e3779b97f4a7c15ULL) | 1;
		pair = &backlog->pairs[(hash >> 32) % SHELLTRAP_BACKLOG_PAIRS];
		is_new |= *pair != hash;
		*pair = hash;
	}
	return is_new;
}

static struct shelltrap_alike *alike_of(const struct shelltrap_backlog *backlog, u64 key)
{
	return &backlog->alike[key % SHELLTRAP_BACKLOG_ALIKE];
}

static void remember_alike(struct shelltrap_backlog *backlog,
			   const struct shelltrap_source *source)
{
	struct shelltrap_alike *alike = alike_of(backlog, source->key);

	if (!source->key)
		return;
	if (source->repeats) {
		if (alike->key == source->key)
			alike->repeats = backlog->seq_next;
	} else if (!shelltrap_backlog_alike(backlog, source->key)) {
		*alike = (struct shelltrap_alike){ source->key, backlog->seq_next, 0 };
	}
}

void shelltrap_backlog_append(struct shelltrap_backlog *backlog, const void *record, u32 len,
			      const struct shelltrap_source *source)
{
	u32 size = backlog_entry_size(len);
	struct backlog_entry *entry;

	while (!ring_has_room(&backlog->ring, size))
		backlog_drop_oldest(backlog);
	entry = ring_add(&backlog->ring, size);
	*entry = (struct backlog_entry){
		.len = len,
		.flags = has_new_pair(backlog, source) ? ENTRY_FIRST : 0,
		.user = source->user,
		.server = source->server,
	};
	memcpy(entry->record, record, len);
	if (backlog->seq_next % SHELLTRAP_BACKLOG_MARK_EVERY == 0)
		*backlog_mark_of(backlog, backlog->seq_next) = (u8 *)entry - backlog->ring.bytes;
	remember_alike(backlog, source);
	backlog->largest = max(backlog->largest, len);
	backlog->seq_next++;
}

/* Returns the entry @seq of the first ring, which has it. */
static struct backlog_entry *ring_find(const struct shelltrap_backlog *backlog, u64 seq)
{
	u64 at = backlog->seq_oldest, marked = seq - seq % SHELLTRAP_BACKLOG_MARK_EVERY;
	u32 offset = backlog->ring.tail;
	struct backlog_entry *entry;

	if (marked >= at) {
		at = marked;
		offset = *backlog_mark_of(backlog, marked);
	}
	for (;; at++) {
		offset = ring_entry_offset(&backlog->ring, offset);
		entry = ring_entry(&backlog->ring, offset);
		if (at == seq)
			return entry;
		offset += backlog_entry_size(entry->len);
	}
}

/* Returns the first reserved record with the number @seq or a higher one, or NULL. */
static const struct shelltrap_reserved *reserve_find(const struct shelltrap_backlog *backlog,
						     u64 seq)
{
	u32 low = 0, high = backlog->reserved_nr, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (reserved_at(backlog, middle)->seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low < backlog->reserved_nr ? reserved_at(backlog, low) : NULL;
}

/* Sets *@seq as shelltrap_backlog_get(). */
static struct backlog_entry *backlog_find(const struct shelltrap_backlog *backlog, u64 *seq)
{
	const struct shelltrap_reserved *reserved;

	if (*seq < backlog->seq_oldest) {
		reserved = reserve_find(backlog, *seq);
		*seq = reserved ? reserved->seq : backlog->seq_oldest;
		if (reserved)
			return ring_entry(&backlog->reserve, reserved->offset);
	}
	return *seq < backlog->seq_next ? ring_find(backlog, *seq) : NULL;
}

void *shelltrap_backlog_get(const struct shelltrap_backlog *backlog, u64 *seq, u32 *len)
{
	struct backlog_entry *entry = backlog_find(backlog, seq);

	if (!entry)
		return NULL;
	*len = entry->len;
	return entry->record;
}

u64 shelltrap_backlog_oldest(const struct shelltrap_backlog *backlog)
{
	return backlog->reserved_nr ? reserved_at(backlog, 0)->seq : backlog->seq_oldest;
}

static void backlog_set_flags(struct shelltrap_backlog *backlog, u64 seq, u32 flags)
{
	u64 found = seq;
	struct backlog_entry *entry = backlog_find(backlog, &found);

	if (entry && found == seq)
		entry->flags |= flags;
}

void shelltrap_backlog_mark_copied(struct shelltrap_backlog *backlog, u64 seq)
{
	backlog_set_flags(backlog, seq, ENTRY_COPIED);
}

void shelltrap_backlog_mark_delivered(struct shelltrap_backlog *backlog, u64 seq)
{
	backlog_set_flags(backlog, seq, ENTRY_COPIED | ENTRY_DELIVERED);
	backlog->seq_delivered = max(backlog->seq_delivered, seq);
}

bool shelltrap_backlog_is_unread(const struct shelltrap_backlog *backlog)
{
	return backlog->seq_next > backlog->seq_delivered + SHELLTRAP_BACKLOG_UNREAD;
}

bool shelltrap_backlog_is_pressed(const struct shelltrap_backlog *backlog, u32 len)
{
	const struct backlog_entry *oldest = ring_oldest(&backlog->ring);

	return oldest && !(oldest->flags & ENTRY_DELIVERED) &&
	       !ring_has_room(&backlog->ring, backlog_entry_size(len));
}

u64 shelltrap_backlog_alike(const struct shelltrap_backlog *backlog, u64 key)
{
	const struct shelltrap_alike *alike = alike_of(backlog, key);
	const struct shelltrap_reserved *reserved;

	if (!key || alike->key != key)
		return 0;
	/* The first ring has every number since its oldest. */
	if (alike->of >= backlog->seq_oldest)
		return alike->of;
	reserved = reserve_find(backlog, alike->of);
	return reserved && reserved->seq == alike->of ? alike->of : 0;
}

void *shelltrap_backlog_repeats(const struct shelltrap_backlog *backlog, u64 key, u64 *seq,
				u32 *len)
{
	const struct shelltrap_alike *alike = alike_of(backlog, key);
	struct backlog_entry *entry;

	if (!key || alike->key != key || alike->repeats < backlog->seq_oldest)
		return NULL;
	entry = ring_find(backlog, alike->repeats);
	if (entry->flags & ENTRY_COPIED)
		return NULL;
	*seq = alike->repeats;
	*len = entry->len;
	return entry->record;
}
