// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/fit.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/path.h"
#include "lib/suggest.h"
#include "lib/words.h"
#include "lib/xalloc.h"
#include "module/lookup.h"
#include "policy/text.h"

static bool fit_stat(const char *path, struct shelltrap_identity *identity)
{
	struct stat status;

	*identity = (struct shelltrap_identity){0};
	if (path[0] != '/' || stat(path, &status))
		return false;
	identity->ino = status.st_ino;
	identity->dev = status.st_dev;
	return true;
}

void fit_identify(struct shelltrap_policy *policy)
{
	struct shelltrap_identity identity;
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (policy->members[i].kind == SHELLTRAP_MEMBER_PATH &&
		    fit_stat(shelltrap_policy_member(policy, i), &identity))
			shelltrap_policy_identify(policy, i, &identity);
}

static __u64 fit_name_sets(const struct shelltrap_policy *policy, const char *path)
{
	return shelltrap_policy_name_sets(policy, path_name(path), SHELLTRAP_NAME_OF_FILE) |
	       shelltrap_policy_path_sets(policy, path);
}

static __u64 fit_identity_sets(const struct shelltrap_policy *policy, const char *path)
{
	struct shelltrap_identity identity;

	if (!fit_stat(path, &identity))
		return 0;
	return shelltrap_policy_file_sets(policy, &identity);
}

/* The sets of the file itself: by its name after all links, and by its identity. */
static __u64 fit_file_sets(const struct shelltrap_policy *policy, const char *path)
{
	char *real = path[0] == '/' ? realpath(path, NULL) : NULL;
	__u64 sets = fit_name_sets(policy, path) | fit_identity_sets(policy, path);

	if (real)
		sets |= shelltrap_policy_name_sets(policy, path_name(real), SHELLTRAP_NAME_OF_FILE);
	free(real);
	return sets;
}

static __u64 fit_task_sets(const struct shelltrap_policy *policy, const char *path)
{
	char comm[SHELLTRAP_COMM_MAX + 1];

	/* The kernel cuts the name of a task, too. */
	strncpy(comm, path_name(path), SHELLTRAP_COMM_MAX);
	comm[SHELLTRAP_COMM_MAX] = '\0';
	return shelltrap_policy_name_sets(policy, comm, SHELLTRAP_NAME_OF_TASK);
}

static __u64 fit_caller_sets(const struct shelltrap_policy *policy, const char *caller)
{
	__u64 sets = fit_task_sets(policy, caller);

	return caller[0] == '/' ? sets | fit_file_sets(policy, caller) : sets;
}

__u64 fit_sets(const struct shelltrap_policy *policy, const struct fit *fit)
{
	if (fit->kind == FIT_PORT)
		return fit->port ? shelltrap_policy_port_sets(policy, fit->port) : 0;
	if (!fit->name)
		return 0;
	switch (fit->kind) {
	case FIT_NAME:
		return fit_name_sets(policy, fit->name);
	case FIT_FILE:
		return fit_file_sets(policy, fit->name);
	case FIT_IDENTITY:
		return fit_identity_sets(policy, fit->name);
	case FIT_TASK:
		return fit_task_sets(policy, fit->name);
	case FIT_CALLER:
		return fit_caller_sets(policy, fit->name);
	case FIT_RUNS:
		return fit->runs ? shelltrap_policy_hosted_sets(policy, path_name(fit->name),
								fit->runs) : 0;
	case FIT_PORT:
		break;
	}
	return 0;
}

/*
 * Whether a policy with this member alone would match. So it is the module's own functions
 * that compare.
 */
static bool fit_is_member(const struct shelltrap_policy *policy, __u32 number,
			  const struct fit *fit)
{
	const struct shelltrap_member *member = &policy->members[number];
	struct shelltrap_policy *one = xcalloc(1, shelltrap_policy_size(1, member->len + 64));
	bool matches = false;

	shelltrap_policy_init(one, 1, member->len + 64);
	if (!shelltrap_policy_add_set(one, "one") &&
	    !shelltrap_policy_add_member(one, 0, member->kind,
					 shelltrap_policy_member(policy, number))) {
		fit_identify(one);
		matches = fit_sets(one, fit);
	}
	free(one);
	return matches;
}

int fit_member(const struct shelltrap_policy *policy, __u64 sets, const struct fit *fit)
{
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (sets >> policy->members[i].set & 1 && fit_is_member(policy, i, fit))
			return i;
	return -1;
}

int fit_nearest(const struct shelltrap_policy *policy, __u64 sets, const struct fit *fit)
{
	struct suggestion suggestion;
	int nearest = -1;
	__u32 i;

	/* Short names all look alike. */
	if (!fit->name || strlen(path_name(fit->name)) < 3)
		return -1;
	suggestion_start(&suggestion, path_name(fit->name));
	for (i = 0; i < policy->nr_members; i++) {
		const char *text = shelltrap_policy_member(policy, i);

		if (!(sets >> policy->members[i].set & 1))
			continue;
		if (policy->members[i].kind == SHELLTRAP_MEMBER_PATH)
			text = path_name(text);
		suggestion_offer(&suggestion, text);
		if (suggestion.best == text)
			nearest = i;
	}
	return nearest;
}

void fit_put_member(struct buffer *out, const struct shelltrap_policy *policy, int member)
{
	const struct shelltrap_member *found = &policy->members[member];

	buffer_printf(out, "%s = ", policy_member_key(found->kind));
	words_put(out, shelltrap_policy_member(policy, member));
	buffer_printf(out, " in [set %s]", policy->sets[found->set].name);
}
