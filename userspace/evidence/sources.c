// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "evidence/opening.h"
#include "format/json_tree.h"
#include "lib/buffer.h"

static int source_open(struct reading *reading, const struct plain_source *source, int flags)
{
	int fd = openat(source->process, source->file,
			flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		reader_fail(reading, "open: %s", strerror(errno));
	return fd;
}

void source_plain(struct reading *reading, int out, const void *plain)
{
	int fd = source_open(reading, plain, O_RDONLY);

	if (fd >= 0)
		reader_copy(reading, out, fd);
}

void source_executable(struct reading *reading, int out, const void *plain)
{
	int fd = source_open(reading, plain, O_RDONLY);

	if (fd < 0)
		return;
	if (fstat(fd, &reading->st) || !S_ISREG(reading->st.st_mode)) {
		reader_fail(reading, "not a regular file");
		return;
	}
	reading->opened = true;
	reader_copy(reading, out, fd);
}

static struct json_object *source_link(int process, const char *file)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(process, file, target, sizeof(target));

	return len < 0 ? NULL : json_new_bytes(target, len);
}

void source_links(struct reading *reading, int out, const void *plain)
{
	static const char *const names[] = {
		"exe", "cwd", "root", "ns/cgroup", "ns/ipc", "ns/mnt", "ns/net", "ns/pid",
		"ns/time", "ns/user", "ns/uts",
	};
	const struct plain_source *source = plain;
	struct json_object *links = json_new_object();
	struct buffer text = {0};
	size_t i, known = 0;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct json_object *target = source_link(source->process, names[i]);

		if (target)
			known++;
		json_put(links, names[i], target);
	}
	json_put_pretty(&text, links);
	if (known)
		reader_give(out, text.data, text.len);
	else
		reader_fail(reading, "the process has gone");
}

/* Returns a descriptor of the directory that counts as "/" for the process, or -1. */
static int script_root(struct reading *reading, const struct script_source *source)
{
	int root = openat(source->process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		reader_fail(reading, "the root of the process: %s", strerror(errno));
	return root;
}

/*
 * The path is the attacker's: it is opened with no more rights than the process has. Root may
 * read everything, so there no symbolic link is followed, either.
 */
static int script_open(struct reading *reading, const struct script_source *source)
{
	struct credentials credentials;
	char path[PATH_MAX];
	int root = script_root(reading, source);

	if (root < 0)
		return -1;
	if (!opening_read_credentials(source->process, &credentials)) {
		reader_fail(reading, "the user of the process is not known");
		return -1;
	}
	if (!opening_become(&credentials, reading))
		return -1;
	if (source->roots)
		return opening_file_in(root, source->roots, source->nr_roots, source->path,
				       reading);
	snprintf(path, sizeof(path), "%s%s%s", *source->path == '/' ? "" : source->cwd,
		 *source->path == '/' ? "" : "/", source->path);
	return opening_file(root, path, credentials.uid != 0, reading);
}

void source_script(struct reading *reading, int out, const void *script)
{
	const struct script_source *source = script;
	int fd;

	if (*source->path != '/' && (!source->cwd || source->roots)) {
		reader_fail(reading, "the path is relative");
		return;
	}
	fd = script_open(reading, source);
	if (fd >= 0)
		reader_copy(reading, out, fd);
}

bool region_parse(struct region *region, const char *line)
{
	unsigned long inode;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*x:%*x %lu", &region->start,
		   &region->end, region->permissions, &inode) != 4)
		return false;
	region->anonymous = !inode;
	return region->start < region->end;
}

/* Gives a part of the memory. Returns false if nobody takes more. */
static bool region_give(struct reading *reading, int out, int memory, uint64_t at, size_t len)
{
	static char part[65536];
	const size_t page = sysconf(_SC_PAGESIZE);
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(memory, part + done, len - done, at + done);
		size_t missing = page - (at + done) % page;

		if (got > 0) {
			done += got;
			continue;
		}
		if (missing > len - done)
			missing = len - done;
		memset(part + done, 0, missing);
		reading->holes += missing;
		done += missing;
	}
	return reader_give(out, part, len);
}

void source_region(struct reading *reading, int out, const void *region)
{
	const struct region_source *source = region;
	const struct plain_source memory = { source->process, "mem" };
	uint64_t at = source->region->start;
	int fd = source_open(reading, &memory, O_RDONLY);

	while (fd >= 0 && at < source->region->end) {
		uint64_t left = source->region->end - at;
		size_t len = left < 65536 ? left : 65536;

		if (!region_give(reading, out, fd, at, len))
			return;
		at += len;
	}
}
