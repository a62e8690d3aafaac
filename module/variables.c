// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/string.h>

#include "bytes.h"
#include "variables.h"

static const struct {
	const char *name;
	enum shelltrap_value value;
	const char *program;	/* its name begins like this; NULL: libraries of any program */
} known[] = {
	/* the dynamic loader, and the C library */
	{ "LD_PRELOAD", SHELLTRAP_VALUE_OBJECTS },
	{ "LD_AUDIT", SHELLTRAP_VALUE_OBJECTS },
	{ "LD_LIBRARY_PATH", SHELLTRAP_VALUE_DIRECTORIES },
	{ "GCONV_PATH", SHELLTRAP_VALUE_DIRECTORIES },
	/* other libraries that load modules */
	{ "OPENSSL_CONF", SHELLTRAP_VALUE_DIRECTORIES },
	{ "OPENSSL_MODULES", SHELLTRAP_VALUE_DIRECTORIES },
	{ "OPENSSL_ENGINES", SHELLTRAP_VALUE_DIRECTORIES },
	{ "GIO_MODULE_DIR", SHELLTRAP_VALUE_DIRECTORIES },
	{ "GIO_EXTRA_MODULES", SHELLTRAP_VALUE_DIRECTORIES },
	{ "GTK_PATH", SHELLTRAP_VALUE_DIRECTORIES },
	{ "QT_PLUGIN_PATH", SHELLTRAP_VALUE_DIRECTORIES },
	{ "MAGICK_CODER_MODULE_PATH", SHELLTRAP_VALUE_DIRECTORIES },
	{ "MAGICK_CONFIGURE_PATH", SHELLTRAP_VALUE_DIRECTORIES },
	/*
	 * Interpreters. Ruby's bundler and Python's virtual environments set such variables for
	 * all children of a server, and other programs ignore them.
	 */
	{ "PYTHONPATH", SHELLTRAP_VALUE_DIRECTORIES, "python" },
	{ "PYTHONHOME", SHELLTRAP_VALUE_DIRECTORIES, "python" },
	{ "PYTHONUSERBASE", SHELLTRAP_VALUE_DIRECTORIES, "python" },
	{ "PERL5LIB", SHELLTRAP_VALUE_DIRECTORIES, "perl" },
	{ "PERLLIB", SHELLTRAP_VALUE_DIRECTORIES, "perl" },
	{ "PERL5OPT", SHELLTRAP_VALUE_OPTIONS, "perl" },
	{ "RUBYLIB", SHELLTRAP_VALUE_DIRECTORIES, "ruby" },
	{ "RUBYOPT", SHELLTRAP_VALUE_OPTIONS, "ruby" },
	{ "NODE_PATH", SHELLTRAP_VALUE_DIRECTORIES, "node" },
	{ "NODE_OPTIONS", SHELLTRAP_VALUE_OPTIONS, "node" },
	{ "LUA_PATH", SHELLTRAP_VALUE_DIRECTORIES, "lua" },
	{ "LUA_CPATH", SHELLTRAP_VALUE_DIRECTORIES, "lua" },
	{ "LUA_INIT", SHELLTRAP_VALUE_OPTIONS, "lua" },
	{ "PHPRC", SHELLTRAP_VALUE_DIRECTORIES, "php" },
	{ "PHP_INI_SCAN_DIR", SHELLTRAP_VALUE_DIRECTORIES, "php" },
	{ "JAVA_TOOL_OPTIONS", SHELLTRAP_VALUE_OPTIONS, "java" },
	{ "JDK_JAVA_OPTIONS", SHELLTRAP_VALUE_OPTIONS, "java" },
	{ "_JAVA_OPTIONS", SHELLTRAP_VALUE_OPTIONS, "java" },
	{ "CLASSPATH", SHELLTRAP_VALUE_DIRECTORIES, "java" },
};

enum state {
	STATE_NAME,
	STATE_VALUE,	/* of a known variable */
	STATE_SKIP,
};

static siphash_key_t key;

void shelltrap_variables_init(void)
{
	get_random_bytes(&key, sizeof(key));
}

static int find_known(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == len && !memcmp(known[i].name, name, len))
			return i;
	return -1;
}

/* May a known variable begin with these two bytes? Hardly any other one does. */
static bool may_be_known(const char *name)
{
	static const char beginnings[] = "LDGCOPGIGTQTMAPYPERUNOLUPHJAJD_JCL";
	unsigned int i;

	for (i = 0; i + 1 < sizeof(beginnings); i += 2)
		if (name[0] == beginnings[i] && name[1] == beginnings[i + 1])
			return true;
	return false;
}

static struct shelltrap_variable *last_found(struct shelltrap_variables *variables)
{
	return variables->nr <= SHELLTRAP_VARIABLES_MAX ? &variables->found[variables->nr - 1] :
							  NULL;
}

/* The "=" has been read: is it a known name? */
static void end_name(struct shelltrap_variables *variables)
{
	int which = find_known(variables->name, variables->name_len);
	struct shelltrap_variable *found;

	variables->state = which < 0 ? STATE_SKIP : STATE_VALUE;
	if (which < 0)
		return;
	variables->nr++;
	variables->word = 0;
	found = last_found(variables);
	if (!found)
		return;
	found->start = variables->at - variables->name_len;
	found->len = variables->name_len + 1;
	found->hash = which;
	found->which = which;
}

static void feed_name(struct shelltrap_variables *variables, char c)
{
	if (c == '=') {
		end_name(variables);
		return;
	}
	if (variables->name_len == sizeof(variables->name)) {
		variables->state = STATE_SKIP;
		return;
	}
	variables->name[variables->name_len++] = c;
	if (variables->name_len == 2 && !may_be_known(variables->name))
		variables->state = STATE_SKIP;
}

static void feed_value(struct shelltrap_variables *variables, char c)
{
	struct shelltrap_variable *found = last_found(variables);

	if (!found)
		return;
	found->len++;
	variables->word = variables->word << 8 | (u8)c;
	if (found->len % 8)
		return;
	found->hash = siphash_2u64(found->hash, variables->word, &key);
	variables->word = 0;
}

static void end_variable(struct shelltrap_variables *variables)
{
	struct shelltrap_variable *found;

	if (variables->state == STATE_VALUE) {
		found = last_found(variables);
		if (found)
			found->hash = siphash_3u64(found->hash, variables->word, found->len, &key);
	}
	variables->state = STATE_NAME;
	variables->name_len = 0;
}

static void feed_byte(struct shelltrap_variables *variables, char c)
{
	if (!c)
		end_variable(variables);
	else if (variables->state == STATE_NAME)
		feed_name(variables, c);
	else
		feed_value(variables, c);
	variables->at++;
}

bool shelltrap_variables_end(const struct shelltrap_variables *variables)
{
	return variables->state == STATE_NAME && !variables->name_len;
}

void shelltrap_variables_feed(struct shelltrap_variables *variables, const char *bytes, size_t len)
{
	size_t i = 0, skipped;

	while (i < len) {
		if (variables->state == STATE_SKIP) {
			skipped = shelltrap_before_nul(bytes + i, len - i);
			variables->at += skipped;
			i += skipped;
			if (i == len)
				break;
		}
		feed_byte(variables, bytes[i++]);
	}
}

bool shelltrap_variable_matters(const struct shelltrap_variable *variable, const char *program)
{
	const char *reader = known[variable->which].program;

	return !reader || !strncmp(program, reader, strlen(reader));
}

enum shelltrap_value shelltrap_variable_value(const char *text, const char **value)
{
	size_t len = strcspn(text, "=");
	int which = find_known(text, len);

	*value = text + len + !!text[len];
	return which < 0 ? SHELLTRAP_VALUE_OPTIONS : known[which].value;
}

/* In an option a path begins at its first '/', or at the dots before that: "-r../x", "-I/x". */
static const char *path_in_option(const char *part, size_t *len)
{
	size_t at = 0;

	while (at < *len && part[at] != '/')
		at++;
	while (at && part[at - 1] == '.')
		at--;
	*len -= at;
	return part + at;
}

const char *shelltrap_variable_path(const char **at, enum shelltrap_value kind, size_t *len)
{
	static const char * const separators[] = {
		[SHELLTRAP_VALUE_OBJECTS] = ": ",
		[SHELLTRAP_VALUE_DIRECTORIES] = ":;",
		[SHELLTRAP_VALUE_OPTIONS] = ":;,= \t\n\"'",
	};
	const char *part;

	while (*at) {
		part = *at;
		*len = strcspn(part, separators[kind]);
		*at = part[*len] ? part + *len + 1 : NULL;
		if (kind == SHELLTRAP_VALUE_DIRECTORIES)
			return part;
		if (!memchr(part, '/', *len))
			continue;
		return kind == SHELLTRAP_VALUE_OPTIONS ? path_in_option(part, len) : part;
	}
	return NULL;
}
