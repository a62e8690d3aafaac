// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/evidence.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "evidence/manifest.h"
#include "evidence/reader.h"
#include "evidence/sources.h"
#include "evidence/subject.h"
#include "lib/deadline.h"

#define SECOND UINT64_C(1000000000)
/* Each file of procfs and each other file may take so long. */
#define PLAIN_MS 3000
#define FILE_MS 20000
#define REGIONS_MAX 2000

struct collector {
	struct archive *archive;
	const struct evidence_order *order;
	struct evidence_result *result;
	struct manifest manifest;
	int64_t until;		/* now_ms() at which the time is over */
	const char *group;	/* the directory in the archive: "process", "ancestor-1" */
	struct subject *subject;
	struct subject process;	/* of the record; open until the end */
	int error;		/* negative errno: the archive cannot be written */
};

/* One content that is read in a child. */
struct piece {
	const char *name;	/* in the archive, below the group */
	const char *from;	/* for the manifest; any bytes */
	reader_work *work;
	const void *what;
	int ms;
};

static uint64_t collector_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static void collector_name(const struct collector *collector, char *out, size_t size,
			   const char *name)
{
	snprintf(out, size, "evidence-%" PRIu64 "/%s%s%s", collector->order->record->seq.value,
		 collector->group ? collector->group : "", collector->group ? "/" : "", name);
}

static void collector_list(struct collector *collector, const struct listed *listed)
{
	manifest_list(&collector->manifest, listed);
	collector->result->members++;
}

static void collector_miss(struct collector *collector, const char *what, const char *why)
{
	manifest_not_read(&collector->manifest, what, why);
	collector->result->not_read++;
}

/* A content that this program has itself. */
static void collector_add(struct collector *collector, const char *name, const char *from,
			  const struct buffer *content)
{
	char whole[ARCHIVE_NAME_MAX + 1];
	uint64_t time = collector_time();
	struct archived archived;
	const struct listed listed = {
		.name = whole,
		.from = from,
		.time = time,
		.archived = &archived,
	};

	if (collector->error)
		return;
	collector_name(collector, whole, sizeof(whole), name);
	collector->error = archive_add_whole(collector->archive, whole, content, time / SECOND,
					     &archived);
	if (!collector->error)
		collector_list(collector, &listed);
}

static int collector_take(void *archive, const void *data, size_t len)
{
	return archive_add(archive, data, len);
}

/* Why the content is not whole; NULL: it is. */
static const char *collector_incomplete(int error, const struct reading *reading,
					const struct archived *archived)
{
	if (archived->cut)
		return "cut: a size limit";
	if (error == -ETIMEDOUT)
		return "cut: the reading took too long";
	if (reading->why[0])
		return reading->why;
	if (error)
		return "cut: the reading failed";
	return reading->changed ? "the file was changed while it was read" : NULL;
}

/* Only what can never be written is an error of the whole. */
static bool collector_is_fatal(int error)
{
	return error && error != -EFBIG && error != -ETIMEDOUT && error != -EPIPE;
}

static int collector_patience(const struct collector *collector, int ms)
{
	int64_t left = collector->until - now_ms();

	return left < ms ? left : ms;
}

/* Reads a piece into the archive. An empty file is a member; what cannot be opened is none. */
static void collector_read(struct collector *collector, const struct piece *piece,
			   struct reading *reading)
{
	char whole[ARCHIVE_NAME_MAX + 1];
	int ms = collector_patience(collector, piece->ms), error;
	uint64_t time = collector_time();
	struct archived archived;
	const char *incomplete;

	*reading = (struct reading){0};
	if (collector->error)
		return;
	collector_name(collector, whole, sizeof(whole), piece->name);
	if (ms <= 0) {
		collector_miss(collector, whole, "the time was over (--seconds)");
		return;
	}
	archive_begin(collector->archive, whole);
	error = reader_run(piece->work, piece->what, ms, collector_take, collector->archive,
			   reading);
	if (collector_is_fatal(error)) {
		collector->error = error;
		return;
	}
	incomplete = collector_incomplete(error, reading, &collector->archive->member);
	if (incomplete && !collector->archive->member.size) {
		collector_miss(collector, whole, incomplete);
		return;
	}
	collector->error = archive_end(collector->archive, time / SECOND, &archived);
	if (!collector->error)
		collector_list(collector, &(struct listed){
			whole, piece->from, time, &archived, reading, incomplete });
}

static void collector_read_plain(struct collector *collector, const char *file, const char *name,
				 reader_work *work)
{
	const struct plain_source source = { collector->subject->directory, file };
	struct reading reading;
	char from[64];
	const struct piece piece = { name, from, work, &source, PLAIN_MS };

	snprintf(from, sizeof(from), "/proc/%" PRIu64 "/%s", collector->subject->pid, file);
	collector_read(collector, &piece, &reading);
}

/* Files of procfs, which have the same names in the archive. */
static void collector_read_facts(struct collector *collector)
{
	static const char *const files[] = {
		"cmdline", "environ", "status", "stat", "maps", "cgroup", "mountinfo", "limits",
		"loginuid", "sessionid", "uid_map", "gid_map",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		collector_read_plain(collector, files[i], files[i], source_plain);
	collector_read_plain(collector, "fd", "descriptors.json", source_descriptors);
	collector_read_plain(collector, "", "links.json", source_links);
}

/* Whether the file is the one that the record names; NULL: not known. */
static struct json_object *collector_same_file(const struct collector *collector,
					       const struct reading *reading)
{
	const struct alert_file *file = &collector->order->record->alert.file;

	if (!file->present || !file->ino.known || !reading->opened)
		return NULL;
	return json_must(json_object_new_boolean(file->ino.value == reading->st.st_ino));
}

static void collector_read_executable(struct collector *collector, struct reading *reading)
{
	const struct plain_source source = { collector->subject->directory, "exe" };
	char from[64];
	const struct piece piece = { "exe", from, source_executable, &source, FILE_MS };

	snprintf(from, sizeof(from), "/proc/%" PRIu64 "/exe", collector->subject->pid);
	collector_read(collector, &piece, reading);
}

/* For a script, the program that runs is its interpreter. */
static bool collector_is_script(const struct alert *alert)
{
	return alert->pathname && alert->interpreter &&
	       strcmp(alert->pathname, alert->interpreter);
}

static void collector_read_script(struct collector *collector, struct reading *reading)
{
	const struct alert *alert = &collector->order->record->alert;
	const struct script_source source = {
		.process = collector->subject->directory,
		.path = alert->pathname,
		.cwd = alert->process.cwd,
	};
	const struct piece piece = { "script", alert->pathname, source_script, &source, FILE_MS };

	collector_read(collector, &piece, reading);
}

/* The script that the server was asked for: perhaps the web shell. */
static void collector_read_web_script(struct collector *collector)
{
	const struct evidence_order *order = collector->order;
	const char *path = order->record->alert.request.script;
	const struct script_source source = {
		.process = collector->subject->directory,
		.path = path,
		.roots = order->roots,
		.nr_roots = order->nr_roots,
	};
	const struct piece piece = { "request-script", path, source_script, &source, FILE_MS };
	struct reading reading;

	if (path)
		collector_read(collector, &piece, &reading);
}

static void collector_read_region(struct collector *collector, const struct region *region)
{
	const struct region_source source = { collector->subject->directory, region };
	char name[64], from[64];
	const struct piece piece = { name, from, source_region, &source, FILE_MS };
	struct reading reading;

	snprintf(name, sizeof(name), "memory/%012" PRIx64 "-%012" PRIx64, region->start,
		 region->end);
	snprintf(from, sizeof(from), "/proc/%" PRIu64 "/mem", collector->subject->pid);
	collector_read(collector, &piece, &reading);
}

static int collector_keep(void *buffer, const void *data, size_t len)
{
	buffer_add(buffer, data, len);
	return ((struct buffer *)buffer)->len < (4 << 20) ? 0 : -EFBIG;
}

/* What the process may have changed comes first, in case that a limit cuts the rest. */
static bool collector_wants_region(const struct region *region, bool first)
{
	return (region->anonymous || region->permissions[1] == 'w') == first &&
	       strncmp(region->permissions, "---", 3);
}

static void collector_read_regions(struct collector *collector, const char *maps, bool first,
				   unsigned int *left)
{
	struct region region;
	const char *line;

	for (line = maps; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!region_parse(&region, line) || !collector_wants_region(&region, first))
			continue;
		if (!*left) {
			collector_miss(collector, "memory", "more than 2000 regions");
			return;
		}
		(*left)--;
		collector_read_region(collector, &region);
	}
}

static void collector_read_memory(struct collector *collector)
{
	const struct plain_source source = { collector->subject->directory, "maps" };
	unsigned int left = REGIONS_MAX;
	struct buffer maps = {0};
	struct reading reading;

	reader_run(source_plain, &source, PLAIN_MS, collector_keep, &maps, &reading);
	if (maps.len) {
		collector_read_regions(collector, maps.data, true, &left);
		collector_read_regions(collector, maps.data, false, &left);
	} else {
		collector_miss(collector, "memory", reading.why);
	}
	buffer_free(&maps);
}

/* Begins a group. Returns the entry of the process in the manifest. */
static struct json_object *collector_enter(struct collector *collector, struct subject *subject,
					   const char *group, uint64_t pid)
{
	struct json_object *entry = json_new_object();
	const struct evidence_order *order = collector->order;

	if (order->process_fault)
		*subject = (struct subject){ .pid = pid, .directory = -1,
					     .fault = order->process_fault };
	else
		subject_open(subject, pid, order->record->time.value);
	collector->group = group;
	collector->subject = subject;
	json_put_string(entry, "group", group);
	json_put(entry, "pid", json_must(json_object_new_uint64(pid)));
	json_put(entry, "started", subject->fault ? NULL : manifest_time(subject->started));
	json_put_string(entry, "why", subject->fault);
	json_append(collector->manifest.processes, entry);
	if (subject->fault)
		collector_miss(collector, group, subject->fault);
	return entry;
}

static void collector_leave(struct collector *collector)
{
	if (collector->subject != &collector->process)
		subject_close(collector->subject);
	collector->subject = NULL;
	collector->group = NULL;
}

/* What the attacker brought comes first: it may be gone soon. */
static void collector_read_process(struct collector *collector)
{
	const struct alert *alert = &collector->order->record->alert;
	struct json_object *entry = collector_enter(collector, &collector->process, "process",
						    alert->process.pid.value);
	struct reading reading;

	collector->result->process = !collector->process.fault;
	if (!collector->process.fault) {
		collector_read_executable(collector, &reading);
		if (collector_is_script(alert))
			collector_read_script(collector, &reading);
		json_put(entry, "file_is_of_record", collector_same_file(collector, &reading));
		collector_read_facts(collector);
	}
	collector_leave(collector);
}

/* An ancestor below the server was started by the attacker: keep its file, too. */
static void collector_read_ancestor(struct collector *collector, unsigned int number,
				    uint64_t pid, bool below_server)
{
	struct subject subject;
	struct reading reading;
	char group[32];

	snprintf(group, sizeof(group), "ancestor-%u", number);
	collector_enter(collector, &subject, group, pid);
	if (!subject.fault) {
		if (below_server)
			collector_read_executable(collector, &reading);
		collector_read_facts(collector);
	}
	collector_leave(collector);
}

/* PID 1 has nothing to do with it. */
static void collector_read_ancestors(struct collector *collector)
{
	const struct alert *alert = &collector->order->record->alert;
	const struct number *server = &alert->server.pid;
	bool below = server->known;
	size_t i;

	for (i = 0; i < alert->ancestor_count; i++) {
		const struct number *pid = &alert->ancestors[i].pid;

		if (server->known && pid->value == server->value)
			below = false;
		if (pid->known && pid->value > 1)
			collector_read_ancestor(collector, i + 1, pid->value, below);
	}
}

static bool collector_server_is_ancestor(const struct alert *alert)
{
	size_t i;

	for (i = 0; i < alert->ancestor_count; i++)
		if (alert->ancestors[i].pid.value == alert->server.pid.value)
			return true;
	return false;
}

static void collector_read_server(struct collector *collector)
{
	const struct alert *alert = &collector->order->record->alert;
	struct subject subject;

	if (!alert->server.pid.known)
		return;
	collector_enter(collector, &subject, "server", alert->server.pid.value);
	if (!subject.fault) {
		collector_read_web_script(collector);
		if (!collector_server_is_ancestor(alert))
			collector_read_facts(collector);
	}
	collector_leave(collector);
}

static void collector_read_memory_of_process(struct collector *collector)
{
	if (collector->process.fault)
		return;
	collector->group = "process";
	collector->subject = &collector->process;
	collector_read_memory(collector);
	collector_leave(collector);
}

static void collector_add_own(struct collector *collector)
{
	const struct evidence_order *order = collector->order;

	collector_add(collector, "record.json", order->source, order->line);
	if (order->policy->len)
		collector_add(collector, "policy.conf", "the policy in force", order->policy);
	else
		collector_miss(collector, "policy.conf", order->policy_fault);
	if (order->related->len)
		collector_add(collector, "related.json", "records of the same lineage",
			      order->related);
	else
		collector_miss(collector, "related.json", "the kernel holds no other record of it");
}

static void collector_describe(struct collector *collector)
{
	const struct evidence_order *order = collector->order;
	struct manifest *manifest = &collector->manifest;
	char instance[32];

	snprintf(instance, sizeof(instance), "%016" PRIx64, order->record->instance.value);
	manifest_put(manifest, "manifest", json_must(json_object_new_int(1)));
	manifest_put(manifest, "tool", json_new_string("shelltrap " SHELLTRAP_VERSION));
	manifest_put(manifest, "host", json_new_string(order->host->name));
	manifest_put(manifest, "boot_id", json_new_string(order->host->boot_id));
	manifest_put(manifest, "begun", manifest_time(collector_time()));
	manifest_put(manifest, "alert.seq", json_new_number(&order->record->seq));
	manifest_put(manifest, "alert.instance", json_new_string(instance));
	manifest_put(manifest, "alert.from", json_new_string(order->source));
	manifest_put(manifest, "limits.member_bytes",
		     json_must(json_object_new_uint64(collector->archive->member_limit)));
	manifest_put(manifest, "limits.total_bytes",
		     json_must(json_object_new_uint64(collector->archive->total_limit)));
	manifest_put(manifest, "limits.seconds", json_must(json_object_new_int(order->seconds)));
	manifest_note(manifest, "This is the last member. All others have their sha256 here.");
	manifest_note(manifest, "Bytes that are not UTF-8 are written as \\xHH. Names of members "
		      "come from shelltrap only.");
	manifest_note(manifest, "While its process lives, and even while it is held, other "
		      "processes of the same user can write its memory, and files that they may "
		      "write to. What is here is what was read at the time that is given.");
}

static void collector_add_manifest(struct collector *collector)
{
	char whole[ARCHIVE_NAME_MAX + 1];
	uint64_t time = collector_time();
	struct archived archived;
	struct buffer text = {0};

	if (collector->error)
		return;
	manifest_put(&collector->manifest, "ended", manifest_time(time));
	manifest_text(&collector->manifest, &text);
	collector_name(collector, whole, sizeof(whole), "manifest.json");
	collector->error = archive_add_whole(collector->archive, whole, &text, time / SECOND,
					     &archived);
	buffer_free(&text);
}

int evidence_collect(struct archive *archive, const struct evidence_order *order,
		     struct evidence_result *result)
{
	struct collector collector = {
		.archive = archive,
		.order = order,
		.result = result,
		.until = now_ms() + order->seconds * INT64_C(1000),
	};

	*result = (struct evidence_result){0};
	manifest_start(&collector.manifest);
	collector_describe(&collector);
	collector_read_process(&collector);
	collector_read_server(&collector);
	collector_read_ancestors(&collector);
	collector_add_own(&collector);
	if (order->memory)
		collector_read_memory_of_process(&collector);
	subject_close(&collector.process);
	collector_add_manifest(&collector);
	manifest_free(&collector.manifest);
	return collector.error;
}
