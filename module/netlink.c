// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/random.h>
#include <linux/shelltrap.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "backlog.h"
#include "check.h"
#include "compat.h"
#include "counters.h"
#include "enforce.h"
#include "hit.h"
#include "hold.h"
#include "hook.h"
#include "kernel.h"
#include "lineage.h"
#include "listing.h"
#include "lock.h"
#include "netlink.h"
#include "record.h"
#include "ruleset.h"
#include "servers.h"
#include "transaction.h"

/* Size of a status message in bytes: at most 196 for each rule, and 2048 for all else. */
#define STATUS_MAX (196 * SHELLTRAP_RULES_MAX + 2048)

static struct genl_family shelltrap_family;

static u64 instance;
static bool opened;		/* the family is registered */
static atomic64_t unsent;

/*
 * Protects the backlog. The holder copies one record, with preemption off: a reader,
 * however slow or low its priority, never keeps an exec from being reported.
 */
static DEFINE_RAW_SPINLOCK(backlog_lock);
static struct shelltrap_backlog backlog;
static u64 seq_sent;		/* the last number multicast; only the sending worker uses it */

/* State of an alert dump. It lives in the context area of the netlink callback. */
struct alert_dump {
	u64 seq;		/* number of the next record to send */
	u64 end;		/* stop before this number: the newest at the request, plus 1 */
	u64 gone;		/* records up to this number may have been dropped before */
	u32 overtaken;		/* grows when records were dropped before the dump reached them */
};

static struct alert_dump *netlink_dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct alert_dump) > sizeof(cb->ctx));
	return (struct alert_dump *)cb->ctx;
}

static int netlink_alert_start(struct netlink_callback *cb)
{
	const struct nlattr *from = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, SHELLTRAP_RECORD_A_SEQ);
	struct alert_dump *dump = netlink_dump_state(cb);

	memset(dump, 0, sizeof(*dump));
	raw_spin_lock(&backlog_lock);
	dump->seq = max(from ? nla_get_u64(from) : 0, shelltrap_backlog_oldest(&backlog));
	dump->end = backlog.seq_next;
	dump->gone = backlog.seq_gone;
	/* All records of this dump are in the backlog already: none is larger than "largest". */
	cb->min_dump_alloc = nlmsg_total_size(GENL_HDRLEN + backlog.largest) + NLMSG_HDRLEN;
	raw_spin_unlock(&backlog_lock);
	return 0;
}

/* Returns false if the record does not fit into the rest of @skb. */
static bool netlink_dump_record(struct sk_buff *skb, struct netlink_callback *cb, u64 seq,
				const void *record, u32 len)
{
	void *header;

	if (skb_tailroom(skb) < nlmsg_total_size(GENL_HDRLEN + len))
		return false;
	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &shelltrap_family,
			     NLM_F_MULTI, SHELLTRAP_CMD_ALERT_GET);
	if (!header)
		return false;
	genl_dump_check_consistent(cb, header);
	skb_put_data(skb, record, len);
	genlmsg_end(skb, header);
	shelltrap_backlog_mark_delivered(&backlog, seq);
	return true;
}

/* Dumps the next record. Returns false at the end of the dump, and when @skb is full. */
static bool netlink_dump_next(struct sk_buff *skb, struct netlink_callback *cb,
			      struct alert_dump *dump)
{
	const void *record;
	u64 seq = dump->seq;
	bool more = false;
	u32 len;

	raw_spin_lock(&backlog_lock);
	record = shelltrap_backlog_get(&backlog, &seq, &len);
	/* Numbers that were missing before the dump began do not count. */
	if (seq != dump->seq && seq - 1 > dump->gone)
		dump->overtaken++;
	dump->seq = min(seq, dump->end);
	/* Never 0: netlink would take that for "no number" and not compare. */
	cb->seq = dump->overtaken + 1;
	if (record && seq < dump->end)
		more = netlink_dump_record(skb, cb, seq, record, len);
	raw_spin_unlock(&backlog_lock);
	if (more)
		dump->seq = seq + 1;
	return more;
}

static int netlink_alert_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct alert_dump *dump = netlink_dump_state(cb);

	while (dump->seq < dump->end && netlink_dump_next(skb, cb, dump))
		cond_resched();
	return skb->len;
}

static int netlink_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SHELLTRAP_STATUS_A_PAD);
}

static int netlink_put_backlog(struct sk_buff *skb)
{
	int err;

	raw_spin_lock(&backlog_lock);
	err = netlink_put_u64(skb, SHELLTRAP_STATUS_A_SEQ_OLDEST, backlog.seq_oldest) ?:
	      netlink_put_u64(skb, SHELLTRAP_STATUS_A_SEQ_NEXT, backlog.seq_next) ?:
	      netlink_put_u64(skb, SHELLTRAP_STATUS_A_BACKLOG_SIZE, backlog.ring.size) ?:
	      netlink_put_u64(skb, SHELLTRAP_STATUS_A_BACKLOG_USED, backlog.ring.used) ?:
	      netlink_put_u64(skb, SHELLTRAP_STATUS_A_OVERWRITTEN, backlog.overwritten);
	raw_spin_unlock(&backlog_lock);
	return err;
}

/* HITS is computed from the values read here: read apart, the two could disagree. */
static int netlink_put_hits(struct sk_buff *skb, const atomic64_t *hits)
{
	u64 held = atomic64_read(&hits[SHELLTRAP_VERDICT_HELD]);
	u64 count, sum = atomic64_read(&hits[0]) + held;
	int verdict, type = SHELLTRAP_RULE_A_OBSERVED;

	BUILD_BUG_ON(SHELLTRAP_RULE_A_PENDING - SHELLTRAP_RULE_A_OBSERVED !=
		     SHELLTRAP_VERDICT_PENDING - SHELLTRAP_VERDICT_OBSERVED);
	for (verdict = SHELLTRAP_VERDICT_OBSERVED; verdict <= SHELLTRAP_VERDICT_PENDING;
	     verdict++, type++) {
		count = atomic64_read(&hits[verdict]);
		sum += count;
		if (count && nla_put_u64_64bit(skb, type, count, SHELLTRAP_RULE_A_PAD))
			return -EMSGSIZE;
	}
	if (held && nla_put_u64_64bit(skb, SHELLTRAP_RULE_A_HELD, held, SHELLTRAP_RULE_A_PAD))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, SHELLTRAP_RULE_A_HITS, sum, SHELLTRAP_RULE_A_PAD);
}

static int netlink_put_rule(struct sk_buff *skb, const struct shelltrap_ruleset *ruleset,
			    unsigned int i)
{
	const struct shelltrap_rule *rule = &ruleset->policy->rules[i];
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_STATUS_A_RULE);

	if (!nest || nla_put_string(skb, SHELLTRAP_RULE_A_NAME, rule->name) ||
	    nla_put_u32(skb, SHELLTRAP_RULE_A_SEVERITY, rule->severity) ||
	    nla_put_u32(skb, SHELLTRAP_RULE_A_ACTION, rule->action) ||
	    netlink_put_hits(skb, ruleset->hits[i]))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int netlink_put_ruleset(struct sk_buff *skb, const struct shelltrap_ruleset *ruleset)
{
	const struct shelltrap_policy *policy = ruleset->policy;
	unsigned int i;
	int err;

	err = nla_put_u32(skb, SHELLTRAP_STATUS_A_RULES, policy->nr_rules) ?:
	      nla_put_u32(skb, SHELLTRAP_STATUS_A_NAMES, policy->nr_members) ?:
	      nla_put_u32(skb, SHELLTRAP_STATUS_A_POLICIES, ruleset->number) ?:
	      nla_put_u32(skb, SHELLTRAP_STATUS_A_PATHS, policy->nr_paths) ?:
	      nla_put_u32(skb, SHELLTRAP_STATUS_A_PATHS_MISSING,
			  policy->nr_paths - policy->nr_identities);
	for (i = 0; i < policy->nr_rules && !err; i++)
		err = netlink_put_rule(skb, ruleset, i);
	return err;
}

static int netlink_put_policy(struct sk_buff *skb)
{
	struct shelltrap_ruleset *ruleset = shelltrap_ruleset_get_current();
	int err = netlink_put_ruleset(skb, ruleset);

	shelltrap_ruleset_put(ruleset);
	return err;
}

static int netlink_put_lineage(struct sk_buff *skb)
{
	struct shelltrap_lineage_counters lineage;

	shelltrap_lineage_read(&lineage);
	return nla_put_u32(skb, SHELLTRAP_STATUS_A_LINEAGE, lineage.tasks) ?:
	       nla_put_u32(skb, SHELLTRAP_STATUS_A_SERVERS, lineage.servers) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_LEFT_OUT, lineage.left_out);
}

static int netlink_put_lock(struct sk_buff *skb)
{
	if (shelltrap_locked() && nla_put_flag(skb, SHELLTRAP_STATUS_A_LOCKED))
		return -EMSGSIZE;
	return netlink_put_u64(skb, SHELLTRAP_STATUS_A_REFUSED, shelltrap_lock_refused());
}

static int netlink_put_reports(struct sk_buff *skb)
{
	const struct shelltrap_counters *counters = &shelltrap_counters;
	u64 alerts = atomic64_read(&counters->alerts), lost = atomic64_read(&counters->lost);
	u64 silenced = atomic64_read(&counters->silenced);
	u64 dismissed = atomic64_read(&counters->dismissed);
	u64 repeats = atomic64_read(&counters->repeats);

	/*
	 * An exec counts in "hits" first and as a report later. So "hits" is read last:
	 * the other way round, a status could show more reports than hits.
	 */
	return netlink_put_u64(skb, SHELLTRAP_STATUS_A_HITS, atomic64_read(&counters->hits)) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_ALERTS, alerts) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_LOST, lost) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_SILENCED, silenced) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_DISMISSED, dismissed) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_REPEATS, repeats);
}

static int netlink_put_counters(struct sk_buff *skb)
{
	return netlink_put_u64(skb, SHELLTRAP_STATUS_A_EXECS, shelltrap_check_execs()) ?:
	       netlink_put_reports(skb) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_UNSENT, atomic64_read(&unsent)) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_MISSED, shelltrap_hook_missed());
}

static int netlink_put_enforcement(struct sk_buff *skb)
{
	struct shelltrap_enforce_counters counters;
	u32 observing = shelltrap_enforce_observing();

	shelltrap_enforce_read(&counters);
	if ((counters.enforce && nla_put_flag(skb, SHELLTRAP_STATUS_A_ENFORCE)) ||
	    (observing && nla_put_u32(skb, SHELLTRAP_STATUS_A_OBSERVING, observing)))
		return -EMSGSIZE;
	return netlink_put_u64(skb, SHELLTRAP_STATUS_A_DENIED, counters.denied) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_KILLED, counters.killed) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_WOULD_DENY, counters.would_deny) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_ESCAPED, counters.escaped) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_DENY_MISSED, shelltrap_hook_deny_missed());
}

static int netlink_put_holds(struct sk_buff *skb)
{
	struct shelltrap_hold_counters counters;

	shelltrap_hold_read(&counters);
	return nla_put_u32(skb, SHELLTRAP_STATUS_A_HELD_NOW, counters.now) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_HELD, counters.held) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_UNHELD, counters.unheld);
}

static bool netlink_group_has_listeners(void)
{
	return READ_ONCE(opened) && genl_has_listeners(&shelltrap_family, &init_net, 0);
}

static int netlink_put_status(struct sk_buff *skb)
{
	if (netlink_group_has_listeners() && nla_put_flag(skb, SHELLTRAP_STATUS_A_LISTENING))
		return -EMSGSIZE;
	return nla_put_string(skb, SHELLTRAP_STATUS_A_VERSION, SHELLTRAP_VERSION) ?:
	       netlink_put_u64(skb, SHELLTRAP_STATUS_A_INSTANCE, instance) ?:
	       nla_put_u32(skb, SHELLTRAP_STATUS_A_ARMED, shelltrap_hook_armed()) ?:
	       nla_put_u32(skb, SHELLTRAP_STATUS_A_SLOTS, shelltrap_hits_nr()) ?:
	       netlink_put_backlog(skb) ?: netlink_put_counters(skb) ?:
	       netlink_put_policy(skb) ?: netlink_put_lock(skb) ?:
	       netlink_put_lineage(skb) ?: netlink_put_enforcement(skb) ?:
	       netlink_put_holds(skb) ?:
	       shelltrap_kernel_put(skb, SHELLTRAP_STATUS_A_KERNEL);
}

static int netlink_status_get(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb = genlmsg_new(STATUS_MAX, GFP_KERNEL);
	void *header;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &shelltrap_family, 0, SHELLTRAP_CMD_STATUS_GET);
	if (!header || netlink_put_status(skb)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static int netlink_policy_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return shelltrap_listing_dump(skb, cb, &shelltrap_family);
}

static int netlink_servers_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return shelltrap_servers_dump(skb, cb, &shelltrap_family);
}

static int netlink_lock_policy(struct sk_buff *request, struct genl_info *info)
{
	return shelltrap_may_change(request, info) ?: shelltrap_lock();
}

static int netlink_held_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return shelltrap_hold_dump(skb, cb, &shelltrap_family);
}

static int netlink_release(struct sk_buff *request, struct genl_info *info)
{
	const struct nlattr *seq = info->attrs[SHELLTRAP_HELD_A_SEQ];
	enum shelltrap_release how = SHELLTRAP_RELEASE_RUN;
	int err = shelltrap_may_change(request, info);
	const char *fault;

	if (err)
		return err;
	if (!seq) {
		GENL_SET_ERR_MSG(info, "the number of the alert is missing: add HELD_A_SEQ");
		return -EINVAL;
	}
	if (info->attrs[SHELLTRAP_HELD_A_KILL])
		how = SHELLTRAP_RELEASE_KILL;
	if (info->attrs[SHELLTRAP_HELD_A_KILL_SERVER])
		how = SHELLTRAP_RELEASE_KILL_SERVER;
	fault = shelltrap_hold_release(nla_get_u64(seq), how);
	if (!fault)
		return 0;
	info->extack->_msg = fault;
	return -ENOENT;
}

static const struct nla_policy release_policy[] = {
	[SHELLTRAP_HELD_A_SEQ] = { .type = NLA_U64 },
	[SHELLTRAP_HELD_A_PID] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_START] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_COMM] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_PATHNAME] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_UID] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_SERVER_PID] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_SERVER_COMM] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_RULE] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_SINCE] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_LEFT] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_THEN] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_KILL] = { .type = NLA_FLAG },
	[SHELLTRAP_HELD_A_PAD] = { .type = NLA_REJECT },
	[SHELLTRAP_HELD_A_KILL_SERVER] = { .type = NLA_FLAG },
};

static const struct nla_policy alert_get_policy[] = {
	[SHELLTRAP_RECORD_A_SEQ] = { .type = NLA_U64 },
};

/* For commands without attributes. Without a policy the kernel would accept any attribute. */
static const struct nla_policy no_attrs[] = {
	[1] = { .type = NLA_REJECT },
};

/* No .validate member: the kernel then parses strictly, on every version. */
static const struct genl_ops operations[] = {
	{
		.cmd		= SHELLTRAP_CMD_STATUS_GET,
		.doit		= netlink_status_get,
		.policy		= no_attrs,
		.maxattr	= ARRAY_SIZE(no_attrs) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_ALERT_GET,
		.start		= netlink_alert_start,
		.dumpit		= netlink_alert_dump,
		.policy		= alert_get_policy,
		.maxattr	= ARRAY_SIZE(alert_get_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_POLICY_BEGIN,
		.doit		= shelltrap_policy_begin,
		.policy		= shelltrap_policy_begin_attrs,
		.maxattr	= SHELLTRAP_POLICY_A_MAX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_POLICY_ADD,
		.doit		= shelltrap_policy_add,
		.policy		= shelltrap_policy_add_attrs,
		.maxattr	= SHELLTRAP_POLICY_A_MAX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_POLICY_COMMIT,
		.doit		= shelltrap_policy_commit,
		.policy		= shelltrap_policy_commit_attrs,
		.maxattr	= SHELLTRAP_POLICY_A_MAX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_POLICY_GET,
		.start		= shelltrap_listing_start,
		.dumpit		= netlink_policy_dump,
		.done		= shelltrap_listing_done,
		.policy		= no_attrs,
		.maxattr	= ARRAY_SIZE(no_attrs) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_LOCK,
		.doit		= netlink_lock_policy,
		.policy		= no_attrs,
		.maxattr	= ARRAY_SIZE(no_attrs) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_SERVERS_GET,
		.dumpit		= netlink_servers_dump,
		.policy		= no_attrs,
		.maxattr	= ARRAY_SIZE(no_attrs) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_HELD_GET,
		.dumpit		= netlink_held_dump,
		.policy		= no_attrs,
		.maxattr	= ARRAY_SIZE(no_attrs) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SHELLTRAP_CMD_RELEASE,
		.doit		= netlink_release,
		.policy		= release_policy,
		.maxattr	= ARRAY_SIZE(release_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
};

static const struct genl_multicast_group groups[] = {
	{ .name = SHELLTRAP_GENL_GROUP_ALERTS, .flags = SHELLTRAP_MCAST_NET_ADMIN },
};

/*
 * parallel_ops: the handlers run without the mutex that all families share. A commit may
 * hang on a path on a dead network drive, and must not block other families. All state
 * here has locks of its own.
 */
static struct genl_family shelltrap_family __ro_after_init = {
	.name		= SHELLTRAP_GENL_NAME,
	.version	= SHELLTRAP_GENL_VERSION,
	.module		= THIS_MODULE,
	.parallel_ops	= true,
	.ops		= operations,
	.n_ops		= ARRAY_SIZE(operations),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

u64 shelltrap_netlink_instance(void)
{
	return instance;
}

u64 shelltrap_netlink_publish(void *record, u32 len, const struct shelltrap_source *source)
{
	static const struct shelltrap_source own = { .user = U32_MAX };
	u64 seq;

	raw_spin_lock(&backlog_lock);
	seq = backlog.seq_next;
	shelltrap_record_stamp(record, len, seq);
	shelltrap_backlog_append(&backlog, record, len, source ?: &own);
	raw_spin_unlock(&backlog_lock);
	return seq;
}

bool shelltrap_netlink_may_fold(u32 len)
{
	bool may;

	raw_spin_lock(&backlog_lock);
	may = shelltrap_backlog_is_unread(&backlog) || shelltrap_backlog_is_pressed(&backlog, len);
	raw_spin_unlock(&backlog_lock);
	return may;
}

u64 shelltrap_netlink_fold(const struct shelltrap_source *source, u32 len, u64 time, u64 *of)
{
	u64 seq = 0, alike;
	void *repeats;

	*of = 0;
	raw_spin_lock(&backlog_lock);
	alike = shelltrap_backlog_alike(&backlog, source->key);
	if (alike && shelltrap_backlog_is_pressed(&backlog, len)) {
		repeats = shelltrap_backlog_repeats(&backlog, source->key, &seq, &len);
		if (repeats)
			shelltrap_record_count_repeat(repeats, len, time);
		else
			*of = alike;
	}
	raw_spin_unlock(&backlog_lock);
	return seq;
}

u64 shelltrap_netlink_overwritten(void)
{
	u64 overwritten;

	raw_spin_lock(&backlog_lock);
	overwritten = backlog.overwritten;
	raw_spin_unlock(&backlog_lock);
	return overwritten;
}

/* Sets *@seq to the first record that has not been sent. Returns its length, 0: none is left. */
static u32 netlink_next_unsent(u64 *seq)
{
	const void *record;
	u32 len = 0;

	*seq = seq_sent + 1;
	raw_spin_lock(&backlog_lock);
	record = shelltrap_backlog_get(&backlog, seq, &len);
	raw_spin_unlock(&backlog_lock);
	return record ? len : 0;
}

/* Returns false if newer records have pushed this one out. */
static bool netlink_copy_record(struct sk_buff *skb, u64 seq, u32 len)
{
	const void *record;
	u64 found = seq;
	u32 found_len;

	raw_spin_lock(&backlog_lock);
	record = shelltrap_backlog_get(&backlog, &found, &found_len);
	if (found != seq)
		record = NULL;
	if (record) {
		skb_put_data(skb, record, len);
		shelltrap_backlog_mark_copied(&backlog, seq);
	}
	raw_spin_unlock(&backlog_lock);
	return record;
}

/* Returns 0 if at least one listener received the record. */
static int netlink_multicast_record(u64 seq, u32 len)
{
	struct sk_buff *skb = genlmsg_new(len, GFP_NOWAIT | __GFP_NOWARN);
	void *header;

	if (!skb)
		return -ENOMEM;
	/* Cannot fail: genlmsg_new() reserved space for the headers. */
	header = genlmsg_put(skb, 0, 0, &shelltrap_family, 0, SHELLTRAP_CMD_ALERT_NTF);
	if (!netlink_copy_record(skb, seq, len)) {
		nlmsg_free(skb);
		return -ENOMEM;
	}
	genlmsg_end(skb, header);
	return genlmsg_multicast(&shelltrap_family, skb, 0, 0, GFP_NOWAIT | __GFP_NOWARN);
}

static void netlink_send_record(u64 seq, u32 len)
{
	int err = netlink_multicast_record(seq, len);

	if (err) {
		atomic64_inc(&unsent);
		/* Tell the listeners now: else only the number of the next record shows the gap. */
		if (err == -ENOMEM)
			genl_set_err(&shelltrap_family, &init_net, 0, 0, -ENOBUFS);
		return;
	}
	raw_spin_lock(&backlog_lock);
	shelltrap_backlog_mark_delivered(&backlog, seq);
	raw_spin_unlock(&backlog_lock);
}

void shelltrap_netlink_send(void)
{
	u64 seq;
	u32 len;

	for (len = netlink_next_unsent(&seq); len; len = netlink_next_unsent(&seq)) {
		if (netlink_group_has_listeners())
			netlink_send_record(seq, len);
		seq_sent = seq;
		cond_resched();
	}
}

int shelltrap_netlink_init(u32 backlog_size)
{
	int err;

	instance = get_random_u64();
	err = shelltrap_backlog_init(&backlog, backlog_size, SHELLTRAP_RECORD_MAX);
	if (err)
		return err;
	err = shelltrap_transaction_init();
	if (err)
		shelltrap_backlog_free(&backlog);
	return err;
}

int shelltrap_netlink_open(void)
{
	int err = genl_register_family(&shelltrap_family);

	WRITE_ONCE(opened, !err);
	return err;
}

void shelltrap_netlink_close(void)
{
	WRITE_ONCE(opened, false);
	genl_unregister_family(&shelltrap_family);
}

void shelltrap_netlink_exit(void)
{
	shelltrap_transaction_exit();
	shelltrap_backlog_free(&backlog);
}
