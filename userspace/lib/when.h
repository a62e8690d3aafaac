/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time, as people write them. */
#ifndef LIB_WHEN_H
#define LIB_WHEN_H

#include <stdint.h>

/* What when_parse() accepts, for messages. */
#define WHEN_FORMS "\"2026-11-26 22:00\", today, yesterday, now, -90s, -30m, -1h or -7d"

/**
 * when_parse() - Read a point in time.
 * @ns: the result, in ns since the epoch
 *
 * A date, a date and a time, a time of today ("22:00"), today and yesterday (both at
 * midnight), now, or so many seconds, minutes, hours, days or weeks ago. Times are local;
 * a date and a time with a 'Z' at the end are UTC. Call tzset() before.
 *
 * Returns 0 or -EINVAL.
 */
int when_parse(const char *text, uint64_t *ns);

#endif /* LIB_WHEN_H */
