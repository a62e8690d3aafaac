// SPDX-License-Identifier: GPL-2.0
/* The hash is of the very file that an alert is about, or there is none. */
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

#include "output/hash.h"
#include "output/writer.h"

#define HASH_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define LIMIT (4 * 1024 * 1024)
/* How long a hash may take that is not there, with much to spare. */
#define LONG_MS 10000

static char folder[32];
static char path[sizeof(folder) + 16];

static void write_to(const char *name, const char *text, size_t len)
{
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

/* An alert of now, of the file at "path". */
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

/* Under load it may take more than one. */
static const char *hash_at_last(const struct record *record)
{
	int64_t begin = now_ms();
	const char *hash;

	while (!(hash = hash_of_file(record)) && now_ms() - begin < LONG_MS)
		;
	return hash ? hash : "none";
}

static void a_file_is_known_by_its_bytes(void **state)
{
	struct record record;

	(void)state;
	write_to("abc", "abc", 3);
	alert_of(&record);
	assert_string_equal(hash_at_last(&record), HASH_OF_ABC);
	assert_string_equal(hash_at_last(&record), HASH_OF_ABC);
}

static void another_file_at_its_place_is_not_it(void **state)
{
	struct record record;

	(void)state;
	write_to("place", "abc", 3);
	alert_of(&record);
	write_to("other", "ABC", 3);
	snprintf(path, sizeof(path), "%s/place", folder);
	record.alert.file.ino.value++;
	assert_null(hash_of_file(&record));
	record.alert.file.ino.value--;
	record.alert.file.dev_minor.value++;
	assert_null(hash_of_file(&record));
}

static void what_was_changed_since_is_not_it(void **state)
{
	struct record record;

	(void)state;
	write_to("changed", "abc", 3);
	alert_of(&record);
	record.time.value -= UINT64_C(1000000000);
	assert_null(hash_of_file(&record));
}

static void a_copy_that_is_changed_is_read_anew(void **state)
{
	struct record record;

	(void)state;
	write_to("anew", "abd", 3);
	alert_of(&record);
	assert_string_not_equal(hash_at_last(&record), HASH_OF_ABC);
	write_to("anew", "abc", 3);
	alert_of(&record);
	assert_string_equal(hash_at_last(&record), HASH_OF_ABC);
}

static void what_runs_is_it_even_without_a_name(void **state)
{
	char *const argv[] = { path, "60", NULL };
	struct record record;
	char copy[256];
	pid_t pid;

	(void)state;
	snprintf(path, sizeof(path), "%s/run", folder);
	snprintf(copy, sizeof(copy), "cp /bin/sleep %s", path);
	assert_int_equal(system(copy), 0);
	alert_of(&record);
	/* It returns when the program runs. */
	assert_int_equal(posix_spawn(&pid, path, NULL, NULL, argv, NULL), 0);
	record.alert.process.pid = (struct number){ true, pid };
	assert_string_not_equal(hash_at_last(&record), "none");
	unlink(path);
	assert_string_not_equal(hash_at_last(&record), "none");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_null(hash_of_file(&record));
}

static void what_is_too_large_is_not_read(void **state)
{
	static char large[LIMIT + 1];
	struct record record;

	(void)state;
	write_to("large", large, LIMIT);
	alert_of(&record);
	assert_string_not_equal(hash_at_last(&record), "none");
	write_to("larger", large, LIMIT + 1);
	alert_of(&record);
	assert_null(hash_of_file(&record));
}

static void what_is_no_file_is_not_opened(void **state)
{
	struct record record;

	(void)state;
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	alert_of(&record);
	assert_null(hash_of_file(&record));
	snprintf(path, sizeof(path), "%s", folder);
	alert_of(&record);
	assert_null(hash_of_file(&record));
}

static void an_alert_that_does_not_say_has_none(void **state)
{
	struct record record = { .alert.present = true };

	(void)state;
	assert_null(hash_of_file(&record));
	snprintf(path, sizeof(path), "%s/abc", folder);
	alert_of(&record);
	record.alert.file.path = NULL;
	assert_null(hash_of_file(&record));
}

/* As a file system does that an attacker brings. */
static pthread_mutex_t hangs = PTHREAD_MUTEX_INITIALIZER;

int open(const char *name, int flags, ...)
{
	if (strstr(name, "/hanging")) {
		pthread_mutex_lock(&hangs);
		pthread_mutex_unlock(&hangs);
	}
	return openat(AT_FDCWD, name, flags, 0600);
}

static void what_hangs_holds_up_nobody_for_long(void **state)
{
	struct record record;
	int64_t begin;
	int i;

	(void)state;
	write_to("hanging", "abc", 3);
	alert_of(&record);
	pthread_mutex_lock(&hangs);
	begin = now_ms();
	for (i = 0; i < 1000; i++)
		assert_null(hash_of_file(&record));
	assert_in_range(now_ms() - begin, 0, LONG_MS);
	pthread_mutex_unlock(&hangs);
	assert_string_equal(hash_at_last(&record), HASH_OF_ABC);
}

static int make_folder(void **state)
{
	(void)state;
	hash_limit(LIMIT);
	strcpy(folder, "/tmp/shelltrap-hash-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_known_by_its_bytes),
		cmocka_unit_test(another_file_at_its_place_is_not_it),
		cmocka_unit_test(what_was_changed_since_is_not_it),
		cmocka_unit_test(a_copy_that_is_changed_is_read_anew),
		cmocka_unit_test(what_runs_is_it_even_without_a_name),
		cmocka_unit_test(what_is_too_large_is_not_read),
		cmocka_unit_test(what_is_no_file_is_not_opened),
		cmocka_unit_test(an_alert_that_does_not_say_has_none),
		cmocka_unit_test(what_hangs_holds_up_nobody_for_long),
	};

	return cmocka_run_group_tests_name("hash", tests, make_folder, remove_folder);
}
