// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "format/format.h"
#include "lib/choice.h"
#include "lib/node.h"
#include "lib/number.h"
#include "lib/path.h"
#include "lib/xalloc.h"

/* Characters that JSON writes as they are, except for an escape that may stand for any. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@:+/"

static bool filter_is(const struct node *object, const char *path, const char *text)
{
	const char *found = node_string(object, path);

	return found && !strcmp(found, text);
}

static bool filter_is_number(const struct node *object, const char *path, const char *text)
{
	uint64_t wanted, found;

	return !parse_number(text, 0, UINT32_MAX, &wanted) &&
	       node_number(object, path, &found) && found == wanted;
}

static bool filter_match_rule(const struct filter_value *value, const struct node *object)
{
	const struct node *rules = node_at(object, "rules"), *rule;

	if (filter_is(object, "rule", value->text))
		return true;
	node_each_item(rule, rules)
		if (filter_is(rule, "", value->text))
			return true;
	return false;
}

static bool filter_match_severity(const struct filter_value *value, const struct node *object)
{
	const char *severity = node_string(object, "severity");

	return severity && choice_find(&severity_choices, severity) >= value->severity;
}

static bool filter_match_server(const struct filter_value *value, const struct node *object)
{
	const char *exe = node_string(object, "server.exe");

	return filter_is(object, "server.comm", value->text) ||
	       (exe && (!strcmp(exe, value->text) || !strcmp(path_name(exe), value->text)));
}

static bool filter_match_user(const struct filter_value *value, const struct node *object)
{
	return filter_is(object, "process.user", value->text) ||
	       filter_is(object, "process.euser", value->text) ||
	       filter_is_number(object, "process.uid", value->text) ||
	       filter_is_number(object, "process.euid", value->text);
}

/* "nginx" is nginx.service, as for systemctl. */
static bool filter_match_unit(const struct filter_value *value, const struct node *object)
{
	const char *unit = node_string(object, "unit");
	size_t len = strlen(value->text);

	return unit && !strncmp(unit, value->text, len) &&
	       (!unit[len] || !strcmp(unit + len, ".service"));
}

static bool filter_match_container(const struct filter_value *value, const struct node *object)
{
	const char *id = node_string(object, "container.id");

	return (id && !strncmp(id, value->text, strlen(value->text))) ||
	       filter_is(object, "container.name", value->text);
}

/* Reads "203.0.113.5:51332", "[2001:db8::1]:443" or an address alone; 0: it is none. */
static size_t filter_parse_endpoint(const char *text, unsigned char *address)
{
	char host[INET6_ADDRSTRLEN];
	const char *end;

	if (*text == '[')
		end = strchr(++text, ']');
	else
		end = strchr(text, ':') == strrchr(text, ':') ? strchrnul(text, ':') :
							     text + strlen(text);
	if (!end || (size_t)(end - text) >= sizeof(host))
		return 0;
	memcpy(host, text, end - text);
	host[end - text] = '\0';
	if (inet_pton(AF_INET, host, address) == 1)
		return 4;
	return inet_pton(AF_INET6, host, address) == 1 ? 16 : 0;
}

static bool filter_is_within(const struct filter_value *value, const struct node *endpoint)
{
	const char *text = node_string(endpoint, "");
	unsigned int bytes = value->prefix / 8, bits = value->prefix % 8;
	unsigned char address[16] = {0};

	if (!text || filter_parse_endpoint(text, address) != value->address_len ||
	    memcmp(address, value->address, bytes))
		return false;
	return !bits || (address[bytes] ^ value->address[bytes]) >> (8 - bits) == 0;
}

/* Also a client that may have made the request. */
static bool filter_match_client(const struct filter_value *value, const struct node *object)
{
	const struct node *clients = node_at(object, "request.clients"), *client;

	if (filter_is_within(value, node_at(object, "request.client")))
		return true;
	node_each_item(client, clients)
		if (filter_is_within(value, client))
			return true;
	return false;
}

static bool filter_match_verdict(const struct filter_value *value, const struct node *object)
{
	return filter_is(object, "verdict", value->text);
}

static bool filter_match_command(const struct filter_value *value, const struct node *object)
{
	const struct node *argv = node_at(object, "process.argv"), *word;
	const char *pathname = node_string(object, "pathname");
	static struct buffer line;

	if (pathname && !fnmatch(value->text, pathname, 0))
		return true;
	if (!node_is(argv, NODE_ARRAY))
		return false;
	buffer_reset(&line);
	buffer_puts(&line, "");
	node_each_item(word, argv) {
		buffer_puts(&line, word == node_first(argv) ? "" : " ");
		buffer_puts(&line, word->type == NODE_STRING ? word->text : "");
	}
	return !fnmatch(value->text, line.data, 0);
}

static bool filter_match_host(const struct filter_value *value, const struct node *object)
{
	return filter_is(object, "host", value->text);
}

static int filter_read_severity(struct filter_value *value, struct buffer *fault)
{
	value->severity = choice_find(&severity_choices, value->text);
	if (value->severity >= 0)
		return 0;
	buffer_printf(fault, "'%s' is none of %s", value->text, choice_list(&severity_choices));
	return -EINVAL;
}

static int filter_read_client(struct filter_value *value, struct buffer *fault)
{
	const char *slash = strchrnul(value->text, '/');
	char *host = xstrndup(value->text, slash - value->text);
	uint64_t prefix;

	value->address_len = inet_pton(AF_INET, host, value->address) == 1 ? 4 :
			     inet_pton(AF_INET6, host, value->address) == 1 ? 16 : 0;
	free(host);
	prefix = 8 * value->address_len;
	if (value->address_len && (!*slash || !parse_number(slash + 1, 0, prefix, &prefix))) {
		value->prefix = prefix;
		return 0;
	}
	buffer_printf(fault, "'%s' is neither an address nor a network, such as 203.0.113.5 or "
		      "203.0.113.0/24", value->text);
	return -EINVAL;
}

static int filter_read_verdict(struct filter_value *value, struct buffer *fault)
{
	static const char *const known[] = {
		"observed", "denied", "killed", "would-deny", "failed", "pending", "held",
		"released",
	};
	static const struct choices choices = CHOICES(known);

	if (choice_find(&choices, value->text) >= 0)
		return 0;
	buffer_printf(fault, "'%s' is none of %s", value->text, choice_list(&choices));
	return -EINVAL;
}

/* The needles: NULL where no text is certain to be in each line that matches. */
static char *filter_needle_text(const struct filter_value *value)
{
	return strspn(value->text, PLAIN) == strlen(value->text) ? xstrdup(value->text) : NULL;
}

static char *filter_needle_string(const struct filter_value *value)
{
	struct buffer quoted = {0};

	if (strspn(value->text, PLAIN) != strlen(value->text))
		return NULL;
	buffer_printf(&quoted, "\"%s\"", value->text);
	return quoted.data;
}

static char *filter_needle_address(const struct filter_value *value)
{
	char text[INET6_ADDRSTRLEN];

	if (value->prefix != 8 * value->address_len)
		return NULL;
	inet_ntop(value->address_len == 4 ? AF_INET : AF_INET6, value->address, text,
		  sizeof(text));
	return value->address_len == 4 ? xstrdup(text) : NULL;
}

/* The longest run of characters in a glob that stand for themselves. */
static char *filter_needle_glob(const struct filter_value *value)
{
	const char *at = value->text, *best = at;
	size_t best_len = 0;

	if (strpbrk(at, "[\\"))
		return NULL;
	while (*at) {
		size_t len = strspn(at, PLAIN);

		if (len > best_len) {
			best = at;
			best_len = len;
		}
		at += len ? len : 1;
	}
	return best_len ? xstrndup(best, best_len) : NULL;
}

static const struct {
	const char *name;
	bool (*matches)(const struct filter_value *value, const struct node *object);
	int (*read)(struct filter_value *value, struct buffer *fault);
	char *(*needle)(const struct filter_value *value);
} keys[FILTER_KEYS] = {
	[FILTER_RULE] = { "rule", filter_match_rule, NULL, filter_needle_string },
	[FILTER_SEVERITY] = { "severity", filter_match_severity, filter_read_severity },
	[FILTER_SERVER] = { "server", filter_match_server, NULL, filter_needle_text },
	[FILTER_USER] = { "user", filter_match_user, NULL, filter_needle_text },
	[FILTER_UNIT] = { "unit", filter_match_unit, NULL, filter_needle_text },
	[FILTER_CONTAINER] = { "container", filter_match_container, NULL, filter_needle_text },
	[FILTER_CLIENT] = { "client", filter_match_client, filter_read_client,
			    filter_needle_address },
	[FILTER_VERDICT] = { "verdict", filter_match_verdict, filter_read_verdict,
			     filter_needle_string },
	[FILTER_COMMAND] = { "command", filter_match_command, NULL, filter_needle_glob },
	[FILTER_HOST] = { "host", filter_match_host, NULL, filter_needle_string },
};

const char *filter_key_name(enum filter_key key)
{
	return keys[key].name;
}

int filter_add(struct filter *filter, enum filter_key key, const char *text, struct buffer *fault)
{
	struct filter_value value = { .text = text };
	size_t count = filter->by_key[key].count;

	if (!*text) {
		buffer_puts(fault, "needs a value that is not empty");
		return -EINVAL;
	}
	if (keys[key].read && keys[key].read(&value, fault))
		return -EINVAL;
	if (keys[key].needle)
		value.needle = keys[key].needle(&value);
	filter->by_key[key].values = xreallocarray(filter->by_key[key].values, count + 1,
						   sizeof(value));
	filter->by_key[key].values[count] = value;
	filter->by_key[key].count++;
	return 0;
}

void filter_free(struct filter *filter)
{
	size_t key, i;

	for (key = 0; key < FILTER_KEYS; key++) {
		for (i = 0; i < filter->by_key[key].count; i++)
			free(filter->by_key[key].values[i].needle);
		free(filter->by_key[key].values);
	}
	*filter = (struct filter){0};
}

bool filter_is_empty(const struct filter *filter)
{
	size_t key;

	for (key = 0; key < FILTER_KEYS; key++)
		if (filter->by_key[key].count)
			return false;
	return true;
}

static bool filter_key_matches(const struct filter *filter, size_t key, const struct node *object)
{
	size_t i;

	for (i = 0; i < filter->by_key[key].count; i++)
		if (keys[key].matches(&filter->by_key[key].values[i], object))
			return true;
	return !filter->by_key[key].count;
}

bool filter_matches(const struct filter *filter, const struct node *object)
{
	size_t key;

	if (filter_is(object, "type", "loss"))
		return filter_key_matches(filter, FILTER_HOST, object);
	for (key = 0; key < FILTER_KEYS; key++)
		if (!filter_key_matches(filter, key, object))
			return false;
	return true;
}

bool filter_matches_record(const struct filter *filter, const struct record *record,
			   const struct view *view)
{
	static struct document document;
	static struct buffer line;

	if (filter_is_empty(filter))
		return true;
	buffer_reset(&line);
	format_json.put(&line, record, view);
	return filter_matches(filter, document_read(&document, line.data, line.len));
}

static bool filter_key_may_match(const struct filter *filter, size_t key, const char *line,
				 size_t len)
{
	size_t i;

	for (i = 0; i < filter->by_key[key].count; i++) {
		const char *needle = filter->by_key[key].values[i].needle;

		if (!needle || memmem(line, len, needle, strlen(needle)))
			return true;
	}
	return !filter->by_key[key].count;
}

/* \u0061 is an 'a' and \/ a '/'. This program writes neither, other programs may. */
static bool filter_has_escapes(const char *line, size_t len)
{
	const char *end = line + len - 1;

	while (line < end && (line = memchr(line, '\\', end - line))) {
		if (line[1] == '/' || (line[1] == 'u' && end - line > 4 &&
				       line[2] == '0' && line[3] == '0' && line[4] > '1' &&
				       line[4] < '8'))
			return true;
		line += 2;
	}
	return false;
}

bool filter_may_match(const struct filter *filter, const char *line, size_t len)
{
	size_t key;

	for (key = 0; key < FILTER_KEYS; key++)
		if (!filter_key_may_match(filter, key, line, len))
			return filter_has_escapes(line, len);
	return true;
}
