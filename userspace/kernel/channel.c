// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/channel.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/module.h"
#include "lib/exit.h"
#include "lib/message.h"

/* A message holds at most one record, which is an attribute of at most 64 KiB. */
#define INBOX_SIZE (128 * 1024)
/* Room for a request with one attribute, in units of the header for its alignment. */
#define REQUEST_HEADERS 8

static int receive_buffer = CHANNEL_RECEIVE_BUFFER;

static int inbox_open(struct inbox *inbox, int flags)
{
	int on = 1;

	inbox->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | flags);
	if (!inbox->socket)
		return -errno;
	if (mnl_socket_bind(inbox->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	inbox->data = malloc(INBOX_SIZE);
	if (!inbox->data)
		return -ENOMEM;
	mnl_socket_setsockopt(inbox->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(inbox->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

static void inbox_close(struct inbox *inbox)
{
	if (inbox->socket)
		mnl_socket_close(inbox->socket);
	free(inbox->data);
	*inbox = (struct inbox){0};
}

/* Returns the bytes received, 0 if they are not from the kernel, or negative errno. */
static int inbox_receive(struct inbox *inbox)
{
	struct sockaddr_nl from = {0};
	socklen_t from_len = sizeof(from);
	ssize_t len;

	do {
		len = recvfrom(mnl_socket_get_fd(inbox->socket), inbox->data, INBOX_SIZE,
			       MSG_TRUNC, (struct sockaddr *)&from, &from_len);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	if (from_len != sizeof(from) || from.nl_pid != 0)
		return 0;
	return len > INBOX_SIZE ? -EMSGSIZE : (int)len;
}

/* The next message of the last datagram, or NULL after its last message. */
static const struct nlmsghdr *inbox_take(struct inbox *inbox)
{
	const struct nlmsghdr *message = inbox->next;

	if (!mnl_nlmsg_ok(message, inbox->left)) {
		inbox->left = 0;
		return NULL;
	}
	inbox->next = mnl_nlmsg_next(message, &inbox->left);
	return message;
}

static int inbox_next(struct inbox *inbox, const struct nlmsghdr **message)
{
	for (;;) {
		if (inbox->left > 0) {
			*message = inbox_take(inbox);
			if (*message)
				return 0;
		}
		inbox->left = inbox_receive(inbox);
		inbox->next = inbox->data;
		if (inbox->left < 0)
			return inbox->left;
	}
}

/* Keeps the text of an extended ack, whose attributes begin at @offset of the payload. */
static void channel_keep_reason(struct channel *channel, const struct nlmsghdr *message,
				size_t offset)
{
	const struct nlattr *attr;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(message) <= offset)
		return;
	mnl_attr_for_each(attr, message, offset) {
		if (mnl_attr_get_type(attr) != NLMSGERR_ATTR_MSG ||
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
			continue;
		snprintf(channel->reason, sizeof(channel->reason), "%s",
			 mnl_attr_get_str(attr));
	}
}

static int channel_error(struct channel *channel, const struct nlmsghdr *message)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(message);
	size_t offset = sizeof(*err);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*err))
		return -EBADMSG;
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		offset += MNL_ALIGN(err->msg.nlmsg_len) - MNL_NLMSG_HDRLEN;
	channel_keep_reason(channel, message, offset);
	return err->error;
}

static int channel_error_at_end(struct channel *channel, const struct nlmsghdr *message)
{
	const int *error = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*error))
		return 0;
	channel_keep_reason(channel, message, sizeof(*error));
	return *error;
}

/*
 * Reads one message of the answer to the last request. Returns 1, or 0 at the end of the
 * answer. Messages that answer an earlier, abandoned request are skipped.
 */
static int channel_answer(struct channel *channel, const struct nlmsghdr **message)
{
	int ret;

	do {
		ret = inbox_next(&channel->answers, message);
		if (ret)
			return ret;
	} while ((*message)->nlmsg_seq != channel->request);
	switch ((*message)->nlmsg_type) {
	case NLMSG_ERROR:
		return channel_error(channel, *message);
	case NLMSG_DONE:
		return channel_error_at_end(channel, *message);
	}
	return 1;
}

static struct nlmsghdr *channel_new_request(struct channel *channel, void *data, uint16_t family,
					    uint8_t command, uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(data);
	struct genlmsghdr *genl;

	request->nlmsg_type = family;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = ++channel->request;
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = command;
	genl->version = SHELLTRAP_GENL_VERSION;
	channel->reason[0] = '\0';
	return request;
}

static int channel_send(struct channel *channel, const struct nlmsghdr *request)
{
	ssize_t sent;

	do {
		sent = mnl_socket_sendto(channel->answers.socket, request, request->nlmsg_len);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/*
 * ENOENT from the kernel means that the family, which was there before, is gone. ENOENT
 * from the module itself always comes with a text.
 */
static int channel_gone_if_unknown(const struct channel *channel, int error)
{
	return error == -ENOENT && !*channel->reason ? -ENODEV : error;
}

static void channel_read_group(struct channel *channel, const struct nlattr *group)
{
	const struct nlattr *attr;
	const char *name = NULL;
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			id = mnl_attr_get_u32(attr);
	}
	if (name && !strcmp(name, SHELLTRAP_GENL_GROUP_ALERTS))
		channel->group = id;
}

static void channel_read_family(struct channel *channel, const struct nlmsghdr *message)
{
	const struct nlattr *attr, *group;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			channel->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS &&
		    mnl_attr_validate(attr, MNL_TYPE_NESTED) >= 0)
			mnl_attr_for_each_nested(group, attr)
				channel_read_group(channel, group);
	}
}

static int channel_find_family(struct channel *channel)
{
	struct nlmsghdr data[REQUEST_HEADERS] = {0};
	struct nlmsghdr *request = channel_new_request(channel, data, GENL_ID_CTRL,
						       CTRL_CMD_GETFAMILY, 0);
	const struct nlmsghdr *answer;
	int ret;

	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, SHELLTRAP_GENL_NAME);
	ret = channel_send(channel, request);
	if (ret)
		return ret;
	ret = channel_answer(channel, &answer);
	if (ret <= 0)
		return ret ? ret : -EBADMSG;
	channel_read_family(channel, answer);
	return channel->family && channel->group ? 0 : -EBADMSG;
}

int channel_open(struct channel *channel)
{
	int ret;

	*channel = (struct channel){0};
	ret = inbox_open(&channel->answers, 0);
	return ret ? ret : channel_find_family(channel);
}

void channel_close(struct channel *channel)
{
	inbox_close(&channel->events);
	inbox_close(&channel->answers);
}

int channel_state(struct channel *channel, struct state *state)
{
	struct nlmsghdr data[REQUEST_HEADERS] = {0};
	struct nlmsghdr *request = channel_new_request(channel, data, channel->family,
						       SHELLTRAP_CMD_STATUS_GET, 0);
	const struct nlmsghdr *answer;
	struct fault fault;
	int ret;

	ret = channel_send(channel, request);
	if (ret)
		return ret;
	ret = channel_answer(channel, &answer);
	if (ret <= 0)
		return ret ? channel_gone_if_unknown(channel, ret) : -EBADMSG;
	ret = state_parse(answer, state, &fault);
	if (ret)
		fault_print(channel->reason, sizeof(channel->reason), &fault);
	return ret;
}

int channel_dump(struct channel *channel, uint64_t from)
{
	struct nlmsghdr data[REQUEST_HEADERS] = {0};
	struct nlmsghdr *request = channel_new_request(channel, data, channel->family,
						       SHELLTRAP_CMD_ALERT_GET, NLM_F_DUMP);

	mnl_attr_put_u64(request, SHELLTRAP_RECORD_A_SEQ, from);
	return channel_send(channel, request);
}

int channel_dumped(struct channel *channel, const struct nlmsghdr **message, bool *interrupted)
{
	int ret = channel_answer(channel, message);

	if (ret >= 0 && (*message)->nlmsg_flags & NLM_F_DUMP_INTR)
		*interrupted = true;
	return ret < 0 ? channel_gone_if_unknown(channel, ret) : ret;
}

struct nlmsghdr *channel_request(struct channel *channel, void *data, uint8_t command,
				 uint16_t flags)
{
	return channel_new_request(channel, data, channel->family, command, flags);
}

int channel_ask(struct channel *channel, const struct nlmsghdr *request)
{
	return channel_send(channel, request);
}

int channel_order(struct channel *channel, const struct nlmsghdr *request)
{
	const struct nlmsghdr *answer;
	int ret = channel_send(channel, request);

	if (!ret)
		ret = channel_answer(channel, &answer);
	return ret > 0 ? -EBADMSG : channel_gone_if_unknown(channel, ret);
}

/* The group "notify" of the family "nlctrl" has the fixed number of that family. */
#define CTRL_GROUP_NOTIFY GENL_ID_CTRL

static int inbox_join(struct inbox *inbox, uint32_t group)
{
	int id = group;

	if (mnl_socket_setsockopt(inbox->socket, NETLINK_ADD_MEMBERSHIP, &id, sizeof(id)) < 0)
		return -errno;
	return 0;
}

static void inbox_set_size(struct inbox *inbox)
{
	int fd = mnl_socket_get_fd(inbox->socket);
	int size = receive_buffer;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

void channel_receive_buffer(int bytes)
{
	receive_buffer = bytes;
}

int channel_join(struct channel *channel)
{
	int ret = inbox_open(&channel->events, SOCK_NONBLOCK);

	if (ret)
		return ret;
	inbox_set_size(&channel->events);
	ret = inbox_join(&channel->events, CTRL_GROUP_NOTIFY);
	if (ret)
		return ret;
	return inbox_join(&channel->events, channel->group);
}

static bool channel_family_is_gone(const struct channel *channel, const struct nlmsghdr *message)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*genl) ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	mnl_attr_for_each(attr, message, sizeof(*genl))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0 &&
		    mnl_attr_get_u16(attr) == channel->family)
			return true;
	return false;
}

/*
 * The kernel reports only the first event that it drops, until the queue has been empty;
 * but it counts every drop.
 */
static bool channel_has_dropped(struct channel *channel)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t size = sizeof(info);
	uint32_t before = channel->drops;

	if (getsockopt(channel_fd(channel), SOL_SOCKET, SO_MEMINFO, info, &size) < 0)
		return false;
	channel->drops = info[SK_MEMINFO_DROPS];
	return channel->drops != before;
}

int channel_event(struct channel *channel, const struct nlmsghdr **message)
{
	for (;;) {
		int ret = inbox_next(&channel->events, message);

		if (ret == -EAGAIN)
			return channel_has_dropped(channel) ? -ENOBUFS : 0;
		if (ret)
			return ret == -EMSGSIZE ? -ENOBUFS : ret;
		if ((*message)->nlmsg_type == channel->family)
			return 1;
		if (channel_family_is_gone(channel, *message))
			return -ENODEV;
	}
}

int channel_fd(const struct channel *channel)
{
	return mnl_socket_get_fd(channel->events.socket);
}

const char *channel_reason(const struct channel *channel)
{
	return channel->reason;
}

int channel_failed(const struct channel *channel, int error)
{
	const char *reason = channel_reason(channel);

	switch (error) {
	case -ENOENT:
		if (*reason)
			break;
		return module_not_reached();
	case -ENODEV:
		complain("the module was unloaded");
		return NOT_LOADED;
	case -EPERM:
		complain("not permitted: %s", *reason ? reason :
			 "needs CAP_NET_ADMIN in the initial user namespace");
		return NOT_PERMITTED;
	case -EOPNOTSUPP:
		complain("the loaded module does not know this request; is it an older version?");
		return FAILED;
	}
	complain("talking to the module failed: %s%s%s", reason, *reason ? ": " : "",
		 strerror(-error));
	return FAILED;
}
