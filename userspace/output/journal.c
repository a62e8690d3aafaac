// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The journal, with fields of its own. The journal itself is the truth about what was
 * written: after a crash shelltrap's last entry in it holds the place to resume after.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "format/summary.h"
#include "lib/deadline.h"
#include "lib/message.h"
#include "output/output.h"

#define SOCKET_PATH	"/run/systemd/journal/socket"

#define ID_START	"MESSAGE_ID=b989be6095b64aeba9d84f1da50a6cd7"

/* Of the entries that hold a record. */
static const char *const record_ids[] = {
	[RECORD_ALERT] = "MESSAGE_ID=5af67654daf54a31932dd59f2b551ec6",
	[RECORD_LOSS] = "MESSAGE_ID=1d70241a5d1d4f3c9a1a1b0acd4196a7",
	[RECORD_EVENT] = "MESSAGE_ID=0b0d5b6f0d9c4b6f9a4e0f6d3f1c7a52",
	[RECORD_OUTCOME] = "MESSAGE_ID=6c1e7a3b2f954d0c8b7d51e9a40f3c18",
	[RECORD_REPEATS] = "MESSAGE_ID=e27f9d4c81b34a6e97c05d2a6b8f1340",
};

#define IDENTIFIER	"SYSLOG_IDENTIFIER=shelltrap"

/* How long journald may take until an entry that was just sent can be read. */
#define SHOWN_MS	5000

static int journal_send_fields(struct output *output, const struct iovec *fields, int count)
{
	int ret;

	output->reason[0] = '\0';
	/* Without journald, sd_journal_sendv() drops the entry and returns success. */
	if (access(SOCKET_PATH, W_OK))
		return -errno;
	ret = sd_journal_sendv(fields, count);
	return ret < 0 ? ret : 0;
}

static struct iovec field(const char *text)
{
	return (struct iovec){ (char *)text, strlen(text) };
}

/* Sends an entry "the logger starts"; its nonce serves to find this entry again. */
static int journal_send_start(struct output *output, char *nonce, size_t size)
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	snprintf(nonce, size, "SHELLTRAP_START=%016" PRIx64, random);
	return journal_send_fields(output, (struct iovec[]){
		field("MESSAGE=shelltrap begins to write alerts here"),
		field(ID_START), field("PRIORITY=6"), field(IDENTIFIER), field(nonce),
	}, 5);
}

static bool journal_has_entry(sd_journal *journal, const char *match)
{
	sd_journal_flush_matches(journal);
	return sd_journal_add_match(journal, match, 0) >= 0 &&
	       sd_journal_seek_tail(journal) >= 0 && sd_journal_previous(journal) > 0;
}

/* Entries keep their order: if this entry can be read, so can all that were sent earlier. */
static bool journal_wait_for_entry(sd_journal *journal, const char *match)
{
	int64_t deadline = now_ms() + SHOWN_MS;

	while (!journal_has_entry(journal, match)) {
		if (now_ms() > deadline || sd_journal_wait(journal, 200000) < 0)
			return false;
	}
	return true;
}

static bool journal_get_number(sd_journal *journal, const char *name, int base, uint64_t *value)
{
	size_t len, skip = strlen(name) + 1;
	const void *data;
	char text[32];

	if (sd_journal_get_data(journal, name, &data, &len) < 0 || len < skip ||
	    len - skip >= sizeof(text))
		return false;
	memcpy(text, (const char *)data + skip, len - skip);
	text[len - skip] = '\0';
	*value = *text ? strtoull(text, NULL, base) : PLACE_END;
	return true;
}

static bool journal_match_records(sd_journal *journal)
{
	size_t i;

	for (i = RECORD_ALERT; i < ARRAY_SIZE(record_ids); i++)
		if (sd_journal_add_match(journal, record_ids[i], 0) < 0)
			return false;
	return true;
}

static void journal_find_place(sd_journal *journal, struct place *place)
{
	struct place found;
	char uid[32];

	/* Any user may send an entry with these fields; only journald sets _UID. */
	snprintf(uid, sizeof(uid), "_UID=%u", geteuid());
	sd_journal_flush_matches(journal);
	if (!journal_match_records(journal) || sd_journal_add_match(journal, uid, 0) < 0 ||
	    sd_journal_seek_tail(journal) < 0 || sd_journal_previous(journal) <= 0 ||
	    !journal_get_number(journal, "SHELLTRAP_INSTANCE", 16, &found.instance) ||
	    !journal_get_number(journal, "SHELLTRAP_LAST", 10, &found.seq))
		return;
	if (found.instance != place->instance || found.seq > place->seq)
		*place = found;
}

static int journal_open(struct output *output, struct cursor *cursor)
{
	sd_journal *journal;
	char nonce[40];
	int ret = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY);

	if (ret < 0)
		return ret;
	ret = journal_send_start(output, nonce, sizeof(nonce));
	if (!ret && journal_wait_for_entry(journal, nonce))
		journal_find_place(journal, &cursor->place);
	else if (!ret)
		complain("%s: cannot be read; resuming as the state file says, alerts may repeat",
			 output->name);
	sd_journal_close(journal);
	return ret;
}

static const char *journal_priority(const struct record *record)
{
	static const char *const fields[] = {
		"PRIORITY=0", "PRIORITY=1", "PRIORITY=2", "PRIORITY=3",
		"PRIORITY=4", "PRIORITY=5", "PRIORITY=6", "PRIORITY=7",
	};

	return fields[record_priority(record)];
}

/* The last sequence number that the record stands for; empty for a loss without an end. */
static void journal_put_last(struct buffer *out, const struct record *record)
{
	uint64_t last = record_place(record).seq;

	buffer_puts(out, "SHELLTRAP_LAST=");
	if (last != PLACE_END)
		buffer_printf(out, "%" PRIu64, last);
	buffer_putc(out, '\0');
}

static void journal_put_fields(struct buffer *out, const struct item *item)
{
	const struct alert_rule *rule = record_rule(item->record);

	buffer_puts(out, "MESSAGE=");
	buffer_add(out, item->summary->data, item->summary->len);
	buffer_putc(out, '\0');
	buffer_printf(out, "SHELLTRAP_INSTANCE=%016" PRIx64, item->record->instance.value);
	buffer_putc(out, '\0');
	buffer_printf(out, "SHELLTRAP_SEQ=%" PRIu64, item->record->seq.value);
	buffer_putc(out, '\0');
	journal_put_last(out, item->record);
	buffer_printf(out, "SHELLTRAP_RULE=%s", rule && rule->name ? rule->name : "");
	buffer_putc(out, '\0');
	buffer_puts(out, "SHELLTRAP_JSON=");
	buffer_add(out, item->line->data, item->line->len - 1);
	buffer_putc(out, '\0');
}

#define FIELDS_MAX 16

static int journal_write(struct output *output, const struct item *item)
{
	struct iovec fields[FIELDS_MAX] = {
		field(record_ids[record_kind(item->record)]),
		field(IDENTIFIER),
		field("SYSLOG_FACILITY=10"),
		field(journal_priority(item->record)),
	};
	struct buffer text = {0};
	const char *at;
	int count = 4, ret;

	journal_put_fields(&text, item);
	for (at = text.data; at < text.data + text.len; at += strlen(at) + 1)
		fields[count++] = field(at);
	ret = journal_send_fields(output, fields, count);
	buffer_free(&text);
	return ret;
}

static void journal_close(struct output *output)
{
	(void)output;
}

const struct output_kind output_journal = {
	.name = "journal",
	.open = journal_open,
	.write = journal_write,
	.close = journal_close,
};
