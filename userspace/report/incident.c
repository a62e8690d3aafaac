// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/incident.h"

#include <json-c/linkhash.h>
#include <stdlib.h>
#include <string.h>

#include "lib/exit.h"
#include "lib/xalloc.h"
#include "report/rules.h"

void collection_add(struct collection *collection, struct entry *entry)
{
	if (collection->count == INCIDENT_RECORDS_MAX) {
		collection->left_out++;
		entry_free(entry);
		return;
	}
	if (collection->count == collection->room) {
		collection->room = collection->room ? 2 * collection->room : 64;
		collection->entries = xreallocarray(collection->entries, collection->room,
						    sizeof(*collection->entries));
	}
	collection->entries[collection->count++] = entry;
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By source, then by number: the same record of two files stands beside itself. */
static int entry_compare(const void *a, const void *b)
{
	const struct entry *one = *(const struct entry *const *)a;
	const struct entry *other = *(const struct entry *const *)b;
	int order = compare_texts(one->host, other->host);

	if (!order)
		order = compare_texts(one->instance, other->instance);
	if (!order)
		order = compare_numbers(one->seq.value, other->seq.value);
	return order ? order : (int)one->kind - (int)other->kind;
}

static int entry_compare_times(const void *a, const void *b)
{
	const struct entry *one = *(const struct entry *const *)a;
	const struct entry *other = *(const struct entry *const *)b;
	int order = compare_numbers(one->time, other->time);

	return order ? order : compare_numbers(one->seq.value, other->seq.value);
}

static bool entry_is_twice(const struct entry *entry, const struct entry *previous)
{
	return previous && entry->seq.known && previous->seq.known &&
	       entry->kind == previous->kind && !entry_compare(&entry, &previous);
}

static void collection_drop_twice(struct collection *collection)
{
	struct entry *previous = NULL;
	size_t i, kept = 0;

	qsort(collection->entries, collection->count, sizeof(*collection->entries), entry_compare);
	for (i = 0; i < collection->count; i++) {
		struct entry *entry = collection->entries[i];

		if (entry_is_twice(entry, previous)) {
			entry_free(entry);
			continue;
		}
		collection->entries[kept++] = entry;
		previous = entry;
	}
	collection->count = kept;
}

/* The alert of this number among the sorted entries of one source; NULL: none. */
static struct entry *find_alert(struct entry **entries, size_t count, uint64_t seq)
{
	while (count) {
		struct entry **middle = &entries[count / 2];

		if ((*middle)->seq.value == seq && (*middle)->kind == ENTRY_ALERT)
			return *middle;
		if ((*middle)->seq.value < seq) {
			entries = middle + 1;
			count -= count / 2 + 1;
		} else {
			count /= 2;
		}
	}
	return NULL;
}

/* Outcomes and repeats say something about an earlier alert of the same source. */
static void source_link(struct entry **entries, size_t count)
{
	struct entry *alert;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!entries[i]->of.known)
			continue;
		alert = find_alert(entries, count, entries[i]->of.value);
		if (alert && entries[i]->kind == ENTRY_OUTCOME)
			alert->outcome = entries[i];
		else if (alert && entries[i]->kind == ENTRY_REPEATS)
			alert->repeats += entries[i]->count.value;
	}
}

static bool entry_task_is_server(const struct entry *alert, const struct entry_task *task)
{
	if (alert->server_pid.known && task->pid.known &&
	    alert->server_pid.value == task->pid.value)
		return true;
	return alert->server_comm && task->comm && !strcmp(alert->server_comm, task->comm);
}

size_t entry_root_depth(const struct entry *alert)
{
	size_t i;

	for (i = alert->ancestor_count; i > 0; i--)
		if (entry_task_is_server(alert, &alert->ancestors[i - 1]))
			return i;
	return 0;
}

struct entry_task entry_root(const struct entry *alert)
{
	struct entry_task itself = { alert->pid, alert->process_comm };
	size_t depth = entry_root_depth(alert);

	if (depth)
		return alert->ancestors[depth - 1];
	/* Its parent exited, so the server is no ancestor any more. */
	if (alert->server_pid.known)
		return (struct entry_task){ alert->server_pid, alert->server_comm };
	return itself;
}

/*
 * What is known while the alerts of one source are read in the order of time: which incident
 * a process belongs to. Incidents are counted from 1, as the table cannot hold NULL well.
 */
struct sorting {
	struct collection *collection;
	struct lh_table *by_pid;
};

static struct incident *sorting_find(const struct sorting *sorting, const struct number *pid)
{
	void *number;

	if (!pid->known || pid->value <= 1 ||
	    !lh_table_lookup_ex(sorting->by_pid, (void *)(uintptr_t)pid->value, &number))
		return NULL;
	return &sorting->collection->incidents[(uintptr_t)number - 1];
}

static void sorting_remember(const struct sorting *sorting, const struct number *pid, size_t number)
{
	const void *key = (void *)(uintptr_t)pid->value;

	if (!pid->known || pid->value <= 1)
		return;
	lh_table_delete(sorting->by_pid, key);
	if (lh_table_insert(sorting->by_pid, key, (void *)(uintptr_t)number))
		out_of_memory();
}

static bool incident_is_over(const struct incident *incident, const struct entry *alert)
{
	return alert->time > incident->last && alert->time - incident->last >= INCIDENT_GAP;
}

/*
 * Returns the server's incident. If the server has none, returns the incident of the nearest
 * ancestor that has one.
 */
static struct incident *sorting_incident_of(const struct sorting *sorting,
					    const struct entry *alert)
{
	struct entry_task root = entry_root(alert);
	struct incident *found = sorting_find(sorting, &root.pid);
	size_t i;

	if (!found)
		found = sorting_find(sorting, &alert->server_pid);
	for (i = 0; !found && i < alert->ancestor_count; i++)
		found = sorting_find(sorting, &alert->ancestors[i].pid);
	return found && !incident_is_over(found, alert) ? found : NULL;
}

static struct incident *collection_new_incident(struct collection *collection)
{
	size_t count = collection->incident_count++;

	collection->incidents = xreallocarray(collection->incidents, count + 1,
					      sizeof(*collection->incidents));
	collection->incidents[count] = (struct incident){0};
	return &collection->incidents[count];
}

static bool entry_leads(const struct entry *entry, const struct entry *leading)
{
	if (!leading || entry->severity != leading->severity)
		return !leading || entry->severity > leading->severity;
	return rule_rank(entry->rule) < rule_rank(leading->rule);
}

static void incident_add(struct incident *incident, struct entry *alert)
{
	size_t count = incident->alert_count++;

	/* Doubled at each power of two. */
	if (!(count & (count - 1)))
		incident->alerts = xreallocarray(incident->alerts, count ? 2 * count : 1,
						 sizeof(*incident->alerts));
	incident->alerts[count] = alert;
	if (entry_leads(alert, incident->leading))
		incident->leading = alert;
	if (!incident->first)
		incident->first = alert->time;
	if (alert->time > incident->last)
		incident->last = alert->time;
}

static void sorting_take(struct sorting *sorting, struct entry *alert)
{
	struct incident *incident = sorting_incident_of(sorting, alert);
	struct entry_task root = entry_root(alert);
	size_t i, number;

	if (!incident)
		incident = collection_new_incident(sorting->collection);
	incident_add(incident, alert);
	number = incident - sorting->collection->incidents + 1;
	sorting_remember(sorting, &root.pid, number);
	sorting_remember(sorting, &alert->server_pid, number);
	sorting_remember(sorting, &alert->pid, number);
	for (i = 0; i < entry_root_depth(alert); i++)
		sorting_remember(sorting, &alert->ancestors[i].pid, number);
}

static bool is_near(uint64_t time, uint64_t first, uint64_t last, uint64_t distance)
{
	return time + distance >= first && time <= last + distance;
}

static void incident_add_sensor(struct incident *incident, struct entry *entry)
{
	incident->sensor = xreallocarray(incident->sensor, incident->sensor_count + 1,
					 sizeof(*incident->sensor));
	incident->sensor[incident->sensor_count++] = entry;
	if (entry->kind == ENTRY_LOSS && entry->lost.known)
		incident->lost += entry->lost.value;
	else if (entry->kind == ENTRY_LOSS)
		incident->loss_unknown = true;
}

/* Heartbeats are left out: they say that nothing has happened. */
static void incident_take_sensor(struct incident *incident, struct entry **entries, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct entry *entry = entries[i];

		if (entry->kind == ENTRY_ALERT)
			continue;
		if (entry->event && !strcmp(entry->event, "heartbeat"))
			continue;
		if (is_near(entry->time, incident->first, incident->last, INCIDENT_WINDOW))
			incident_add_sensor(incident, entry);
	}
}

/* Makes the incidents of one source. Sorts its entries by time. */
static void collection_sort_source(struct collection *collection, struct entry **entries,
				   size_t count)
{
	struct sorting sorting = { collection, lh_kptr_table_new(256, NULL) };
	size_t before = collection->incident_count, i;

	if (!sorting.by_pid)
		out_of_memory();
	source_link(entries, count);
	qsort(entries, count, sizeof(*entries), entry_compare_times);
	for (i = 0; i < count; i++)
		if (entries[i]->kind == ENTRY_ALERT)
			sorting_take(&sorting, entries[i]);
	for (i = before; i < collection->incident_count; i++)
		incident_take_sensor(&collection->incidents[i], entries, count);
	lh_table_free(sorting.by_pid);
}

static int incident_compare(const void *a, const void *b)
{
	const struct incident *one = a, *other = b;
	int order = compare_numbers(one->first, other->first);

	return order ? order : entry_compare(&one->alerts[0], &other->alerts[0]);
}

void collection_sort(struct collection *collection)
{
	size_t first = 0, end;

	if (!collection->count)
		return;
	collection_drop_twice(collection);
	for (; first < collection->count; first = end) {
		struct entry **entries = &collection->entries[first];

		for (end = first + 1; end < collection->count; end++)
			if (!entry_same_source(*entries, collection->entries[end]))
				break;
		collection_sort_source(collection, entries, end - first);
	}
	if (collection->incident_count)
		qsort(collection->incidents, collection->incident_count,
		      sizeof(*collection->incidents), incident_compare);
}

static void incident_free(struct incident *incident)
{
	free(incident->alerts);
	free(incident->sensor);
}

static void collection_free_incidents(struct collection *collection)
{
	size_t i;

	for (i = 0; i < collection->incident_count; i++)
		incident_free(&collection->incidents[i]);
	free(collection->incidents);
	collection->incidents = NULL;
	collection->incident_count = 0;
}

/* The latest alert of this number. */
static const struct entry *collection_find(struct collection *collection, uint64_t seq)
{
	const struct entry *found = NULL;
	size_t i;

	for (i = 0; i < collection->count; i++) {
		const struct entry *entry = collection->entries[i];

		if (entry->kind != ENTRY_ALERT || !entry->seq.known || entry->seq.value != seq)
			continue;
		if (!found || entry->time > found->time)
			found = entry;
	}
	return found;
}

static bool incident_has(const struct incident *incident, const struct entry *alert)
{
	size_t i;

	for (i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i] == alert)
			return true;
	return false;
}

/* Frees the entries of other sources and of other times. */
static void collection_keep_near(struct collection *collection, const struct entry *alert)
{
	size_t i, kept = 0;

	for (i = 0; i < collection->count; i++) {
		struct entry *entry = collection->entries[i];

		if (entry == alert || (entry_same_source(entry, alert) &&
				       is_near(entry->time, alert->time, alert->time,
					       INCIDENT_WINDOW)))
			collection->entries[kept++] = entry;
		else
			entry_free(entry);
	}
	collection->count = kept;
}

static void collection_keep_incident(struct collection *collection, const struct entry *alert)
{
	struct incident kept = {0};
	size_t i;

	for (i = 0; i < collection->incident_count; i++) {
		if (!incident_has(&collection->incidents[i], alert))
			continue;
		kept = collection->incidents[i];
		collection->incidents[i] = (struct incident){0};
	}
	collection_free_incidents(collection);
	*collection_new_incident(collection) = kept;
}

const struct entry *collection_choose(struct collection *collection, uint64_t seq)
{
	const struct entry *alert;

	if (collection->count)
		collection_drop_twice(collection);
	alert = collection_find(collection, seq);
	if (!alert)
		return NULL;
	collection_keep_near(collection, alert);
	collection_sort(collection);
	collection_keep_incident(collection, alert);
	return alert;
}

void collection_free(struct collection *collection)
{
	size_t i;

	collection_free_incidents(collection);
	for (i = 0; i < collection->count; i++)
		entry_free(collection->entries[i]);
	free(collection->entries);
	*collection = (struct collection){0};
}

const struct entry *incident_server(const struct incident *incident)
{
	size_t i;

	for (i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i]->server_comm)
			return incident->alerts[i];
	return incident->alerts[0];
}

const char *incident_server_name(const struct incident *incident)
{
	const struct entry *alert = incident_server(incident);

	if (alert->server_comm)
		return alert->server_comm;
	if (alert->process_comm)
		return alert->process_comm;
	return alert->comm ? alert->comm : "(unknown)";
}
