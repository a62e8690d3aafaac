// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/string.h>

#include "loss.h"

/*
 * The lower half of @state is the number of execs. At 0 the place is free. The upper half
 * changes each time the place gets another cause: so who compares a cause and then counts is
 * sure that the place has not changed hands in between.
 */
struct place {
	atomic64_t state;
	struct shelltrap_loss_cause cause;	/* constant while there are execs */
};

/* Instead of a number: the cause is being written. No such number of execs is ever reached. */
#define BEING_FILLED	U32_MAX

#define NEXT_OWNER	BIT_ULL(32)

static struct place places[SHELLTRAP_LOSS_CAUSES_MAX];
static atomic64_t others;	/* execs that found no place */

static bool is_same(const struct shelltrap_loss_cause *a, const struct shelltrap_loss_cause *b)
{
	return a->user == b->user && a->server_pid == b->server_pid &&
	       !strncmp(a->server_comm, b->server_comm, sizeof(a->server_comm)) &&
	       !strncmp(a->rule, b->rule, sizeof(a->rule));
}

static bool count_again(struct place *place, const struct shelltrap_loss_cause *cause)
{
	s64 state = atomic64_read_acquire(&place->state), found;

	while ((u32)state && (u32)state < BEING_FILLED - 1 && is_same(&place->cause, cause)) {
		found = atomic64_cmpxchg(&place->state, state, state + 1);
		if (found == state)
			return true;
		state = found;
	}
	return false;
}

static bool take_place(struct place *place, const struct shelltrap_loss_cause *cause)
{
	s64 state = atomic64_read(&place->state);
	s64 mine = (s64)(((u64)state & ~(NEXT_OWNER - 1)) + NEXT_OWNER);

	if ((u32)state || atomic64_cmpxchg(&place->state, state, mine | BEING_FILLED) != state)
		return false;
	place->cause = *cause;
	atomic64_set_release(&place->state, mine | 1);
	return true;
}

void shelltrap_loss_add(const struct shelltrap_loss_cause *cause)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (count_again(&places[i], cause))
			return;
	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (take_place(&places[i], cause))
			return;
	atomic64_inc(&others);
}

/* Only this function frees a place, so the cause stays as it is meanwhile. */
static bool free_place(struct place *place, struct shelltrap_loss_cause *cause)
{
	s64 state = atomic64_read_acquire(&place->state), found;

	if (!(u32)state || (u32)state == BEING_FILLED)
		return false;
	*cause = place->cause;
	while ((found = atomic64_cmpxchg(&place->state, state, state - (u32)state)) != state)
		state = found;
	cause->execs = (u32)state;
	return true;
}

bool shelltrap_loss_take(struct shelltrap_losses *losses)
{
	size_t i;

	losses->nr_causes = 0;
	losses->execs = atomic64_xchg(&others, 0);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct shelltrap_loss_cause *cause = &losses->causes[losses->nr_causes];

		if (!free_place(&places[i], cause))
			continue;
		losses->nr_causes++;
		losses->execs += cause->execs;
	}
	return losses->execs;
}
