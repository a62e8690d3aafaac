/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On a terminal: how far a command has got, once it takes longer than a second. */
#ifndef LIB_METER_H
#define LIB_METER_H

#include <stdbool.h>
#include <stdint.h>

struct meter {
	bool on;		/* stderr is a terminal */
	bool shown;		/* a line is on the terminal now */
	int64_t next;		/* when to show the next one, by now_ms() */
};

void meter_start(struct meter *meter);

/** meter_show() - Show "NAME: N %" if it is time; call it often. @total 0: not known. */
void meter_show(struct meter *meter, const char *name, uint64_t done, uint64_t total);

/** meter_clear() - Remove the line from the terminal before something else is written. */
void meter_clear(struct meter *meter);

#endif /* LIB_METER_H */
