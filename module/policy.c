// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "environment.h"
#include "holes.h"
#include "policy_private.h"

/* Number of entries. At least half of them stay unused, so that failed lookups end soon. */
static __u32 policy_table_size(__u32 members)
{
	__u32 size = 16;

	/*
	 * A member may need two entries: a long name a second one, cut to the length of a
	 * task's name; a path a second one for the identity of its file.
	 */
	while (size / 4 < members)
		size *= 2;
	return size;
}

/*
 * Bits of the prefix filter for each entry of the table. Few names share a prefix with a
 * watched name, so the filter rejects most names without a lookup.
 */
#define PREFIX_FILTER_BITS	4

__u32 shelltrap_name_prefix(const char *name)
{
	__u32 prefix = 0;
	unsigned int i;

	for (i = 0; i < SHELLTRAP_NAME_PREFIX_LEN && name[i]; i++)
		prefix |= (__u32)(unsigned char)name[i] << 8 * i;
	return prefix;
}

/* The text starts with an empty string at offset 0. */
#define TEXT_RESERVED 1

size_t shelltrap_policy_size(__u32 members, __u32 text)
{
	return sizeof(struct shelltrap_policy) +
	       policy_table_size(members) * sizeof(struct shelltrap_entry) +
	       policy_table_size(members) * PREFIX_FILTER_BITS / 8 +
	       members * sizeof(struct shelltrap_member) + TEXT_RESERVED + text;
}

static const struct shelltrap_hold_limits hold_defaults = {
	.max = 8,
	.per_server = 2,
	.per_user = 2,
	.seconds = 30,
	.then = SHELLTRAP_HOLD_THEN_RELEASE,
};

void shelltrap_policy_init(struct shelltrap_policy *policy, __u32 members, __u32 text)
{
	__u32 size = policy_table_size(members);

	policy->hold = hold_defaults;
	policy->mask = size - 1;
	policy->prefix_filter_mask = ~0U;
	policy->prefix_filter_shift = 32 - __builtin_ctz(size * PREFIX_FILTER_BITS);
	policy->max_members = members;
	policy->text_used = TEXT_RESERVED;
	policy->text_size = TEXT_RESERVED + text;
	policy->table = (struct shelltrap_entry *)(policy + 1);
	policy->prefix_filter = (__u64 *)(policy->table + size);
	policy->members = (struct shelltrap_member *)(policy->prefix_filter +
						      size * PREFIX_FILTER_BITS / 64);
	policy->text = (char *)(policy->members + members);
}

__u32 shelltrap_policy_text(const struct shelltrap_policy *policy)
{
	return policy->text_used - TEXT_RESERVED;
}

static bool policy_has_room(const struct shelltrap_policy *policy, size_t bytes)
{
	return bytes <= policy->text_size - policy->text_used;
}

/* What to say without room: a policy from files announces the most that is allowed. */
static const char *room_fault(const struct shelltrap_policy *policy)
{
	return policy->text_size == TEXT_RESERVED + SHELLTRAP_TEXT_MAX ?
		       "a policy can have at most 4 MiB of names and other text" :
		       "more text than announced in POLICY_A_TEXT";
}

/* The caller has checked with policy_has_room() that the text fits. Returns its offset. */
static __u32 policy_add_text(struct shelltrap_policy *policy, const void *bytes, size_t len)
{
	__u32 at = policy->text_used;

	memcpy(policy->text + at, bytes, len);
	policy->text_used += len;
	return at;
}

/* Returns the copy, or NULL if @string is NULL. The caller has checked that it fits. */
static const char *policy_add_string(struct shelltrap_policy *policy, const char *string)
{
	return string ? policy->text + policy_add_text(policy, string, strlen(string) + 1) : NULL;
}

static size_t string_size(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

static struct shelltrap_entry *policy_enter_hashed(struct shelltrap_policy *policy, __u32 hash,
						   __u32 text, size_t len, enum entry_kind kind)
{
	struct shelltrap_entry *entry;

	entry = policy_find_entry(policy, hash, policy->text + text, len, kind);
	if (!entry->kind) {
		entry->hash = hash;
		entry->text = text;
		entry->len = len;
		entry->kind = kind;
	}
	return entry;
}

static struct shelltrap_entry *policy_enter(struct shelltrap_policy *policy, __u32 text, size_t len,
					    enum entry_kind kind)
{
	return policy_enter_hashed(policy, hash_bytes(policy->text + text, len), text, len, kind);
}

static bool is_label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

static const char *label_fault(const char *label)
{
	size_t i;

	if (!label)
		return "the name is missing";
	for (i = 0; label[i]; i++)
		if (!is_label_char(label[i]))
			return "a name may contain only letters, digits, '_', '-' and '.'";
	if (!i)
		return "the name is missing";
	if (i > SHELLTRAP_LABEL_MAX)
		return "a name of a set or rule must not be longer than 47 bytes";
	return NULL;
}

int shelltrap_policy_find_set(const struct shelltrap_policy *policy, const char *name)
{
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if (!strcmp(policy->sets[i].name, name))
			return i;
	return -1;
}

const char *shelltrap_policy_add_set(struct shelltrap_policy *policy, const char *name)
{
	const char *fault = label_fault(name);

	if (fault)
		return fault;
	if (shelltrap_policy_find_set(policy, name) >= 0)
		return "a set of this name exists already";
	if (policy->nr_sets == SHELLTRAP_SETS_MAX)
		return "a policy can have at most 64 sets";
	if (!policy_has_room(policy, strlen(name) + 1))
		return room_fault(policy);
	policy->sets[policy->nr_sets++].name = policy_add_string(policy, name);
	return NULL;
}

const char *shelltrap_policy_add_include(struct shelltrap_policy *policy, unsigned int set,
					 unsigned int included)
{
	if (set == included)
		return "a set must not include itself";
	policy->sets[set].includes |= BIT_OF(included);
	return NULL;
}

static const char *name_fault(const char *name, size_t len)
{
	size_t stem = stem_len(name, len);

	if (!len)
		return "a name must not be empty";
	if (is_prefix(name, len) && !stem)
		return "'*' alone would match every name; put something before it";
	if (!stem)
		return "put the name of the program before '[version]'";
	if (stem < len && stem > SHELLTRAP_PREFIX_MAX)
		return "the part before '*' or '[version]' must not be longer than 63 bytes";
	return len > SHELLTRAP_NAME_MAX ? "a name must not be longer than 255 bytes" : NULL;
}

/* Unlike the name of a file, the name of a task may contain '/': kernel threads have it. */
static const char *comm_fault(const char *name, size_t len)
{
	const char *fault = name_fault(name, len);

	if (fault || stem_len(name, len) <= SHELLTRAP_COMM_MAX)
		return fault;
	return "the kernel cuts a task's name to 15 bytes; write only the first 15";
}

static const char *path_fault(const char *path, size_t len)
{
	if (path[0] != '/')
		return "a path must begin with '/'";
	if (path[len - 1] == '/')
		return "the path of a file must not end in '/'";
	return len >= SHELLTRAP_PATH_MAX ? "a path must not be longer than 4095 bytes" : NULL;
}

static const char *runs_fault(const char *text)
{
	const char *what = strchr(text, ':');
	const char *fault;
	size_t len;

	if (!what || what == text || !what[1])
		return "write PROGRAM:WHAT, such as python3*:gunicorn";
	if (memchr(text, '/', what - text))
		return "PROGRAM in PROGRAM:WHAT must be a name without '/'";
	fault = name_fault(text, what - text);
	what++;
	len = strlen(what);
	if (fault || what[0] == '/')
		return fault ? fault : path_fault(what, len);
	if (strchr(what, '/'))
		return "WHAT in PROGRAM:WHAT must be a name, or a path that begins with '/'";
	return name_fault(what, len);
}

static const char *hosted_fault(const char *text)
{
	const char *fault = runs_fault(text);

	if (!fault && strlen(strchr(text, ':') + 1) > SHELLTRAP_RUNS_MAX)
		fault = "WHAT in PROGRAM:WHAT must not be longer than 95 bytes";
	return fault;
}

/* Reads a port at *@text, and advances *@text past the port. Returns 0 if there is none. */
static __u16 policy_read_port(const char **text)
{
	__u32 port = 0;

	if (**text == '0')
		return 0;
	for (; **text >= '0' && **text <= '9' && port <= 65535; (*text)++)
		port = port * 10 + (**text - '0');
	return port <= 65535 ? port : 0;
}

static bool policy_read_ports(const char *text, struct shelltrap_ports *ports)
{
	ports->first = policy_read_port(&text);
	ports->last = ports->first;
	if (*text == '-') {
		text++;
		ports->last = policy_read_port(&text);
	}
	return ports->first && ports->first <= ports->last && !*text;
}

static const char *ports_fault(const char *text)
{
	struct shelltrap_ports ports;

	return policy_read_ports(text, &ports) ?
		       NULL : "write a port from 1 to 65535, or a range such as 8000-8008";
}

static const char *member_fault(enum shelltrap_member_kind kind, const char *text, size_t len)
{
	switch (kind) {
	case SHELLTRAP_MEMBER_COMM:
		return comm_fault(text, len);
	case SHELLTRAP_MEMBER_PATH:
		return path_fault(text, len);
	case SHELLTRAP_MEMBER_RUNS:
		return hosted_fault(text);
	case SHELLTRAP_MEMBER_PORTS:
		return ports_fault(text);
	case SHELLTRAP_MEMBER_NEVER:
		return strchr(text, '/') ? "never takes the name of an executable, without '/'" :
					   name_fault(text, len);
	default:
		return strchr(text, '/') ? "a name must not contain '/'; add a path to paths" :
					   name_fault(text, len);
	}
}

/* Enters a whole name, or the part before '*' or "[version]". */
static struct shelltrap_entry *policy_enter_pattern(struct shelltrap_policy *policy, __u32 text,
						    size_t len)
{
	const char *name = policy->text + text;
	size_t stem = stem_len(name, len);
	struct shelltrap_entry *entry;

	if (stem == len)
		return policy_enter(policy, text, len, ENTRY_EXACT);
	entry = policy_enter(policy, text, stem,
			     is_prefix(name, len) ? ENTRY_PREFIX : ENTRY_VERSIONED);
	policy_note_prefix(policy, entry);
	return entry;
}

/* The kernel cuts the name of a task, so a long name must be found by its first bytes too. */
static void policy_enter_cut_name(struct shelltrap_policy *policy, __u32 text, __u64 set)
{
	struct shelltrap_entry *entry;

	entry = policy_enter(policy, text, SHELLTRAP_COMM_MAX, ENTRY_EXACT);
	entry->sets[SHELLTRAP_NAME_OF_TASK] |= set;
}

static void policy_enter_name(struct shelltrap_policy *policy, __u32 text, size_t len,
			      bool task_only, __u64 set)
{
	struct shelltrap_entry *entry = policy_enter_pattern(policy, text, len);

	entry->sets[SHELLTRAP_NAME_OF_TASK] |= set;
	if (!task_only)
		entry->sets[SHELLTRAP_NAME_OF_FILE] |= set;
	if (entry->len > SHELLTRAP_COMM_MAX)
		policy_enter_cut_name(policy, text, set);
}

static void policy_enter_path(struct shelltrap_policy *policy, __u32 text, size_t len,
			      unsigned int set)
{
	policy_enter(policy, text, len, ENTRY_PATH)->sets[SHELLTRAP_NAME_OF_FILE] |= BIT_OF(set);
	/* Reserve space for shelltrap_policy_identify(). */
	policy->text_used += sizeof(struct shelltrap_identity);
	policy->sets[set].nr_paths++;
	policy->sets[set].programs |= shelltrap_holes_program(policy->text + text);
	policy->nr_paths++;
}

/* The table has only the name of the program; lookup.c compares what the program runs. */
static void policy_enter_hosted(struct shelltrap_policy *policy, __u32 text, unsigned int set)
{
	size_t len = strchr(policy->text + text, ':') - (policy->text + text);

	policy_enter_pattern(policy, text, len)->sets[SHELLTRAP_NAME_OF_RUNTIME] |= BIT_OF(set);
	policy->hosted[policy->nr_hosted++] = policy->nr_members - 1;
}

/* The caller has checked the text. */
static void policy_enter_ports(struct shelltrap_policy *policy, __u32 text, unsigned int set)
{
	struct shelltrap_ports *ports = &policy->ports[policy->nr_ports++];

	policy_read_ports(policy->text + text, ports);
	ports->set = set;
}

static void policy_enter_never(struct shelltrap_policy *policy, __u32 text, size_t len,
			       unsigned int set)
{
	policy_enter_pattern(policy, text, len)->sets[SHELLTRAP_NAME_OF_NEVER] |= BIT_OF(set);
}

/* Enters a member in the tables in which it is looked up. */
static void policy_enter_member(struct shelltrap_policy *policy,
				const struct shelltrap_member *member)
{
	switch (member->kind) {
	case SHELLTRAP_MEMBER_PATH:
		policy_enter_path(policy, member->text, member->len, member->set);
		break;
	case SHELLTRAP_MEMBER_RUNS:
		policy_enter_hosted(policy, member->text, member->set);
		break;
	case SHELLTRAP_MEMBER_PORTS:
		policy_enter_ports(policy, member->text, member->set);
		break;
	case SHELLTRAP_MEMBER_NEVER:
		policy_enter_never(policy, member->text, member->len, member->set);
		break;
	default:
		policy_enter_name(policy, member->text, member->len,
				  member->kind == SHELLTRAP_MEMBER_COMM, BIT_OF(member->set));
	}
}

static const char *policy_no_room(const struct shelltrap_policy *policy,
				  enum shelltrap_member_kind kind, size_t size)
{
	if (policy->nr_members == policy->max_members)
		return policy->max_members == SHELLTRAP_MEMBERS_MAX ?
			       "a policy can have at most 65536 names and paths" :
			       "more members than announced in POLICY_A_MEMBERS";
	if (kind == SHELLTRAP_MEMBER_RUNS && policy->nr_hosted == SHELLTRAP_HOSTED_MAX)
		return "a policy can have at most 256 members PROGRAM:WHAT";
	if (kind == SHELLTRAP_MEMBER_PORTS && policy->nr_ports == SHELLTRAP_PORTS_MAX)
		return "a policy can have at most 256 ports and ranges of ports";
	if (kind == SHELLTRAP_MEMBER_PATH)
		size += sizeof(struct shelltrap_identity);
	return policy_has_room(policy, size) ? NULL : room_fault(policy);
}

const char *shelltrap_policy_add_member(struct shelltrap_policy *policy, unsigned int set,
					enum shelltrap_member_kind kind, const char *text)
{
	size_t len = strlen(text);
	const char *fault = member_fault(kind, text, len);
	struct shelltrap_member *member;

	if (!fault)
		fault = policy_no_room(policy, kind, len + 1);
	if (fault)
		return fault;
	member = &policy->members[policy->nr_members++];
	member->text = policy_add_text(policy, text, len + 1);
	member->len = len;
	member->kind = kind;
	member->set = set;
	policy_enter_member(policy, member);
	return NULL;
}

void shelltrap_policy_identify(struct shelltrap_policy *policy, unsigned int number,
			       const struct shelltrap_identity *identity)
{
	const struct shelltrap_member *member = &policy->members[number];
	__u32 text = member->text + member->len + 1;
	struct shelltrap_entry *entry;

	memcpy(policy->text + text, identity, sizeof(*identity));
	entry = policy_enter_hashed(policy, hash_identity(identity), text, sizeof(*identity),
				    ENTRY_IDENTITY);
	entry->sets[SHELLTRAP_NAME_OF_FILE] |= BIT_OF(member->set);
	policy->nr_identities++;
}

void shelltrap_policy_add_multicall(struct shelltrap_policy *policy,
				    const struct shelltrap_identity *identity)
{
	if (policy->nr_multicalls < SHELLTRAP_MULTICALLS_MAX)
		policy->multicalls[policy->nr_multicalls++] = *identity;
}

static const char *title_fault(const char *title)
{
	return title && strlen(title) > SHELLTRAP_TITLE_MAX ?
		       "title, threat and reference must not be longer than 127 bytes each" : NULL;
}

static const char *strings_fault(const struct shelltrap_rule *rule)
{
	const char *fault = title_fault(rule->title);

	if (!fault)
		fault = title_fault(rule->threat);
	if (!fault)
		fault = title_fault(rule->reference);
	if (fault || !rule->cgroup)
		return fault;
	if (rule->cgroup[0] != '/')
		return "cgroup must be a path that begins with '/'";
	if (strlen(rule->cgroup) >= SHELLTRAP_PATH_MAX)
		return "cgroup must not be longer than 4095 bytes";
	return NULL;
}

static const char *argv_fault(const struct shelltrap_rule *rule)
{
	if (!rule->argv)
		return NULL;
	if (rule->action != SHELLTRAP_ACTION_ALLOW && rule->action != SHELLTRAP_ACTION_OFF)
		return "only exceptions (action = allow) may have argv";
	if (!rule->argv_len || rule->argv[rule->argv_len - 1])
		return "each argument in argv must end in a NUL";
	if (rule->argv_len > SHELLTRAP_EXCEPTION_ARGV_MAX)
		return "argv must not be longer than 4096 bytes";
	return rule->argv_holes ? shelltrap_holes_fault(rule->argv, rule->argv_len, 0) : NULL;
}

static const char *cwd_fault(const struct shelltrap_rule *rule)
{
	if (!rule->cwd)
		return NULL;
	if (rule->action != SHELLTRAP_ACTION_ALLOW && rule->action != SHELLTRAP_ACTION_OFF)
		return "only exceptions (action = allow) may have cwd";
	if (rule->cwd[0] != '/')
		return "cwd must be a path that begins with '/'";
	if (strlen(rule->cwd) >= SHELLTRAP_PATH_MAX)
		return "cwd must not be longer than 4095 bytes";
	return NULL;
}

static const char *environment_fault(const struct shelltrap_rule *rule)
{
	if (!rule->environment)
		return NULL;
	if (rule->action != SHELLTRAP_ACTION_ALLOW && rule->action != SHELLTRAP_ACTION_OFF)
		return "only exceptions (action = allow) may have environment";
	return shelltrap_environment_fault(rule->environment, rule->environment_len);
}

static const char *not_cgroup_fault(const struct shelltrap_rule *rule)
{
	__u32 at;

	if (!rule->not_cgroup)
		return NULL;
	if (!rule->not_cgroup_len || rule->not_cgroup[rule->not_cgroup_len - 1])
		return "each path in 'cgroup -=' must end in a NUL";
	if (rule->not_cgroup_len > SHELLTRAP_NOT_CGROUP_MAX)
		return "the paths of 'cgroup -=' must not be longer than 4096 bytes";
	for (at = 0; at < rule->not_cgroup_len; at += strlen(rule->not_cgroup + at) + 1)
		if (rule->not_cgroup[at] != '/')
			return "'cgroup -=' needs paths that begin with '/'";
	return NULL;
}

static const char *values_fault(const struct shelltrap_rule *rule)
{
	if (rule->severity < SHELLTRAP_SEVERITY_LOW || rule->severity > SHELLTRAP_SEVERITY_CRITICAL)
		return "no such severity";
	if (rule->action < SHELLTRAP_ACTION_OFF || rule->action > SHELLTRAP_ACTION_HOLD)
		return "no such action";
	if (rule->scope > SHELLTRAP_SCOPE_LINEAGE || !rule->scope != !rule->actor)
		return rule->actor ? "a rule with an actor needs a scope" :
				     "scope needs an actor: add one, or remove scope";
	if (rule->conditions >= SHELLTRAP_CONDITION_CODE_INJECTED * 2)
		return "no such condition";
	if (rule->has_uid && rule->uid == (__u32)-1)
		return "4294967295 is not a user id";
	if (!rule->actor && !rule->target && !rule->conditions && !rule->has_uid && !rule->cgroup)
		return "the rule would match every exec: add an actor, a target or a condition";
	return NULL;
}

static const char *exception_fault(const struct shelltrap_rule *rule)
{
	if (rule->action != SHELLTRAP_ACTION_ALLOW)
		return NULL;
	if (!rule->target)
		return "an exception needs a target";
	if (rule->conditions & SHELLTRAP_CONDITION_FILE_DROPPED)
		return "an exception never matches a dropped file: remove that condition";
	if (rule->conditions & SHELLTRAP_CONDITION_CODE_INJECTED)
		return "an exception never matches injected code: remove that condition";
	return NULL;
}

static bool is_enforced(const struct shelltrap_rule *rule)
{
	return rule->action == SHELLTRAP_ACTION_DENY || rule->action == SHELLTRAP_ACTION_KILL;
}

static const char *enforcement_fault(const struct shelltrap_rule *rule)
{
	bool cgroup = rule->cgroup || rule->not_cgroup;

	if (is_enforced(rule) && cgroup)
		return "a rule that denies or kills cannot use cgroup, which is known too late";
	if (rule->action == SHELLTRAP_ACTION_HOLD && cgroup)
		return "a rule that holds cannot use cgroup, which is known too late";
	if (rule->action == SHELLTRAP_ACTION_HOLD && rule->anybody)
		return "a rule that holds cannot have enforce: it holds only below a server";
	if (!is_enforced(rule) && rule->anybody && rule->action != SHELLTRAP_ACTION_OFF)
		return "only a rule that denies or kills may have enforce";
	return NULL;
}

static const char *rule_fault(const struct shelltrap_policy *policy,
			      const struct shelltrap_rule *rule)
{
	const char *fault = label_fault(rule->name);
	__u32 i;

	for (i = 0; !fault && i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, rule->name))
			fault = "a rule of this name exists already";
	if (!fault)
		fault = values_fault(rule);
	if (!fault)
		fault = exception_fault(rule);
	if (!fault)
		fault = enforcement_fault(rule);
	if (!fault)
		fault = strings_fault(rule);
	if (!fault)
		fault = argv_fault(rule);
	if (!fault)
		fault = cwd_fault(rule);
	if (!fault)
		fault = environment_fault(rule);
	if (!fault)
		fault = not_cgroup_fault(rule);
	if (!fault && policy->nr_rules == SHELLTRAP_RULES_MAX)
		fault = "a policy can have at most 64 rules";
	return fault;
}

static void rule_measure_argv(struct shelltrap_rule *rule)
{
	__u32 len = rule->argv ? rule->argv_len : 0, end = rule->argv_holes ? 0 : len;

	while (end < len && rule->argv[end] != '{')
		end++;
	rule->argv_skip = len ? shelltrap_argv_skip(rule->argv, len) : 0;
	rule->argv_fixed = end > rule->argv_skip ? end - rule->argv_skip : 0;
}

const char *shelltrap_policy_add_rule(struct shelltrap_policy *policy,
				      const struct shelltrap_rule *rule)
{
	const char *fault = rule_fault(policy, rule);
	struct shelltrap_rule *added;

	if (fault)
		return fault;
	if (!policy_has_room(policy, string_size(rule->name) + string_size(rule->title) +
			      string_size(rule->threat) + string_size(rule->reference) +
			      string_size(rule->cgroup) + string_size(rule->cwd) +
			      (rule->argv ? rule->argv_len : 0) +
			      (rule->environment ? rule->environment_len : 0) +
			      (rule->not_cgroup ? rule->not_cgroup_len : 0)))
		return room_fault(policy);

	added = &policy->rules[policy->nr_rules++];
	*added = *rule;
	added->name = policy_add_string(policy, rule->name);
	added->title = policy_add_string(policy, rule->title);
	added->threat = policy_add_string(policy, rule->threat);
	added->reference = policy_add_string(policy, rule->reference);
	added->cgroup = policy_add_string(policy, rule->cgroup);
	added->cwd = policy_add_string(policy, rule->cwd);
	if (rule->argv)
		added->argv = policy->text + policy_add_text(policy, rule->argv, rule->argv_len);
	rule_measure_argv(added);
	if (rule->environment)
		added->environment = policy->text + policy_add_text(policy, rule->environment,
								    rule->environment_len);
	if (rule->not_cgroup)
		added->not_cgroup = policy->text + policy_add_text(policy, rule->not_cgroup,
								   rule->not_cgroup_len);
	return NULL;
}

const char *shelltrap_policy_set_hold(struct shelltrap_policy *policy,
				      const struct shelltrap_hold_limits *limits)
{
	if (!limits->max || limits->max > SHELLTRAP_HOLD_MAX)
		return "hold_max must be 1 to 64";
	if (!limits->per_server || limits->per_server > limits->max)
		return "hold_per_server must be 1 to hold_max";
	if (!limits->per_user || limits->per_user > limits->max)
		return "hold_per_user must be 1 to hold_max";
	if (!limits->seconds || limits->seconds > SHELLTRAP_HOLD_SECONDS_MAX)
		return "hold_seconds must be 1 to 300";
	if (limits->then != SHELLTRAP_HOLD_THEN_RELEASE &&
	    limits->then != SHELLTRAP_HOLD_THEN_KILL)
		return "hold_then must be release or kill";
	policy->hold = *limits;
	return NULL;
}

bool shelltrap_policy_has_hold(const struct shelltrap_policy *policy)
{
	return policy->holding || memcmp(&policy->hold, &hold_defaults, sizeof(hold_defaults));
}

/*
 * Computes "all" of each set. Each round follows every chain of includes one step further;
 * no chain is longer than the number of sets.
 */
static void close_includes(struct shelltrap_policy *policy)
{
	__u32 round, i, k;

	for (i = 0; i < policy->nr_sets; i++)
		policy->sets[i].all = policy->sets[i].includes;
	for (round = 0; round < policy->nr_sets; round++)
		for (i = 0; i < policy->nr_sets; i++)
			for (k = 0; k < policy->nr_sets; k++)
				if (policy->sets[i].all & BIT_OF(k))
					policy->sets[i].all |= policy->sets[k].all;
}

/*
 * In a set with ports a name is only a hint: the set is about what serves. The same holds for a
 * set that includes one with ports, and for the sets that such a set includes.
 */
static void set_serving(struct shelltrap_policy *policy)
{
	__u64 with_ports = 0;
	__u32 i;

	for (i = 0; i < policy->nr_ports; i++)
		with_ports |= BIT_OF(policy->ports[i].set);
	for (i = 0; i < policy->nr_sets; i++)
		if ((BIT_OF(i) | policy->sets[i].all) & with_ports)
			policy->serving |= BIT_OF(i) | policy->sets[i].all;
}

static __u64 with_included(const struct shelltrap_policy *policy, __u64 sets)
{
	__u64 all = sets;
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if (sets & BIT_OF(i))
			all |= policy->sets[i].all;
	return all;
}

static bool policy_has_paths(const struct shelltrap_policy *policy, __u64 sets)
{
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if ((sets & BIT_OF(i)) && policy->sets[i].nr_paths)
			return true;
	return false;
}

/* A hole must be harmless whatever name the program is given as its first argument. */
static const char *policy_holes_fault(const struct shelltrap_policy *policy,
				      const struct shelltrap_rule *rule)
{
	__u8 programs = 0;
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if (rule->all_target & BIT_OF(i))
			programs |= policy->sets[i].programs;
	return rule->argv_holes ?
		       shelltrap_holes_fault(rule->argv, rule->argv_len, programs) : NULL;
}

static void policy_index_target(struct shelltrap_policy *policy, __u32 number)
{
	__u64 sets = policy->rules[number].all_target;

	if (!policy->rules[number].target)
		policy->untargeted |= BIT_OF(number);
	for (; sets; sets &= sets - 1)
		policy->targeting[bit_first(sets)] |= BIT_OF(number);
}

/* Returns the last rule before this one that has a probe and is for the same programs. */
static const struct shelltrap_rule *policy_rival(const struct shelltrap_policy *policy,
						 __u32 number)
{
	const struct shelltrap_rule *rule = &policy->rules[number];
	__u32 i;

	for (i = number; i--;)
		if (policy->rules[i].argv_fixed &&
		    (policy->rules[i].all_target & rule->all_target))
			return &policy->rules[i];
	return NULL;
}

/*
 * The place where two command lines differ is the best one to tell them apart. Else it is the last
 * one.
 */
static void policy_choose_probe(struct shelltrap_policy *policy, __u32 number)
{
	struct shelltrap_rule *rule = &policy->rules[number];
	const struct shelltrap_rule *rival = policy_rival(policy, number);
	const char *argv, *other;
	__u32 at = 0;

	if (!rule->argv_fixed)
		return;
	argv = rule->argv + rule->argv_skip;
	other = rival ? rival->argv + rival->argv_skip : NULL;
	while (rival && at < rule->argv_fixed && at < rival->argv_fixed && argv[at] == other[at])
		at++;
	if (!rival || at == rule->argv_fixed || at == rival->argv_fixed)
		at = rule->argv_fixed - 1;
	rule->argv_probe = at;
	rule->argv_byte = argv[at];
}

static const char *policy_finish_rule(struct shelltrap_policy *policy, __u32 number)
{
	struct shelltrap_rule *rule = &policy->rules[number];
	const char *fault;

	rule->all_actor = with_included(policy, rule->actor);
	rule->all_target = with_included(policy, rule->target);
	rule->all_not_actor = with_included(policy, rule->not_actor);
	policy_choose_probe(policy, number);
	if (rule->action == SHELLTRAP_ACTION_ALLOW && !policy_has_paths(policy, rule->all_target))
		return "an exception matches files, not names: add paths to its target sets";
	if (rule->action == SHELLTRAP_ACTION_OFF)
		return NULL;
	fault = policy_holes_fault(policy, rule);
	if (fault)
		return fault;
	if (rule->action == SHELLTRAP_ACTION_ALLOW)
		policy->allowing |= BIT_OF(number);
	else
		policy->alerting |= BIT_OF(number);
	if (rule->action == SHELLTRAP_ACTION_DENY)
		policy->denying |= BIT_OF(number);
	if (rule->action == SHELLTRAP_ACTION_KILL)
		policy->killing |= BIT_OF(number);
	if (rule->action == SHELLTRAP_ACTION_HOLD)
		policy->holding |= BIT_OF(number);
	if (rule->anybody)
		policy->anybody |= BIT_OF(number);
	policy->any_not_actor |= !!rule->not_actor;
	policy->actors |= rule->all_actor;
	policy->targets |= rule->all_target;
	policy->conditions |= rule->conditions;
	if (!rule->actor)
		policy->watched |= rule->all_target;
	/* An exception needs this condition even if the rule does not name it. */
	if (rule->action == SHELLTRAP_ACTION_ALLOW)
		policy->conditions |= SHELLTRAP_CONDITION_FILE_DROPPED;
	if (!rule->target)
		*(rule->actor ? &policy->any_target : &policy->any_exec) = true;
	policy_index_target(policy, number);
	return NULL;
}

/* Returns how many bytes of the member are a watched name with its pattern, or 0. */
static size_t member_name_len(const struct shelltrap_member *member, const char *text)
{
	switch (member->kind) {
	case SHELLTRAP_MEMBER_NAME:
	case SHELLTRAP_MEMBER_COMM:
		return member->len;
	case SHELLTRAP_MEMBER_RUNS:
		return strchr(text, ':') - text;
	default:
		return 0;
	}
}

static void policy_watch_member(struct shelltrap_policy *policy, __u32 number)
{
	const char *text = shelltrap_policy_member(policy, number);
	size_t len = member_name_len(&policy->members[number], text);
	char name[SHELLTRAP_NAME_PREFIX_LEN] = "";
	size_t stem;
	__u32 bit;

	stem = stem_len(text, len);
	memcpy(name, text,
	       stem < SHELLTRAP_NAME_PREFIX_LEN ? stem : SHELLTRAP_NAME_PREFIX_LEN);
	bit = shelltrap_policy_prefix_bit(policy, shelltrap_name_prefix(name));
	if (len)
		policy->prefix_filter[bit / 64] |= BIT_OF(bit % 64);
	else if (policy->members[number].kind == SHELLTRAP_MEMBER_PATH)
		policy->watched_paths = true;
}

/* The filter may compare no more bytes than the shortest watched prefix has. */
static void policy_narrow_filter(struct shelltrap_policy *policy, __u32 number)
{
	const char *text = shelltrap_policy_member(policy, number);
	size_t len = member_name_len(&policy->members[number], text);
	size_t stem = stem_len(text, len);

	if (stem < len && stem < SHELLTRAP_NAME_PREFIX_LEN)
		policy->prefix_filter_mask &= (1U << 8 * stem) - 1;
}

static void for_watched_members(struct shelltrap_policy *policy,
				void (*call)(struct shelltrap_policy *policy, __u32 number))
{
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (policy->watched & BIT_OF(policy->members[i].set))
			call(policy, i);
}

/*
 * Fills the prefix filter. Actors are watched even if no rule has them as a target: a
 * process that runs a server's program becomes a server.
 */
static void policy_watch(struct shelltrap_policy *policy)
{
	policy->watched |= policy->actors;
	for_watched_members(policy, policy_narrow_filter);
	for_watched_members(policy, policy_watch_member);
}

const char *shelltrap_policy_finish(struct shelltrap_policy *policy, int *rule, int *set)
{
	const char *fault = NULL;
	int shells;
	__u32 i;

	*rule = *set = -1;
	close_includes(policy);
	for (i = 0; i < policy->nr_sets; i++) {
		if (!(policy->sets[i].all & BIT_OF(i)))
			continue;
		*set = i;
		return "the set includes itself through another set";
	}
	set_serving(policy);
	for (i = 0; !fault && i < policy->nr_rules; i++) {
		fault = policy_finish_rule(policy, i);
		if (fault)
			*rule = i;
	}
	if (fault)
		return fault;
	shells = shelltrap_policy_find_set(policy, "shells");
	if (shells >= 0)
		policy->shells = BIT_OF(shells) | policy->sets[shells].all;
	policy_watch(policy);
	return NULL;
}
