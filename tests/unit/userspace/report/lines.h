/* SPDX-License-Identifier: GPL-2.0 */
/* Alerts as lines of JSON, and the pages that are made of them. */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include "past/parse.h"
#include "report/incident.h"
#include "report/html.h"
#include "report/markdown.h"
#include "unit.h"

/* When the alerts begin, and how the time of a second of that minute is written. */
#define LINES_TIME "2026-11-21T14:02:%02u.000000000Z"

/**
 * line_put() - Add an alert: "pid" below the processes "above", the nearest first, as JSON:
 * "[{\"pid\":812,\"comm\":\"nginx\"}]". The server has the number 812.
 */
static inline void line_put(struct buffer *out, unsigned int seq, unsigned int second,
			    unsigned int pid, const char *above, const char *command)
{
	buffer_printf(out,
		      "{\"seq\":%u,\"instance\":\"5b1f9c0e77aa01d3\",\"host\":\"web01\","
		      "\"time\":\"" LINES_TIME "\",\"rule\":\"webserver_shell_exec\","
		      "\"severity\":\"critical\",\"rules\":[\"webserver_shell_exec\"],"
		      "\"verdict\":\"observed\",\"comm\":\"nginx\",\"pathname\":\"/bin/sh\","
		      "\"process\":{\"pid\":%u,\"comm\":\"sh\",\"argv\":[\"sh\",\"-c\",\"%s\"],"
		      "\"cwd\":\"/srv\",\"uid\":33,\"euid\":33,\"user\":\"www-data\"},"
		      "\"server\":{\"pid\":812,\"comm\":\"nginx\"},\"ancestors\":%s}\n",
		      seq, second % 60, pid, command, above);
}

/* NULL if the line is no record. */
static inline struct entry *line_read(const char *line, size_t len)
{
	return entry_of(past_parse(line, len), line, len);
}

/* Adds each line to the collection; every line must be a record. */
static inline void lines_collect(struct collection *collection, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");
		struct entry *entry = line_read(lines, len);

		assert_non_null(entry);
		collection_add(collection, entry);
		lines += len + (lines[len] == '\n');
	}
}

#endif /* REPORT_LINES_H */
