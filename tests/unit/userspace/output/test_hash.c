// SPDX-License-Identifier: GPL-2.0
/* An alert has the hash of exactly the file that was run, or none. */
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "lib/deadline.h"
#include "output/hash.h"

#define HASH_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define LIMIT (4 * 1024 * 1024)
/* The longest time to wait for a hash, with a wide margin. */
#define LONG_MS 10000

static char path[80];

void set_up_all(void)
{
	hash_set_limit(LIMIT);
	files_set_up();
}

void tear_down_all(void)
{
	files_tear_down();
}

/* Sets "path" to the file of this name. */
static void set_path(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", files_directory, name);
}

static void write_file(const char *name, const char *text, size_t len)
{
	set_path(name);
	files_write(path, text, len);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

/* An alert of this moment about the file at "path". */
static void alert_of(struct record *record)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	*record = (struct record){
		.time = { true, now_ns() },
		.alert = {
			.present = true,
			.file = {
				.present = true,
				.path = path,
				.dev_major = { true, major(st.st_dev) },
				.dev_minor = { true, minor(st.st_dev) },
				.ino = { true, st.st_ino },
			},
		},
	};
}

static const char *hash_of_file(const struct record *record)
{
	const struct found_file *found = hash_find(record);

	return found ? found->sha256 : NULL;
}

/* On a busy machine the first call may give up before the hash is ready. */
static const char *wait_for_hash(const struct record *record)
{
	int64_t begin = now_ms();
	const char *hash;

	while (!(hash = hash_of_file(record)) && now_ms() - begin < LONG_MS)
		;
	return hash ? hash : "none";
}

TEST(a_file_is_hashed)
{
	struct record record;

	write_file("abc", "abc", 3);
	alert_of(&record);
	assert_string_equal(wait_for_hash(&record), HASH_OF_ABC);
	assert_string_equal(wait_for_hash(&record), HASH_OF_ABC);
}

TEST(a_file_with_another_inode_or_device_is_not_hashed)
{
	struct record record;

	write_file("place", "abc", 3);
	alert_of(&record);
	write_file("other", "ABC", 3);
	set_path("place");
	record.alert.file.ino.value++;
	assert_null(hash_of_file(&record));
	record.alert.file.ino.value--;
	record.alert.file.dev_minor.value++;
	assert_null(hash_of_file(&record));
}

TEST(a_file_changed_after_the_alert_is_not_hashed)
{
	struct record record;

	write_file("changed", "abc", 3);
	alert_of(&record);
	record.time.value -= UINT64_C(1000000000);
	assert_null(hash_of_file(&record));
}

TEST(a_changed_file_is_hashed_again)
{
	struct record record;

	write_file("anew", "abd", 3);
	alert_of(&record);
	assert_string_not_equal(wait_for_hash(&record), HASH_OF_ABC);
	write_file("anew", "abc", 3);
	alert_of(&record);
	assert_string_equal(wait_for_hash(&record), HASH_OF_ABC);
}

TEST(a_running_program_is_hashed_after_its_file_is_removed)
{
	char *const argv[] = { path, "60", NULL };
	struct record record;
	char copy[256];
	pid_t pid;

	set_path("run");
	snprintf(copy, sizeof(copy), "cp /bin/sleep %s", path);
	assert_int_equal(system(copy), 0);
	alert_of(&record);
	/* posix_spawn() returns after the exec. */
	assert_int_equal(posix_spawn(&pid, path, NULL, NULL, argv, NULL), 0);
	record.alert.process.pid = (struct number){ true, pid };
	assert_string_not_equal(wait_for_hash(&record), "none");
	unlink(path);
	assert_string_not_equal(wait_for_hash(&record), "none");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_null(hash_of_file(&record));
}

TEST(a_file_over_the_limit_is_not_hashed)
{
	static char large[LIMIT + 1];
	struct record record;

	write_file("large", large, LIMIT);
	alert_of(&record);
	assert_string_not_equal(wait_for_hash(&record), "none");
	write_file("larger", large, LIMIT + 1);
	alert_of(&record);
	assert_null(hash_of_file(&record));
}

TEST(a_fifo_or_directory_is_not_opened)
{
	struct record record;

	set_path("fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	alert_of(&record);
	assert_null(hash_of_file(&record));
	strcpy(path, files_directory);
	alert_of(&record);
	assert_null(hash_of_file(&record));
}

TEST(an_alert_without_a_path_has_no_hash)
{
	struct record record = { .alert.present = true };

	assert_null(hash_of_file(&record));
	set_path("abc");
	alert_of(&record);
	record.alert.file.path = NULL;
	assert_null(hash_of_file(&record));
}

/* Replaces fstat(), which shows another device than that of the file system, as on btrfs. */
static unsigned int subvolume;

int fstat(int fd, struct stat *st)
{
	int ret = fstatat(fd, "", st, AT_EMPTY_PATH);

	st->st_dev += subvolume;
	return ret;
}

/* Replaces stat(): other programs change /tmp all the time. */
int stat(const char *name, struct stat *st)
{
	int ret = fstatat(AT_FDCWD, name, st, 0);

	if (!strcmp(name, "/tmp/"))
		st->st_ctim.tv_sec = 0;
	return ret;
}

TEST(a_file_is_hashed_where_stat_shows_another_device)
{
	const struct found_file *found;
	struct record record;

	write_file("btrfs", "abc", 3);
	alert_of(&record);
	subvolume = 7;
	assert_string_equal(wait_for_hash(&record), HASH_OF_ABC);
	found = hash_find(&record);
	assert_int_equal(found->dev_major, record.alert.file.dev_major.value);
	assert_int_equal(found->dev_minor, record.alert.file.dev_minor.value + 7);
	record.alert.file.dev_minor.value++;
	assert_null(hash_of_file(&record));
	subvolume = 0;
}

TEST(a_file_whose_path_a_user_may_have_exchanged_is_not_hashed)
{
	struct record record;

	write_file("exchanged", "abc", 3);
	alert_of(&record);
	subvolume = 7;
	assert_string_equal(wait_for_hash(&record), HASH_OF_ABC);
	assert_int_equal(chmod(files_directory, 0777), 0);
	write_file("moved", "ABC", 3);
	assert_null(hash_of_file(&record));
	subvolume = 0;
}

/* Replaces open(), to hang like a file system that an attacker has mounted. */
static pthread_mutex_t hangs = PTHREAD_MUTEX_INITIALIZER;

int open(const char *name, int flags, ...)
{
	if (strstr(name, "/hanging")) {
		pthread_mutex_lock(&hangs);
		pthread_mutex_unlock(&hangs);
	}
	return openat(AT_FDCWD, name, flags, 0600);
}

TEST(a_file_system_that_hangs_does_not_block_for_long)
{
	struct record record;
	int64_t begin;
	int i;

	write_file("hanging", "abc", 3);
	alert_of(&record);
	pthread_mutex_lock(&hangs);
	begin = now_ms();
	for (i = 0; i < 1000; i++)
		assert_null(hash_of_file(&record));
	assert_in_range(now_ms() - begin, 0, LONG_MS);
	pthread_mutex_unlock(&hangs);
	assert_string_equal(wait_for_hash(&record), HASH_OF_ABC);
}

