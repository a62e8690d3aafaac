// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "format/format.h"

#define SECOND UINT64_C(1000000000)

void manifest_start(struct manifest *manifest)
{
	manifest->root = json_new_object();
	manifest->processes = json_new_array();
	manifest->members = json_new_array();
	manifest->not_read = json_new_array();
	manifest->notes = json_new_array();
}

void manifest_free(struct manifest *manifest)
{
	if (manifest->root) {
		json_object_put(manifest->root);
		json_object_put(manifest->processes);
		json_object_put(manifest->members);
		json_object_put(manifest->not_read);
		json_object_put(manifest->notes);
	}
	*manifest = (struct manifest){0};
}

void manifest_put(struct manifest *manifest, const char *path, struct json_object *value)
{
	json_put_at(manifest->root, path, value);
}

struct json_object *manifest_time(uint64_t ns)
{
	struct buffer text = {0};
	struct json_object *value;

	put_utc(&text, ns, 9);
	value = json_new_string(text.data);
	buffer_free(&text);
	return value;
}

static struct json_object *manifest_count(uint64_t count)
{
	return json_must(json_object_new_uint64(count));
}

static struct json_object *manifest_file_time(const struct timespec *time)
{
	return manifest_time(time->tv_sec * SECOND + time->tv_nsec);
}

static struct json_object *manifest_file(const struct stat *st)
{
	struct json_object *file = json_new_object();
	char text[32];

	snprintf(text, sizeof(text), "%u:%u", major(st->st_dev), minor(st->st_dev));
	json_put_string(file, "dev", text);
	json_put(file, "ino", manifest_count(st->st_ino));
	snprintf(text, sizeof(text), "%04o", st->st_mode & 07777);
	json_put_string(file, "mode", text);
	json_put(file, "uid", manifest_count(st->st_uid));
	json_put(file, "gid", manifest_count(st->st_gid));
	json_put(file, "size", manifest_count(st->st_size));
	json_put(file, "links", manifest_count(st->st_nlink));
	json_put(file, "modified", manifest_file_time(&st->st_mtim));
	json_put(file, "changed", manifest_file_time(&st->st_ctim));
	return file;
}

void manifest_list(struct manifest *manifest, const struct listed *listed)
{
	struct json_object *member = json_new_object();
	const struct reading *reading = listed->reading;

	json_put_string(member, "name", listed->name);
	json_put(member, "size", manifest_count(listed->archived->size));
	json_put_string(member, "sha256", listed->archived->sha256);
	json_put(member, "time", manifest_time(listed->time));
	json_put_string(member, "from", listed->from);
	json_put(member, "complete", json_must(json_object_new_boolean(!listed->incomplete)));
	json_put_string(member, "why", listed->incomplete);
	if (reading && reading->opened)
		json_put(member, "file", manifest_file(&reading->st));
	if (reading && reading->holes)
		json_put(member, "holes", manifest_count(reading->holes));
	json_append(manifest->members, member);
}

void manifest_not_read(struct manifest *manifest, const char *what, const char *why)
{
	struct json_object *item = json_new_object();

	json_put_string(item, "what", what);
	json_put_string(item, "why", why);
	json_append(manifest->not_read, item);
}

void manifest_note(struct manifest *manifest, const char *text)
{
	json_append(manifest->notes, json_new_string(text));
}

void manifest_text(struct manifest *manifest, struct buffer *text)
{
	json_put(manifest->root, "processes", manifest->processes);
	json_put(manifest->root, "members", manifest->members);
	json_put(manifest->root, "not_read", manifest->not_read);
	json_put(manifest->root, "notes", manifest->notes);
	json_put_pretty(text, manifest->root);
	manifest->root = NULL;
}
