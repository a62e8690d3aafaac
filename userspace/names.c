// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "util.h"

/* A burst of alerts is mostly one user's: asking each time is too slow. */
#define REMEMBERED 64
#define REMEMBERED_SECONDS 60
/* A name is worth so much delay. */
#define PATIENCE_MS 250

#define NAME_SIZE (LOGIN_NAME_MAX + 1)

enum kind {
	USER,
	GROUP,
	KINDS,
};

struct name {
	bool wanted;		/* the thread is to look it up */
	bool known;		/* what there was to know, once; "" for no name */
	time_t until;		/* monotonic seconds */
	uint32_t id;
	char text[NAME_SIZE];
};

/* All of it under the lock. */
static struct name names[KINDS][REMEMBERED];
static bool has_thread;
static bool is_late;		/* whoever waited last has given up */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER;
static pthread_cond_t answered;

static void look_up_user(uint32_t uid, char *text)
{
	static char data[65536];
	struct passwd entry, *found = NULL;

	if (!getpwuid_r(uid, &entry, data, sizeof(data), &found) && found)
		snprintf(text, NAME_SIZE, "%s", entry.pw_name);
}

/* A group brings all of its members, however many. */
static void look_up_group(uint32_t gid, char *text)
{
	static char data[1024 * 1024];
	struct group entry, *found = NULL;

	if (!getgrgid_r(gid, &entry, data, sizeof(data), &found) && found)
		snprintf(text, NAME_SIZE, "%s", entry.gr_name);
}

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* NULL: nothing is to do. */
static struct name *next_wanted(enum kind *kind)
{
	size_t i;

	for (i = 0; i < KINDS * REMEMBERED; i++) {
		*kind = i / REMEMBERED;
		if (names[*kind][i % REMEMBERED].wanted)
			return &names[*kind][i % REMEMBERED];
	}
	return NULL;
}

/* Without the lock meanwhile: the place may be another id's afterwards. */
static void answer(struct name *name, enum kind kind)
{
	uint32_t id = name->id;
	char text[NAME_SIZE] = "";

	pthread_mutex_unlock(&lock);
	if (kind == USER)
		look_up_user(id, text);
	else
		look_up_group(id, text);
	pthread_mutex_lock(&lock);
	is_late = false;
	if (name->id == id) {
		memcpy(name->text, text, sizeof(text));
		name->known = true;
		name->wanted = false;
		name->until = seconds_now() + REMEMBERED_SECONDS;
	}
	pthread_cond_broadcast(&answered);
}

static void *answer_all(void *data)
{
	struct name *name;
	enum kind kind;

	(void)data;
	pthread_mutex_lock(&lock);
	for (;;) {
		name = next_wanted(&kind);
		if (name)
			answer(name, kind);
		else
			pthread_cond_wait(&asked, &lock);
	}
	return NULL;
}

/* Signals are for the others. It ends with the program. */
static bool start_thread(void)
{
	pthread_condattr_t monotonic;
	sigset_t all, before;
	pthread_t thread;

	if (has_thread)
		return true;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&answered, &monotonic);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	has_thread = !pthread_create(&thread, NULL, answer_all, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (has_thread)
		pthread_detach(thread);
	return has_thread;
}

/* Until it is known, but not for long; not at all where the last one waited in vain. */
static void wait_for(const struct name *name, uint32_t id)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += PATIENCE_MS * 1000000L;
	end.tv_sec += end.tv_nsec / 1000000000L;
	end.tv_nsec %= 1000000000L;
	while (!is_late && name->id == id && name->wanted)
		if (pthread_cond_timedwait(&answered, &lock, &end) == ETIMEDOUT)
			is_late = name->id == id && name->wanted;
}

/* What is known is not given up for what may never be. */
static void ask(struct name *name, uint32_t id)
{
	if (!start_thread() || (is_late && name->known && name->id != id))
		return;
	if (name->id != id || !name->known)
		*name = (struct name){ .id = id };
	name->wanted = true;
	pthread_cond_signal(&asked);
	wait_for(name, id);
}

static const char *name_of(enum kind kind, uint32_t id)
{
	static __thread char texts[KINDS][NAME_SIZE];
	struct name *name = &names[kind][id % REMEMBERED];
	char *text = texts[kind];

	*text = '\0';
	pthread_mutex_lock(&lock);
	if (name->id != id || !name->known || seconds_now() >= name->until)
		ask(name, id);
	if (name->id == id && name->known)
		memcpy(text, name->text, NAME_SIZE);
	pthread_mutex_unlock(&lock);
	return *text ? text : NULL;
}

const char *user_name(uint32_t uid)
{
	return name_of(USER, uid);
}

const char *group_name(uint32_t gid)
{
	return name_of(GROUP, gid);
}
