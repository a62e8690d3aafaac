// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "policy.h"

#define BIT_OF(n) ((__u64)1 << (n))

/* FNV-1a, a byte at a time: a prefix's hash falls out on the way to the name's. */
#define HASH_START 2166136261U

static __u32 hash_step(__u32 hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 16777619U;
}

static __u32 hash_bytes(const char *bytes, size_t len)
{
	__u32 hash = HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = hash_step(hash, bytes[i]);
	return hash;
}

/* Numbers that mostly differ in a few low bits. */
static __u32 hash_identity(const struct shelltrap_identity *identity)
{
	__u64 numbers = identity->ino ^ ((__u64)identity->generation << 32 | identity->dev);

	return numbers * 0x9e3779b97f4a7c15ULL >> 32;
}

enum entry_kind {
	ENTRY_EXACT = 1,
	ENTRY_PREFIX,
	ENTRY_PATH,
	ENTRY_IDENTITY,
};

/* At most half full, so that a look-up for what isn't there ends soon. */
static __u32 table_size(__u32 members)
{
	__u32 size = 16;

	/* A name may need a second entry, cut to a task's length; a path one for its file. */
	while (size / 4 < members)
		size *= 2;
	return size;
}

/*
 * Few of the names that are looked up begin like one that is watched. For each entry of
 * the table there are so many bits.
 */
#define BEGINNING_BITS	4

__u32 shelltrap_beginning(const char *name)
{
	__u32 beginning = 0;
	unsigned int i;

	for (i = 0; i < SHELLTRAP_BEGINNING && name[i]; i++)
		beginning |= (__u32)(unsigned char)name[i] << 8 * i;
	return beginning;
}

/* Offset 0 of the text is the empty string. */
#define TEXT_RESERVED 1

size_t shelltrap_policy_size(__u32 members, __u32 text)
{
	return sizeof(struct shelltrap_policy) +
	       table_size(members) * sizeof(struct shelltrap_entry) +
	       table_size(members) * BEGINNING_BITS / 8 +
	       members * sizeof(struct shelltrap_member) + TEXT_RESERVED + text;
}

void shelltrap_policy_init(struct shelltrap_policy *policy, __u32 members, __u32 text)
{
	__u32 size = table_size(members);

	policy->mask = size - 1;
	policy->beginning_mask = ~0U;
	policy->beginning_shift = 32 - __builtin_ctz(size * BEGINNING_BITS);
	policy->max_members = members;
	policy->text_used = TEXT_RESERVED;
	policy->text_size = TEXT_RESERVED + text;
	policy->table = (struct shelltrap_entry *)(policy + 1);
	policy->beginnings = (__u64 *)(policy->table + size);
	policy->members = (struct shelltrap_member *)(policy->beginnings +
						      size * BEGINNING_BITS / 64);
	policy->text = (char *)(policy->members + members);
}

__u32 shelltrap_policy_text(const struct shelltrap_policy *policy)
{
	return policy->text_used - TEXT_RESERVED;
}

static bool has_room(const struct shelltrap_policy *policy, size_t bytes)
{
	return bytes <= policy->text_size - policy->text_used;
}

/* The caller has seen that there is room. */
static __u32 add_text(struct shelltrap_policy *policy, const void *bytes, size_t len)
{
	__u32 at = policy->text_used;

	memcpy(policy->text + at, bytes, len);
	policy->text_used += len;
	return at;
}

/* NULL for NULL. */
static const char *add_string(struct shelltrap_policy *policy, const char *string)
{
	return string ? policy->text + add_text(policy, string, strlen(string) + 1) : NULL;
}

static size_t string_size(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

/* The entry of those bytes, or the unused one where it belongs. */
static struct shelltrap_entry *find_entry(const struct shelltrap_policy *policy, __u32 hash,
					  const void *bytes, size_t len, enum entry_kind kind)
{
	struct shelltrap_entry *entry;
	__u32 at = hash;

	for (;; at++) {
		entry = &policy->table[at & policy->mask];
		if (!entry->kind)
			return entry;
		if (entry->hash == hash && entry->len == len && entry->kind == kind &&
		    !memcmp(policy->text + entry->text, bytes, len))
			return entry;
	}
}

static struct shelltrap_entry *enter_hashed(struct shelltrap_policy *policy, __u32 hash,
					    __u32 text, size_t len, enum entry_kind kind)
{
	struct shelltrap_entry *entry = find_entry(policy, hash, policy->text + text, len, kind);

	if (!entry->kind) {
		entry->hash = hash;
		entry->text = text;
		entry->len = len;
		entry->kind = kind;
	}
	return entry;
}

static struct shelltrap_entry *enter(struct shelltrap_policy *policy, __u32 text, size_t len,
				     enum entry_kind kind)
{
	return enter_hashed(policy, hash_bytes(policy->text + text, len), text, len, kind);
}

static void note_prefix(struct shelltrap_policy *policy, const struct shelltrap_entry *entry)
{
	policy->prefix_lens |= BIT_OF(entry->len);
	policy->prefix_hashes[entry->hash >> 6 & 3] |= BIT_OF(entry->hash & 63);
}

static bool may_be_prefix(const struct shelltrap_policy *policy, __u32 hash)
{
	return policy->prefix_hashes[hash >> 6 & 3] & BIT_OF(hash & 63);
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
		return "it needs a name";
	for (i = 0; label[i]; i++)
		if (!is_label_char(label[i]))
			return "a name here is letters, digits, '_', '-' and '.'";
	if (!i)
		return "it needs a name";
	return i > SHELLTRAP_LABEL_MAX ? "this name has more than 47 bytes" : NULL;
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
		return "there is a set of this name already";
	if (policy->nr_sets == SHELLTRAP_SETS_MAX)
		return "a policy has at most 64 sets";
	if (!has_room(policy, strlen(name) + 1))
		return "more text than was announced";
	policy->sets[policy->nr_sets++].name = add_string(policy, name);
	return NULL;
}

const char *shelltrap_policy_add_include(struct shelltrap_policy *policy, unsigned int set,
					 unsigned int included)
{
	if (set == included)
		return "a set includes itself";
	policy->sets[set].includes |= BIT_OF(included);
	return NULL;
}

static bool is_prefix(const char *name, size_t len)
{
	return len && name[len - 1] == '*';
}

static const char *name_fault(const char *name, size_t len)
{
	size_t prefix = is_prefix(name, len) ? len - 1 : 0;

	if (!len)
		return "a name is not empty";
	if (is_prefix(name, len) && !prefix)
		return "it would fit every name";
	if (prefix > SHELLTRAP_PREFIX_MAX)
		return "what is before a '*' has at most 63 bytes";
	return len > SHELLTRAP_NAME_MAX ? "a name has at most 255 bytes" : NULL;
}

/* The kernel's own tasks may have a '/' in theirs. */
static const char *comm_fault(const char *name, size_t len)
{
	const char *fault = name_fault(name, len);

	if (fault || len - is_prefix(name, len) <= SHELLTRAP_COMM_MAX)
		return fault;
	return "a task's name has at most 15 bytes, the kernel cuts the rest: give its first 15";
}

static const char *path_fault(const char *path, size_t len)
{
	if (path[0] != '/')
		return "a path begins with '/'";
	if (path[len - 1] == '/')
		return "a path of a file does not end in '/'";
	return len >= SHELLTRAP_PATH_MAX ? "a path has at most 4095 bytes" : NULL;
}

static const char *runs_fault(const char *text)
{
	const char *what = strchr(text, ':');
	const char *fault;
	size_t len;

	if (!what || what == text || !what[1])
		return "what a runtime runs is PROGRAM:WHAT";
	if (memchr(text, '/', what - text))
		return "the program of PROGRAM:WHAT is a name without '/'";
	fault = name_fault(text, what - text);
	what++;
	len = strlen(what);
	if (fault || what[0] == '/')
		return fault ? fault : path_fault(what, len);
	if (strchr(what, '/'))
		return "the WHAT of PROGRAM:WHAT is a name, or a path that begins with '/'";
	return name_fault(what, len);
}

static const char *hosted_fault(const char *text)
{
	const char *fault = runs_fault(text);

	if (!fault && strlen(strchr(text, ':') + 1) > SHELLTRAP_RUNS_MAX)
		fault = "the WHAT of PROGRAM:WHAT has at most 95 bytes";
	return fault;
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
	default:
		return strchr(text, '/') ? "a name has no '/'; is it a path?" :
					   name_fault(text, len);
	}
}

/* A whole name, or with a '*' how names begin. */
static struct shelltrap_entry *enter_pattern(struct shelltrap_policy *policy, __u32 text,
					     size_t len)
{
	struct shelltrap_entry *entry;

	if (!is_prefix(policy->text + text, len))
		return enter(policy, text, len, ENTRY_EXACT);
	entry = enter(policy, text, len - 1, ENTRY_PREFIX);
	note_prefix(policy, entry);
	return entry;
}

static void enter_name(struct shelltrap_policy *policy, __u32 text, size_t len, bool task_only,
		       __u64 set)
{
	struct shelltrap_entry *entry = enter_pattern(policy, text, len);

	entry->sets[SHELLTRAP_NAME_OF_TASK] |= set;
	if (!task_only)
		entry->sets[SHELLTRAP_NAME_OF_FILE] |= set;
	if (entry->len > SHELLTRAP_COMM_MAX)
		enter(policy, text, SHELLTRAP_COMM_MAX,
		      ENTRY_EXACT)->sets[SHELLTRAP_NAME_OF_TASK] |= set;
}

static void enter_path(struct shelltrap_policy *policy, __u32 text, size_t len, unsigned int set)
{
	enter(policy, text, len, ENTRY_PATH)->sets[SHELLTRAP_NAME_OF_FILE] |= BIT_OF(set);
	/* For the identity. */
	policy->text_used += sizeof(struct shelltrap_identity);
	policy->sets[set].nr_paths++;
	policy->nr_paths++;
}

/* The program's name alone can be looked up; the rest is compared. */
static void enter_hosted(struct shelltrap_policy *policy, __u32 text, unsigned int set)
{
	size_t len = strchr(policy->text + text, ':') - (policy->text + text);

	enter_pattern(policy, text, len)->sets[SHELLTRAP_NAME_OF_RUNTIME] |= BIT_OF(set);
	policy->hosted[policy->nr_hosted++] = policy->nr_members - 1;
}

const char *shelltrap_policy_add_member(struct shelltrap_policy *policy, unsigned int set,
					enum shelltrap_member_kind kind, const char *text)
{
	size_t len = strlen(text), size = len + 1;
	const char *fault = member_fault(kind, text, len);
	struct shelltrap_member *member;

	if (fault)
		return fault;
	if (policy->nr_members == policy->max_members)
		return policy->max_members == SHELLTRAP_MEMBERS_MAX ?
			       "a policy has at most 65536 names and paths" :
			       "more members than were announced";
	if (kind == SHELLTRAP_MEMBER_RUNS && policy->nr_hosted == SHELLTRAP_HOSTED_MAX)
		return "a policy has at most 256 of what a runtime runs";
	if (kind == SHELLTRAP_MEMBER_PATH)
		size += sizeof(struct shelltrap_identity);
	if (!has_room(policy, size))
		return "more text than was announced";

	member = &policy->members[policy->nr_members++];
	member->text = add_text(policy, text, len + 1);
	member->len = len;
	member->kind = kind;
	member->set = set;
	if (kind == SHELLTRAP_MEMBER_PATH)
		enter_path(policy, member->text, len, set);
	else if (kind == SHELLTRAP_MEMBER_RUNS)
		enter_hosted(policy, member->text, set);
	else
		enter_name(policy, member->text, len, kind == SHELLTRAP_MEMBER_COMM, BIT_OF(set));
	return NULL;
}

const char *shelltrap_policy_member(const struct shelltrap_policy *policy, unsigned int member)
{
	return policy->text + policy->members[member].text;
}

void shelltrap_policy_identify(struct shelltrap_policy *policy, unsigned int number,
			       const struct shelltrap_identity *identity)
{
	const struct shelltrap_member *member = &policy->members[number];
	__u32 text = member->text + member->len + 1;

	memcpy(policy->text + text, identity, sizeof(*identity));
	enter_hashed(policy, hash_identity(identity), text, sizeof(*identity),
		     ENTRY_IDENTITY)->sets[SHELLTRAP_NAME_OF_FILE] |= BIT_OF(member->set);
	policy->nr_identities++;
}

static const char *title_fault(const char *title)
{
	return title && strlen(title) > SHELLTRAP_TITLE_MAX ?
		       "title, threat and reference have at most 127 bytes each" : NULL;
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
		return "a cgroup is a path that begins with '/'";
	return strlen(rule->cgroup) >= SHELLTRAP_PATH_MAX ? "a cgroup has at most 4095 bytes" :
							   NULL;
}

static const char *argv_fault(const struct shelltrap_rule *rule)
{
	if (!rule->argv)
		return NULL;
	if (rule->action != SHELLTRAP_ACTION_ALLOW && rule->action != SHELLTRAP_ACTION_OFF)
		return "argv is for exceptions (action = allow)";
	if (!rule->argv_len || rule->argv[rule->argv_len - 1])
		return "argv is arguments that end in a NUL each";
	return rule->argv_len > SHELLTRAP_EXCEPTION_ARGV_MAX ? "argv has more than 4096 bytes" :
							       NULL;
}

static const char *values_fault(const struct shelltrap_rule *rule)
{
	if (rule->severity < SHELLTRAP_SEVERITY_LOW || rule->severity > SHELLTRAP_SEVERITY_CRITICAL)
		return "no such severity";
	if (rule->action < SHELLTRAP_ACTION_OFF || rule->action > SHELLTRAP_ACTION_KILL)
		return "no such action";
	if (rule->scope > SHELLTRAP_SCOPE_LINEAGE || !rule->scope != !rule->actor)
		return rule->actor ? "with an actor it needs a scope" :
				     "a scope is of an actor, and there is none";
	if (rule->conditions >= SHELLTRAP_CONDITION_FILE_DROPPED * 2)
		return "no such condition";
	if (rule->has_uid && rule->uid == (__u32)-1)
		return "no user has this id";
	if (!rule->actor && !rule->target && !rule->conditions && !rule->has_uid && !rule->cgroup)
		return "without actor, target or any condition it would fit every exec";
	return NULL;
}

static const char *exception_fault(const struct shelltrap_rule *rule)
{
	if (rule->action != SHELLTRAP_ACTION_ALLOW)
		return NULL;
	if (!rule->target)
		return "an exception needs a target";
	if (rule->conditions & SHELLTRAP_CONDITION_FILE_DROPPED)
		return "an exception never fits a dropped file";
	return NULL;
}

static bool is_enforced(const struct shelltrap_rule *rule)
{
	return rule->action == SHELLTRAP_ACTION_DENY || rule->action == SHELLTRAP_ACTION_KILL;
}

static const char *enforcement_fault(const struct shelltrap_rule *rule)
{
	if (is_enforced(rule))
		return rule->cgroup ? "whoever denies or kills does not know the cgroup" : NULL;
	return rule->anybody && rule->action != SHELLTRAP_ACTION_OFF ?
		       "whom to spare is asked of a rule that denies or kills" : NULL;
}

static const char *rule_fault(const struct shelltrap_policy *policy,
			      const struct shelltrap_rule *rule)
{
	const char *fault = label_fault(rule->name);
	__u32 i;

	for (i = 0; !fault && i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, rule->name))
			fault = "there is a rule of this name already";
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
	if (!fault && policy->nr_rules == SHELLTRAP_RULES_MAX)
		fault = "a policy has at most 64 rules";
	return fault;
}

const char *shelltrap_policy_add_rule(struct shelltrap_policy *policy,
				      const struct shelltrap_rule *rule)
{
	const char *fault = rule_fault(policy, rule);
	struct shelltrap_rule *added;

	if (fault)
		return fault;
	if (!has_room(policy, string_size(rule->name) + string_size(rule->title) +
			      string_size(rule->threat) + string_size(rule->reference) +
			      string_size(rule->cgroup) + (rule->argv ? rule->argv_len : 0)))
		return "more text than was announced";

	added = &policy->rules[policy->nr_rules++];
	*added = *rule;
	added->name = add_string(policy, rule->name);
	added->title = add_string(policy, rule->title);
	added->threat = add_string(policy, rule->threat);
	added->reference = add_string(policy, rule->reference);
	added->cgroup = add_string(policy, rule->cgroup);
	if (rule->argv)
		added->argv = policy->text + add_text(policy, rule->argv, rule->argv_len);
	return NULL;
}

/* Each round follows one more step of every chain; as many as there are sets are enough. */
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

static __u64 with_included(const struct shelltrap_policy *policy, __u64 sets)
{
	__u64 all = sets;
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if (sets & BIT_OF(i))
			all |= policy->sets[i].all;
	return all;
}

static bool has_paths(const struct shelltrap_policy *policy, __u64 sets)
{
	__u32 i;

	for (i = 0; i < policy->nr_sets; i++)
		if ((sets & BIT_OF(i)) && policy->sets[i].nr_paths)
			return true;
	return false;
}

static const char *finish_rule(struct shelltrap_policy *policy, __u32 number)
{
	struct shelltrap_rule *rule = &policy->rules[number];

	rule->all_actor = with_included(policy, rule->actor);
	rule->all_target = with_included(policy, rule->target);
	if (rule->action == SHELLTRAP_ACTION_ALLOW && !has_paths(policy, rule->all_target))
		return "an exception goes by the identity of a file: its targets need paths";
	if (rule->action == SHELLTRAP_ACTION_OFF)
		return NULL;
	if (rule->action == SHELLTRAP_ACTION_ALLOW)
		policy->allowing |= BIT_OF(number);
	else
		policy->alerting |= BIT_OF(number);
	if (rule->action == SHELLTRAP_ACTION_DENY)
		policy->denying |= BIT_OF(number);
	if (rule->action == SHELLTRAP_ACTION_KILL)
		policy->killing |= BIT_OF(number);
	if (rule->anybody)
		policy->anybody |= BIT_OF(number);
	policy->actors |= rule->all_actor;
	policy->targets |= rule->all_target;
	policy->conditions |= rule->conditions;
	if (!rule->actor)
		policy->watched |= rule->all_target;
	/* An exception asks for it without saying so. */
	if (rule->action == SHELLTRAP_ACTION_ALLOW)
		policy->conditions |= SHELLTRAP_CONDITION_FILE_DROPPED;
	if (!rule->target)
		*(rule->actor ? &policy->any_target : &policy->any_exec) = true;
	return NULL;
}

/* Bytes of a member that are a name, or what a name begins with. */
static size_t name_len(const struct shelltrap_member *member, const char *text)
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

static void watch_member(struct shelltrap_policy *policy, __u32 number)
{
	const char *text = shelltrap_policy_member(policy, number);
	size_t len = name_len(&policy->members[number], text);
	char name[SHELLTRAP_BEGINNING] = "";
	__u32 bit;

	memcpy(name, text,
	       len < SHELLTRAP_BEGINNING ? len - is_prefix(text, len) : SHELLTRAP_BEGINNING);
	bit = shelltrap_policy_beginning_bit(policy, shelltrap_beginning(name));
	if (len)
		policy->beginnings[bit / 64] |= BIT_OF(bit % 64);
	else if (policy->members[number].kind == SHELLTRAP_MEMBER_PATH)
		policy->watched_paths = true;
}

/* Of a name, no more counts than there is of the shortest prefix. */
static void shorten_beginnings(struct shelltrap_policy *policy, __u32 number)
{
	const char *text = shelltrap_policy_member(policy, number);
	size_t len = name_len(&policy->members[number], text);

	if (is_prefix(text, len) && len - 1 < SHELLTRAP_BEGINNING)
		policy->beginning_mask &= (1U << 8 * (len - 1)) - 1;
}

static void for_watched_members(struct shelltrap_policy *policy,
				void (*call)(struct shelltrap_policy *policy, __u32 number))
{
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (policy->watched & BIT_OF(policy->members[i].set))
			call(policy, i);
}

/* A server's name matters even if no rule is about that: whoever takes it is one. */
static void watch(struct shelltrap_policy *policy)
{
	policy->watched |= policy->actors;
	for_watched_members(policy, shorten_beginnings);
	for_watched_members(policy, watch_member);
}

const char *shelltrap_policy_finish(struct shelltrap_policy *policy, int *rule, int *set)
{
	const char *fault = NULL;
	__u32 i;

	*rule = *set = -1;
	close_includes(policy);
	for (i = 0; i < policy->nr_sets; i++) {
		if (!(policy->sets[i].all & BIT_OF(i)))
			continue;
		*set = i;
		return "it includes a set that includes it";
	}
	for (i = 0; !fault && i < policy->nr_rules; i++) {
		fault = finish_rule(policy, i);
		if (fault)
			*rule = i;
	}
	if (!fault)
		watch(policy);
	return fault;
}

__u64 shelltrap_policy_name_sets(const struct shelltrap_policy *policy, const char *name,
				 enum shelltrap_name_source source)
{
	__u64 lens = policy->prefix_lens;
	__u32 hash = HASH_START;
	__u64 sets = 0;
	size_t len;

	for (len = 0; name[len]; len++) {
		if (len == SHELLTRAP_NAME_MAX)
			return 0;
		hash = hash_step(hash, name[len]);
		lens >>= 1;
		if ((lens & 1) && may_be_prefix(policy, hash))
			sets |= find_entry(policy, hash, name, len + 1, ENTRY_PREFIX)->sets[source];
	}
	return sets | find_entry(policy, hash, name, len, ENTRY_EXACT)->sets[source];
}

__u64 shelltrap_policy_path_sets(const struct shelltrap_policy *policy, const char *path)
{
	size_t len;

	if (!policy->nr_paths)
		return 0;
	len = strlen(path);
	return find_entry(policy, hash_bytes(path, len), path, len,
			  ENTRY_PATH)->sets[SHELLTRAP_NAME_OF_FILE];
}

__u64 shelltrap_policy_file_sets(const struct shelltrap_policy *policy,
				 const struct shelltrap_identity *identity)
{
	if (!policy->nr_identities)
		return 0;
	return find_entry(policy, hash_identity(identity), identity, sizeof(*identity),
			  ENTRY_IDENTITY)->sets[SHELLTRAP_NAME_OF_FILE];
}

static bool fits_text(const char *wanted, size_t len, const char *text)
{
	if (is_prefix(wanted, len))
		return !strncmp(wanted, text, len - 1);
	return strlen(text) == len && !memcmp(wanted, text, len);
}

static bool is_hosted(const char *wanted, const char *program, const char *what)
{
	const char *wanted_what = strchr(wanted, ':') + 1, *name = strrchr(what, '/');

	if (wanted_what[0] != '/' && name)
		what = name + 1;
	return fits_text(wanted, wanted_what - 1 - wanted, program) &&
	       fits_text(wanted_what, strlen(wanted_what), what);
}

__u64 shelltrap_policy_hosted_sets(const struct shelltrap_policy *policy, const char *program,
				   const char *what)
{
	__u64 sets = 0;
	__u32 i;

	if (!what[0] || !shelltrap_policy_name_sets(policy, program, SHELLTRAP_NAME_OF_RUNTIME))
		return 0;
	for (i = 0; i < policy->nr_hosted; i++)
		if (is_hosted(shelltrap_policy_member(policy, policy->hosted[i]), program, what))
			sets |= BIT_OF(policy->members[policy->hosted[i]].set);
	return sets;
}

static bool is_exception(const struct shelltrap_rule *rule)
{
	return rule->action == SHELLTRAP_ACTION_ALLOW;
}

enum shelltrap_misfit shelltrap_policy_misfit(const struct shelltrap_rule *rule,
					      const struct shelltrap_exec *exec)
{
	if (rule->action == SHELLTRAP_ACTION_OFF)
		return SHELLTRAP_MISFIT_OFF;
	if (rule->target && !(rule->all_target & exec->target))
		return SHELLTRAP_MISFIT_TARGET;
	if (is_exception(rule) && !(rule->all_target & exec->file))
		return SHELLTRAP_MISFIT_IDENTITY;
	if (rule->conditions & ~exec->conditions)
		return SHELLTRAP_MISFIT_CONDITION;
	if (is_exception(rule) && (exec->conditions & SHELLTRAP_CONDITION_FILE_DROPPED))
		return SHELLTRAP_MISFIT_DROPPED;
	if (rule->has_uid && rule->uid != exec->uid)
		return SHELLTRAP_MISFIT_UID;
	return SHELLTRAP_FITS;
}

enum shelltrap_misfit shelltrap_policy_actor_misfit(const struct shelltrap_rule *rule,
						    const struct shelltrap_exec *exec)
{
	__u64 actor = exec->self;

	if (rule->scope >= SHELLTRAP_SCOPE_ANCESTORS)
		actor |= exec->ancestors;
	if (rule->scope == SHELLTRAP_SCOPE_LINEAGE)
		actor |= exec->lineage;
	return !rule->actor || (rule->all_actor & actor) ? SHELLTRAP_FITS : SHELLTRAP_MISFIT_ACTOR;
}

static bool cgroup_fits(const char *wanted, const char *cgroup)
{
	size_t len = strlen(wanted);

	/* Of the root, all are below. */
	if (len && wanted[len - 1] == '/')
		len--;
	return cgroup && !strncmp(cgroup, wanted, len) && (!cgroup[len] || cgroup[len] == '/');
}

/*
 * Steps over what a C library puts before a command, if it is there. What looks like
 * an option is none after "--" and one without, so that stays.
 */
static bool strip_shell(const char **argv, size_t *len)
{
	static const char * const prefixes[] = { "sh\0-c\0--", "sh\0-c" };
	static const size_t lens[] = { sizeof("sh\0-c\0--"), sizeof("sh\0-c") };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (*len <= lens[i] || memcmp(*argv, prefixes[i], lens[i]))
			continue;
		if ((*argv)[lens[i]] == '-' || (*argv)[lens[i]] == '+')
			continue;
		*argv += lens[i];
		*len -= lens[i];
		return true;
	}
	return false;
}

static bool argv_fits(const struct shelltrap_rule *rule, const char *argv, size_t len)
{
	const char *wanted = rule->argv;
	size_t wanted_len = rule->argv_len;

	return strip_shell(&argv, &len) == strip_shell(&wanted, &wanted_len) &&
	       len == wanted_len && !memcmp(argv, wanted, len);
}

enum shelltrap_misfit shelltrap_policy_late_misfit(const struct shelltrap_rule *rule,
						   const struct shelltrap_late *late)
{
	if (rule->cgroup && !cgroup_fits(rule->cgroup, late->cgroup))
		return SHELLTRAP_MISFIT_CGROUP;
	if (is_exception(rule) && !late->clean)
		return SHELLTRAP_MISFIT_ENVIRONMENT;
	if (rule->argv && !(late->argv && argv_fits(rule, late->argv, late->argv_len)))
		return SHELLTRAP_MISFIT_ARGV;
	return SHELLTRAP_FITS;
}

__u64 shelltrap_policy_candidates(const struct shelltrap_policy *policy,
				  const struct shelltrap_exec *exec)
{
	__u64 rules = 0;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		if (!shelltrap_policy_misfit(&policy->rules[i], exec))
			rules |= BIT_OF(i);
	return rules;
}

__u64 shelltrap_policy_decide(const struct shelltrap_policy *policy, __u64 rules,
			      const struct shelltrap_exec *exec)
{
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		if ((rules & BIT_OF(i)) && shelltrap_policy_actor_misfit(&policy->rules[i], exec))
			rules &= ~BIT_OF(i);
	return rules;
}

__u64 shelltrap_policy_decide_late(const struct shelltrap_policy *policy, __u64 rules,
				   const struct shelltrap_late *late)
{
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		if ((rules & BIT_OF(i)) && shelltrap_policy_late_misfit(&policy->rules[i], late))
			rules &= ~BIT_OF(i);
	return rules;
}

__u64 shelltrap_policy_enforced(const struct shelltrap_policy *policy, __u64 rules, bool server)
{
	rules &= policy->denying | policy->killing;
	return server ? rules : rules & policy->anybody;
}

bool shelltrap_policy_spares(const struct shelltrap_policy *policy, __u64 rules,
			     const struct shelltrap_late *late)
{
	struct shelltrap_late there = *late;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++) {
		there.cgroup = policy->rules[i].cgroup;
		if ((rules & policy->allowing & BIT_OF(i)) &&
		    !shelltrap_policy_late_misfit(&policy->rules[i], &there))
			return true;
	}
	return false;
}

int shelltrap_policy_leading(const struct shelltrap_policy *policy, __u64 rules)
{
	int leading = -1;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++) {
		if (!(rules & BIT_OF(i)))
			continue;
		if (leading < 0 || policy->rules[i].severity > policy->rules[leading].severity)
			leading = i;
	}
	return leading;
}

static bool begins_with(const char *text, const char *beginning)
{
	return !strncmp(text, beginning, strlen(beginning));
}

/* Where only an administrator can put programs. */
static bool is_system_dir(const char *dir, size_t len)
{
	static const char * const dirs[] = {
		"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin",
		NULL
	};
	unsigned int i;

	for (i = 0; dirs[i]; i++)
		if (strlen(dirs[i]) == len && !memcmp(dirs[i], dir, len))
			return true;
	return false;
}

static bool is_system_path(const char *path)
{
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, ":");
		if (!is_system_dir(path, len))
			return false;
		if (!path[len])
			return true;
	}
}

static bool is_unclean(const char *variable, bool whole)
{
	static const char * const unclean[] = {
		"LD_", "GCONV_PATH=", "GLIBC_TUNABLES=", "OPENSSL_CONF=", "OPENSSL_MODULES=",
		"ENV=", "BASH_ENV=", "BASH_FUNC_", "SHELLOPTS=", "BASHOPTS=", "PS4=", "ZDOTDIR=",
		"PERL5", "PERLLIB=", "PYTHON", "RUBY", "NODE_", "LUA_INIT", "PHPRC=",
		"PHP_INI_SCAN_DIR=", "JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS=",
		NULL
	};
	unsigned int i;

	for (i = 0; unclean[i]; i++)
		if (begins_with(variable, unclean[i]))
			return true;
	return begins_with(variable, "PATH=") &&
	       !(whole && is_system_path(variable + strlen("PATH=")));
}

void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len)
{
	const __u32 max = sizeof(environment->variable) - 1;
	size_t i;

	for (i = 0; i < len; i++) {
		if (bytes[i]) {
			if (environment->len < max)
				environment->variable[environment->len] = bytes[i];
			environment->len++;
			continue;
		}
		environment->variable[environment->len < max ? environment->len : max] = '\0';
		if (is_unclean(environment->variable, environment->len <= max))
			environment->unclean = true;
		environment->len = 0;
	}
}
