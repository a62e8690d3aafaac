// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap" alone: the state in ten lines, and what to do next. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "command/options.h"
#include "command/status.h"
#include "format/format.h"
#include "kernel/stream.h"
#include "lib/text.h"
#include "policy/enforcement.h"

#define DAY_NS (UINT64_C(24) * 60 * 60 * 1000000000)

/* What the backlog has of the last day. */
struct day {
	uint64_t alerts, critical, lost;
	uint64_t last_seq;	/* of the last alert, a critical one if there is any */
	uint64_t last_time;
	char rule[SHELLTRAP_LABEL_MAX + 1];
	bool readable;
};

static bool overview_is_critical(const struct record *record)
{
	const struct alert_rule *rule = alert_leading_rule(&record->alert);

	return rule && rule->severity.value == SHELLTRAP_SEVERITY_CRITICAL;
}

static void overview_count(struct day *day, const struct record *record)
{
	const struct alert_rule *rule = alert_leading_rule(&record->alert);
	bool critical = overview_is_critical(record);

	day->lost += record->loss.present ? record->loss.lost.value : 0;
	if (!record->alert.present)
		return;
	day->alerts++;
	day->critical += critical;
	if (!critical && day->critical)
		return;
	day->last_seq = record->seq.value;
	day->last_time = record->time.value;
	snprintf(day->rule, sizeof(day->rule), "%s", rule && rule->name ? rule->name : "?");
}

static void overview_read_day(struct day *day)
{
	static struct stream stream;
	const struct record *record;
	struct timespec now;
	uint64_t since;
	int ret = stream_open(&stream, STREAM_FROM_OLDEST, STREAM_HELD);

	clock_gettime(CLOCK_REALTIME, &now);
	since = (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec - DAY_NS;
	while (!ret && (ret = stream_next(&stream, &record)) > 0) {
		if (record_time(record) >= since)
			overview_count(day, record);
		ret = 0;
	}
	day->readable = !ret;
	stream_close(&stream);
}

static void overview_print_module(const struct status *status)
{
	if (!status->module.loaded)
		printf("module     NOT LOADED: nothing is seen\n");
	else
		printf("module     loaded, version %s; armed: %s\n",
		       *status->version ? status->version : "unknown",
		       state_unarmed(&status->state) ? "NO" : "yes");
}

static void overview_print_policy(const struct status *status)
{
	const struct configured *configured = &status->configured;
	struct buffer enforced = {0};

	printf("policy     %" PRIu64 " rules, %" PRIu64 " names%s\n", status->state.rules.value,
	       status->state.names.value, !configured->known ? "" :
	       configured_is_fine(configured) ? ", as configured" : ", NOT AS CONFIGURED");
	enforcement_put(&enforced, &status->state);
	printf("enforced   %s\n", enforced.data);
	buffer_free(&enforced);
}

static void overview_print_day(const struct status *status, const struct day *day)
{
	struct buffer time = {0};

	printf("logger     %s\n", status->state.listening ? "a program listens to the module" :
	       "NOBODY LISTENS: alerts stay in the kernel only");
	if (!day->readable) {
		puts("last day   unknown: the alerts could not be read");
		return;
	}
	printf("last day   %" PRIu64 " alerts that the kernel still holds, %" PRIu64
	       " critical, %" PRIu64 " lost\n", day->alerts, day->critical, day->lost);
	if (!day->alerts)
		return;
	put_utc(&time, day->last_time, 1);
	printf("last       seq %" PRIu64 " at %s, ", day->last_seq, time.data);
	buffer_reset(&time);
	text_put(&time, day->rule, TEXT_ASCII);
	puts(time.data);
	buffer_free(&time);
}

/* With these, the state has ten lines. */
#define NEXT_MAX 3

static void overview_print_step(unsigned int *shown, const char *command, const char *what)
{
	if ((*shown)++ < NEXT_MAX)
		printf("next       %-28s %s\n", command, what);
}

/* Prints the most urgent thing first, and only what needs to be done. */
static void overview_print_next(const struct status *status, const struct day *day)
{
	unsigned int shown = 0;
	char replay[64];

	if (!status->module.loaded) {
		printf("next       %s\n", module_hint(&status->module));
		return;
	}
	if (state_unarmed(&status->state))
		overview_print_step(&shown, "shelltrap status", "which probe does not work");
	if (!configured_is_fine(&status->configured) && status->configured.faulty)
		overview_print_step(&shown, "shelltrap policy check", "the files have errors");
	else if (!configured_is_fine(&status->configured))
		overview_print_step(&shown, "shelltrap policy diff",
				    "what 'shelltrap policy load' would change");
	if (!status->state.listening)
		overview_print_step(&shown, "systemctl start shelltrap", "start the logger");
	snprintf(replay, sizeof(replay), "shelltrap replay --from %" PRIu64, day->last_seq);
	if (day->critical)
		overview_print_step(&shown, replay, "the last critical alert");
	overview_print_step(&shown, "shelltrap watch", "alerts as they come");
}

static int overview_print(const struct status *status)
{
	struct day day = {0};

	if (status->module.loaded)
		overview_read_day(&day);
	overview_print_module(status);
	if (status->module.loaded) {
		overview_print_policy(status);
		overview_print_day(status, &day);
	}
	overview_print_next(status, &day);
	puts("help       shelltrap --help             all commands; shelltrap(8)");
	if (!status->module.loaded)
		return NOT_LOADED;
	return status_is_healthy(status) ? DONE : FAILED;
}

int overview_main(void)
{
	struct status status;
	struct channel channel;
	int ret = status_start(&status, &channel);

	if (!ret)
		ret = overview_print(&status);
	status_stop(&status, &channel);
	return ret;
}
