/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of a report, sorted into incidents: what one web server's lineage did. */
#ifndef REPORT_INCIDENT_H
#define REPORT_INCIDENT_H

#include "lib/buffer.h"
#include "report/entry.h"
#include "report/moment.h"

/* Alerts of one server with at least this time between them are two incidents. */
#define INCIDENT_GAP (3600 * MOMENT_SECOND)
/* How far from the record SEQ the alerts of its incident may be. */
#define INCIDENT_WINDOW (600 * MOMENT_SECOND)
/* Records that a report holds in memory: about 4 KB each. */
#define INCIDENT_RECORDS_MAX 100000

/**
 * struct incident - alerts of one server's lineage, by time, the same record once
 * @alerts: at least one
 * @sensor: other records of the same module instance, from ten minutes before the first
 *	alert to ten minutes after the last
 * @leading: the alert whose rule says most
 * @lost: execs that matched a rule and of which nothing else is known
 * @loss_unknown: more may be lost, and nobody knows how many
 */
struct incident {
	struct entry **alerts;
	size_t alert_count;
	struct entry **sensor;
	size_t sensor_count;
	const struct entry *leading;
	uint64_t first, last;
	uint64_t lost;
	bool loss_unknown;
};

/**
 * struct collection - all records, and the incidents that they make
 * @left_out: records beyond INCIDENT_RECORDS_MAX
 */
struct collection {
	struct entry **entries;
	size_t count, room;
	size_t left_out;
	struct incident *incidents;
	size_t incident_count;
};

/** collection_add() - Take an entry, which the collection owns from now on. */
void collection_add(struct collection *collection, struct entry *entry);

/** collection_sort() - Make the incidents, sorted by their first alert. Once. */
void collection_sort(struct collection *collection);

/**
 * collection_choose() - Leave only the incident of the alert with this number, and of it what
 * is within INCIDENT_WINDOW.
 *
 * Numbers start again with each load of the module, and each host has its own. So an alert
 * of several may be meant; the latest is taken. Call it instead of collection_sort().
 * Returns the alert, or NULL if no alert has the number.
 */
const struct entry *collection_choose(struct collection *collection, uint64_t seq);
void collection_free(struct collection *collection);

/** incident_server() - The alert that says most about the server: its first one. */
const struct entry *incident_server(const struct incident *incident);

/** incident_server_name() - What the server is called; never NULL. */
const char *incident_server_name(const struct incident *incident);

/** entry_root() - The topmost ancestor that is the server of the alert. */
struct entry_task entry_root(const struct entry *alert);

/** entry_root_depth() - How many ancestors of the alert are the server or below it. */
size_t entry_root_depth(const struct entry *alert);

#endif /* REPORT_INCIDENT_H */
