// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/names.h"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/deadline.h"
#include "lib/worker.h"

/* A burst of alerts is mostly one user's: asking each time is too slow. */
#define REMEMBERED 64
#define REMEMBERED_SECONDS 60
/* A name is worth so much delay. */
#define PATIENCE_MS 1000

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
static bool is_late;		/* whoever waited last has given up */

static void answer_all(struct worker *unused);
static struct worker worker = WORKER(answer_all);

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

	pthread_mutex_unlock(&worker.lock);
	if (kind == USER)
		look_up_user(id, text);
	else
		look_up_group(id, text);
	pthread_mutex_lock(&worker.lock);
	is_late = false;
	if (name->id == id) {
		memcpy(name->text, text, sizeof(text));
		name->known = true;
		name->wanted = false;
		name->until = seconds_now() + REMEMBERED_SECONDS;
	}
}

/* One after the other, until all are known. */
static void answer_all(struct worker *unused)
{
	struct name *name;
	enum kind kind;

	(void)unused;
	while ((name = next_wanted(&kind))) {
		answer(name, kind);
		pthread_cond_broadcast(&worker.answered);
	}
}

/* Until it is known, but not for long; not at all where the last one waited in vain. */
static void wait_for(const struct name *name, uint32_t id)
{
	struct timespec deadline = deadline_in(PATIENCE_MS);

	while (!is_late && name->id == id && name->wanted)
		if (!worker_wait(&worker, &deadline))
			is_late = name->id == id && name->wanted;
}

/* What is known is not given up for what may never be. */
static void ask(struct name *name, uint32_t id)
{
	if (is_late && name->known && name->id != id)
		return;
	if (name->id != id || !name->known)
		*name = (struct name){ .id = id };
	name->wanted = true;
	if (worker_ask(&worker))
		wait_for(name, id);
}

static const char *name_of(enum kind kind, uint32_t id)
{
	static __thread char texts[KINDS][NAME_SIZE];
	struct name *name = &names[kind][id % REMEMBERED];
	char *text = texts[kind];

	*text = '\0';
	pthread_mutex_lock(&worker.lock);
	if (name->id != id || !name->known || seconds_now() >= name->until)
		ask(name, id);
	if (name->id == id && name->known)
		memcpy(text, name->text, NAME_SIZE);
	pthread_mutex_unlock(&worker.lock);
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
