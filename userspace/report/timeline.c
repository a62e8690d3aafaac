// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/record.h"
#include "lib/path.h"
#include "lib/xalloc.h"
#include "report/html_text.h"

/* Lengths are units of the drawing, which is WIDTH wide. */
#define WIDTH 960
#define LEFT 170		/* where time begins: names are left of it */
#define RIGHT 900		/* where it ends: counts are right of it */
#define TOP 34
#define ROW 30
#define ROWS_MAX 14
#define TICKS 5
/* Alerts that are nearer to each other than this are one mark. */
#define MARK 10
#define MARKS (((RIGHT) - (LEFT)) / (MARK) + 1)
/* Characters of a name that fit. */
#define NAME_MAX_SHOWN 20

/* What one mark stands for. */
struct mark {
	uint64_t count, first;
	unsigned int severity;
};

struct timeline {
	struct buffer *out;
	const struct facts *facts;
	uint64_t first, span;
	size_t rows;
	bool *picked;		/* which programs have rows of their own */
};

static unsigned int timeline_x(const struct timeline *timeline, uint64_t time)
{
	uint64_t since = time > timeline->first ? time - timeline->first : 0;

	if (since > timeline->span)
		since = timeline->span;
	return LEFT + (unsigned int)((double)since / timeline->span * (RIGHT - LEFT));
}

static unsigned int timeline_row_y(size_t row)
{
	return TOP + row * ROW + ROW / 2;
}

/* The time is cut at a tenth of its length before and after, and is a second at least. */
static void timeline_set_times(struct timeline *timeline)
{
	const struct incident *incident = timeline->facts->incident;
	uint64_t length = incident->last - incident->first, margin;

	if (length < MOMENT_SECOND / 5)
		length = MOMENT_SECOND / 5;
	margin = length / 20;
	timeline->first = incident->first > margin ? incident->first - margin : 0;
	timeline->span = length + 2 * margin;
}

static void timeline_put_ticks(const struct timeline *timeline)
{
	unsigned int bottom = TOP + timeline->rows * ROW;
	char clock[MOMENT_SIZE];
	unsigned int i;

	for (i = 0; i <= TICKS; i++) {
		uint64_t time = timeline->first + timeline->span / TICKS * i;
		unsigned int x = timeline_x(timeline, time);

		if (timeline->span < 10 * MOMENT_SECOND)
			moment_fine_clock(clock, time);
		else
			moment_clock(clock, time);
		buffer_printf(timeline->out,
			      "<line class=\"tick\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>"
			      "<text class=\"time\" x=\"%u\" y=\"20\">%s</text>\n",
			      x, x, TOP - 6, bottom, x, clock);
	}
}

static void timeline_put_name(const struct timeline *timeline, size_t row, const char *name)
{
	char shown[4 * NAME_MAX_SHOWN + 8];
	size_t len = 0, characters = 0;

	/* Cut between characters: the name is valid UTF-8. */
	while (name[len] && characters < NAME_MAX_SHOWN) {
		len++;
		while ((name[len] & 0xc0) == 0x80)
			len++;
		characters++;
	}
	snprintf(shown, sizeof(shown), "%.*s%s", (int)len, name, name[len] ? "…" : "");
	buffer_printf(timeline->out, "<text class=\"row\" x=\"%u\" y=\"%u\">", LEFT - 18,
		      timeline_row_y(row) + 4);
	html_put(timeline->out, shown);
	buffer_puts(timeline->out, "</text>");
	buffer_printf(timeline->out,
		      "<line class=\"rail\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>\n",
		      LEFT, RIGHT, timeline_row_y(row), timeline_row_y(row));
}

static void timeline_put_total(const struct timeline *timeline, size_t row, uint64_t count)
{
	buffer_printf(timeline->out, "<text class=\"count\" x=\"%u\" y=\"%u\">%" PRIu64 "</text>\n",
		      RIGHT + 16, timeline_row_y(row) + 4, count);
}

static void timeline_collect(const struct timeline *timeline, struct mark *marks,
			     const struct entry *alert)
{
	struct mark *mark = &marks[(timeline_x(timeline, alert->time) - LEFT) / MARK];

	if (!mark->count)
		mark->first = alert->time;
	mark->count += 1 + alert->repeats;
	if (alert->severity > mark->severity)
		mark->severity = alert->severity;
}

/* The more alerts, the larger: 5 for one, 9 for 16 and more. */
static unsigned int timeline_radius(uint64_t count)
{
	unsigned int radius = 5;

	while (count > 1 && radius < 9) {
		count /= 2;
		radius++;
	}
	return radius;
}

static void timeline_put_marks(const struct timeline *timeline, size_t row,
			       const struct mark *marks)
{
	char clock[MOMENT_SIZE];
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < MARKS; i++) {
		const char *severity = severity_name(marks[i].severity);

		if (!marks[i].count)
			continue;
		total += marks[i].count;
		buffer_printf(timeline->out,
			      "<circle class=\"%s\" cx=\"%u\" cy=\"%u\" r=\"%u\">"
			      "<title>%s: %" PRIu64 "</title></circle>\n",
			      severity ? severity : "low", timeline_x(timeline, marks[i].first),
			      timeline_row_y(row), timeline_radius(marks[i].count),
			      moment_fine_clock(clock, marks[i].first), marks[i].count);
	}
	timeline_put_total(timeline, row, total);
}

/* Which program's row the alert is in; the programs without a row share the last one. */
static size_t *timeline_rows_of_alerts(struct timeline *timeline)
{
	const struct incident *incident = timeline->facts->incident;
	const struct tally *programs = &timeline->facts->programs;
	size_t *rows = xcalloc(incident->alert_count, sizeof(*rows));
	size_t i, j, row = 0;

	for (i = 0; i < incident->alert_count; i++)
		rows[i] = ROWS_MAX;
	for (j = 0; j < programs->count; j++) {
		if (!timeline->picked[j])
			continue;
		for (i = 0; i < incident->alert_count; i++)
			if (!strcmp(path_name(entry_program(incident->alerts[i])),
				    programs->rows[j].key))
				rows[i] = row;
		row++;
	}
	return rows;
}

static void timeline_put_row(const struct timeline *timeline, const size_t *rows, size_t wanted,
			     size_t row, const char *name)
{
	const struct incident *incident = timeline->facts->incident;
	struct mark marks[MARKS] = {0};
	size_t i;

	for (i = 0; i < incident->alert_count; i++)
		if (rows[i] == wanted)
			timeline_collect(timeline, marks, incident->alerts[i]);
	timeline_put_name(timeline, row, name);
	timeline_put_marks(timeline, row, marks);
}

static void timeline_put_programs(struct timeline *timeline)
{
	const struct tally *programs = &timeline->facts->programs;
	size_t *rows = timeline_rows_of_alerts(timeline);
	size_t i, row = 0;

	for (i = 0; i < programs->count; i++) {
		if (!timeline->picked[i])
			continue;
		timeline_put_row(timeline, rows, row, row, programs->rows[i].key);
		row++;
	}
	if (programs->count > ROWS_MAX)
		timeline_put_row(timeline, rows, ROWS_MAX, row, "other programs");
	free(rows);
}

/* Losses, outcomes and events are diamonds: another shape, as they are no execs. */
static void timeline_put_sensor(const struct timeline *timeline)
{
	const struct incident *incident = timeline->facts->incident;
	size_t i, row = timeline->rows - 1;

	if (!incident->sensor_count)
		return;
	timeline_put_name(timeline, row, "(Shelltrap itself)");
	for (i = 0; i < incident->sensor_count && i < MARKS; i++) {
		unsigned int x = timeline_x(timeline, incident->sensor[i]->time);

		buffer_printf(timeline->out, "<path class=\"sensor\" d=\"M%u %ul6 6l-6 6l-6 "
					     "-6z\"/>\n",
			      x, timeline_row_y(row) - 6);
	}
	timeline_put_total(timeline, row, incident->sensor_count);
}

static void timeline_put_description(const struct timeline *timeline, size_t number)
{
	const struct incident *incident = timeline->facts->incident;
	char from[MOMENT_SIZE], to[MOMENT_SIZE];

	buffer_printf(timeline->out,
		      "<title>Execs over time, by program</title>"
		      "<desc id=\"td%zu\">%zu alerts from %s to %s UTC; a row for each of %zu "
		      "programs. "
		      "The table of command lines has the same facts as text.</desc>\n",
		      number, incident->alert_count,
		      moment_fine_clock(from, incident->first),
		      moment_fine_clock(to, incident->last), timeline->facts->programs.count);
}

void timeline_put(struct buffer *out, const struct facts *facts, size_t number)
{
	size_t programs = facts->programs.count;
	struct timeline timeline = {
		.out = out,
		.facts = facts,
		.rows = (programs > ROWS_MAX ? ROWS_MAX + 1 : programs) +
			(facts->incident->sensor_count > 0),
		.picked = tally_pick(&facts->programs, ROWS_MAX),
	};

	timeline_set_times(&timeline);
	buffer_printf(out, "<svg role=\"img\" aria-describedby=\"td%zu\" viewBox=\"0 0 %u %zu\">\n",
		      number, WIDTH, TOP + timeline.rows * ROW + 10);
	timeline_put_description(&timeline, number);
	timeline_put_ticks(&timeline);
	timeline_put_programs(&timeline);
	timeline_put_sensor(&timeline);
	buffer_puts(out, "</svg>\n");
	free(timeline.picked);
}
