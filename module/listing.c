// SPDX-License-Identifier: GPL-2.0
#include <linux/netlink.h>
#include <net/genetlink.h>

#include "listing.h"
#include "ruleset.h"

/* Members in one message. So many fit even into the smallest buffer of a dump. */
#define MEMBERS_PER_MESSAGE 32

/* Size of the largest message in bytes. A message with a rule is the largest. */
#define MESSAGE_MAX (SHELLTRAP_EXCEPTION_ARGV_MAX + SHELLTRAP_EXCEPTION_ENVIRONMENT_MAX + \
		     SHELLTRAP_NOT_CGROUP_MAX + 2 * SHELLTRAP_PATH_MAX + \
		     3 * SHELLTRAP_SETS_MAX * (SHELLTRAP_LABEL_MAX + 8) + 1024)

/*
 * State of a dump. It lives in the context area of the netlink callback. Each step sends one
 * list, and "next" is the next item of the list. All sets are declared first, so that
 * includes and rules name only sets that the receiver knows.
 */
struct listing {
	struct shelltrap_ruleset *ruleset;
	enum { SIZES, DECLARATIONS, INCLUDES, MEMBERS, RULES, END } step;
	u32 next;
};

static struct listing *listing_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct listing) > sizeof(cb->ctx));
	return (struct listing *)cb->ctx;
}

int shelltrap_listing_start(struct netlink_callback *cb)
{
	struct listing *listing = listing_of(cb);

	memset(listing, 0, sizeof(*listing));
	listing->ruleset = shelltrap_ruleset_get_current();
	cb->min_dump_alloc = MESSAGE_MAX;
	return 0;
}

int shelltrap_listing_done(struct netlink_callback *cb)
{
	struct listing *listing = listing_of(cb);

	if (listing->ruleset)
		shelltrap_ruleset_put(listing->ruleset);
	return 0;
}

static int listing_put_hold(struct sk_buff *skb, const struct shelltrap_hold_limits *limits)
{
	return nla_put_u32(skb, SHELLTRAP_POLICY_A_HOLD_MAX, limits->max) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_HOLD_PER_SERVER, limits->per_server) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_HOLD_PER_USER, limits->per_user) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_HOLD_SECONDS, limits->seconds) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_HOLD_THEN, limits->then);
}

static int listing_put_sizes(struct sk_buff *skb, const struct shelltrap_policy *policy, u32 *next)
{
	(*next)++;
	return nla_put_u32(skb, SHELLTRAP_POLICY_A_MEMBERS, policy->nr_members) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_TEXT, shelltrap_policy_text(policy)) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_SETS, policy->nr_sets) ?:
	       nla_put_u32(skb, SHELLTRAP_POLICY_A_RULES, policy->nr_rules) ?:
	       listing_put_hold(skb, &policy->hold);
}

static struct nlattr *listing_start_set(struct sk_buff *skb, const struct shelltrap_policy *policy,
					u32 set)
{
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_POLICY_A_SET);

	if (!nest || nla_put_string(skb, SHELLTRAP_SET_A_NAME, policy->sets[set].name))
		return NULL;
	return nest;
}

static int listing_put_declaration(struct sk_buff *skb, const struct shelltrap_policy *policy,
				   u32 *next)
{
	struct nlattr *nest = listing_start_set(skb, policy, (*next)++);

	if (!nest)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int listing_put_set_names(struct sk_buff *skb, const struct shelltrap_policy *policy,
				 int type, u64 sets)
{
	int err = 0;
	u32 i;

	for (i = 0; i < policy->nr_sets && !err; i++)
		if (sets & BIT_ULL(i))
			err = nla_put_string(skb, type, policy->sets[i].name);
	return err;
}

static int listing_put_includes(struct sk_buff *skb, const struct shelltrap_policy *policy,
				u32 *next)
{
	u32 set = (*next)++;
	struct nlattr *nest = listing_start_set(skb, policy, set);

	if (!nest ||
	    listing_put_set_names(skb, policy, SHELLTRAP_SET_A_INCLUDE, policy->sets[set].includes))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int listing_put_member(struct sk_buff *skb, const struct shelltrap_policy *policy,
			      u32 member)
{
	static const u8 types[] = {
		[SHELLTRAP_MEMBER_NAME] = SHELLTRAP_SET_A_MEMBER_NAME,
		[SHELLTRAP_MEMBER_COMM] = SHELLTRAP_SET_A_MEMBER_COMM,
		[SHELLTRAP_MEMBER_PATH] = SHELLTRAP_SET_A_MEMBER_PATH,
		[SHELLTRAP_MEMBER_RUNS] = SHELLTRAP_SET_A_MEMBER_RUNS,
		[SHELLTRAP_MEMBER_PORTS] = SHELLTRAP_SET_A_MEMBER_PORTS,
		[SHELLTRAP_MEMBER_NEVER] = SHELLTRAP_SET_A_MEMBER_NEVER,
	};

	return nla_put_string(skb, types[policy->members[member].kind],
			      shelltrap_policy_member(policy, member));
}

/* Puts at least one member, and more as long as they belong to the same set. */
static int listing_put_members(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       u32 *next)
{
	u32 set = policy->members[*next].set;
	struct nlattr *nest = listing_start_set(skb, policy, set);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < MEMBERS_PER_MESSAGE && *next < policy->nr_members; i++) {
		if (policy->members[*next].set != set)
			break;
		if (listing_put_member(skb, policy, *next))
			return -EMSGSIZE;
		(*next)++;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int listing_put_string(struct sk_buff *skb, int type, const char *string)
{
	return string ? nla_put_string(skb, type, string) : 0;
}

static int listing_put_optional(struct sk_buff *skb, const struct shelltrap_rule *rule)
{
	if ((rule->scope && nla_put_u32(skb, SHELLTRAP_RULE_A_SCOPE, rule->scope)) ||
	    (rule->conditions &&
	     nla_put_u32(skb, SHELLTRAP_RULE_A_CONDITIONS, rule->conditions)) ||
	    (rule->has_uid && nla_put_u32(skb, SHELLTRAP_RULE_A_UID, rule->uid)) ||
	    (rule->anybody && nla_put_flag(skb, SHELLTRAP_RULE_A_ANYBODY)) ||
	    (rule->argv && nla_put(skb, rule->argv_holes ? SHELLTRAP_RULE_A_ARGV_HOLES :
							   SHELLTRAP_RULE_A_ARGV,
				   rule->argv_len, rule->argv)) ||
	    (rule->environment && nla_put(skb, SHELLTRAP_RULE_A_ENVIRONMENT,
					  rule->environment_len, rule->environment)) ||
	    (rule->not_cgroup && nla_put(skb, SHELLTRAP_RULE_A_NOT_CGROUP,
					 rule->not_cgroup_len, rule->not_cgroup)))
		return -EMSGSIZE;
	return listing_put_string(skb, SHELLTRAP_RULE_A_TITLE, rule->title) ?:
	       listing_put_string(skb, SHELLTRAP_RULE_A_THREAT, rule->threat) ?:
	       listing_put_string(skb, SHELLTRAP_RULE_A_REFERENCE, rule->reference) ?:
	       listing_put_string(skb, SHELLTRAP_RULE_A_CGROUP, rule->cgroup) ?:
	       listing_put_string(skb, SHELLTRAP_RULE_A_CWD, rule->cwd);
}

static int listing_put_rule(struct sk_buff *skb, const struct shelltrap_policy *policy, u32 *next)
{
	const struct shelltrap_rule *rule = &policy->rules[(*next)++];
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_POLICY_A_RULE);

	if (!nest || nla_put_string(skb, SHELLTRAP_RULE_A_NAME, rule->name) ||
	    nla_put_u32(skb, SHELLTRAP_RULE_A_SEVERITY, rule->severity) ||
	    nla_put_u32(skb, SHELLTRAP_RULE_A_ACTION, rule->action) ||
	    listing_put_set_names(skb, policy, SHELLTRAP_RULE_A_ACTOR, rule->actor) ||
	    listing_put_set_names(skb, policy, SHELLTRAP_RULE_A_TARGET, rule->target) ||
	    listing_put_set_names(skb, policy, SHELLTRAP_RULE_A_NOT_ACTOR, rule->not_actor) ||
	    listing_put_optional(skb, rule))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts the next item of the current step, and moves @next on. */
static int listing_put_item(struct sk_buff *skb, const struct listing *listing, u32 *next)
{
	static int (* const put[])(struct sk_buff *skb, const struct shelltrap_policy *policy,
				   u32 *next) = {
		[SIZES] = listing_put_sizes,
		[DECLARATIONS] = listing_put_declaration,
		[INCLUDES] = listing_put_includes,
		[MEMBERS] = listing_put_members,
		[RULES] = listing_put_rule,
	};

	return put[listing->step](skb, listing->ruleset->policy, next);
}

/* Puts one item as one message. A message that does not fit is removed completely. */
static int listing_dump_item(struct sk_buff *skb, struct netlink_callback *cb,
			     const struct genl_family *family, struct listing *listing)
{
	u32 next = listing->next;
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, family,
			     NLM_F_MULTI, SHELLTRAP_CMD_POLICY_GET);
	if (!header)
		return -EMSGSIZE;
	if (listing_put_item(skb, listing, &next)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	listing->next = next;
	return 0;
}

static u32 listing_items(const struct listing *listing)
{
	const struct shelltrap_policy *policy = listing->ruleset->policy;

	switch (listing->step) {
	case SIZES:
		return 1;
	case MEMBERS:
		return policy->nr_members;
	case RULES:
		return policy->nr_rules;
	default:
		return policy->nr_sets;
	}
}

int shelltrap_listing_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct genl_family *family)
{
	struct listing *listing = listing_of(cb);

	for (; listing->step != END; listing->step++, listing->next = 0)
		while (listing->next < listing_items(listing))
			if (listing_dump_item(skb, cb, family, listing))
				return skb->len;
	return skb->len;
}
