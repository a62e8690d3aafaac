// SPDX-License-Identifier: GPL-2.0-or-later
/* The archive is what tar reads, it is there as a whole or not at all, and has its limits. */
#include "evidence/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "unit.h"

#define LIMIT 100000

static struct archive archive;

void set_up(void)
{
	files_set_up();
	assert_int_equal(archive_create(&archive, "a.tar", LIMIT, 2 * LIMIT), 0);
}

void tear_down(void)
{
	archive_drop(&archive);
	files_tear_down();
}

static struct archived add(const char *name, const void *data, size_t len)
{
	struct archived archived;

	archive_begin(&archive, name);
	assert_int_equal(archive_add(&archive, data, len), 0);
	assert_int_equal(archive_end(&archive, 1, &archived), 0);
	return archived;
}

/* Runs a command of the shell in the directory of the test. */
static bool succeeds(const char *command)
{
	return !system(command);
}

TEST(tar_reads_what_was_written)
{
	static char block[512];

	memset(block, 'x', sizeof(block));
	add("evidence-1/empty", "", 0);
	add("evidence-1/block", block, sizeof(block));
	add("evidence-1/bytes", "a\0b\xff", 4);
	assert_int_equal(archive_finish(&archive), 0);
	assert_true(succeeds("tar tf a.tar >names && printf 'evidence-1/empty\n"
			     "evidence-1/block\nevidence-1/bytes\n' | cmp - names"));
	assert_true(succeeds("tar xOf a.tar evidence-1/block | tr -d x | cmp - /dev/null"));
	assert_true(succeeds("tar xOf a.tar evidence-1/bytes >b; printf 'a\\0b\\377' | cmp - b"));
}

TEST(python_reads_it_and_finds_nothing_but_plain_files_that_only_root_reads)
{
	add("evidence-1/one", "1", 1);
	assert_int_equal(archive_finish(&archive), 0);
	assert_true(succeeds("python3 -c 'import tarfile\nm, = tarfile.open(\"a.tar\")\n"
			     "assert m.isreg() and m.mode == 0o400 and m.uid == m.gid == 0, m\n"
			     "assert m.mtime == 1 and m.size == 1'"));
}

TEST(the_hash_is_that_of_the_content)
{
	static const char hash[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct archived archived = add("x", "abc", 3);

	assert_int_equal(archived.size, 3);
	assert_string_equal(archived.sha256, hash);
}

TEST(the_file_has_its_name_only_when_it_is_whole)
{
	struct stat st;

	add("x", "abc", 3);
	assert_int_equal(access("a.tar", F_OK), -1);
	assert_int_equal(archive_finish(&archive), 0);
	assert_int_equal(stat("a.tar", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
}

TEST(what_is_dropped_leaves_nothing)
{
	add("x", "abc", 3);
	archive_drop(&archive);
	assert_int_equal(access("a.tar", F_OK), -1);
	assert_int_equal(access("a.tar.unfinished", F_OK), -1);
}

TEST(a_file_that_exists_is_refused_and_stays)
{
	struct archive other;

	files_write_text("b.tar", "mine");
	assert_int_equal(archive_create(&other, "b.tar", LIMIT, LIMIT), -EEXIST);
	archive_drop(&other);
	assert_true(succeeds("printf mine | cmp - b.tar"));
}

TEST(a_link_to_nowhere_is_refused_and_not_followed)
{
	struct archive other;

	assert_int_equal(symlink("elsewhere", "b.tar"), 0);
	assert_int_equal(archive_create(&other, "b.tar", LIMIT, LIMIT), -EEXIST);
	archive_drop(&other);
	assert_int_equal(symlink("elsewhere", "c.tar.unfinished"), 0);
	assert_int_equal(archive_create(&other, "c.tar", LIMIT, LIMIT), -EEXIST);
	archive_drop(&other);
	assert_int_equal(access("elsewhere", F_OK), -1);
	assert_int_equal(access("c.tar.unfinished", F_OK), -1);
}

TEST(a_file_that_appears_meanwhile_is_not_replaced)
{
	files_write_text("a.tar", "mine");
	assert_int_equal(archive_finish(&archive), -EEXIST);
	assert_true(succeeds("printf mine | cmp - a.tar"));
}

TEST(limits_cut_a_member_and_the_whole)
{
	static char data[LIMIT];
	struct archived archived;

	archive_begin(&archive, "long");
	assert_int_equal(archive_add(&archive, data, LIMIT - 1), 0);
	assert_int_equal(archive_add(&archive, data, 2), -EFBIG);
	assert_int_equal(archive_end(&archive, 1, &archived), 0);
	assert_true(archived.cut);
	assert_int_equal(archived.size, LIMIT);
	assert_false(add("half", data, LIMIT / 2).cut);
	archive_begin(&archive, "rest");
	assert_int_equal(archive_add(&archive, data, LIMIT), -EFBIG);
	assert_int_equal(archive_end(&archive, 1, &archived), 0);
	assert_int_equal(archived.size, LIMIT / 2);
	assert_int_equal(archive_finish(&archive), 0);
	assert_true(succeeds("tar tf a.tar >/dev/null"));
}

TEST(what_this_program_has_itself_is_not_cut)
{
	struct buffer content = {0};
	struct archived archived;
	int i;

	for (i = 0; i < 3 * LIMIT; i++)
		buffer_putc(&content, 'x');
	assert_int_equal(archive_add_whole(&archive, "manifest", &content, 1, &archived), 0);
	assert_int_equal(archived.size, 3 * LIMIT);
	buffer_free(&content);
}

/* The limit on the size of files stands for a disk that is full. */
TEST(a_failed_write_is_an_error)
{
	static char data[50000];
	struct rlimit before, limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 20000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	archive_begin(&archive, "x");
	assert_int_equal(archive_add(&archive, data, sizeof(data)), -EFBIG);
	assert_false(archive.member.cut);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}
