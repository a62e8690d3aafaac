// SPDX-License-Identifier: GPL-2.0
/* Users and groups get names, but no alert waits long for a name. */
#include "unit.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <time.h>

#include "format/names.h"
#include "lib/deadline.h"

/* Lookups of ids from here on hang, as with a directory server that does not answer. */
#define HANGS 5000
/* The longest time that lookups which hang may take in all, with a wide margin. */
#define LONG_MS 5000

static pthread_mutex_t directory = PTHREAD_MUTEX_INITIALIZER;
static int asked[10000];

static void count_lookup(uint32_t id)
{
	if (id >= HANGS) {
		pthread_mutex_lock(&directory);
		pthread_mutex_unlock(&directory);
	}
	asked[id]++;
}

/* These replace the C library's functions. Odd ids have no name. */
int getpwuid_r(uid_t uid, struct passwd *entry, char *data, size_t len, struct passwd **found)
{
	count_lookup(uid);
	snprintf(data, len, "user%u", uid);
	entry->pw_name = data;
	*found = uid & 1 ? NULL : entry;
	return 0;
}

int getgrgid_r(gid_t gid, struct group *entry, char *data, size_t len, struct group **found)
{
	count_lookup(gid);
	snprintf(data, len, "group%u", gid);
	entry->gr_name = data;
	*found = gid & 1 ? NULL : entry;
	return gid == 22 ? EIO : 0;
}

TEST(a_name_is_looked_up_once)
{
	int i;

	for (i = 0; i < 10; i++) {
		assert_string_equal(user_name(2), "user2");
		assert_null(user_name(3));
	}
	assert_int_equal(asked[2], 1);
	assert_int_equal(asked[3], 1);
}

TEST(users_and_groups_are_kept_apart)
{
	assert_string_equal(user_name(0), "user0");
	assert_string_equal(group_name(0), "group0");
	assert_null(group_name(23));
	assert_null(group_name(22));	/* an error is no name either */
}

TEST(a_hundred_users_are_kept_apart)
{
	char expected[32];
	uint32_t uid;

	for (uid = 1000; uid < 1200; uid += 2) {
		snprintf(expected, sizeof(expected), "user%u", uid);
		assert_string_equal(user_name(uid), expected);
	}
	assert_string_equal(user_name(1000), "user1000");
}

static void *answer_late(void *data)
{
	struct timespec pause = { .tv_nsec = 20 * 1000000 };

	nanosleep(&pause, NULL);
	pthread_mutex_unlock(&directory);
	return data;
}

TEST(a_slow_lookup_is_waited_for)
{
	pthread_t thread;

	pthread_mutex_lock(&directory);
	assert_int_equal(pthread_create(&thread, NULL, answer_late, NULL), 0);
	assert_string_equal(user_name(HANGS + 1000), "user6000");
	pthread_join(thread, NULL);
}

static const char *wait_for_name(const char *(*name_of)(uint32_t id), uint32_t id)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	int64_t begin = now_ms();
	const char *name;

	while (!(name = name_of(id)) && now_ms() - begin < 10 * LONG_MS)
		nanosleep(&pause, NULL);
	return name ? name : "";
}

TEST(a_lookup_that_hangs_does_not_block)
{
	int64_t begin;
	uint32_t i;

	assert_string_equal(user_name(0), "user0");
	pthread_mutex_lock(&directory);
	begin = now_ms();
	for (i = 0; i < 200; i += 2) {
		assert_null(user_name(HANGS + i));
		assert_null(group_name(HANGS + i));
	}
	assert_string_equal(user_name(0), "user0");
	assert_in_range(now_ms() - begin, 0, LONG_MS);
	pthread_mutex_unlock(&directory);
	assert_string_equal(wait_for_name(user_name, HANGS + 198), "user5198");
	assert_string_equal(wait_for_name(group_name, HANGS + 198), "group5198");
}
