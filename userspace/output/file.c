// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file with one line for each record. The file itself shows which records were written:
 * after a crash, the lines that follow the end that the state file holds are read back, and a
 * partial line is cut off.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/path.h"
#include "output/output.h"

/* If the state file does not know the file, this many bytes at its end are read back. */
#define LOOK_BACK (4 * 1024 * 1024)

/*
 * The checksum covers the last bytes of a file: enough to include the sequence number and
 * the time of the last record, which no other file shares.
 */
#define CHECKED_BYTES 512

static const char *file_target_fault(const char *path)
{
	if (path[0] != '/' || path[strlen(path) - 1] == '/')
		return "needs the absolute path of a file, as in file:/var/log/alerts.json";
	return NULL;
}

/* The shipped unit may write to these directories only. */
static const char *file_needs(const char *path)
{
	static char needs[PATH_MAX + 64];
	char *directory;

	if (!strncmp(path, "/var/log/shelltrap/", strlen("/var/log/shelltrap/")) ||
	    !strncmp(path, "/var/lib/shelltrap/", strlen("/var/lib/shelltrap/")))
		return NULL;
	directory = path_directory(path);
	snprintf(needs, sizeof(needs), "the service needs a drop-in with ReadWritePaths=%s",
		 directory);
	free(directory);
	return needs;
}

/* O_NONBLOCK: to open a FIFO that has no reader must not block. */
static int file_open_path(struct output *output)
{
	struct stat st;
	int fd = open(output->target,
		      O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);

	output->reason[0] = '\0';
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		snprintf(output->reason, sizeof(output->reason), "not a regular file");
		return -EINVAL;
	}
	output->fd = fd;
	output->has_partial_line = false;
	return 0;
}

/* FNV-1a. It recognizes a file that differs by chance; it does not protect from forgery. */
static uint64_t file_checksum(const unsigned char *data, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (len--)
		hash = (hash ^ *data++) * UINT64_C(0x100000001b3);
	return hash;
}

/* The checksum of the bytes before the offset. */
static int file_checksum_at(int fd, uint64_t offset, uint64_t *checksum)
{
	unsigned char data[CHECKED_BYTES];
	size_t len = offset < sizeof(data) ? offset : sizeof(data);

	if (pread(fd, data, len, offset - len) != (ssize_t)len)
		return -EIO;
	*checksum = file_checksum(data, len);
	return 0;
}

/* True if this is the file whose end the state file holds, unchanged or only longer. */
static bool file_is_known(int fd, const struct file_end *end)
{
	struct stat st;
	uint64_t checksum;

	return end->known && !fstat(fd, &st) && st.st_dev == end->dev && st.st_ino == end->ino &&
	       (uint64_t)st.st_size >= end->offset &&
	       !file_checksum_at(fd, end->offset, &checksum) && checksum == end->checksum;
}

/* Moves *place forward to the record of the line; false if the line is no record. */
static bool file_read_line_back(const struct format *format, const char *line, size_t len,
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
 * Reads the lines from the offset to the end of the file, and stores the place of the last
 * record in *place.
 * A crash may have left a partial line at the end. The partial line is cut off if the file
 * is ours, which a record in it proves; else it only gets a newline.
 */
static int file_read_back(struct output *output, int fd, off_t offset, bool ours,
			  struct place *place)
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
		ours |= file_read_line_back(output->format, line, len - 1, place);
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

/* Reads back a file that the state file does not know. */
static int file_read_end_back(struct output *output, struct place *place)
{
	struct stat st;

	if (fstat(output->fd, &st))
		return -errno;
	return file_read_back(output, output->fd,
			      st.st_size > LOOK_BACK ? st.st_size - LOOK_BACK : 0, false, place);
}

/* Opens the file "name" in the directory "dir" if it is the known one; else returns -1. */
static int file_open_if_known(int dir, const char *name, const struct file_end *end)
{
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) ||
	    st.st_dev != end->dev || st.st_ino != end->ino)
		return -1;
	fd = openat(dir, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || file_is_known(fd, end))
		return fd;
	close(fd);
	return -1;
}

/*
 * Opens the known file under the name that it has now, if it was renamed within its
 * directory and not compressed; else returns -1.
 */
static int file_open_rotated(const char *path, const struct file_end *end)
{
	char *directory = path_directory(path);
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	int fd = -1;

	free(directory);
	if (!dir)
		return -1;
	while (fd < 0 && (entry = readdir(dir)))
		fd = file_open_if_known(dirfd(dir), entry->d_name, end);
	closedir(dir);
	return fd;
}

static int file_read_rotated_back(struct output *output, struct cursor *cursor)
{
	int fd = file_open_rotated(output->target, &cursor->file);
	int ret;

	if (fd < 0)
		return 0;
	ret = file_read_back(output, fd, cursor->file.offset, true, &cursor->place);
	close(fd);
	return ret;
}

static int file_open(struct output *output, struct cursor *cursor)
{
	int ret = file_open_path(output);

	if (ret)
		return ret;
	if (file_is_known(output->fd, &cursor->file)) {
		ret = file_read_back(output, output->fd, cursor->file.offset, true, &cursor->place);
	} else {
		if (cursor->file.known)
			ret = file_read_rotated_back(output, cursor);
		if (!ret)
			ret = file_read_end_back(output, &cursor->place);
	}
	if (ret)
		output_close_fd(output);
	return ret;
}

/* A write that failed may have left a part of its line: cut it off before the next line. */
static int file_cut_partial_line(struct output *output)
{
	if (output->has_partial_line && ftruncate(output->fd, output->complete_size))
		return -errno;
	output->has_partial_line = false;
	return 0;
}

static int file_write(struct output *output, const struct item *item)
{
	const struct buffer *line = item->line;
	size_t done = 0;
	struct stat st;
	int ret = output->fd < 0 ? -EBADF : file_cut_partial_line(output);

	if (ret)
		return ret;
	if (fstat(output->fd, &st))
		return -errno;
	output->complete_size = st.st_size;
	while (done < line->len) {
		ssize_t len = write(output->fd, line->data + done, line->len - done);

		if (len < 0 && errno != EINTR) {
			ret = -errno;
			file_cut_partial_line(output);
			return ret;
		}
		if (len > 0) {
			done += len;
			output->has_partial_line = done < line->len;
		}
	}
	return 0;
}

static int file_reopen(struct output *output)
{
	int ret = 0;

	if (output->fd >= 0)
		file_cut_partial_line(output);
	if (output->fd >= 0 && output->sync != OUTPUT_SYNC_NEVER && fdatasync(output->fd))
		ret = -errno;
	output_close_fd(output);
	return ret ? ret : file_open_path(output);
}

static int file_flush(struct output *output, struct cursor *cursor)
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
	if (file_checksum_at(output->fd, end.offset, &end.checksum))
		return -EIO;
	cursor->file = end;
	return 0;
}

static bool file_has_moved(const struct output *output)
{
	struct stat opened, st;

	return output->fd < 0 || fstat(output->fd, &opened) || stat(output->target, &st) ||
	       st.st_dev != opened.st_dev || st.st_ino != opened.st_ino;
}

const struct output_kind output_file = {
	.name = "file",
	.target_fault = file_target_fault,
	.needs = file_needs,
	.open = file_open,
	.write = file_write,
	.flush = file_flush,
	.has_moved = file_has_moved,
	.reopen = file_reopen,
	.close = output_close_fd,
};
