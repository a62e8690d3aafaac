// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence/opening.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of a line in /proc/PID/status. "Uid:" has four ids, the last one is that for files. */
static const char *status_line(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line ? line + strlen(key) : NULL;
}

static bool status_last_of_four(const char *status, const char *key, unsigned int *id)
{
	const char *line = status_line(status, key);

	return line && sscanf(line, "%*u %*u %*u %u", id) == 1;
}

static void status_groups(const char *status, struct credentials *credentials)
{
	const char *at = status_line(status, "\nGroups:");
	char *end;

	credentials->nr_groups = 0;
	while (at && credentials->nr_groups < OPENING_GROUPS_MAX) {
		unsigned long group = strtoul(at, &end, 10);

		if (end == at || memchr(at, '\n', end - at))
			return;
		credentials->groups[credentials->nr_groups++] = group;
		at = end;
	}
}

bool opening_read_credentials(int process, struct credentials *credentials)
{
	int fd = openat(process, "status", O_RDONLY | O_CLOEXEC);
	static char status[8192];
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, status, sizeof(status) - 1);
	close(fd);
	if (len <= 0)
		return false;
	status[len] = '\0';
	status_groups(status, credentials);
	return status_last_of_four(status, "\nUid:", &credentials->uid) &&
	       status_last_of_four(status, "\nGid:", &credentials->gid);
}

/*
 * Who was root keeps no capability after this, unless the user is root, too. Other processes of
 * the user must not trace this one: it has the archive open.
 */
bool opening_become(const struct credentials *credentials, struct reading *reading)
{
	if (credentials->uid == geteuid())
		return true;
	if (!setgroups(credentials->nr_groups, credentials->groups) &&
	    !setresgid(credentials->gid, credentials->gid, credentials->gid) &&
	    !setresuid(credentials->uid, credentials->uid, credentials->uid) &&
	    !prctl(PR_SET_DUMPABLE, 0))
		return true;
	reader_fail(reading, "this program cannot read as that user: %s", strerror(errno));
	return false;
}

/* glibc has no function for it, and 2.31 (Debian 11) no SYS_openat2 either. */
static int opening_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = resolve };

	return syscall(__NR_openat2, directory, path, &how, sizeof(how));
}

int opening_directory(int root, const char *path, struct reading *reading)
{
	int fd = opening_openat2(root, path, O_PATH | O_DIRECTORY,
				 RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	if (fd < 0)
		reader_fail(reading, "the directory cannot be opened: %s", strerror(errno));
	return fd;
}

/* O_PATH neither reads nor has a side effect: first look what it is. */
static int opening_look(int directory, const char *path, bool links, struct reading *reading)
{
	uint64_t resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	int fd = opening_openat2(directory, path, O_PATH | O_NOFOLLOW,
				 links ? resolve : resolve | RESOLVE_NO_SYMLINKS);

	if (fd < 0) {
		reader_fail(reading, "open: %s", strerror(errno));
		return -1;
	}
	if (!fstat(fd, &reading->st) && S_ISREG(reading->st.st_mode))
		return fd;
	reader_fail(reading, "not a regular file");
	close(fd);
	return -1;
}

int opening_file(int directory, const char *path, bool links, struct reading *reading)
{
	int found = opening_look(directory, path, links, reading), fd;
	char again[64];

	if (found < 0)
		return -1;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", found);
	fd = open(again, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		reader_fail(reading, "open: %s", strerror(errno));
	close(found);
	reading->opened = fd >= 0;
	return fd;
}

const char *opening_below(const char *directory, const char *path)
{
	size_t len = strlen(directory);

	while (len && directory[len - 1] == '/')
		len--;
	if (strncmp(path, directory, len) || path[len] != '/')
		return NULL;
	return path + len + 1;
}

int opening_file_in(int root, const char *const *directories, size_t count, const char *path,
		    struct reading *reading)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *rest = opening_below(directories[i], path);
		int directory, fd;

		if (!rest)
			continue;
		directory = opening_directory(root, directories[i], reading);
		if (directory < 0)
			return -1;
		fd = opening_file(directory, rest, true, reading);
		close(directory);
		return fd;
	}
	reader_fail(reading, "not below a document root");
	return -1;
}
