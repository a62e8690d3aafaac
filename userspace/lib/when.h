/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time, as people write them. */
#ifndef LIB_WHEN_H
#define LIB_WHEN_H

#include <stdint.h>

#include "lib/buffer.h"

/* What when_parse() accepts, for messages. */
#define WHEN_FORMS "\"2026-11-26 22:00\", today, yesterday, now, -90s, -30m, -1h or -7d"

/**
 * when_parse() - Read a point in time.
 * @ns: the result, in ns since the epoch
 *
 * A date, a date and a time, a time of today ("22:00"), today and yesterday (both at
 * midnight), now, or so many seconds, minutes, hours, days or weeks ago. Times are local;
 * a date and a time with a 'Z' or an offset ("+01") at the end are not. Call tzset()
 * before.
 *
 * Returns 0 or -EINVAL.
 */
int when_parse(const char *text, uint64_t *ns);

/**
 * when_put() - Add local time with its offset to UTC: "2026-11-26 22:00:00+01".
 *
 * The offset has minutes only where it needs them ("+05:30"); that of UTC is "Z".
 */
void when_put(struct buffer *out, uint64_t ns);

/** when_use_utc() - From now on, local time is UTC. */
void when_use_utc(void);

#endif /* LIB_WHEN_H */
