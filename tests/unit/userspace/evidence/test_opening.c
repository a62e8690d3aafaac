// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path of an attacker's opens nothing but a regular file beneath the directory, with no more
 * rights than the attacker has.
 */
#include "evidence/opening.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "unit.h"

static struct reading reading;
static int root;

void set_up(void)
{
	files_set_up();
	assert_int_equal(mkdir("root", 0755), 0);
	assert_int_equal(mkdir("root/in", 0755), 0);
	files_write_text("root/in/file", "inside");
	files_write_text("outside", "outside");
	root = open("root", O_PATH | O_DIRECTORY);
	assert_true(root >= 0);
	reading = (struct reading){0};
}

void tear_down(void)
{
	close(root);
	assert_int_equal(system("rm -rf root"), 0);
	files_tear_down();
}

static int opens(const char *path, bool links)
{
	int fd = opening_file(root, path, links, &reading);

	assert_int_equal(fd >= 0, reading.opened);
	if (fd >= 0)
		close(fd);
	else
		assert_true(reading.why[0]);
	return fd >= 0;
}

TEST(a_regular_file_opens)
{
	char text[16] = "";
	int fd = opening_file(root, "/in/file", false, &reading);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text)), 6);
	assert_string_equal(text, "inside");
	assert_true(reading.opened);
	close(fd);
}

TEST(parent_directories_do_not_lead_out)
{
	assert_false(opens("../outside", true));
	assert_false(opens("/in/../../outside", true));
	assert_false(opens("../../../../../../etc/passwd", true));
}

TEST(a_link_as_the_last_component_is_not_followed)
{
	assert_int_equal(symlink("file", "root/in/link"), 0);
	assert_false(opens("in/link", true));
	assert_string_equal(reading.why, "not a regular file");
}

TEST(a_link_in_the_path_stays_beneath)
{
	assert_int_equal(symlink("/etc", "root/absolute"), 0);
	assert_int_equal(symlink("../..", "root/relative"), 0);
	assert_int_equal(symlink("in", "root/good"), 0);
	assert_false(opens("absolute/passwd", true));
	assert_false(opens("relative/outside", true));
	assert_true(opens("good/file", true));
}

TEST(without_links_no_link_is_followed)
{
	assert_int_equal(symlink("in", "root/good"), 0);
	assert_false(opens("good/file", false));
}

TEST(magic_links_are_not_followed)
{
	int all = open("/", O_PATH | O_DIRECTORY);

	assert_true(opening_file(all, "/proc/self/cwd/outside", true, &reading) < 0);
	assert_true(opening_file(all, "/proc/self/root/etc/passwd", true, &reading) < 0);
	assert_true(opening_file(all, "/proc/self/fd/0", true, &reading) < 0);
	close(all);
}

TEST(a_fifo_a_device_and_a_directory_are_not_opened)
{
	assert_int_equal(mkfifo("root/fifo", 0644), 0);
	assert_false(opens("fifo", true));
	assert_false(opens("in", true));
	if (!mknod("root/null", S_IFCHR | 0666, makedev(1, 3)))
		assert_false(opens("null", true));
}

TEST(a_missing_file_is_no_file)
{
	assert_false(opens("missing", true));
	assert_false(opens("in/file/more", true));
	assert_false(opens("", true));
}

/* In a child, as it gives up its rights. Returns whether the file opens. */
static bool opens_as(uid_t uid, gid_t group, const char *path)
{
	const struct credentials credentials = {
		.uid = uid,
		.gid = uid,
		.groups = { group },
		.nr_groups = 1,
	};
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct reading own = {0};

		if (!opening_become(&credentials, &own) || !seteuid(0) || !setuid(0))
			_exit(2);
		_exit(opening_file(root, path, true, &own) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 2);
	return !WEXITSTATUS(status);
}

TEST(what_the_user_may_not_read_is_not_read)
{
	if (geteuid())
		skip();
	assert_int_equal(chmod(files_directory, 0755), 0);
	assert_true(opens_as(12345, 12345, "in/file"));
	assert_int_equal(chmod("root/in/file", 0640), 0);
	assert_false(opens_as(12345, 12345, "in/file"));
	assert_int_equal(chown("root/in/file", 0, 54321), 0);
	assert_true(opens_as(12345, 54321, "in/file"));
	assert_int_equal(chmod("root/in", 0700), 0);
	assert_false(opens_as(12345, 54321, "in/file"));
}

TEST(credentials_are_those_of_the_process)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY);
	struct credentials credentials;

	assert_true(opening_read_credentials(self, &credentials));
	assert_int_equal(credentials.uid, geteuid());
	assert_int_equal(credentials.gid, getegid());
	assert_int_equal(credentials.nr_groups, getgroups(0, NULL));
	close(self);
}

TEST(only_what_is_below_a_directory_is_below)
{
	assert_string_equal(opening_below("/var/www", "/var/www/x.php"), "x.php");
	assert_string_equal(opening_below("/var/www/", "/var/www/a/x.php"), "a/x.php");
	assert_null(opening_below("/var/www", "/var/wwwx/x.php"));
	assert_null(opening_below("/var/www", "/var/www"));
	assert_null(opening_below("/var/www", "/etc/passwd"));
	assert_string_equal(opening_below("/", "/etc/passwd"), "etc/passwd");
}
