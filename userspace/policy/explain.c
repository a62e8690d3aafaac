// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/explain.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/record.h"
#include "lib/path.h"
#include "lib/text.h"
#include "lib/xalloc.h"
#include "module/lookup.h"
#include "policy/rule.h"

/* As many interpreters as the kernel goes through. */
#define ROUNDS_MAX 6
#define NOBODY UINT32_MAX

/* The kernel decides anew for a script, its interpreter, the interpreter of that. */
struct round {
	char *path;		/* of the file that is run in it */
	struct shelltrap_exec exec;
};

struct explanation {
	struct buffer *out;
	struct shelltrap_policy *policy;
	const struct imagined *imagined;
	struct round rounds[ROUNDS_MAX];
	unsigned int nr_rounds;
};

static bool identity_of(const char *path, struct shelltrap_identity *identity)
{
	struct stat status;

	*identity = (struct shelltrap_identity){0};
	if (path[0] != '/' || stat(path, &status))
		return false;
	identity->ino = status.st_ino;
	identity->dev = status.st_dev;
	return true;
}

/* As the module does when a policy is committed. */
static void identify_members(struct shelltrap_policy *policy)
{
	struct shelltrap_identity identity;
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (policy->members[i].kind == SHELLTRAP_MEMBER_PATH &&
		    identity_of(shelltrap_policy_member(policy, i), &identity))
			shelltrap_policy_identify(policy, i, &identity);
}

static __u64 path_sets(const struct shelltrap_policy *policy, const char *path)
{
	return shelltrap_policy_name_sets(policy, path_name(path), SHELLTRAP_NAME_OF_FILE) |
	       shelltrap_policy_path_sets(policy, path);
}

static __u64 identity_sets(const struct shelltrap_policy *policy, const char *path)
{
	struct shelltrap_identity identity;

	return identity_of(path, &identity) ? shelltrap_policy_file_sets(policy, &identity) : 0;
}

/* By the name it has behind all links, and by what it is. */
static __u64 own_sets(const struct shelltrap_policy *policy, const char *path)
{
	char *real = path[0] == '/' ? realpath(path, NULL) : NULL;
	__u64 sets = identity_sets(policy, path);

	if (real)
		sets |= shelltrap_policy_name_sets(policy, path_name(real), SHELLTRAP_NAME_OF_FILE);
	free(real);
	return sets;
}

static __u64 task_sets(const struct shelltrap_policy *policy, const char *path)
{
	char comm[SHELLTRAP_COMM_MAX + 1];

	/* The kernel cuts it, too. */
	strncpy(comm, path_name(path), SHELLTRAP_COMM_MAX);
	comm[SHELLTRAP_COMM_MAX] = '\0';
	return shelltrap_policy_name_sets(policy, comm, SHELLTRAP_NAME_OF_TASK);
}

static void add_round(struct explanation *e, const char *path)
{
	const struct imagined *imagined = e->imagined;
	struct round *round = &e->rounds[e->nr_rounds++];
	unsigned int i;

	round->path = xstrdup(path);
	round->exec = (struct shelltrap_exec){
		.target = path_sets(e->policy, imagined->target) | path_sets(e->policy, path) |
			  own_sets(e->policy, path),
		.file = identity_sets(e->policy, path),
		.conditions = imagined->conditions,
		.uid = imagined->has_uid ? imagined->uid : NOBODY,
	};
	if (imagined->conditions & (SHELLTRAP_CONDITION_STDIN_CONNECTED |
				    SHELLTRAP_CONDITION_STDOUT_CONNECTED))
		round->exec.conditions |= SHELLTRAP_CONDITION_STDIO_CONNECTED;
	if (imagined->actor)
		round->exec.self = task_sets(e->policy, imagined->actor);
	if (imagined->actor && imagined->actor[0] == '/')
		round->exec.self |= own_sets(e->policy, imagined->actor) |
				    path_sets(e->policy, imagined->actor);
	if (imagined->actor && imagined->runs)
		round->exec.lineage = shelltrap_policy_hosted_sets(e->policy,
								   path_name(imagined->actor),
								   imagined->runs);
	for (i = 0; i < imagined->nr_ancestors; i++)
		round->exec.ancestors |= task_sets(e->policy, imagined->ancestors[i]);
}

/* What the "#!" line of a file names, to be freed; NULL: it has none. */
static char *interpreter_of(const char *path)
{
	int fd = path[0] == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	char line[256 + 1];
	const char *start;
	ssize_t len = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (fd >= 0)
		close(fd);
	if (len < 2 || line[0] != '#' || line[1] != '!')
		return NULL;
	line[len] = '\0';
	start = line + 2 + strspn(line + 2, " \t");
	return xstrndup(start, strcspn(start, " \t\n"));
}

static void add_rounds(struct explanation *e)
{
	const struct imagined *imagined = e->imagined;
	char *interpreter = NULL;

	add_round(e, imagined->target);
	if (imagined->interpreter)
		add_round(e, imagined->interpreter);
	while (e->nr_rounds < ROUNDS_MAX) {
		interpreter = interpreter_of(e->rounds[e->nr_rounds - 1].path);
		if (!interpreter || !*interpreter)
			break;
		add_round(e, interpreter);
		free(interpreter);
		interpreter = NULL;
	}
	free(interpreter);
}

static struct shelltrap_late late_of(const struct imagined *imagined)
{
	return (struct shelltrap_late){
		.cgroup = imagined->cgroup,
		.argv = imagined->argv.len ? imagined->argv.data : NULL,
		.argv_len = imagined->argv.len,
		.clean = true,
	};
}

static void forget_rounds(struct explanation *e)
{
	while (e->nr_rounds)
		free(e->rounds[--e->nr_rounds].path);
}

static enum shelltrap_mismatch mismatch_in_round(const struct explanation *e,
						 const struct shelltrap_rule *rule,
						 const struct round *round)
{
	const struct shelltrap_late late = late_of(e->imagined);
	enum shelltrap_mismatch mismatch = shelltrap_policy_mismatch(rule, &round->exec);

	if (!mismatch)
		mismatch = shelltrap_policy_actor_mismatch(rule, &round->exec);
	return mismatch ? mismatch : shelltrap_policy_late_mismatch(rule, &late);
}

/* In the round in which it comes closest. */
static enum shelltrap_mismatch mismatch_of(const struct explanation *e,
					   const struct shelltrap_rule *rule)
{
	enum shelltrap_mismatch mismatch, closest = SHELLTRAP_MISMATCH_NONE;
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		mismatch = mismatch_in_round(e, rule, &e->rounds[i]);
		if (!mismatch)
			return SHELLTRAP_MISMATCH_NONE;
		if (mismatch > closest)
			closest = mismatch;
	}
	return closest;
}

static const char *const mismatches[] = {
	[SHELLTRAP_MISMATCH_NONE] = "fits",
	[SHELLTRAP_MISMATCH_OFF] = "no: it is off",
	[SHELLTRAP_MISMATCH_TARGET] = "no: the target is in none of its sets",
	[SHELLTRAP_MISMATCH_IDENTITY] =
		"no: the target is in its sets by name, but is not that file",
	[SHELLTRAP_MISMATCH_CONDITION] = "no: not as it says of stdin, stdout, file",
	[SHELLTRAP_MISMATCH_DROPPED] = "no: an exception never fits a dropped file",
	[SHELLTRAP_MISMATCH_UID] = "no: another user",
	[SHELLTRAP_MISMATCH_ACTOR] = "no: the caller is in none of its sets",
	[SHELLTRAP_MISMATCH_CGROUP] = "no: another cgroup",
	[SHELLTRAP_MISMATCH_ENVIRONMENT] = "no: the environment is not clean",
	[SHELLTRAP_MISMATCH_ARGV] = "no: another command line",
};

static void put_rules(const struct explanation *e)
{
	const struct shelltrap_policy *policy = e->policy;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		buffer_printf(e->out, "%-24s %s\n", policy->rules[i].name,
			      mismatches[mismatch_of(e, &policy->rules[i])]);
}

static __u64 fitting_rules(const struct explanation *e)
{
	__u64 fitting = 0;
	__u32 i;

	for (i = 0; i < e->policy->nr_rules; i++)
		if (!mismatch_of(e, &e->policy->rules[i]))
			fitting |= (__u64)1 << i;
	return fitting;
}

/* What becomes of the exec itself. */
enum outcome {
	OUTCOME_RUNS,
	OUTCOME_NO_SERVER,		/* it runs: what would deny it spares the caller */
	OUTCOME_SPARED,		/* it runs: an exception fits, but for its cgroup */
	OUTCOME_KILLED,
	OUTCOME_KILLED_LATE,	/* and not denied: an exception might have fitted */
	OUTCOME_DENIED,
};

/* An actor of some rule, or below one. */
static bool is_server(const struct explanation *e)
{
	const struct shelltrap_exec *exec = &e->rounds[0].exec;

	return e->policy->actors & (exec->self | exec->ancestors | exec->lineage);
}

/* As the module does: denied in the first round that says so, if nothing may spare it. */
static enum outcome outcome_of(const struct explanation *e, __u64 *exceptions)
{
	const struct shelltrap_policy *policy = e->policy;
	const struct shelltrap_late late = late_of(e->imagined);
	__u64 rules = 0, enforced = 0;
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		const struct shelltrap_exec *exec = &e->rounds[i].exec;

		rules |= shelltrap_policy_decide(policy, shelltrap_policy_candidates(policy, exec),
						 exec);
		enforced = shelltrap_policy_enforced(policy, rules, is_server(e));
		*exceptions = rules & policy->allowing;
		if ((enforced & policy->denying) && !*exceptions)
			return OUTCOME_DENIED;
	}
	if (!enforced)
		return shelltrap_policy_enforced(policy, rules, true) ? OUTCOME_NO_SERVER :
									OUTCOME_RUNS;
	if (shelltrap_policy_exception_matches(policy, rules, &late))
		return OUTCOME_SPARED;
	return enforced & policy->denying ? OUTCOME_KILLED_LATE : OUTCOME_KILLED;
}

static const char *const outcomes[] = {
	[OUTCOME_RUNS] = "an alert",
	[OUTCOME_NO_SERVER] = "an alert",
	[OUTCOME_SPARED] = "an alert",
	[OUTCOME_KILLED] = "killed",
	[OUTCOME_KILLED_LATE] = "killed",
	[OUTCOME_DENIED] = "denied",
};

static void put_why_not_denied(struct explanation *e, enum outcome becomes, __u64 exceptions)
{
	if (becomes == OUTCOME_NO_SERVER)
		buffer_puts(e->out, "; not denied: no server is behind the caller");
	if (becomes == OUTCOME_SPARED)
		buffer_puts(e->out, "; not denied: an exception fits but for its cgroup");
	if (becomes == OUTCOME_KILLED_LATE)
		buffer_printf(e->out, "; not denied: the exception %s may fit, "
			      "and its command line is known too late",
			      e->policy->rules[shelltrap_policy_leading(e->policy,
									exceptions)].name);
}

static void put_outcome(struct explanation *e)
{
	const struct shelltrap_policy *policy = e->policy;
	__u64 fitting = fitting_rules(e);
	int exception = shelltrap_policy_leading(policy, fitting & policy->allowing);
	int leading = shelltrap_policy_leading(policy, fitting & policy->alerting);
	__u64 exceptions = 0;
	enum outcome becomes = outcome_of(e, &exceptions);

	if (leading < 0) {
		buffer_puts(e->out, "nothing");
		return;
	}
	if (exception >= 0 && becomes != OUTCOME_DENIED) {
		buffer_printf(e->out, "silenced by the exception %s",
			      policy->rules[exception].name);
		return;
	}
	buffer_printf(e->out, "%s, led by %s, severity %s", outcomes[becomes],
		      policy->rules[leading].name,
		      severity_name(policy->rules[leading].severity));
	put_why_not_denied(e, becomes, exceptions);
}

static void put_rounds(struct explanation *e)
{
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		const char *path = e->rounds[i].path;
		char *real = path[0] == '/' ? realpath(path, NULL) : NULL;

		buffer_puts(e->out, i ? "interpreter: " : "target: ");
		text_put(e->out, path, TEXT_ASCII);
		if (!real) {
			buffer_puts(e->out, ", a file that is not here: by its name alone");
		} else if (strcmp(real, path)) {
			buffer_puts(e->out, ", which is ");
			text_put(e->out, real, TEXT_ASCII);
		}
		buffer_putc(e->out, '\n');
		free(real);
	}
}

/* What nobody has spoken of. */
static void put_assumed(struct explanation *e)
{
	const struct imagined *imagined = e->imagined;

	if (imagined->actor && imagined->actor[0] != '/')
		buffer_puts(e->out, "assumed: the caller is known by its task's name alone\n");
	if (!(imagined->conditions & ~SHELLTRAP_CONDITION_FILE_DROPPED))
		buffer_puts(e->out, "assumed: neither stdin nor stdout is a connected socket\n");
	if (!(imagined->conditions & SHELLTRAP_CONDITION_FILE_DROPPED))
		buffer_puts(e->out, "assumed: the file is not dropped\n");
	if (!imagined->has_uid)
		buffer_puts(e->out, "assumed: a user of whom no rule speaks\n");
	if (!imagined->cgroup)
		buffer_puts(e->out, "assumed: a cgroup of which no rule speaks\n");
	if (!imagined->argv.len)
		buffer_puts(e->out, "assumed: a command line of which no rule speaks\n");
	buffer_puts(e->out, "assumed: the exec completes, in a clean environment\n");
	if (shelltrap_policy_enforces(e->policy))
		buffer_puts(e->out, "assumed: what is denied or killed is not just observed\n");
}

void policy_explain(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined)
{
	struct explanation e = { .out = out, .policy = policy, .imagined = imagined };

	identify_members(policy);
	add_rounds(&e);
	put_rounds(&e);
	put_assumed(&e);
	put_rules(&e);
	buffer_puts(out, "outcome: ");
	put_outcome(&e);
	buffer_putc(out, '\n');
	forget_rounds(&e);
}

void policy_outcome(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined)
{
	struct explanation e = { .out = out, .policy = policy, .imagined = imagined };

	identify_members(policy);
	add_rounds(&e);
	put_outcome(&e);
	forget_rounds(&e);
}
