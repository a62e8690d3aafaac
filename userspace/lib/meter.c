// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/deadline.h"
#include "lib/pager.h"

#define PATIENCE_MS 1000
#define INTERVAL_MS 200

void meter_start(struct meter *meter)
{
	*meter = (struct meter){
		.on = isatty(STDERR_FILENO),
		.next = now_ms() + PATIENCE_MS,
	};
}

void meter_show(struct meter *meter, const char *name, uint64_t done, uint64_t total)
{
	int64_t now;

	if (!meter->on || pager_is_running())
		return;
	now = now_ms();
	if (now < meter->next)
		return;
	meter->next = now + INTERVAL_MS;
	meter->shown = true;
	if (total)
		fprintf(stderr, "\r\033[K%s: %" PRIu64 " %%", name,
			done < total ? done * 100 / total : 100);
	else
		fprintf(stderr, "\r\033[K%s: %" PRIu64 " MB", name, done / 1000000);
}

void meter_clear(struct meter *meter)
{
	if (meter->shown)
		fputs("\r\033[K", stderr);
	meter->shown = false;
}
