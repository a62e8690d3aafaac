// SPDX-License-Identifier: GPL-2.0
#include "fake_channel.h"

#include <errno.h>
#include <linux/shelltrap.h>
#include <string.h>

#include "kernel/channel.h"
#include "message.h"

struct fake fake;
static uint64_t storage[MESSAGE_SIZE / 8];

void fake_reset(uint64_t oldest, uint64_t next)
{
	fake = (struct fake){ .instance = 9, .oldest = oldest, .next = next };
}

void fake_happens(bool lost, bool reported)
{
	uint64_t seq = fake.next++;

	if (!lost && fake.queued < ARRAY_SIZE(fake.queue))
		fake.queue[fake.queued++] = seq;
	else
		fake.overrun |= reported;
}

void fake_keep(uint64_t held)
{
	if (fake.next - fake.oldest > held)
		fake.oldest = fake.next - held;
}

static const struct nlmsghdr *record(uint64_t seq)
{
	struct nlmsghdr *message;

	if (seq == fake.invented)
		return message_invented(storage, fake.instance, seq);
	if (seq != fake.unreadable)
		return message_loss(storage, fake.instance, seq, 1);
	message = message_empty(storage, SHELLTRAP_CMD_ALERT_NTF);
	mnl_attr_put_u64(message, SHELLTRAP_RECORD_A_SEQ, seq);
	mnl_attr_put_u64(message, SHELLTRAP_RECORD_A_INSTANCE, fake.instance);
	mnl_attr_put_u32(message, SHELLTRAP_RECORD_A_TIME, 1);
	return message;
}

int channel_open(struct channel *channel)
{
	memset(channel, 0, sizeof(*channel));
	return fake.gone ? -ENOENT : 0;
}

void channel_close(struct channel *channel)
{
	(void)channel;
}

int channel_join(struct channel *channel)
{
	(void)channel;
	return 0;
}

int channel_state(struct channel *channel, struct state *state)
{
	(void)channel;
	*state = (struct state){
		.instance = { true, fake.instance },
		.seq_oldest = { true, fake.oldest },
		.seq_next = { true, fake.next },
	};
	return 0;
}

int channel_dump(struct channel *channel, uint64_t from)
{
	(void)channel;
	fake.dumps++;
	fake.dump_at = from;
	fake.dump_end = fake.next;
	fake.interrupted = false;
	if (fake.dump_at < fake.oldest)
		fake.dump_at = fake.oldest;
	return 0;
}

int channel_dumped(struct channel *channel, const struct nlmsghdr **message, bool *interrupted)
{
	(void)channel;
	if (fake.gone)
		return -ENODEV;
	if (fake.meanwhile)
		fake.meanwhile();
	if (fake.dump_at < fake.oldest) {
		fake.dump_at = fake.oldest;
		fake.interrupted = true;
	}
	*interrupted |= fake.interrupted;
	if (fake.dump_at >= fake.dump_end)
		return 0;
	*message = record(fake.dump_at++);
	return 1;
}

int channel_event(struct channel *channel, const struct nlmsghdr **message)
{
	(void)channel;
	if (fake.overrun) {
		fake.overrun = false;
		return -ENOBUFS;
	}
	if (!fake.queued)
		return fake.gone ? -ENODEV : 0;
	*message = record(fake.queue[0]);
	memmove(fake.queue, fake.queue + 1, --fake.queued * sizeof(fake.queue[0]));
	return 1;
}

int channel_fd(const struct channel *channel)
{
	(void)channel;
	return -1;
}

const char *channel_reason(const struct channel *channel)
{
	(void)channel;
	return "";
}

int channel_failed(const struct channel *channel, int error)
{
	(void)channel;
	return -error;
}
