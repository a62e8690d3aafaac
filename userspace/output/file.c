// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file, each record a line. What is in it is what was written: after a crash the
 * lines behind the remembered end are read back, and a torn one is cut off.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/path.h"
#include "output/output.h"

/* Of a file of which nothing is remembered, so much is searched for a line of ours. */
#define LOOK_BACK (4 * 1024 * 1024)

/* A line has its number and its time: fewer bytes than a line's end are distinct. */
#define CHECKED_BYTES 512

static const char *file_path_fault(const char *path)
{
	if (path[0] != '/' || path[strlen(path) - 1] == '/')
		return "needs the absolute path of a file";
	return NULL;
}

static int fail(struct output *output, const char *reason)
{
	snprintf(output->reason, sizeof(output->reason), "%s", reason);
	return -EINVAL;
}

/* Not blocking: a FIFO without a reader must not keep us. */
static int open_path(struct output *output)
{
	struct stat st;
	int fd = open(output->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		      0640);

	output->reason[0] = '\0';
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return fail(output, "not a regular file");
	}
	output->fd = fd;
	output->is_torn = false;
	return 0;
}

/* FNV-1a: against chance, not against forgers. */
static uint64_t check_of(const unsigned char *data, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (len--)
		hash = (hash ^ *data++) * UINT64_C(0x100000001b3);
	return hash;
}

static int check_at(int fd, uint64_t offset, uint64_t *check)
{
	unsigned char data[CHECKED_BYTES];
	size_t len = offset < sizeof(data) ? offset : sizeof(data);

	if (pread(fd, data, len, offset - len) != (ssize_t)len)
		return -EIO;
	*check = check_of(data, len);
	return 0;
}

/* Is it the file whose end is remembered, grown or as it was? */
static bool is_remembered(int fd, const struct file_end *end)
{
	struct stat st;
	uint64_t check;

	return end->known && !fstat(fd, &st) && st.st_dev == end->dev && st.st_ino == end->ino &&
	       (uint64_t)st.st_size >= end->offset && !check_at(fd, end->offset, &check) &&
	       check == end->check;
}

static bool read_line_back(const struct format *format, const char *line, size_t len,
			   struct place *place)
{
	struct place found;

	if (!format->read_back(line, len, &found))
		return false;
	if (found.instance != place->instance || found.seq > place->seq)
		*place = found;
	return true;
}

/*
 * Takes the place from the last line of ours behind offset. What follows the last
 * newline was torn by a crash; if the file is not ours it only gets its newline.
 */
static int read_back(struct output *output, int fd, off_t offset, bool ours, struct place *place)
{
	FILE *file = fdopen(dup(fd), "r");
	off_t end = offset;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int ret = 0;

	if (!file)
		return -errno;
	fseeko(file, offset, SEEK_SET);
	while ((len = getline(&line, &size, file)) > 0 && line[len - 1] == '\n') {
		ours |= read_line_back(output->format, line, len - 1, place);
		end += len;
	}
	if (ferror(file))
		ret = -EIO;
	else if (len > 0 && ours)
		ret = ftruncate(fd, end) ? -errno : 0;
	else if (len > 0)
		ret = write(fd, "\n", 1) == 1 ? 0 : -EIO;
	free(line);
	fclose(file);
	return ret;
}

/* The same for a file of which nothing is remembered. */
static int read_end_back(struct output *output, struct place *place)
{
	struct stat st;

	if (fstat(output->fd, &st))
		return -errno;
	return read_back(output, output->fd, st.st_size > LOOK_BACK ? st.st_size - LOOK_BACK : 0,
			 false, place);
}

static int open_if_remembered(int dir, const char *name, const struct file_end *end)
{
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) ||
	    st.st_dev != end->dev || st.st_ino != end->ino)
		return -1;
	fd = openat(dir, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || is_remembered(fd, end))
		return fd;
	close(fd);
	return -1;
}

/* The remembered file under its new name, if it was only renamed; else -1. */
static int open_rotated(const char *path, const struct file_end *end)
{
	char *directory = path_directory(path);
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	int fd = -1;

	free(directory);
	if (!dir)
		return -1;
	while (fd < 0 && (entry = readdir(dir)))
		fd = open_if_remembered(dirfd(dir), entry->d_name, end);
	closedir(dir);
	return fd;
}

static int read_rotated_back(struct output *output, struct mark *mark)
{
	int fd = open_rotated(output->path, &mark->file);
	int ret;

	if (fd < 0)
		return 0;
	ret = read_back(output, fd, mark->file.offset, true, &mark->place);
	close(fd);
	return ret;
}

static int file_open(struct output *output, struct mark *mark)
{
	int ret = open_path(output);

	if (ret)
		return ret;
	if (is_remembered(output->fd, &mark->file)) {
		ret = read_back(output, output->fd, mark->file.offset, true, &mark->place);
	} else {
		if (mark->file.known)
			ret = read_rotated_back(output, mark);
		if (!ret)
			ret = read_end_back(output, &mark->place);
	}
	if (ret)
		output_hang_up(output);
	return ret;
}

/* Nothing stays of a line that did not fit: the next try begins with a clean end. */
static int cut_torn_line(struct output *output)
{
	if (output->is_torn && ftruncate(output->fd, output->whole))
		return -errno;
	output->is_torn = false;
	return 0;
}

static int append(struct output *output, const struct buffer *line)
{
	size_t done = 0;
	ssize_t len;

	do {
		len = write(output->fd, line->data + done, line->len - done);
		if (len < 0 && errno != EINTR)
			return -errno;
		if (len > 0) {
			done += len;
			output->is_torn = done < line->len;
		}
	} while (done < line->len);
	return 0;
}

static int file_write(struct output *output, const struct item *item)
{
	struct stat st;
	int ret = output->fd < 0 ? -EBADF : cut_torn_line(output);

	if (ret)
		return ret;
	if (fstat(output->fd, &st))
		return -errno;
	output->whole = st.st_size;
	ret = append(output, item->line);
	if (ret)
		cut_torn_line(output);
	return ret;
}

static int file_reopen(struct output *output)
{
	int ret = 0;

	if (output->fd >= 0)
		cut_torn_line(output);
	if (output->fd >= 0 && output->sync != OUTPUT_SYNC_NEVER && fdatasync(output->fd))
		ret = -errno;
	output_hang_up(output);
	return ret ? ret : open_path(output);
}

static int file_flush(struct output *output, struct mark *mark)
{
	struct file_end end = { .known = true };
	struct stat st;

	if (output->fd < 0)
		return -EBADF;
	if (output->sync != OUTPUT_SYNC_NEVER && fdatasync(output->fd))
		return -errno;
	if (fstat(output->fd, &st))
		return -errno;
	end.dev = st.st_dev;
	end.ino = st.st_ino;
	end.offset = st.st_size;
	if (check_at(output->fd, end.offset, &end.check))
		return -EIO;
	mark->file = end;
	return 0;
}

static bool file_has_moved(const struct output *output)
{
	struct stat open_one, st;

	return output->fd < 0 || fstat(output->fd, &open_one) || stat(output->path, &st) ||
	       st.st_dev != open_one.st_dev || st.st_ino != open_one.st_ino;
}

const struct output_kind output_file = {
	.name = "file",
	.path_fault = file_path_fault,
	.open = file_open,
	.write = file_write,
	.flush = file_flush,
	.has_moved = file_has_moved,
	.reopen = file_reopen,
	.close = output_hang_up,
};
