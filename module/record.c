// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/kdev_t.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/skbuff.h>
#include <net/netlink.h>

#include "bytes.h"
#include "decide.h"
#include "environment.h"
#include "loss.h"
#include "record.h"
#include "text.h"

/* An attribute's length has 16 bits, and the longest attribute is the alert itself. */
static_assert(SHELLTRAP_RECORD_MAX < U16_MAX);

/*
 * nla_put() and what it calls take more than a hundred instructions for an attribute, and an alert
 * has more than fifty. So its attributes are put here. A record is linear. @at is where the next
 * attribute goes, and @end is where the record must end. Each function returns where the one after
 * goes: behind @end if there was no room, and then all others do the same, and put nothing.
 */
static __always_inline bool record_has_room(const u8 *at, const u8 *end, long size)
{
	return end - at >= size;
}

static __always_inline u8 *record_no_room(u8 *end)
{
	return end + 1;
}

static __always_inline void record_put_head(u8 *at, int type, u32 len)
{
	struct nlattr *attr = (struct nlattr *)at;

	attr->nla_len = nla_attr_size(len);
	attr->nla_type = type;
}

static __always_inline u8 *record_put_u32(u8 *at, u8 *end, int type, u32 value)
{
	if (!record_has_room(at, end, nla_total_size(sizeof(value))))
		return record_no_room(end);
	record_put_head(at, type, sizeof(value));
	memcpy(at + NLA_HDRLEN, &value, sizeof(value));
	return at + nla_total_size(sizeof(value));
}

static u8 *record_put_flag(u8 *at, u8 *end, int type)
{
	if (!record_has_room(at, end, NLA_HDRLEN))
		return record_no_room(end);
	record_put_head(at, type, 0);
	return at + NLA_HDRLEN;
}

/* @pad: type of the attribute that aligns the value, where the machine needs that. */
static __always_inline u8 *record_put_u64(u8 *at, u8 *end, int type, u64 value, int pad)
{
	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) &&
	    IS_ALIGNED((unsigned long)at, sizeof(value)))
		at = record_put_flag(at, end, pad);
	if (!record_has_room(at, end, nla_total_size(sizeof(value))))
		return record_no_room(end);
	record_put_head(at, type, sizeof(value));
	memcpy(at + NLA_HDRLEN, &value, sizeof(value));
	return at + nla_total_size(sizeof(value));
}

/* The payload of @len bytes is there: puts the head, and zeros up to the next attribute. */
static __always_inline u8 *record_put_around(u8 *at, int type, u32 len)
{
	u8 *behind = at + NLA_HDRLEN + len, *next = at + nla_total_size(len);

	record_put_head(at, type, len);
	while (behind < next)
		*behind++ = 0;
	return next;
}

static noinline u8 *record_put_bytes(u8 *at, u8 *end, int type, u32 len, const void *bytes)
{
	if (!record_has_room(at, end, nla_total_size(len)))
		return record_no_room(end);
	memcpy(at + NLA_HDRLEN, bytes, len);
	return record_put_around(at, type, len);
}

/*
 * Puts nothing if @string is NULL. strscpy() copies word by word, and finds the end meanwhile. The
 * room is a multiple of NLA_ALIGNTO, as the zeros behind the string have to fit, too.
 */
static noinline u8 *record_put_string(u8 *at, u8 *end, int type, const char *string)
{
	long room = ALIGN_DOWN(end - at, NLA_ALIGNTO) - NLA_HDRLEN;
	ssize_t len;

	if (!string)
		return at;
	len = room > 0 ? strscpy(at + NLA_HDRLEN, string, room) : -E2BIG;
	return len < 0 ? record_no_room(end) : record_put_around(at, type, len + 1);
}

/*
 * Puts the name of a task. @comm has a NUL; the bytes after it may be anything. All are copied, and
 * those after the NUL are not part of the attribute.
 */
static __always_inline u8 *record_put_comm(u8 *at, u8 *end, int type,
					   const char comm[TASK_COMM_LEN])
{
	if (!record_has_room(at, end, nla_total_size(TASK_COMM_LEN)))
		return record_put_string(at, end, type, comm);
	memcpy(at + NLA_HDRLEN, comm, TASK_COMM_LEN);
	return record_put_around(at, type, shelltrap_before_nul(comm, TASK_COMM_LEN) + 1);
}

/* Begins a nest, which ends with record_end_nest(). */
static __always_inline u8 *record_put_nest(u8 *at, u8 *end, int type)
{
	if (!record_has_room(at, end, NLA_HDRLEN))
		return record_no_room(end);
	record_put_head(at, type | NLA_F_NESTED, 0);
	return at + NLA_HDRLEN;
}

/* @nest: where the nest begins. */
static __always_inline u8 *record_end_nest(u8 *nest, u8 *at, u8 *end)
{
	if (at <= end)
		((struct nlattr *)nest)->nla_len = at - nest;
	return at;
}

/* Appends what has been put from the tail of @skb on. */
static int record_finish(struct sk_buff *skb, const u8 *at)
{
	if (at > skb_end_pointer(skb))
		return -EMSGSIZE;
	skb_put(skb, at - skb_tail_pointer(skb));
	return 0;
}

static u32 size_of(const char *text)
{
	return text ? nla_total_size(shelltrap_text_len(text) + 1) : 0;
}

/* A rule has a name, a severity and a threat; the leading one also a title and a reference. */
#define RULE_SIZE	(SHELLTRAP_LABEL_MAX + SHELLTRAP_TITLE_MAX + 32)
#define SMALL_SIZE	(2 * SHELLTRAP_TITLE_MAX + 1024)
#define ANCESTOR_SIZE	(TASK_COMM_LEN + 16)
#define CLIENT_SIZE	80

static u32 cgi_size(const struct shelltrap_cgi *cgi)
{
	u32 size = 0;
	int value;

	for (value = 0; value < SHELLTRAP_CGI_NR; value++)
		size += size_of(shelltrap_cgi_text(cgi, value));
	return size;
}

u32 shelltrap_record_size(const struct shelltrap_facts *facts, const struct shelltrap_paths *paths)
{
	return SMALL_SIZE + RULE_SIZE * hweight64(facts->rules) +
	       ANCESTOR_SIZE * facts->nr_ancestors + nla_total_size(facts->argv_len) +
	       nla_total_size(min_t(u32, facts->environment_len,
				    SHELLTRAP_RECORD_ENVIRONMENT)) +
	       2 * size_of(facts->pathname) + size_of(facts->interpreter) +
	       size_of(paths->file) + size_of(paths->exe) + size_of(paths->cwd) +
	       size_of(paths->server_exe) + size_of(paths->cgroup) + cgi_size(paths->cgi) +
	       CLIENT_SIZE * SHELLTRAP_CLIENTS_MAX + ANCESTOR_SIZE * SHELLTRAP_PROXIES_MAX;
}

void shelltrap_record_stamp(void *record, u32 len, u64 seq)
{
	struct nlattr *attr = nla_find(record, len, SHELLTRAP_RECORD_A_SEQ);

	if (attr)
		memcpy(nla_data(attr), &seq, sizeof(seq));
}

int shelltrap_record_put_header(struct sk_buff *skb, u64 instance, u64 time)
{
	u8 *at = skb_tail_pointer(skb), *end = skb_end_pointer(skb);

	at = record_put_u64(at, end, SHELLTRAP_RECORD_A_SEQ, 0, SHELLTRAP_RECORD_A_PAD);
	at = record_put_u64(at, end, SHELLTRAP_RECORD_A_INSTANCE, instance, SHELLTRAP_RECORD_A_PAD);
	at = record_put_u64(at, end, SHELLTRAP_RECORD_A_TIME, time, SHELLTRAP_RECORD_A_PAD);
	return record_finish(skb, at);
}

/* Only the leading (most severe) rule has its title and reference in the alert. */
static u8 *record_put_rule(u8 *at, u8 *end, int type, const struct shelltrap_rule *rule,
			   u32 severity, bool leads)
{
	u8 *nest = at;

	at = record_put_nest(at, end, type);
	at = record_put_string(at, end, SHELLTRAP_RULE_A_NAME, rule->name);
	at = record_put_u32(at, end, SHELLTRAP_RULE_A_SEVERITY, severity);
	at = record_put_string(at, end, SHELLTRAP_RULE_A_THREAT, rule->threat);
	if (leads) {
		at = record_put_string(at, end, SHELLTRAP_RULE_A_TITLE, rule->title);
		at = record_put_string(at, end, SHELLTRAP_RULE_A_REFERENCE, rule->reference);
	}
	return record_end_nest(nest, at, end);
}

/* Returns the severity of a rule in this alert; 0 if @rule is negative. */
static u32 record_severity(const struct shelltrap_policy *policy, int rule, u64 lowered)
{
	u32 severity = rule < 0 ? 0 : policy->rules[rule].severity;

	if (rule >= 0 && (lowered & BIT_ULL(rule)))
		severity = min_t(u32, severity, SHELLTRAP_SEVERITY_HIGH);
	return severity;
}

static int record_leading(const struct shelltrap_policy *policy, u64 rules, u64 lowered)
{
	int plain = shelltrap_policy_leading(policy, rules & ~lowered), low;

	if (!(rules & lowered))
		return plain;
	low = shelltrap_policy_leading(policy, rules & lowered);
	return record_severity(policy, low, lowered) > record_severity(policy, plain, lowered) ?
	       low : plain;
}

/* Puts the most severe rule first. */
static u8 *record_put_rules(u8 *at, u8 *end, const struct shelltrap_policy *policy, u64 rules,
			    u64 lowered)
{
	bool leads = true;
	int rule;

	for (; rules; rules &= ~BIT_ULL(rule), leads = false) {
		rule = record_leading(policy, rules, lowered);
		if (rule < 0)
			break;
		at = record_put_rule(at, end, SHELLTRAP_ALERT_A_RULE, &policy->rules[rule],
				     record_severity(policy, rule, lowered), leads);
	}
	return at;
}

static __always_inline u8 *record_put_optional_id(u8 *at, u8 *end, int type, u32 id)
{
	return id == (u32)-1 ? at : record_put_u32(at, end, type, id);
}

static __always_inline u8 *record_put_ids(u8 *at, u8 *end, const struct shelltrap_facts *facts)
{
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_UID, facts->uid);
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_GID, facts->gid);
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_EUID, facts->euid);
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_EGID, facts->egid);
	at = record_put_optional_id(at, end, SHELLTRAP_PROCESS_A_LOGINUID, facts->loginuid);
	return record_put_optional_id(at, end, SHELLTRAP_PROCESS_A_SESSIONID, facts->sessionid);
}

static __always_inline u8 *record_put_namespaces(u8 *at, u8 *end,
						 const struct shelltrap_facts *facts)
{
	if (facts->mnt_ns)
		at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_MNT_NS, facts->mnt_ns);
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_PID_NS, facts->pid_ns);
	return record_put_u32(at, end, SHELLTRAP_PROCESS_A_NS_PID, facts->ns_pid);
}

static __always_inline u8 *record_put_argv(u8 *at, u8 *end, const struct shelltrap_facts *facts)
{
	if (facts->argv_len)
		at = record_put_bytes(at, end, SHELLTRAP_PROCESS_A_ARGV, facts->argv_len,
				      facts->argv);
	if (facts->argv_truncated)
		at = record_put_flag(at, end, SHELLTRAP_PROCESS_A_ARGV_TRUNCATED);
	return record_put_u32(at, end, SHELLTRAP_PROCESS_A_ARGC, facts->argc);
}

/*
 * Fills @to, if it is not NULL, with the variables as far as they may be shown. "..." stands for
 * those for which there is no room.
 */
static u32 record_environment(const struct shelltrap_facts *facts, char *to)
{
	static const char more[] = "...";
	const char *at = facts->environment, *end = at + facts->environment_len;
	u32 size = 0, shown;

	for (; at < end; at += strlen(at) + 1) {
		shown = shelltrap_environment_shown(at);
		if (size + shown + 1 + sizeof(more) > SHELLTRAP_RECORD_ENVIRONMENT) {
			if (to)
				memcpy(to + size, more, sizeof(more));
			return size + sizeof(more);
		}
		if (to) {
			memcpy(to + size, at, shown);
			to[size + shown] = '\0';
		}
		size += shown + 1;
	}
	return size;
}

static noinline u8 *record_put_environment(u8 *at, u8 *end, const struct shelltrap_facts *facts)
{
	u32 len = record_environment(facts, NULL);

	if (!record_has_room(at, end, nla_total_size(len)))
		return record_no_room(end);
	record_environment(facts, (char *)at + NLA_HDRLEN);
	return record_put_around(at, SHELLTRAP_PROCESS_A_ENVIRONMENT, len);
}

static __always_inline u8 *record_put_clean(u8 *at, u8 *end, const struct shelltrap_facts *facts)
{
	if (!facts->judged)
		return at;
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_UNCLEAN, facts->unclean);
	return facts->environment_len ? record_put_environment(at, end, facts) : at;
}

static u8 *record_put_process(u8 *at, u8 *end, const struct shelltrap_facts *facts,
			      const struct shelltrap_paths *paths)
{
	u8 *nest = at;

	at = record_put_nest(at, end, SHELLTRAP_ALERT_A_PROCESS);
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_PID, facts->pid);
	at = record_put_u32(at, end, SHELLTRAP_PROCESS_A_TID, facts->tid);
	at = record_put_comm(at, end, SHELLTRAP_PROCESS_A_COMM, facts->comm);
	at = record_put_string(at, end, SHELLTRAP_PROCESS_A_EXE, paths->exe);
	at = record_put_argv(at, end, facts);
	at = record_put_string(at, end, SHELLTRAP_PROCESS_A_CWD, paths->cwd);
	at = record_put_ids(at, end, facts);
	at = record_put_namespaces(at, end, facts);
	at = record_put_clean(at, end, facts);
	at = record_put_u64(at, end, SHELLTRAP_PROCESS_A_START, facts->start,
			    SHELLTRAP_PROCESS_A_PAD);
	return record_end_nest(nest, at, end);
}

static u8 *record_put_file(u8 *at, u8 *end, const struct shelltrap_facts *facts, const char *path)
{
	u8 *nest = at;

	if (!path)
		return at;
	at = record_put_nest(at, end, SHELLTRAP_ALERT_A_FILE);
	at = record_put_string(at, end, SHELLTRAP_FILE_A_PATH, path);
	at = record_put_u32(at, end, SHELLTRAP_FILE_A_DEV_MAJOR, MAJOR(facts->file_dev));
	at = record_put_u32(at, end, SHELLTRAP_FILE_A_DEV_MINOR, MINOR(facts->file_dev));
	at = record_put_u64(at, end, SHELLTRAP_FILE_A_INO, facts->file_ino, SHELLTRAP_FILE_A_PAD);
	at = record_put_u32(at, end, SHELLTRAP_FILE_A_MODE, facts->file_mode);
	at = record_put_u32(at, end, SHELLTRAP_FILE_A_UID, facts->file_uid);
	at = record_put_u32(at, end, SHELLTRAP_FILE_A_GID, facts->file_gid);
	return record_end_nest(nest, at, end);
}

static u8 *record_put_server(u8 *at, u8 *end, const struct shelltrap_facts *facts, const char *exe)
{
	u8 *nest = at;

	if (!facts->matched)
		return at;
	at = record_put_nest(at, end, SHELLTRAP_ALERT_A_SERVER);
	at = record_put_u32(at, end, SHELLTRAP_SERVER_A_PID, facts->server_pid);
	at = record_put_comm(at, end, SHELLTRAP_SERVER_A_COMM, facts->server_comm);
	at = record_put_string(at, end, SHELLTRAP_SERVER_A_EXE, exe);
	at = record_put_u32(at, end, SHELLTRAP_SERVER_A_MATCHED, facts->matched);
	if (facts->server_port)
		at = record_put_u32(at, end, SHELLTRAP_SERVER_A_PORT, facts->server_port);
	if (facts->server_started)
		at = record_put_u64(at, end, SHELLTRAP_SERVER_A_STARTED, facts->server_started,
				    SHELLTRAP_SERVER_A_PAD);
	return record_end_nest(nest, at, end);
}

static u8 *record_put_task(u8 *at, u8 *end, int type, pid_t pid, const char comm[TASK_COMM_LEN])
{
	u8 *nest = at;

	at = record_put_nest(at, end, type);
	at = record_put_u32(at, end, SHELLTRAP_ANCESTOR_A_PID, pid);
	at = record_put_comm(at, end, SHELLTRAP_ANCESTOR_A_COMM, comm);
	return record_end_nest(nest, at, end);
}

static u8 *record_put_ancestors(u8 *at, u8 *end, const struct shelltrap_facts *facts)
{
	u32 i;

	for (i = 0; i < facts->nr_ancestors; i++)
		at = record_put_task(at, end, SHELLTRAP_ALERT_A_ANCESTOR, facts->ancestors[i].pid,
				     facts->ancestors[i].comm);
	return at;
}

static u8 *record_put_addresses(u8 *at, u8 *end, const struct shelltrap_stdio *io)
{
	int len;

	if (io->family != AF_INET && io->family != AF_INET6)
		return at;
	len = io->family == AF_INET ? sizeof(io->local.v4) : sizeof(io->local.v6);
	at = record_put_bytes(at, end, SHELLTRAP_STDIO_A_LOCAL_ADDR, len, &io->local);
	at = record_put_u32(at, end, SHELLTRAP_STDIO_A_LOCAL_PORT, ntohs(io->local_port));
	if (!io->peer_port)
		return at;
	at = record_put_bytes(at, end, SHELLTRAP_STDIO_A_PEER_ADDR, len, &io->peer);
	return record_put_u32(at, end, SHELLTRAP_STDIO_A_PEER_PORT, ntohs(io->peer_port));
}

static u8 *record_put_socket(u8 *at, u8 *end, const struct shelltrap_stdio *io)
{
	at = record_put_u32(at, end, SHELLTRAP_STDIO_A_FAMILY, io->family);
	at = record_put_u32(at, end, SHELLTRAP_STDIO_A_SOCK_TYPE, io->sock_type);
	at = record_put_u32(at, end, SHELLTRAP_STDIO_A_STATE, io->state);
	return record_put_addresses(at, end, io);
}

static u8 *record_put_stdio(u8 *at, u8 *end, int type, const struct shelltrap_stdio *io)
{
	u8 *nest = at;

	at = record_put_nest(at, end, type);
	at = record_put_u32(at, end, SHELLTRAP_STDIO_A_TYPE, io->type);
	if (io->family)
		at = record_put_socket(at, end, io);
	return record_end_nest(nest, at, end);
}

static u8 *record_put_client(u8 *at, u8 *end, const struct shelltrap_client *client)
{
	int len = client->family == AF_INET ? sizeof(client->peer.v4) : sizeof(client->peer.v6);
	u8 *nest = at;

	at = record_put_nest(at, end, SHELLTRAP_REQUEST_A_CLIENT);
	at = record_put_bytes(at, end, SHELLTRAP_CLIENT_A_ADDR, len, &client->peer);
	at = record_put_u32(at, end, SHELLTRAP_CLIENT_A_PORT, ntohs(client->peer_port));
	at = record_put_bytes(at, end, SHELLTRAP_CLIENT_A_LOCAL_ADDR, len, &client->local);
	at = record_put_u32(at, end, SHELLTRAP_CLIENT_A_LOCAL_PORT, ntohs(client->local_port));
	return record_end_nest(nest, at, end);
}

static u8 *record_put_clients(u8 *at, u8 *end, const struct shelltrap_request *request)
{
	u32 i;

	for (i = 0; i < request->nr_clients; i++)
		at = record_put_client(at, end, &request->clients[i]);
	if (!request->cut)
		at = record_put_u32(at, end, SHELLTRAP_REQUEST_A_MORE, request->more);
	if (request->thread)
		at = record_put_u32(at, end, SHELLTRAP_REQUEST_A_THREAD, request->thread);
	return at;
}

static u8 *record_put_proxies(u8 *at, u8 *end, const struct shelltrap_request *request)
{
	u32 i;

	for (i = 0; i < request->nr_proxies; i++)
		if (request->proxies[i].comm[0])
			at = record_put_task(at, end, SHELLTRAP_REQUEST_A_VIA,
					     request->proxies[i].pid, request->proxies[i].comm);
	return at;
}

static u8 *record_put_cgi(u8 *at, u8 *end, const struct shelltrap_cgi *cgi)
{
	static const int types[SHELLTRAP_CGI_NR] = {
		[SHELLTRAP_CGI_METHOD] = SHELLTRAP_REQUEST_A_METHOD,
		[SHELLTRAP_CGI_URI] = SHELLTRAP_REQUEST_A_URI,
		[SHELLTRAP_CGI_SCRIPT] = SHELLTRAP_REQUEST_A_SCRIPT,
		[SHELLTRAP_CGI_HOST] = SHELLTRAP_REQUEST_A_HOST,
		[SHELLTRAP_CGI_REMOTE_ADDR] = SHELLTRAP_REQUEST_A_REMOTE_ADDR,
		[SHELLTRAP_CGI_FORWARDED_FOR] = SHELLTRAP_REQUEST_A_FORWARDED_FOR,
		[SHELLTRAP_CGI_USER_AGENT] = SHELLTRAP_REQUEST_A_USER_AGENT,
	};
	int value;

	for (value = 0; value < SHELLTRAP_CGI_NR; value++)
		at = record_put_string(at, end, types[value], shelltrap_cgi_text(cgi, value));
	return at;
}

static u8 *record_put_request(u8 *at, u8 *end, const struct shelltrap_facts *facts,
			      const struct shelltrap_cgi *cgi)
{
	const struct shelltrap_request *request = &facts->request;
	bool gateway = cgi && cgi->gateway;
	u32 sources = request->sources | (gateway ? SHELLTRAP_REQUEST_SOURCE_ENVIRON : 0);
	u8 *nest = at;

	if (!facts->matched)
		return at;
	at = record_put_nest(at, end, SHELLTRAP_ALERT_A_REQUEST);
	at = record_put_u32(at, end, SHELLTRAP_REQUEST_A_CERTAINTY, request->certainty);
	at = record_put_u32(at, end, SHELLTRAP_REQUEST_A_SOURCES, sources);
	at = record_put_clients(at, end, request);
	at = record_put_proxies(at, end, request);
	if (gateway)
		at = record_put_cgi(at, end, cgi);
	return record_end_nest(nest, at, end);
}

static u8 *record_put_cgroup(u8 *at, u8 *end, u64 id, const char *path)
{
	if (!id)
		return at;
	at = record_put_u64(at, end, SHELLTRAP_ALERT_A_CGROUP_ID, id, SHELLTRAP_ALERT_A_PAD);
	return record_put_string(at, end, SHELLTRAP_ALERT_A_CGROUP_PATH, path);
}

int shelltrap_record_put_alert(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       const struct shelltrap_facts *facts,
			       const struct shelltrap_paths *paths)
{
	const char *interpreter = facts->interpreter && facts->interpreter[0] ?
				  facts->interpreter : facts->pathname;
	u8 *nest = skb_tail_pointer(skb), *end = skb_end_pointer(skb), *at;

	at = record_put_nest(nest, end, SHELLTRAP_RECORD_A_ALERT);
	at = record_put_rules(at, end, policy, facts->rules, facts->lowered);
	at = record_put_u32(at, end, SHELLTRAP_ALERT_A_VERDICT, facts->verdict);
	at = record_put_comm(at, end, SHELLTRAP_ALERT_A_COMM, facts->caller_comm);
	at = record_put_string(at, end, SHELLTRAP_ALERT_A_PATHNAME, facts->pathname);
	at = record_put_string(at, end, SHELLTRAP_ALERT_A_INTERPRETER, interpreter);
	at = record_put_process(at, end, facts, paths);
	at = record_put_file(at, end, facts, paths->file);
	at = record_put_server(at, end, facts, paths->server_exe);
	at = record_put_ancestors(at, end, facts);
	at = record_put_stdio(at, end, SHELLTRAP_ALERT_A_STDIN, &facts->in);
	at = record_put_stdio(at, end, SHELLTRAP_ALERT_A_STDOUT, &facts->out);
	at = record_put_request(at, end, facts, paths->cgi);
	at = record_put_cgroup(at, end, facts->cgroup_id, paths->cgroup);
	if (facts->unheld)
		at = record_put_u32(at, end, SHELLTRAP_ALERT_A_UNHELD, facts->unheld);
	return record_finish(skb, record_end_nest(nest, at, end));
}

static int record_put_loss_cause(struct sk_buff *skb, const struct shelltrap_loss_cause *cause)
{
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_LOSS_A_CAUSE);

	if (!nest || nla_put_u64_64bit(skb, SHELLTRAP_LOSS_CAUSE_A_LOST, cause->execs,
				       SHELLTRAP_LOSS_CAUSE_A_PAD) ||
	    nla_put_u32(skb, SHELLTRAP_LOSS_CAUSE_A_UID, cause->user))
		return -EMSGSIZE;
	if (cause->rule[0] && nla_put_string(skb, SHELLTRAP_LOSS_CAUSE_A_RULE, cause->rule))
		return -EMSGSIZE;
	if (cause->server_pid &&
	    (nla_put_u32(skb, SHELLTRAP_LOSS_CAUSE_A_SERVER_PID, cause->server_pid) ||
	     nla_put_string(skb, SHELLTRAP_LOSS_CAUSE_A_SERVER_COMM, cause->server_comm)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int shelltrap_record_put_loss(struct sk_buff *skb, const struct shelltrap_losses *losses,
			      enum shelltrap_loss why)
{
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_RECORD_A_LOSS);
	u32 i;

	if (!nest || nla_put_u64_64bit(skb, SHELLTRAP_LOSS_A_LOST, losses->execs,
				       SHELLTRAP_LOSS_A_PAD) ||
	    nla_put_u32(skb, SHELLTRAP_LOSS_A_WHY, why))
		return -EMSGSIZE;
	for (i = 0; i < losses->nr_causes; i++)
		if (record_put_loss_cause(skb, &losses->causes[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int shelltrap_record_put_outcome(struct sk_buff *skb, const struct shelltrap_outcome *outcome)
{
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_RECORD_A_OUTCOME);

	if (!nest || nla_put_u64_64bit(skb, SHELLTRAP_OUTCOME_A_OF, outcome->of,
				       SHELLTRAP_OUTCOME_A_PAD) ||
	    nla_put_u32(skb, SHELLTRAP_OUTCOME_A_VERDICT, outcome->verdict) ||
	    shelltrap_record_put_by(skb, SHELLTRAP_OUTCOME_A_BY, &outcome->by))
		return -EMSGSIZE;
	if (outcome->why && nla_put_u32(skb, SHELLTRAP_OUTCOME_A_WHY, outcome->why))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u8 *record_put_leading(u8 *at, u8 *end, const struct shelltrap_policy *policy,
			      const struct shelltrap_facts *facts)
{
	int rule = record_leading(policy, facts->rules, facts->lowered);

	if (rule < 0)
		return at;
	return record_put_rule(at, end, SHELLTRAP_REPEATS_A_RULE, &policy->rules[rule],
			       record_severity(policy, rule, facts->lowered), false);
}

int shelltrap_record_put_repeats(struct sk_buff *skb, const struct shelltrap_policy *policy,
				 const struct shelltrap_facts *facts, u64 of)
{
	const int pad = SHELLTRAP_REPEATS_A_PAD;
	u8 *nest = skb_tail_pointer(skb), *end = skb_end_pointer(skb), *at;

	at = record_put_nest(nest, end, SHELLTRAP_RECORD_A_REPEATS);
	at = record_put_u64(at, end, SHELLTRAP_REPEATS_A_OF, of, pad);
	at = record_put_u64(at, end, SHELLTRAP_REPEATS_A_COUNT, 1, pad);
	at = record_put_u64(at, end, SHELLTRAP_REPEATS_A_FIRST, facts->time, pad);
	at = record_put_u64(at, end, SHELLTRAP_REPEATS_A_LATEST, facts->time, pad);
	at = record_put_leading(at, end, policy, facts);
	at = record_put_u32(at, end, SHELLTRAP_REPEATS_A_VERDICT, facts->verdict);
	at = record_put_comm(at, end, SHELLTRAP_REPEATS_A_COMM, facts->caller_comm);
	at = record_put_string(at, end, SHELLTRAP_REPEATS_A_PATHNAME, facts->pathname);
	return record_finish(skb, record_end_nest(nest, at, end));
}

void shelltrap_record_count_repeat(void *record, u32 len, u64 time)
{
	struct nlattr *nest = nla_find(record, len, SHELLTRAP_RECORD_A_REPEATS);
	struct nlattr *count, *latest;
	u64 value;

	if (!nest)
		return;
	count = nla_find_nested(nest, SHELLTRAP_REPEATS_A_COUNT);
	latest = nla_find_nested(nest, SHELLTRAP_REPEATS_A_LATEST);
	if (!count || !latest)
		return;
	/* Not nla_get_u64(): the value may not be aligned. */
	memcpy(&value, nla_data(count), sizeof(value));
	value++;
	memcpy(nla_data(count), &value, sizeof(value));
	memcpy(nla_data(latest), &time, sizeof(time));
}
