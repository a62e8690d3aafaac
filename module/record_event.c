// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "record_event.h"

static int event_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SHELLTRAP_EVENT_A_PAD);
}

int shelltrap_record_put_by(struct sk_buff *skb, int type, const struct shelltrap_by *by)
{
	struct nlattr *nest;

	if (!by->pid)
		return 0;
	nest = nla_nest_start(skb, type);
	if (!nest || nla_put_u32(skb, SHELLTRAP_BY_A_PID, by->pid) ||
	    nla_put_string(skb, SHELLTRAP_BY_A_COMM, by->comm) ||
	    nla_put_u32(skb, SHELLTRAP_BY_A_UID, by->uid) ||
	    (by->loginuid != (uid_t)-1 &&
	     nla_put_u32(skb, SHELLTRAP_BY_A_LOGINUID, by->loginuid)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static const struct shelltrap_rule *event_find_rule(const struct shelltrap_policy *policy,
						    const char *name)
{
	u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, name))
			return &policy->rules[i];
	return NULL;
}

static bool event_same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Do the bitmaps @a and @b stand for sets of the same names? */
static bool event_same_sets(const struct shelltrap_policy *policy, u64 a,
			    const struct shelltrap_policy *before, u64 b)
{
	u32 i;
	int set;

	if (hweight64(a) != hweight64(b))
		return false;
	for (i = 0; i < policy->nr_sets; i++) {
		if (!(a & BIT_ULL(i)))
			continue;
		set = shelltrap_policy_find_set(before, policy->sets[i].name);
		if (set < 0 || !(b & BIT_ULL(set)))
			return false;
	}
	return true;
}

static bool event_same_rule(const struct shelltrap_policy *policy, const struct shelltrap_rule *a,
			    const struct shelltrap_policy *before, const struct shelltrap_rule *b)
{
	return a->severity == b->severity && a->action == b->action && a->scope == b->scope &&
	       a->conditions == b->conditions && a->anybody == b->anybody &&
	       a->has_uid == b->has_uid && (!a->has_uid || a->uid == b->uid) &&
	       a->argv_len == b->argv_len &&
	       (!a->argv_len || !memcmp(a->argv, b->argv, a->argv_len)) &&
	       event_same_text(a->title, b->title) && event_same_text(a->threat, b->threat) &&
	       event_same_text(a->reference, b->reference) &&
	       event_same_text(a->cgroup, b->cgroup) &&
	       event_same_sets(policy, a->actor, before, b->actor) &&
	       event_same_sets(policy, a->target, before, b->target);
}

/* The rules that came, and those that are not the same as before. */
static int event_put_new_rules(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       const struct shelltrap_policy *before)
{
	const struct shelltrap_rule *rule, *old;
	int err = 0;
	u32 i;

	for (i = 0; i < policy->nr_rules && !err; i++) {
		rule = &policy->rules[i];
		old = event_find_rule(before, rule->name);
		if (!old)
			err = nla_put_string(skb, SHELLTRAP_EVENT_A_CAME, rule->name);
		else if (!event_same_rule(policy, rule, before, old))
			err = nla_put_string(skb, SHELLTRAP_EVENT_A_CHANGED, rule->name);
	}
	return err;
}

static int event_put_old_rules(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       const struct shelltrap_policy *before)
{
	int err = 0;
	u32 i;

	for (i = 0; i < before->nr_rules && !err; i++)
		if (!event_find_rule(policy, before->rules[i].name))
			err = nla_put_string(skb, SHELLTRAP_EVENT_A_WENT, before->rules[i].name);
	return err;
}

static int event_put_policy(struct sk_buff *skb, const struct shelltrap_event_facts *event)
{
	if ((event->sha256 &&
	     nla_put(skb, SHELLTRAP_EVENT_A_SHA256, SHELLTRAP_SHA256_SIZE, event->sha256)) ||
	    (event->observe && nla_put_u32(skb, SHELLTRAP_EVENT_A_OBSERVE, *event->observe)))
		return -EMSGSIZE;
	return nla_put_u32(skb, SHELLTRAP_EVENT_A_RULES, event->policy->nr_rules) ?:
	       event_put_new_rules(skb, event->policy, event->before) ?:
	       event_put_old_rules(skb, event->policy, event->before);
}

static int event_put_proof(struct sk_buff *skb, const struct shelltrap_event_facts *event)
{
	return nla_put_u32(skb, SHELLTRAP_EVENT_A_ARMED, event->armed) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_SINCE, event->since);
}

static int event_put_counters(struct sk_buff *skb, const struct shelltrap_event_counters *counters)
{
	return event_put_u64(skb, SHELLTRAP_EVENT_A_UPTIME, counters->uptime) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_EXECS, counters->execs) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_HITS, counters->hits) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_ALERTS, counters->alerts) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_LOST, counters->lost) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_OVERWRITTEN, counters->overwritten) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_MISSED, counters->missed) ?:
	       nla_put_u32(skb, SHELLTRAP_EVENT_A_LINEAGE, counters->lineage) ?:
	       event_put_u64(skb, SHELLTRAP_EVENT_A_LEFT_OUT, counters->left_out);
}

static int event_put_details(struct sk_buff *skb, const struct shelltrap_event_facts *event)
{
	switch (event->kind) {
	case SHELLTRAP_EVENT_LOADED:
		return nla_put_string(skb, SHELLTRAP_EVENT_A_VERSION, SHELLTRAP_VERSION) ?:
		       nla_put_u32(skb, SHELLTRAP_EVENT_A_RULES, event->policy->nr_rules);
	case SHELLTRAP_EVENT_POLICY_LOADED:
		return event_put_policy(skb, event);
	case SHELLTRAP_EVENT_ENFORCE_CHANGED:
		return nla_put_u32(skb, SHELLTRAP_EVENT_A_ENFORCE, event->enforce);
	case SHELLTRAP_EVENT_REFUSED:
		return nla_put_string(skb, SHELLTRAP_EVENT_A_WHAT, event->what) ?:
		       event_put_u64(skb, SHELLTRAP_EVENT_A_COUNT, event->count);
	case SHELLTRAP_EVENT_DISARMED:
	case SHELLTRAP_EVENT_ARMED:
		return event_put_proof(skb, event);
	case SHELLTRAP_EVENT_LINEAGE_FULL:
	case SHELLTRAP_EVENT_PROBE_MISSED:
		return event_put_u64(skb, SHELLTRAP_EVENT_A_COUNT, event->count);
	case SHELLTRAP_EVENT_HEARTBEAT:
		return nla_put_u32(skb, SHELLTRAP_EVENT_A_ARMED, event->armed) ?:
		       event_put_counters(skb, event->counters);
	default:
		return 0;
	}
}

int shelltrap_record_put_event(struct sk_buff *skb, const struct shelltrap_event_facts *event)
{
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_RECORD_A_EVENT);

	if (!nest || nla_put_u32(skb, SHELLTRAP_EVENT_A_KIND, event->kind) ||
	    shelltrap_record_put_by(skb, SHELLTRAP_EVENT_A_BY, &event->by) ||
	    event_put_details(skb, event))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
