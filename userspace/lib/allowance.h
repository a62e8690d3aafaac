/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long alerts may wait for something: a tenth of the time at most, on average. */
#ifndef LIB_ALLOWANCE_H
#define LIB_ALLOWANCE_H

#include <stdint.h>

struct allowance {
	int most;	/* ms that alerts may wait at once */
	int least;	/* ms that each alert may wait, whatever the others have used up */
	int64_t left;	/* ms of "most" */
	int64_t at;	/* when "left" was computed, as now_ms() */
};

#define ALLOWANCE(most_ms, least_ms) { .most = (most_ms), .least = (least_ms), .left = (most_ms) }

/** allowance_patience() - How long an alert may wait now, in ms. */
int allowance_patience(struct allowance *allowance, int64_t now);

/** allowance_spend() - An alert has waited since "begin". */
void allowance_spend(struct allowance *allowance, int64_t begin, int64_t now);

#endif /* LIB_ALLOWANCE_H */
