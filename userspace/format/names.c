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

/*
 * Cached names of each kind, and how long each is valid. The alerts of a burst mostly have
 * the same user, and to ask the name service for each alert is too slow.
 */
#define CACHED 64
#define CACHED_SECONDS 60
/* How long an alert waits for a name. */
#define PATIENCE_MS 1000

#define NAME_SIZE (LOGIN_NAME_MAX + 1)

enum kind {
	USER,
	GROUP,
	KINDS,
};

struct name {
	bool wanted;		/* the worker is asked to look it up */
	bool known;		/* was looked up; text is "" if the id has no name */
	time_t until;		/* valid until then, in monotonic seconds */
	uint32_t id;
	char text[NAME_SIZE];
};

/* Protected by the worker's lock. An id has one possible entry, which it shares with others. */
static struct name names[KINDS][CACHED];
static bool is_late;		/* the last caller that waited did so in vain */

static void names_work(struct worker *unused);
static struct worker worker = WORKER(names_work);

static void names_look_up_user(uint32_t uid, char *text)
{
	static char data[65536];
	struct passwd entry, *found = NULL;

	if (!getpwuid_r(uid, &entry, data, sizeof(data), &found) && found)
		snprintf(text, NAME_SIZE, "%s", entry.pw_name);
}

/* The entry of a group holds the names of all its members, so it needs a large buffer. */
static void names_look_up_group(uint32_t gid, char *text)
{
	static char data[1024 * 1024];
	struct group entry, *found = NULL;

	if (!getgrgid_r(gid, &entry, data, sizeof(data), &found) && found)
		snprintf(text, NAME_SIZE, "%s", entry.gr_name);
}

static time_t names_seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Returns an entry to look up, or NULL. */
static struct name *names_next_wanted(enum kind *kind)
{
	size_t i;

	for (i = 0; i < KINDS * CACHED; i++) {
		*kind = i / CACHED;
		if (names[*kind][i % CACHED].wanted)
			return &names[*kind][i % CACHED];
	}
	return NULL;
}

/* Releases the lock during the look-up. Meanwhile another id may have taken the entry. */
static void names_look_up(struct name *name, enum kind kind)
{
	uint32_t id = name->id;
	char text[NAME_SIZE] = "";

	pthread_mutex_unlock(&worker.lock);
	if (kind == USER)
		names_look_up_user(id, text);
	else
		names_look_up_group(id, text);
	pthread_mutex_lock(&worker.lock);
	is_late = false;
	if (name->id == id) {
		memcpy(name->text, text, sizeof(text));
		name->known = true;
		name->wanted = false;
		name->until = names_seconds_now() + CACHED_SECONDS;
	}
}

/* Runs in the worker's thread, with its lock held. */
static void names_work(struct worker *unused)
{
	struct name *name;
	enum kind kind;

	(void)unused;
	while ((name = names_next_wanted(&kind))) {
		names_look_up(name, kind);
		pthread_cond_broadcast(&worker.answered);
	}
}

/* Waits until the name is known, for PATIENCE_MS at most; not at all after a wait in vain. */
static void names_wait(const struct name *name, uint32_t id)
{
	struct timespec deadline = deadline_in(PATIENCE_MS);

	while (!is_late && name->id == id && name->wanted)
		if (!worker_wait(&worker, &deadline))
			is_late = name->id == id && name->wanted;
}

/*
 * While the name service does not answer, a known name keeps its entry: the name that
 * would replace it may never come.
 */
static void names_ask(struct name *name, uint32_t id)
{
	if (is_late && name->known && name->id != id)
		return;
	if (name->id != id || !name->known)
		*name = (struct name){ .id = id };
	name->wanted = true;
	if (worker_ask(&worker))
		names_wait(name, id);
}

static const char *names_find(enum kind kind, uint32_t id)
{
	static __thread char texts[KINDS][NAME_SIZE];
	struct name *name = &names[kind][id % CACHED];
	char *text = texts[kind];

	*text = '\0';
	pthread_mutex_lock(&worker.lock);
	if (name->id != id || !name->known || names_seconds_now() >= name->until)
		names_ask(name, id);
	if (name->id == id && name->known)
		memcpy(text, name->text, NAME_SIZE);
	pthread_mutex_unlock(&worker.lock);
	return *text ? text : NULL;
}

const char *user_name(uint32_t uid)
{
	return names_find(USER, uid);
}

const char *group_name(uint32_t gid)
{
	return names_find(GROUP, gid);
}
