// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/learn.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/xalloc.h"
#include "past/filter.h"
#include "policy/exception.h"

#define BUCKETS 4096
#define RECENT 4096
#define SECOND_NS UINT64_C(1000000000)
#define ATTACK_NS (LEARN_ATTACK_MINUTES * 60 * SECOND_NS)

/* Each alert that was kept, or several that the kernel counted together. */
struct learn_alerts {
	struct learn_alert {
		uint64_t time;
		uint64_t count;
		uint32_t command;
	} *list;
	size_t count, size;
};

/* The times of reverse shells; those of a server that are close together are one. */
struct learn_attacks {
	struct learn_attack {
		uint64_t server, from, to;
	} list[LEARN_ATTACKS_MAX];
	size_t count;
	bool full;		/* there were more: then all the time is one of attacks */
};

/* The commands of recent alerts, for records that count repeats of them. */
struct learn_recent {
	struct {
		uint64_t instance, seq;
		uint32_t command;
	} list[RECENT];
};

uint64_t learn_hash(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *byte = bytes;

	while (len--)
		hash = (hash ^ *byte++) * UINT64_C(1099511628211);
	return hash;
}

void learn_tally_add(struct learn_tally *tally, const struct learn_tally *more)
{
	if (!more->count)
		return;
	if (!tally->count || more->first < tally->first)
		tally->first = more->first;
	if (!tally->count || more->last > tally->last)
		tally->last = more->last;
	tally->count += more->count;
}

static void learn_tally_at(struct learn_tally *tally, uint64_t count, uint64_t time)
{
	const struct learn_tally more = { count, time, time };

	learn_tally_add(tally, &more);
}

static void learn_start(struct learn *learn)
{
	if (learn->buckets)
		return;
	learn->buckets = xcalloc(BUCKETS, sizeof(*learn->buckets));
	learn->commands = xcalloc(LEARN_COMMANDS_MAX, sizeof(*learn->commands));
	learn->alerts = xcalloc(1, sizeof(*learn->alerts));
	learn->attacks = xcalloc(1, sizeof(*learn->attacks));
	learn->recent = xcalloc(1, sizeof(*learn->recent));
}

static uint64_t learn_hash_text(uint64_t hash, const char *text)
{
	return learn_hash(hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* The server of an alert, on its host. */
static uint64_t learn_server(const struct past_exec *past)
{
	const struct alert *alert = &past->stored.record.alert;
	const struct alert_server *server = &alert->server;
	uint64_t hash = learn_hash_text(LEARN_HASH, past->stored.host.name);

	return learn_hash_text(hash, server->exe ? server->exe :
				     server->comm ? server->comm : alert->comm);
}

static bool learn_is_reverse_shell(const struct alert *alert,
				   const struct shelltrap_policy *policy)
{
	const __u32 connected = SHELLTRAP_CONDITION_STDIN_CONNECTED |
				SHELLTRAP_CONDITION_STDOUT_CONNECTED |
				SHELLTRAP_CONDITION_STDIO_CONNECTED;
	const char *name;
	size_t i;
	__u32 k;

	for (i = 0; i < alert->rule_count; i++) {
		name = alert->rules[i].name ? alert->rules[i].name : "";
		if (!strcmp(name, "webserver_reverse_shell"))
			return true;
		for (k = 0; k < policy->nr_rules; k++)
			if (!strcmp(policy->rules[k].name, name) &&
			    (policy->rules[k].conditions & connected))
				return true;
	}
	return stdio_is_connected(&alert->in) || stdio_is_connected(&alert->out);
}

static void learn_add_attack(struct learn_attacks *attacks, uint64_t server, uint64_t time)
{
	struct learn_attack *attack = attacks->list + attacks->count;

	while (attack-- > attacks->list) {
		if (attack->server != server || time > attack->to + ATTACK_NS ||
		    time + ATTACK_NS < attack->from)
			continue;
		attack->from = time < attack->from ? time : attack->from;
		attack->to = time > attack->to ? time : attack->to;
		return;
	}
	if (attacks->count == LEARN_ATTACKS_MAX)
		attacks->full = true;
	else
		attacks->list[attacks->count++] = (struct learn_attack){ server, time, time };
}

static void learn_add_alert(struct learn *learn, uint32_t command, uint64_t count, uint64_t time)
{
	struct learn_alerts *alerts = learn->alerts;

	if (alerts->count == LEARN_ALERTS_MAX) {
		learn->left_out += count;
		return;
	}
	if (alerts->count == alerts->size) {
		alerts->size = alerts->size ? 2 * alerts->size : 1024;
		alerts->list = xreallocarray(alerts->list, alerts->size, sizeof(*alerts->list));
	}
	alerts->list[alerts->count++] = (struct learn_alert){ time, count, command };
	learn_tally_at(&learn->commands[command]->all, count, time);
}

static const char *learn_refusal(struct buffer *key, const struct alert *alert,
				 const struct shelltrap_policy *policy)
{
	if (learn_is_reverse_shell(alert, policy))
		return "a connection to the network was its input or output: a reverse shell looks "
		       "like this";
	return exception_put_key(key, alert, policy);
}

static void learn_put_part(struct buffer *key, const char *part)
{
	buffer_puts(key, part ? part : "");
	buffer_putc(key, '\0');
}

/* What else of an exec decides whether an exception matches it, see past_exec_imagine(). */
static void learn_put_rest(struct buffer *key, const struct past_exec *past)
{
	const struct alert *alert = &past->stored.record.alert;
	size_t i;

	learn_put_part(key, alert->pathname);
	learn_put_part(key, alert->interpreter);
	learn_put_part(key, alert->comm);
	learn_put_part(key, alert->server.exe);
	learn_put_part(key, alert->server.comm);
	for (i = 0; i < alert->rule_count; i++)
		learn_put_part(key, alert->rules[i].name);
	for (i = 0; i < alert->ancestor_count; i++)
		learn_put_part(key, alert->ancestors[i].comm);
	buffer_add(key, &past->port, sizeof(past->port));
}

/* Of what is refused, the reason, file and command line are the key. */
static const char *learn_put_key(struct learn *learn, struct buffer *key, size_t *key_len)
{
	const struct alert *alert = &learn->past.stored.record.alert;
	const char *refusal = learn_refusal(key, alert, learn->policy);

	if (refusal) {
		buffer_reset(key);
		learn_put_part(key, refusal);
		learn_put_part(key, alert->pathname);
	}
	*key_len = key->len;
	buffer_add(key, alert->process.argv.data, alert->process.argv.len);
	if (!refusal)
		learn_put_rest(key, &learn->past);
	return refusal;
}

static struct learn_command *learn_find(struct learn *learn, const struct buffer *key,
					struct learn_command ***bucket)
{
	struct learn_command *command;

	*bucket = &learn->buckets[learn_hash(LEARN_HASH, key->data, key->len) % BUCKETS];
	for (command = **bucket; command; command = command->next)
		if (command->key.len == key->len &&
		    !memcmp(command->key.data, key->data, key->len))
			return command;
	return NULL;
}

static char *learn_copy(const char *bytes, size_t len)
{
	char *copy = xcalloc(1, len + 1);

	memcpy(copy, bytes, len);
	return copy;
}

static uint64_t learn_cwd(const struct learn *learn)
{
	return learn_hash_text(LEARN_HASH, learn->past.stored.record.alert.process.cwd);
}

/* Returns the number of the command, or -1: there is no room. */
static long learn_add_command(struct learn *learn, const struct past_line *line,
			      const struct buffer *key, size_t key_len, const char *refusal)
{
	const struct alert *alert = &learn->past.stored.record.alert;
	struct learn_command **bucket, *command = learn_find(learn, key, &bucket);
	const char *program = exception_program(alert);

	if (command) {
		command->roams |= command->cwd != learn_cwd(learn);
		return command->number;
	}
	if (learn->count == LEARN_COMMANDS_MAX ||
	    learn->bytes + key->len + line->len > LEARN_BYTES_MAX)
		return -1;
	command = xcalloc(1, sizeof(*command));
	*command = (struct learn_command){
		.next = *bucket, .number = learn->count,
		.line = learn_copy(line->text, line->len), .line_len = line->len,
		.key = { learn_copy(key->data, key->len), key->len }, .key_len = key_len,
		.program = xstrdup(program ? program : alert->pathname ? alert->pathname : "?"),
		.refusal = refusal, .server = learn_server(&learn->past), .cwd = learn_cwd(learn),
	};
	command->argv = (struct bytes){
		command->key.data + key_len, alert->process.argv.len,
	};
	*bucket = command;
	learn->bytes += key->len + line->len;
	learn->commands[learn->count] = command;
	return learn->count++;
}

static void learn_take_alert(struct learn *learn, const struct past_line *line)
{
	const struct record *record = &learn->past.stored.record;
	struct buffer key = {0};
	const char *refusal;
	size_t key_len;
	long command;

	if (learn_is_reverse_shell(&record->alert, learn->policy))
		learn_add_attack(learn->attacks, learn_server(&learn->past), record->time.value);
	if (learn->filter && !filter_matches(learn->filter, line->object))
		return;
	learn_tally_at(&learn->all, 1, record->time.value);
	refusal = learn_put_key(learn, &key, &key_len);
	command = learn_add_command(learn, line, &key, key_len, refusal);
	buffer_free(&key);
	if (command < 0) {
		learn->left_out++;
		return;
	}
	learn_add_alert(learn, command, 1, record->time.value);
	learn->recent->list[line->head.seq % RECENT].instance = line->head.instance;
	learn->recent->list[line->head.seq % RECENT].seq = line->head.seq;
	learn->recent->list[line->head.seq % RECENT].command = command;
}

/* Repeats of an alert that was not kept are left out with it. */
static void learn_take_repeats(struct learn *learn, const struct past_line *line)
{
	const struct repeats *repeats = &learn->past.stored.record.repeats;
	const uint64_t of = repeats->of.value, count = repeats->count.value;
	uint64_t time = repeats->latest.known ? repeats->latest.value :
						learn->past.stored.record.time.value;

	if (!count || learn->recent->list[of % RECENT].seq != of ||
	    learn->recent->list[of % RECENT].instance != line->head.instance)
		return;
	learn_tally_at(&learn->all, count, time);
	learn_add_alert(learn, learn->recent->list[of % RECENT].command, count, time);
}

int learn_take(void *context, const struct past_line *line)
{
	struct learn *learn = context;
	struct past_exec *past = &learn->past;

	learn_start(learn);
	if (line->head.loss)
		return 0;
	if (!past_exec_read_object(past, line->object, line->len))
		return 0;
	if (past->stored.record.alert.present)
		learn_take_alert(learn, line);
	else if (past->stored.record.repeats.present)
		learn_take_repeats(learn, line);
	return 0;
}

static int learn_attack_compare(const void *a, const void *b)
{
	const struct learn_attack *one = a, *other = b;

	if (one->server != other->server)
		return one->server < other->server ? -1 : 1;
	return one->from < other->from ? -1 : one->from > other->from;
}

static bool learn_is_near_attack(const struct learn_attacks *attacks, uint64_t server,
				 uint64_t time)
{
	const struct learn_attack wanted = { .server = server, .from = time + ATTACK_NS + 1 };
	size_t low = 0, high = attacks->count, middle;

	/* The last one of this server that begins before @wanted. Those of a server are apart. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (learn_attack_compare(&attacks->list[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (attacks->full)
		return true;
	return low && attacks->list[low - 1].server == server &&
	       attacks->list[low - 1].to + ATTACK_NS >= time;
}

static bool learn_is_night(uint64_t time)
{
	time_t seconds = time / SECOND_NS;
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		return true;
	return tm.tm_hour >= LEARN_NIGHT_BEGINS || tm.tm_hour < LEARN_NIGHT_ENDS;
}

void learn_find_calm(struct learn *learn)
{
	struct learn_command *command;
	size_t i;

	learn_start(learn);
	qsort(learn->attacks->list, learn->attacks->count, sizeof(*learn->attacks->list),
	      learn_attack_compare);
	for (i = 0; i < learn->alerts->count; i++) {
		const struct learn_alert *alert = &learn->alerts->list[i];

		command = learn->commands[alert->command];
		if (learn_is_near_attack(learn->attacks, command->server, alert->time))
			continue;
		learn_tally_at(&command->calm, alert->count, alert->time);
		command->by_day |= !learn_is_night(alert->time);
	}
}

void learn_free(struct learn *learn)
{
	size_t i;

	for (i = 0; i < learn->count; i++) {
		free(learn->commands[i]->line);
		free(learn->commands[i]->program);
		free((char *)learn->commands[i]->key.data);
		free(learn->commands[i]);
	}
	free(learn->commands);
	free(learn->buckets);
	if (learn->alerts)
		free(learn->alerts->list);
	free(learn->alerts);
	free(learn->attacks);
	free(learn->recent);
	past_exec_free(&learn->past);
}
