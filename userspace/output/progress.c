// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/json_tree.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "lib/path.h"
#include "lib/xalloc.h"
#include "output/saver.h"

/* "shelltrap_state" in the file: the version of its layout. */
#define VERSION 1

/* A larger file is not a state file; PROGRESS_MAX outputs need far less. */
#define READ_MAX (1024 * 1024)

/* How long the start waits for the first save. */
#define FIRST_SAVE_MS 20000

static struct progress_entry *progress_find(struct progress *progress, const char *output)
{
	unsigned int i;

	for (i = 0; i < progress->count; i++)
		if (!strcmp(progress->entries[i].output, output))
			return &progress->entries[i];
	return NULL;
}

/* Moves an entry behind all others. */
static struct progress_entry *progress_move_to_end(struct progress *progress,
						   struct progress_entry *entry)
{
	struct progress_entry *last = &progress->entries[progress->count - 1];
	struct progress_entry moved = *entry;

	memmove(entry, entry + 1, (char *)last - (char *)entry);
	*last = moved;
	return last;
}

/* Makes room for an entry. At most OUTPUTS_MAX are used, so one is not. */
static void progress_forget_unused(struct progress *progress)
{
	struct progress_entry *entry = progress->entries;

	while (entry->is_used)
		entry++;
	complain("%s: more than %d outputs; forgetting what %s has received", progress->path,
		 PROGRESS_MAX, entry->output);
	progress_move_to_end(progress, entry);
	free(progress->entries[--progress->count].output);
}

static struct progress_entry *progress_find_or_add(struct progress *progress, const char *output)
{
	struct progress_entry *entry = progress_find(progress, output);

	if (entry)
		return entry;
	if (progress->count == PROGRESS_MAX)
		progress_forget_unused(progress);
	entry = &progress->entries[progress->count];
	*entry = (struct progress_entry){ .output = xstrdup(output) };
	progress->count++;
	return entry;
}

static bool progress_parse_cursor(struct json_object *object, struct cursor *cursor)
{
	struct file_end *end = &cursor->file;
	struct json_object *file;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_get_hex(object, "instance", &cursor->place.instance) ||
	    !json_get_number(object, "seq", &cursor->place.seq))
		return false;
	cursor->instance_is_over = !json_get_hex(object, "follows", &cursor->instance) &&
				   json_get_hex(object, "followed", &cursor->instance);
	if (!json_object_object_get_ex(object, "file", &file))
		return true;
	end->known = true;
	return json_get_number(file, "dev", &end->dev) && json_get_number(file, "ino", &end->ino) &&
	       json_get_number(file, "offset", &end->offset) &&
	       json_get_hex(file, "check", &end->checksum);
}

static bool progress_parse_outputs(struct progress *progress, struct json_object *state)
{
	struct json_object *outputs;
	struct progress_entry *entry;
	uint64_t version;

	if (!json_object_is_type(state, json_type_object) ||
	    !json_get_number(state, "shelltrap_state", &version) || version != VERSION ||
	    !json_object_object_get_ex(state, "outputs", &outputs) ||
	    !json_object_is_type(outputs, json_type_object))
		return false;
	json_object_object_foreach(outputs, name, value) {
		entry = progress_find_or_add(progress, name);
		if (!progress_parse_cursor(value, &entry->cursor))
			return false;
	}
	return true;
}

static void progress_forget_all(struct progress *progress)
{
	while (progress->count)
		free(progress->entries[--progress->count].output);
}

/*
 * Returns NULL where the text is not one JSON value. The length includes the NUL, so that
 * text after the value is an error.
 */
static struct json_object *progress_parse_text(const struct buffer *text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *state;

	if (!tokener)
		out_of_memory();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	state = json_tokener_parse_ex(tokener, text->data, text->len + 1);
	json_tokener_free(tokener);
	return state;
}

static int progress_read_text(const char *path, struct buffer *text)
{
	FILE *file = fopen(path, "re");
	char part[4096];
	size_t len;
	int ret;

	if (!file)
		return -errno;
	while (text->len < READ_MAX && (len = fread(part, 1, sizeof(part), file)) > 0)
		buffer_add(text, part, len);
	ret = ferror(file) ? -EIO : 0;
	buffer_add(text, "", 0);
	fclose(file);
	return ret;
}

static int progress_rename_bad(struct progress *progress, struct buffer *fault)
{
	struct buffer bad = path_with_suffix(progress->path, ".bad");
	int ret = rename(progress->path, bad.data) ? -errno : 0;

	if (ret)
		buffer_printf(fault, "%s: not a valid state file, and renaming it to %s failed: %s",
			      progress->path, bad.data, strerror(-ret));
	else
		complain("%s: not a valid state file; renamed to %s, resuming without it",
			 progress->path, bad.data);
	buffer_free(&bad);
	return ret;
}

static int progress_read(struct progress *progress, struct buffer *fault)
{
	struct buffer text = {0};
	struct json_object *state;
	int ret = progress_read_text(progress->path, &text);

	if (ret) {
		buffer_free(&text);
		if (ret == -ENOENT)
			return 0;
		buffer_printf(fault, "%s: cannot be read: %s", progress->path, strerror(-ret));
		return ret;
	}
	state = progress_parse_text(&text);
	buffer_free(&text);
	if (!progress_parse_outputs(progress, state)) {
		progress_forget_all(progress);
		ret = progress_rename_bad(progress, fault);
	}
	json_object_put(state);
	return ret;
}

/* Makes the state file's directory, but not the parents of that directory. */
static void progress_make_directory(const char *path)
{
	char *directory = path_directory(path);

	mkdir(directory, 0755);
	free(directory);
}

/* The lock is a file of its own, because each save replaces the state file. */
static int progress_lock(struct progress *progress, struct buffer *fault)
{
	struct buffer path = path_with_suffix(progress->path, ".lock");
	int ret = 0;

	progress->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (progress->lock < 0)
		ret = -errno;
	else if (flock(progress->lock, LOCK_EX | LOCK_NB))
		ret = -errno;
	if (ret == -EWOULDBLOCK)
		buffer_printf(fault,
			      "%s: another 'shelltrap logger' uses it; give another file with --state",
			      progress->path);
	else if (ret)
		buffer_printf(fault, "%s: cannot be locked: %s", path.data, strerror(-ret));
	buffer_free(&path);
	return ret;
}

int progress_open(struct progress *progress, const char *path, struct buffer *fault)
{
	int ret;

	*progress = (struct progress){ .path = path, .lock = -1, .saver = saver_start(path) };
	pthread_mutex_init(&progress->mutex, NULL);
	progress_make_directory(path);
	ret = progress_lock(progress, fault);
	if (ret)
		return ret;
	ret = progress_read(progress, fault);
	if (ret)
		return ret;
	/*
	 * Save once now: a file that cannot be written must be reported at the start, not
	 * found after a crash. A full or slow disk is waited out, as it is later.
	 */
	progress->changed = true;
	ret = progress_sync(progress, FIRST_SAVE_MS);
	if (ret == -ENOSPC || ret == -EDQUOT || ret == -EAGAIN)
		return 0;
	if (ret)
		buffer_printf(fault, "%s: cannot be written: %s", path, strerror(-ret));
	return ret;
}

void progress_close(struct progress *progress)
{
	progress_forget_all(progress);
	if (progress->lock >= 0)
		close(progress->lock);
	pthread_mutex_destroy(&progress->mutex);
	saver_end(progress->saver);
}

void progress_get(struct progress *progress, const char *output, struct cursor *cursor)
{
	struct progress_entry *entry;

	pthread_mutex_lock(&progress->mutex);
	entry = progress_move_to_end(progress, progress_find_or_add(progress, output));
	entry->is_used = true;
	*cursor = entry->cursor;
	pthread_mutex_unlock(&progress->mutex);
}

void progress_set(struct progress *progress, const char *output, const struct cursor *cursor)
{
	pthread_mutex_lock(&progress->mutex);
	progress_find_or_add(progress, output)->cursor = *cursor;
	progress->changed = true;
	pthread_mutex_unlock(&progress->mutex);
}

void progress_unuse(struct progress *progress, const char *output)
{
	struct progress_entry *entry;

	pthread_mutex_lock(&progress->mutex);
	entry = progress_find(progress, output);
	if (entry)
		entry->is_used = false;
	pthread_mutex_unlock(&progress->mutex);
}

static void progress_put_string(struct buffer *out, const char *s)
{
	struct json_object *string = json_object_new_string(s);

	if (!string)
		out_of_memory();
	buffer_puts(out, json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(string);
}

static void progress_put_entry(struct buffer *out, const struct progress_entry *entry)
{
	const struct cursor *cursor = &entry->cursor;
	const struct file_end *end = &cursor->file;

	progress_put_string(out, entry->output);
	buffer_printf(out, ":{\"instance\":\"%016" PRIx64 "\",\"seq\":%" PRIu64,
		      cursor->place.instance, cursor->place.seq);
	if (cursor->instance)
		buffer_printf(out, ",\"%s\":\"%016" PRIx64 "\"",
			      cursor->instance_is_over ? "followed" : "follows", cursor->instance);
	if (end->known)
		buffer_printf(out, ",\"file\":{\"dev\":%" PRIu64 ",\"ino\":%" PRIu64
			      ",\"offset\":%" PRIu64 ",\"check\":\"%016" PRIx64 "\"}", end->dev,
			      end->ino, end->offset, end->checksum);
	buffer_putc(out, '}');
}

static void progress_put_all(struct buffer *out, struct progress *progress)
{
	unsigned int i;

	buffer_printf(out, "{\"shelltrap_state\":%d,\"outputs\":{", VERSION);
	for (i = 0; i < progress->count; i++) {
		buffer_puts(out, i ? ",\n" : "\n");
		progress_put_entry(out, &progress->entries[i]);
	}
	buffer_puts(out, "\n}}\n");
}

int progress_save(struct progress *progress)
{
	struct buffer text = {0};
	int failed = saver_failed(progress->saver);

	/* The saver gets the text under the mutex, so that no older text replaces a newer one. */
	pthread_mutex_lock(&progress->mutex);
	if (progress->changed || failed) {
		progress_put_all(&text, progress);
		saver_put(progress->saver, &text);
	}
	progress->changed = false;
	pthread_mutex_unlock(&progress->mutex);
	return failed;
}

int progress_sync(struct progress *progress, int ms)
{
	progress_save(progress);
	return saver_wait(progress->saver, ms);
}
