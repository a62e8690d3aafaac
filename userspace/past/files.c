// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/message.h"
#include "lib/path.h"
#include "lib/xalloc.h"
#include "output/config.h"
#include "past/spool.h"

/* What is copied at once. */
#define COPY_CHUNK (256 * 1024)
/* How often a directory is read again because a file was renamed meanwhile. */
#define ROUNDS 5

static void files_complain(struct files *files, const char *name, const char *why)
{
	complain("%s: %s", name, why);
	files->failed = true;
}

/* Each fault is a line; the first one is enough, as "logger --check" shows all of them. */
static void files_complain_of_config(struct files *files, const char *faults)
{
	complain("the logger's configuration: %.*s; only what the kernel still holds is shown",
		 (int)strcspn(faults, "\n"), faults);
	files->failed = true;
}

static void files_add(struct files *files, const char *name, int fd)
{
	files->list = xreallocarray(files->list, files->count + 1, sizeof(*files->list));
	files->list[files->count++] = (struct past_file){ xstrdup(name), fd };
}

static bool files_has(const struct files *files, int fd)
{
	struct stat st, other;
	size_t i;

	if (fstat(fd, &st))
		return false;
	for (i = 0; i < files->count; i++)
		if (!fstat(files->list[i].fd, &other) && other.st_dev == st.st_dev &&
		    other.st_ino == st.st_ino)
			return true;
	return false;
}

/* Many rotated files may be more than the usual limit of descriptors. */
static void files_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Returns 0 or negative errno. O_NONBLOCK: to open a FIFO without a writer must not block. */
static int files_try(struct files *files, const char *path, bool may_wait)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (may_wait ? 0 : O_NONBLOCK));
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || S_ISDIR(st.st_mode) || (!may_wait && !S_ISREG(st.st_mode))) {
		close(fd);
		return -EISDIR;
	}
	if (files_has(files, fd))
		close(fd);
	else
		files_add(files, path, fd);
	return 0;
}

void files_open(struct files *files, const char *path)
{
	int error;

	files_raise_limit();
	if (!strcmp(path, "-")) {
		files_add(files, "standard input", dup(STDIN_FILENO));
		return;
	}
	error = files_try(files, path, true);
	if (error)
		files_complain(files, path, strerror(-error));
}

static bool files_is_rotated(const char *name, const char *base)
{
	size_t len = strlen(base);

	return !strncmp(name, base, len) && (name[len] == '.' || name[len] == '-');
}

/* Opens the rotated files of "base". Returns whether one was renamed meanwhile. */
static bool files_open_rotated(struct files *files, const char *directory, const char *base)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	bool renamed = false;

	if (!dir) {
		files_complain(files, directory, strerror(errno));
		return false;
	}
	while ((entry = readdir(dir))) {
		struct buffer path = {0};
		int error;

		if (!files_is_rotated(entry->d_name, base))
			continue;
		buffer_printf(&path, "%s%s", directory, entry->d_name);
		error = files_try(files, path.data, false);
		renamed |= error == -ENOENT;
		if (error && error != -ENOENT && error != -EISDIR)
			files_complain(files, path.data, strerror(-error));
		buffer_free(&path);
	}
	closedir(dir);
	return renamed;
}

/*
 * The file itself comes first: if it is rotated now, its old name is only one more name for
 * what is open already.
 */
static void files_open_output(struct files *files, const char *path)
{
	char *directory = path_directory(path);
	int error = files_try(files, path, false);
	int round = 0;

	if (error == -EACCES) {
		files_complain(files, path, strerror(-error));
	} else {
		while (files_open_rotated(files, directory, path_name(path)) && round++ < ROUNDS)
			;
		if (error && error != -ENOENT)
			files_complain(files, path, strerror(-error));
	}
	free(directory);
}

void files_open_rotating(struct files *files, const char *path)
{
	struct stat st;

	if (!strcmp(path, "-") || (!stat(path, &st) && !S_ISREG(st.st_mode))) {
		files_open(files, path);
		return;
	}
	files_raise_limit();
	files_open_output(files, path);
	if (!files->count && !files->failed)
		files_complain(files, path, strerror(ENOENT));
}

/* Returns whether an output has files that can be read. */
static bool files_open_outputs(struct files *files, const struct config *config)
{
	bool found = false;
	unsigned int i;

	for (i = 0; i < config->count; i++) {
		const struct config_output *output = &config->outputs[i];
		const char *path = output->name + strlen("file:");

		if (strncmp(output->name, "file:", strlen("file:")) ||
		    output->format != &format_json)
			continue;
		found = true;
		files_open_output(files, path);
	}
	return found;
}

void files_open_configured(struct files *files, const char *config_file)
{
	struct buffer fault = {0};
	struct config config;
	int error;

	files_raise_limit();
	config_init(&config);
	error = config_read(&config, config_file, &fault);
	if (!error)
		error = config_finish(&config, &fault);
	if (error)
		files_complain_of_config(files, fault.data);
	else if (!files_open_outputs(files, &config))
		files_complain(files, config_file, "no [output file:PATH] in the format json: "
			       "only what the kernel still holds is shown");
	config_free(&config);
	buffer_free(&fault);
}

static bool files_can_read_again(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && lseek(fd, 0, SEEK_CUR) == 0;
}

/* Returns the descriptor of the copy, or negative errno. */
static int files_copy(int fd)
{
	static char chunk[COPY_CHUNK];
	int copy = spool_create();
	ssize_t len;
	int ret = 0;

	if (copy < 0)
		return copy;
	while (!ret && (len = read(fd, chunk, sizeof(chunk))) != 0) {
		const struct buffer read = { chunk, len, sizeof(chunk) };

		if (len < 0 && errno == EINTR && !stop_requested())
			continue;
		ret = len < 0 ? -errno : console_write(copy, &read);
	}
	if (!ret && lseek(copy, 0, SEEK_SET) < 0)
		ret = -errno;
	if (ret)
		close(copy);
	return ret ? ret : copy;
}

int files_keep(struct files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++) {
		int copy;

		if (files_can_read_again(files->list[i].fd))
			continue;
		copy = files_copy(files->list[i].fd);
		if (copy < 0)
			return copy;
		close(files->list[i].fd);
		files->list[i].fd = copy;
	}
	return 0;
}

void files_close(struct files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++) {
		free(files->list[i].name);
		close(files->list[i].fd);
	}
	free(files->list);
	*files = (struct files){0};
}
