// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/exit.h"
#include "lib/message.h"
#include "lib/path.h"
#include "lib/replace.h"
#include "lib/xalloc.h"

/* Of the file's layout. */
#define VERSION 1

/* Far more than it ever holds. */
#define SIZE_MAX_READ (1024 * 1024)

static struct progress_entry *find(struct progress *progress, const char *output)
{
	unsigned int i;

	for (i = 0; i < progress->count; i++)
		if (!strcmp(progress->entries[i].output, output))
			return &progress->entries[i];
	return NULL;
}

static struct progress_entry *find_or_add(struct progress *progress, const char *output)
{
	struct progress_entry *entry = find(progress, output);

	if (entry || progress->count == PROGRESS_MAX)
		return entry;
	entry = &progress->entries[progress->count];
	*entry = (struct progress_entry){ .output = xstrdup(output) };
	progress->count++;
	return entry;
}

static bool get_number(const struct json_object *object, const char *key, uint64_t *value)
{
	struct json_object *found;

	if (!json_object_object_get_ex(object, key, &found) ||
	    !json_object_is_type(found, json_type_int) || json_object_get_int64(found) < 0)
		return false;
	*value = json_object_get_uint64(found);
	return true;
}

static bool get_hex(const struct json_object *object, const char *key, uint64_t *value)
{
	struct json_object *found;
	const char *text;
	char *end;

	if (!json_object_object_get_ex(object, key, &found) ||
	    !json_object_is_type(found, json_type_string))
		return false;
	text = json_object_get_string(found);
	if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
		return false;
	*value = strtoull(text, &end, 16);
	return true;
}

static bool read_mark(const struct json_object *object, struct mark *mark)
{
	struct file_end *end = &mark->file;
	struct json_object *file;

	if (!json_object_is_type(object, json_type_object) ||
	    !get_hex(object, "instance", &mark->place.instance) ||
	    !get_number(object, "seq", &mark->place.seq))
		return false;
	mark->load_is_over = !get_hex(object, "follows", &mark->load) &&
			     get_hex(object, "followed", &mark->load);
	if (!json_object_object_get_ex(object, "file", &file))
		return true;
	end->known = true;
	return get_number(file, "dev", &end->dev) && get_number(file, "ino", &end->ino) &&
	       get_number(file, "offset", &end->offset) && get_hex(file, "check", &end->check);
}

static bool read_all(struct progress *progress, const struct json_object *state)
{
	struct json_object *outputs;
	struct progress_entry *entry;
	uint64_t version;

	if (!json_object_is_type(state, json_type_object) ||
	    !get_number(state, "shelltrap_state", &version) || version != VERSION ||
	    !json_object_object_get_ex(state, "outputs", &outputs) ||
	    !json_object_is_type(outputs, json_type_object))
		return false;
	json_object_object_foreach(outputs, name, value) {
		entry = find_or_add(progress, name);
		if (entry && !read_mark(value, &entry->mark))
			return false;
	}
	return true;
}

static void forget_all(struct progress *progress)
{
	while (progress->count)
		free(progress->entries[--progress->count].output);
}

/* The whole file and nothing behind it, or NULL. */
static struct json_object *parse(const struct buffer *text)
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

static int read_text(const char *path, struct buffer *text)
{
	FILE *file = fopen(path, "re");
	char part[4096];
	size_t len;
	int ret;

	if (!file)
		return -errno;
	while (text->len < SIZE_MAX_READ && (len = fread(part, 1, sizeof(part), file)) > 0)
		buffer_add(text, part, len);
	ret = ferror(file) ? -EIO : 0;
	buffer_add(text, "", 0);
	fclose(file);
	return ret;
}

static int set_aside(struct progress *progress, struct buffer *fault)
{
	struct buffer bad = path_with_suffix(progress->path, ".bad");
	int ret = rename(progress->path, bad.data) ? -errno : 0;

	if (ret)
		buffer_printf(fault, "%s: makes no sense and cannot be set aside: %s",
			      progress->path, strerror(-ret));
	else
		complain("%s: makes no sense; set aside as %s, going on with what the kernel holds",
			 progress->path, bad.data);
	buffer_free(&bad);
	return ret;
}

static int read_state(struct progress *progress, struct buffer *fault)
{
	struct buffer text = {0};
	struct json_object *state;
	int ret = read_text(progress->path, &text);

	if (ret) {
		buffer_free(&text);
		if (ret == -ENOENT)
			return 0;
		buffer_printf(fault, "%s: %s", progress->path, strerror(-ret));
		return ret;
	}
	state = parse(&text);
	buffer_free(&text);
	if (!read_all(progress, state)) {
		forget_all(progress);
		ret = set_aside(progress, fault);
	}
	json_object_put(state);
	return ret;
}

/* The folder it is in, if only that is missing. */
static void make_folder(const char *path)
{
	char *directory = path_directory(path);

	mkdir(directory, 0755);
	free(directory);
}

/* Not the file itself, which each save replaces by another. */
static int take_lock(struct progress *progress, struct buffer *fault)
{
	struct buffer path = path_with_suffix(progress->path, ".lock");
	int ret = 0;

	progress->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (progress->lock < 0)
		ret = -errno;
	else if (flock(progress->lock, LOCK_EX | LOCK_NB))
		ret = -errno;
	if (ret == -EWOULDBLOCK)
		buffer_printf(fault, "%s: another 'shelltrap log' has it; --state names another",
			      progress->path);
	else if (ret)
		buffer_printf(fault, "%s: %s", path.data, strerror(-ret));
	buffer_free(&path);
	return ret;
}

int progress_open(struct progress *progress, const char *path, struct buffer *fault)
{
	int ret;

	*progress = (struct progress){ .path = path, .lock = -1 };
	pthread_mutex_init(&progress->saving, NULL);
	pthread_mutex_init(&progress->mutex, NULL);
	make_folder(path);
	ret = take_lock(progress, fault);
	if (ret)
		return ret;
	ret = read_state(progress, fault);
	if (ret)
		return ret;
	/*
	 * What cannot be written is better known now than after the first crash. But
	 * a disk that is full now is waited out, as it would be later.
	 */
	progress->changed = true;
	ret = progress_save(progress);
	if (ret == -ENOSPC || ret == -EDQUOT)
		return 0;
	if (ret)
		buffer_printf(fault, "%s: %s", path, strerror(-ret));
	return ret;
}

void progress_close(struct progress *progress)
{
	forget_all(progress);
	if (progress->lock >= 0)
		close(progress->lock);
	pthread_mutex_destroy(&progress->mutex);
	pthread_mutex_destroy(&progress->saving);
}

void progress_get(struct progress *progress, const char *output, struct mark *mark)
{
	const struct progress_entry *entry;

	pthread_mutex_lock(&progress->mutex);
	entry = find(progress, output);
	*mark = entry ? entry->mark : (struct mark){0};
	pthread_mutex_unlock(&progress->mutex);
}

void progress_set(struct progress *progress, const char *output, const struct mark *mark)
{
	struct progress_entry *entry;

	pthread_mutex_lock(&progress->mutex);
	entry = find_or_add(progress, output);
	if (entry) {
		entry->mark = *mark;
		progress->changed = true;
	}
	pthread_mutex_unlock(&progress->mutex);
}

static void put_string(struct buffer *out, const char *s)
{
	struct json_object *string = json_object_new_string(s);

	if (!string)
		out_of_memory();
	buffer_puts(out, json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(string);
}

static void put_entry(struct buffer *out, const struct progress_entry *entry)
{
	const struct mark *mark = &entry->mark;

	put_string(out, entry->output);
	buffer_printf(out, ":{\"instance\":\"%016" PRIx64 "\",\"seq\":%" PRIu64,
		      mark->place.instance, mark->place.seq);
	if (mark->load)
		buffer_printf(out, ",\"%s\":\"%016" PRIx64 "\"",
			      mark->load_is_over ? "followed" : "follows", mark->load);
	if (mark->file.known)
		buffer_printf(out, ",\"file\":{\"dev\":%" PRIu64 ",\"ino\":%" PRIu64
			      ",\"offset\":%" PRIu64 ",\"check\":\"%016" PRIx64 "\"}",
			      mark->file.dev, mark->file.ino, mark->file.offset, mark->file.check);
	buffer_putc(out, '}');
}

static void put_all(struct buffer *out, struct progress *progress)
{
	unsigned int i;

	buffer_printf(out, "{\"shelltrap_state\":%d,\"outputs\":{", VERSION);
	for (i = 0; i < progress->count; i++) {
		buffer_puts(out, i ? ",\n" : "\n");
		put_entry(out, &progress->entries[i]);
	}
	buffer_puts(out, "\n}}\n");
}

static int save(struct progress *progress)
{
	struct buffer text = {0};
	int ret;

	/* Not while writing: an output must not wait for this disk. */
	pthread_mutex_lock(&progress->mutex);
	if (progress->changed)
		put_all(&text, progress);
	progress->changed = false;
	pthread_mutex_unlock(&progress->mutex);
	if (!text.len)
		return 0;
	ret = replace_file(progress->path, &text, 0600);
	buffer_free(&text);
	if (!ret)
		return 0;
	pthread_mutex_lock(&progress->mutex);
	progress->changed = true;
	pthread_mutex_unlock(&progress->mutex);
	return ret;
}

int progress_save(struct progress *progress)
{
	int ret;

	pthread_mutex_lock(&progress->saving);
	ret = save(progress);
	pthread_mutex_unlock(&progress->saving);
	return ret;
}
