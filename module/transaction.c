// SPDX-License-Identifier: GPL-2.0
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "decide.h"
#include "enforce.h"
#include "event.h"
#include "hook.h"
#include "killer.h"
#include "lineage.h"
#include "lock.h"
#include "paths.h"
#include "policy.h"
#include "ruleset.h"
#include "transaction.h"
#include "watch.h"

/* Bounds the memory that open transactions can hold. */
#define TRANSACTIONS_MAX 16

struct transaction {
	struct list_head list;
	u32 portid;		/* of the socket that began it */
	u32 sets, rules;	/* numbers announced in POLICY_BEGIN */
	struct shelltrap_policy *policy;
};

/* Protects the list and every transaction in the list. */
static DEFINE_MUTEX(transaction_mutex);
static LIST_HEAD(transactions);

static const struct nla_policy set_attrs[] = {
	[SHELLTRAP_SET_A_NAME] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_LABEL_MAX },
	[SHELLTRAP_SET_A_INCLUDE] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_LABEL_MAX },
	[SHELLTRAP_SET_A_MEMBER_NAME] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_NAME_MAX },
	[SHELLTRAP_SET_A_MEMBER_COMM] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_NAME_MAX },
	[SHELLTRAP_SET_A_MEMBER_PATH] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_PATH_MAX - 1 },
	[SHELLTRAP_SET_A_MEMBER_RUNS] = { .type = NLA_NUL_STRING,
					  .len = SHELLTRAP_NAME_MAX + 1 + SHELLTRAP_RUNS_MAX },
	[SHELLTRAP_SET_A_MEMBER_PORTS] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_NAME_MAX },
	[SHELLTRAP_SET_A_MEMBER_NEVER] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_NAME_MAX },
};

static const struct nla_policy rule_attrs[] = {
	[SHELLTRAP_RULE_A_NAME] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_LABEL_MAX },
	[SHELLTRAP_RULE_A_SEVERITY] = NLA_POLICY_RANGE(NLA_U32, SHELLTRAP_SEVERITY_LOW,
						       SHELLTRAP_SEVERITY_CRITICAL),
	[SHELLTRAP_RULE_A_TITLE] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_TITLE_MAX },
	[SHELLTRAP_RULE_A_THREAT] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_TITLE_MAX },
	[SHELLTRAP_RULE_A_REFERENCE] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_TITLE_MAX },
	[SHELLTRAP_RULE_A_ACTION] = NLA_POLICY_RANGE(NLA_U32, SHELLTRAP_ACTION_OFF,
						     SHELLTRAP_ACTION_HOLD),
	[SHELLTRAP_RULE_A_ACTOR] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_LABEL_MAX },
	[SHELLTRAP_RULE_A_SCOPE] = NLA_POLICY_RANGE(NLA_U32, SHELLTRAP_SCOPE_SELF,
						    SHELLTRAP_SCOPE_LINEAGE),
	[SHELLTRAP_RULE_A_TARGET] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_LABEL_MAX },
	[SHELLTRAP_RULE_A_CONDITIONS] = { .type = NLA_U32 },
	[SHELLTRAP_RULE_A_UID] = { .type = NLA_U32 },
	[SHELLTRAP_RULE_A_CGROUP] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_PATH_MAX - 1 },
	[SHELLTRAP_RULE_A_ARGV] = { .type = NLA_BINARY, .len = SHELLTRAP_EXCEPTION_ARGV_MAX },
	[SHELLTRAP_RULE_A_HITS] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_PAD] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_ANYBODY] = { .type = NLA_FLAG },
	[SHELLTRAP_RULE_A_OBSERVED] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_DENIED] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_KILLED] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_FAILED] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_WOULD_DENY] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_PENDING] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_ARGV_HOLES] = { .type = NLA_BINARY,
					  .len = SHELLTRAP_EXCEPTION_ARGV_MAX },
	[SHELLTRAP_RULE_A_ENVIRONMENT] = { .type = NLA_BINARY,
					   .len = SHELLTRAP_EXCEPTION_ENVIRONMENT_MAX },
	[SHELLTRAP_RULE_A_CWD] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_PATH_MAX - 1 },
	[SHELLTRAP_RULE_A_HELD] = { .type = NLA_REJECT },
	[SHELLTRAP_RULE_A_NOT_ACTOR] = { .type = NLA_NUL_STRING, .len = SHELLTRAP_LABEL_MAX },
	[SHELLTRAP_RULE_A_NOT_CGROUP] = { .type = NLA_BINARY, .len = SHELLTRAP_NOT_CGROUP_MAX },
};

#define RULE_ATTR_MAX (ARRAY_SIZE(rule_attrs) - 1)

static struct netlink_range_validation members_range = { .max = SHELLTRAP_MEMBERS_MAX };
static struct netlink_range_validation text_range = { .max = SHELLTRAP_TEXT_MAX };

const struct nla_policy shelltrap_policy_begin_attrs[] = {
	[SHELLTRAP_POLICY_A_MEMBERS] = NLA_POLICY_FULL_RANGE(NLA_U32, &members_range),
	[SHELLTRAP_POLICY_A_TEXT] = NLA_POLICY_FULL_RANGE(NLA_U32, &text_range),
	[SHELLTRAP_POLICY_A_SET] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_RULE] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_SETS] = NLA_POLICY_MAX(NLA_U32, SHELLTRAP_SETS_MAX),
	[SHELLTRAP_POLICY_A_RULES] = NLA_POLICY_MAX(NLA_U32, SHELLTRAP_RULES_MAX),
	[SHELLTRAP_POLICY_A_OBSERVE] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_SHA256] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_MAX] = { .type = NLA_U32 },
	[SHELLTRAP_POLICY_A_HOLD_PER_SERVER] = { .type = NLA_U32 },
	[SHELLTRAP_POLICY_A_HOLD_PER_USER] = { .type = NLA_U32 },
	[SHELLTRAP_POLICY_A_HOLD_SECONDS] = { .type = NLA_U32 },
	[SHELLTRAP_POLICY_A_HOLD_THEN] = { .type = NLA_U32 },
};

const struct nla_policy shelltrap_policy_add_attrs[] = {
	[SHELLTRAP_POLICY_A_MEMBERS] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_TEXT] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_SET] = NLA_POLICY_NESTED(set_attrs),
	[SHELLTRAP_POLICY_A_RULE] = NLA_POLICY_NESTED(rule_attrs),
	[SHELLTRAP_POLICY_A_SETS] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_RULES] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_OBSERVE] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_SHA256] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_MAX] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_PER_SERVER] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_PER_USER] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_SECONDS] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_THEN] = { .type = NLA_REJECT },
};

const struct nla_policy shelltrap_policy_commit_attrs[] = {
	[SHELLTRAP_POLICY_A_MEMBERS] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_TEXT] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_SET] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_RULE] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_SETS] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_RULES] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_OBSERVE] = { .type = NLA_U32 },
	[SHELLTRAP_POLICY_A_SHA256] = NLA_POLICY_EXACT_LEN(SHELLTRAP_SHA256_SIZE),
	[SHELLTRAP_POLICY_A_HOLD_MAX] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_PER_SERVER] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_PER_USER] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_SECONDS] = { .type = NLA_REJECT },
	[SHELLTRAP_POLICY_A_HOLD_THEN] = { .type = NLA_REJECT },
};

/* The caller holds the mutex. */
static struct transaction *transaction_find(u32 portid)
{
	struct transaction *transaction;

	list_for_each_entry(transaction, &transactions, list)
		if (transaction->portid == portid)
			return transaction;
	return NULL;
}

/* The caller holds the mutex, or has removed the transaction from the list. NULL is allowed. */
static void transaction_drop(struct transaction *transaction)
{
	if (!transaction)
		return;
	list_del(&transaction->list);
	kvfree(transaction->policy);
	kfree(transaction);
}

/* Removes the transaction from the list: it belongs to the caller then. NULL: none found. */
static struct transaction *transaction_take(u32 portid)
{
	struct transaction *transaction;

	mutex_lock(&transaction_mutex);
	transaction = transaction_find(portid);
	if (transaction)
		list_del_init(&transaction->list);
	mutex_unlock(&transaction_mutex);
	return transaction;
}

static u32 attr_u32(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

/* Returns NULL, or what is wrong with the limits that the request gives. */
static const char *transaction_take_hold(struct shelltrap_policy *policy,
					 struct nlattr **attrs)
{
	struct shelltrap_hold_limits limits = policy->hold;
	const struct {
		int type;
		u32 *value;
	} given[] = {
		{ SHELLTRAP_POLICY_A_HOLD_MAX, &limits.max },
		{ SHELLTRAP_POLICY_A_HOLD_PER_SERVER, &limits.per_server },
		{ SHELLTRAP_POLICY_A_HOLD_PER_USER, &limits.per_user },
		{ SHELLTRAP_POLICY_A_HOLD_SECONDS, &limits.seconds },
		{ SHELLTRAP_POLICY_A_HOLD_THEN, &limits.then },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(given); i++)
		if (attrs[given[i].type])
			*given[i].value = nla_get_u32(attrs[given[i].type]);
	return shelltrap_policy_set_hold(policy, &limits);
}

static struct transaction *transaction_new(const struct genl_info *info)
{
	struct transaction *transaction = kzalloc(sizeof(*transaction), GFP_KERNEL);
	u32 members = attr_u32(info->attrs[SHELLTRAP_POLICY_A_MEMBERS]);
	u32 text = attr_u32(info->attrs[SHELLTRAP_POLICY_A_TEXT]);

	if (!transaction)
		return NULL;
	transaction->portid = info->snd_portid;
	transaction->sets = attr_u32(info->attrs[SHELLTRAP_POLICY_A_SETS]);
	transaction->rules = attr_u32(info->attrs[SHELLTRAP_POLICY_A_RULES]);
	transaction->policy = kvzalloc(shelltrap_policy_size(members, text), GFP_KERNEL);
	if (!transaction->policy) {
		kfree(transaction);
		return NULL;
	}
	shelltrap_policy_init(transaction->policy, members, text);
	return transaction;
}

static size_t transaction_count(void)
{
	struct transaction *transaction;
	size_t nr = 0;

	list_for_each_entry(transaction, &transactions, list)
		nr++;
	return nr;
}

static int transaction_refused(struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "the policy is locked until the next boot");
	return -EPERM;
}

int shelltrap_may_change(const struct sk_buff *request, struct genl_info *info)
{
	/* genetlink has checked CAP_NET_ADMIN, which web servers may have, too. */
	if (netlink_capable(request, CAP_SYS_ADMIN))
		return 0;
	GENL_SET_ERR_MSG(info, "this needs CAP_SYS_ADMIN in the initial user namespace");
	return -EPERM;
}

int shelltrap_policy_begin(struct sk_buff *request, struct genl_info *info)
{
	struct transaction *transaction;
	int err = shelltrap_may_change(request, info);
	const char *fault;

	if (err)
		return err;
	if (shelltrap_lock_refuses("change the policy"))
		return transaction_refused(info);
	transaction = transaction_new(info);
	if (!transaction)
		return -ENOMEM;
	INIT_LIST_HEAD(&transaction->list);
	fault = transaction_take_hold(transaction->policy, info->attrs);
	if (fault) {
		info->extack->_msg = fault;
		transaction_drop(transaction);
		return -EINVAL;
	}

	mutex_lock(&transaction_mutex);
	transaction_drop(transaction_find(info->snd_portid));
	list_add(&transaction->list, &transactions);
	if (transaction_count() > TRANSACTIONS_MAX) {
		GENL_SET_ERR_MSG(info, "too many policies are being loaded; try later");
		transaction_drop(transaction);
		err = -EBUSY;
	}
	mutex_unlock(&transaction_mutex);
	return err;
}

struct addition {
	struct shelltrap_policy *policy;	/* to add to */
	struct netlink_ext_ack *extack;		/* for the error text */
};

/* @fault must be a constant: netlink reads the text after this function has returned. */
static int transaction_fault(const struct addition *addition, const struct nlattr *attr,
			     const char *fault)
{
	NL_SET_BAD_ATTR(addition->extack, attr);
	addition->extack->_msg = fault;
	return -EINVAL;
}

static int transaction_known_set(const struct addition *addition, const struct nlattr *attr,
				 unsigned int *set)
{
	int found = shelltrap_policy_find_set(addition->policy, nla_data(attr));

	if (found < 0)
		return transaction_fault(addition, attr, "no such set; send the set first");
	*set = found;
	return 0;
}

static int transaction_add_include(const struct addition *addition, const struct nlattr *attr,
				   unsigned int set)
{
	unsigned int included;
	const char *fault;
	int err = transaction_known_set(addition, attr, &included);

	if (err)
		return err;
	fault = shelltrap_policy_add_include(addition->policy, set, included);
	return fault ? transaction_fault(addition, attr, fault) : 0;
}

static int transaction_add_to_set(const struct addition *addition, const struct nlattr *attr,
				  unsigned int set)
{
	static const u8 kinds[] = {
		[SHELLTRAP_SET_A_MEMBER_NAME] = SHELLTRAP_MEMBER_NAME,
		[SHELLTRAP_SET_A_MEMBER_COMM] = SHELLTRAP_MEMBER_COMM,
		[SHELLTRAP_SET_A_MEMBER_PATH] = SHELLTRAP_MEMBER_PATH,
		[SHELLTRAP_SET_A_MEMBER_RUNS] = SHELLTRAP_MEMBER_RUNS,
		[SHELLTRAP_SET_A_MEMBER_PORTS] = SHELLTRAP_MEMBER_PORTS,
		[SHELLTRAP_SET_A_MEMBER_NEVER] = SHELLTRAP_MEMBER_NEVER,
	};
	const char *fault;

	switch (nla_type(attr)) {
	case SHELLTRAP_SET_A_NAME:
		return 0;
	case SHELLTRAP_SET_A_INCLUDE:
		return transaction_add_include(addition, attr, set);
	}
	fault = shelltrap_policy_add_member(addition->policy, set, kinds[nla_type(attr)],
					    nla_data(attr));
	return fault ? transaction_fault(addition, attr, fault) : 0;
}

/* Finds the set that @nest names; adds the set if it is new. */
static int transaction_named_set(const struct addition *addition, const struct nlattr *nest,
				 unsigned int *set)
{
	const struct nlattr *name = nla_find_nested(nest, SHELLTRAP_SET_A_NAME);
	const char *fault = NULL;
	int found;

	if (!name)
		return transaction_fault(addition, nest, "the set has no name: add SET_A_NAME");
	found = shelltrap_policy_find_set(addition->policy, nla_data(name));
	if (found < 0) {
		fault = shelltrap_policy_add_set(addition->policy, nla_data(name));
		found = addition->policy->nr_sets - 1;
	}
	*set = found;
	return fault ? transaction_fault(addition, name, fault) : 0;
}

static int transaction_add_set(const struct addition *addition, const struct nlattr *nest)
{
	const struct nlattr *attr;
	unsigned int set;
	int rem, err;

	err = transaction_named_set(addition, nest, &set);
	if (err)
		return err;
	nla_for_each_nested(attr, nest, rem) {
		err = transaction_add_to_set(addition, attr, set);
		if (err)
			return err;
	}
	return 0;
}

/* Each attribute of this @type names a set. */
static int transaction_gather_sets(const struct addition *addition, const struct nlattr *nest,
				   int type, u64 *sets)
{
	const struct nlattr *attr;
	unsigned int set;
	int rem, err;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != type)
			continue;
		err = transaction_known_set(addition, attr, &set);
		if (err)
			return err;
		*sets |= BIT_ULL(set);
	}
	return 0;
}

static const char *attr_string(const struct nlattr *attr)
{
	return attr ? nla_data(attr) : NULL;
}

static void transaction_read_rule(struct nlattr **attrs, struct shelltrap_rule *rule)
{
	const struct nlattr *uid = attrs[SHELLTRAP_RULE_A_UID];
	const struct nlattr *holes = attrs[SHELLTRAP_RULE_A_ARGV_HOLES];
	const struct nlattr *argv = attrs[SHELLTRAP_RULE_A_ARGV] ?: holes;
	const struct nlattr *environment = attrs[SHELLTRAP_RULE_A_ENVIRONMENT];
	const struct nlattr *not_cgroup = attrs[SHELLTRAP_RULE_A_NOT_CGROUP];

	*rule = (struct shelltrap_rule){
		.name = attr_string(attrs[SHELLTRAP_RULE_A_NAME]),
		.title = attr_string(attrs[SHELLTRAP_RULE_A_TITLE]),
		.threat = attr_string(attrs[SHELLTRAP_RULE_A_THREAT]),
		.reference = attr_string(attrs[SHELLTRAP_RULE_A_REFERENCE]),
		.cgroup = attr_string(attrs[SHELLTRAP_RULE_A_CGROUP]),
		.cwd = attr_string(attrs[SHELLTRAP_RULE_A_CWD]),
		.argv = attr_string(argv),
		.argv_len = argv ? nla_len(argv) : 0,
		.argv_holes = holes,
		.environment = attr_string(environment),
		.environment_len = environment ? nla_len(environment) : 0,
		.not_cgroup = attr_string(not_cgroup),
		.not_cgroup_len = not_cgroup ? nla_len(not_cgroup) : 0,
		.conditions = attr_u32(attrs[SHELLTRAP_RULE_A_CONDITIONS]),
		.uid = attr_u32(uid),
		.has_uid = uid,
		.scope = attr_u32(attrs[SHELLTRAP_RULE_A_SCOPE]),
		.severity = attr_u32(attrs[SHELLTRAP_RULE_A_SEVERITY]),
		.action = attr_u32(attrs[SHELLTRAP_RULE_A_ACTION]),
		.anybody = attrs[SHELLTRAP_RULE_A_ANYBODY],
	};
}

static int transaction_add_rule(const struct addition *addition, const struct nlattr *nest)
{
	struct nlattr *attrs[RULE_ATTR_MAX + 1];
	struct shelltrap_rule rule;
	const char *fault;
	int err;

	err = nla_parse_nested(attrs, RULE_ATTR_MAX, nest, rule_attrs, addition->extack);
	if (err)
		return err;
	transaction_read_rule(attrs, &rule);
	if (!rule.name)
		return transaction_fault(addition, nest, "the rule has no name: add RULE_A_NAME");
	if (attrs[SHELLTRAP_RULE_A_ARGV] && rule.argv_holes)
		return transaction_fault(addition, nest, "send ARGV or ARGV_HOLES, not both");
	err = transaction_gather_sets(addition, nest, SHELLTRAP_RULE_A_ACTOR, &rule.actor) ?:
	      transaction_gather_sets(addition, nest, SHELLTRAP_RULE_A_TARGET, &rule.target) ?:
	      transaction_gather_sets(addition, nest, SHELLTRAP_RULE_A_NOT_ACTOR,
				      &rule.not_actor);
	if (err)
		return err;
	fault = shelltrap_policy_add_rule(addition->policy, &rule);
	return fault ? transaction_fault(addition, nest, fault) : 0;
}

static int transaction_add_all(const struct addition *addition, const struct genl_info *info)
{
	const struct nlattr *attr;
	int rem, err = 0;

	nla_for_each_attr(attr, genlmsg_data(info->genlhdr), genlmsg_len(info->genlhdr), rem) {
		err = nla_type(attr) == SHELLTRAP_POLICY_A_SET ?
			      transaction_add_set(addition, attr) :
			      transaction_add_rule(addition, attr);
		if (err)
			break;
	}
	return err;
}

int shelltrap_policy_add(struct sk_buff *request, struct genl_info *info)
{
	struct addition addition = { .extack = info->extack };
	struct transaction *transaction;
	int err = shelltrap_may_change(request, info);

	if (err)
		return err;
	mutex_lock(&transaction_mutex);
	transaction = transaction_find(info->snd_portid);
	if (transaction) {
		addition.policy = transaction->policy;
		err = transaction_add_all(&addition, info);
		if (err)
			transaction_drop(transaction);
	} else {
		GENL_SET_ERR_MSG(info, "send POLICY_BEGIN first");
		err = -ENOENT;
	}
	mutex_unlock(&transaction_mutex);
	return err;
}

static const char *transaction_finish(const struct transaction *transaction)
{
	struct shelltrap_policy *policy = transaction->policy;
	int rule, set;

	if (policy->nr_sets != transaction->sets || policy->nr_rules != transaction->rules ||
	    policy->nr_members != policy->max_members)
		return "sets, rules and members are not as many as announced";
	return shelltrap_policy_finish(policy, &rule, &set);
}

/* Does the policy in force deny or kill? */
static bool transaction_is_enforcing(void)
{
	bool is;

	rcu_read_lock();
	is = shelltrap_policy_enforces(shelltrap_ruleset_current()->policy);
	rcu_read_unlock();
	return is;
}

/* Tells the readers. Only one task at a time installs a policy, so @policy is in force. */
static void transaction_installed(const struct shelltrap_policy *policy,
				  const struct shelltrap_policy *before, struct genl_info *info)
{
	const struct nlattr *observe = info->attrs[SHELLTRAP_POLICY_A_OBSERVE];
	const struct nlattr *sha256 = info->attrs[SHELLTRAP_POLICY_A_SHA256];
	struct shelltrap_event_facts event = {
		.kind = SHELLTRAP_EVENT_POLICY_LOADED,
		.policy = policy,
		.before = before,
		.sha256 = sha256 ? nla_data(sha256) : NULL,
	};
	u32 seconds = observe ? nla_get_u32(observe) : 0;

	event.observe = observe ? &seconds : NULL;
	shelltrap_event_by_current(&event.by);
	shelltrap_event_write(&event);
	if (observe)
		shelltrap_watch_observe(seconds);
}

/*
 * The order matters. Observation starts before the policy comes into force: otherwise the
 * policy would deny for a moment. The return probe is there before a policy that denies,
 * and goes only after the last such policy has been replaced.
 */
static int transaction_install(const struct shelltrap_policy *policy, struct genl_info *info)
{
	const struct nlattr *observe = info->attrs[SHELLTRAP_POLICY_A_OBSERVE];
	static DEFINE_MUTEX(installing);
	struct shelltrap_ruleset *before;
	u64 observed_until = 0;
	int err = 0;

	mutex_lock(&installing);
	before = shelltrap_ruleset_get_current();
	if (observe)
		observed_until = shelltrap_enforce_observe(nla_get_u32(observe));
	if (shelltrap_policy_enforces(policy))
		err = shelltrap_hook_deny(true);
	if (policy->holding)
		shelltrap_killer_watch();
	shelltrap_lineage_invalidate();
	if (!err)
		err = shelltrap_ruleset_install(policy);
	/* Again: a survey that has ended meanwhile may have been by the old policy. */
	shelltrap_lineage_invalidate();
	if (err && observe)
		shelltrap_enforce_restore(observed_until);
	if (!err)
		transaction_installed(policy, before->policy, info);
	shelltrap_ruleset_put(before);
	shelltrap_lineage_survey();
	if (!transaction_is_enforcing())
		shelltrap_hook_deny(false);
	mutex_unlock(&installing);
	return err;
}

static int transaction_commit(struct transaction *transaction, struct genl_info *info)
{
	const char *fault = transaction_finish(transaction);
	int err;

	if (fault) {
		info->extack->_msg = fault;
		return -EINVAL;
	}
	shelltrap_paths_follow(transaction->policy);
	err = transaction_install(transaction->policy, info);
	if (!err)
		transaction->policy = NULL;
	return err == -EPERM ? transaction_refused(info) : err;
}

/* Works without the mutex: a path on a dead network drive must not block other loads. */
int shelltrap_policy_commit(struct sk_buff *request, struct genl_info *info)
{
	struct transaction *transaction = transaction_take(info->snd_portid);
	int err = shelltrap_may_change(request, info);

	if (err) {
		/* The transaction ends with what is wrong. */
	} else if (shelltrap_lock_refuses("change the policy")) {
		err = transaction_refused(info);
	} else if (!transaction) {
		GENL_SET_ERR_MSG(info, "send POLICY_BEGIN first");
		err = -ENOENT;
	} else {
		err = transaction_commit(transaction, info);
	}
	transaction_drop(transaction);
	return err;
}

/* Drops the transaction of a socket that is closed. */
static int transaction_socket_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC &&
	    net_eq(notify->net, &init_net))
		transaction_drop(transaction_take(notify->portid));
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = transaction_socket_event,
};

int shelltrap_transaction_init(void)
{
	return netlink_register_notifier(&socket_notifier);
}

void shelltrap_transaction_exit(void)
{
	struct transaction *transaction, *next;

	netlink_unregister_notifier(&socket_notifier);
	list_for_each_entry_safe(transaction, next, &transactions, list)
		transaction_drop(transaction);
}
