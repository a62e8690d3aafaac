// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include <linux/shelltrap.h>

#include "environment.h"

/* Values with which a variable is harmless. */
enum values {
	VALUES_ALL,
	VALUES_PLAIN,	/* a word without '/' and without what a shell reads as more */
	VALUES_NUMBER,
	VALUES_ZONE,	/* a time zone below the system's own directory */
	VALUES_PATHS,	/* SHELLTRAP_HARM_BY_PATH */
	VALUES_NONE,
};

/*
 * Variables that no program is known to take code, a command or a file with code from. The
 * first row that matches counts. Whatever is not here is not harmless.
 */
static const struct {
	const char *name;	/* may end in '*' */
	enum values values;
} harmless[] = {
	/* The session, the terminal and the language. */
	{ "LANG", VALUES_PLAIN }, { "LANGUAGE", VALUES_PLAIN }, { "LC_*", VALUES_PLAIN },
	{ "TZ", VALUES_ZONE },
	{ "TERM", VALUES_PLAIN }, { "COLORTERM", VALUES_PLAIN }, { "NO_COLOR", VALUES_PLAIN },
	{ "COLUMNS", VALUES_NUMBER }, { "LINES", VALUES_NUMBER }, { "LS_COLORS", VALUES_ALL },
	{ "USER", VALUES_PLAIN }, { "LOGNAME", VALUES_PLAIN }, { "USERNAME", VALUES_PLAIN },
	{ "HOSTNAME", VALUES_PLAIN }, { "HOST", VALUES_PLAIN },
	{ "PWD", VALUES_ALL }, { "OLDPWD", VALUES_ALL }, { "_", VALUES_ALL },
	{ "SHLVL", VALUES_NUMBER },
	{ "XDG_SESSION_*", VALUES_PLAIN }, { "XDG_SEAT", VALUES_PLAIN },
	{ "XDG_VTNR", VALUES_NUMBER },
	/* The service manager and the container. */
	{ "INVOCATION_ID", VALUES_PLAIN }, { "JOURNAL_STREAM", VALUES_PLAIN },
	{ "SYSTEMD_EXEC_PID", VALUES_NUMBER }, { "MAINPID", VALUES_NUMBER },
	{ "NOTIFY_SOCKET", VALUES_ALL }, { "MEMORY_PRESSURE_WATCH", VALUES_ALL },
	{ "MEMORY_PRESSURE_WRITE", VALUES_ALL },
	{ "WATCHDOG_PID", VALUES_NUMBER }, { "WATCHDOG_USEC", VALUES_NUMBER },
	{ "LISTEN_PID", VALUES_NUMBER }, { "LISTEN_FDS", VALUES_NUMBER },
	{ "LISTEN_FDNAMES", VALUES_PLAIN },
	{ "container", VALUES_PLAIN }, { "KUBERNETES_*", VALUES_ALL },
	{ "DEBIAN_FRONTEND", VALUES_PLAIN },
	/* Runtimes, and their images. */
	{ "NODE_ENV", VALUES_PLAIN }, { "RAILS_ENV", VALUES_PLAIN }, { "RACK_ENV", VALUES_PLAIN },
	{ "APP_ENV", VALUES_PLAIN }, { "FLASK_ENV", VALUES_PLAIN }, { "PORT", VALUES_NUMBER },
	{ "WEB_CONCURRENCY", VALUES_NUMBER }, { "MALLOC_ARENA_MAX", VALUES_NUMBER },
	{ "OMP_NUM_THREADS", VALUES_NUMBER }, { "GOMAXPROCS", VALUES_NUMBER },
	{ "PYTHONUNBUFFERED", VALUES_PLAIN }, { "PYTHONDONTWRITEBYTECODE", VALUES_PLAIN },
	{ "PYTHONHASHSEED", VALUES_PLAIN }, { "PYTHON_GET_PIP_URL", VALUES_ALL },
	{ "GPG_KEY", VALUES_PLAIN },
	/* Apache's own. apachectl sources or runs what other variables of this name say. */
	{ "APACHE_RUN_*", VALUES_ALL }, { "APACHE_LOG_DIR", VALUES_ALL },
	{ "APACHE_LOCK_DIR", VALUES_ALL }, { "APACHE_PID_FILE", VALUES_ALL },
	{ "APACHE_STARTED_BY_SYSTEMD", VALUES_ALL }, { "APACHE_CONFDIR", VALUES_PATHS },
	/* CGI. Of SSL_* some are OpenSSL's own; PATH_TRANSLATED is a script to PHP. */
	{ "GATEWAY_INTERFACE", VALUES_ALL }, { "SERVER_*", VALUES_ALL },
	{ "REQUEST_*", VALUES_ALL }, { "REMOTE_*", VALUES_ALL }, { "REDIRECT_*", VALUES_ALL },
	{ "CONTEXT_*", VALUES_ALL }, { "QUERY_STRING", VALUES_ALL },
	{ "CONTENT_TYPE", VALUES_ALL }, { "CONTENT_LENGTH", VALUES_ALL },
	{ "AUTH_TYPE", VALUES_ALL }, { "PATH_INFO", VALUES_ALL }, { "SCRIPT_NAME", VALUES_ALL },
	{ "SCRIPT_URI", VALUES_ALL }, { "SCRIPT_URL", VALUES_ALL },
	{ "SCRIPT_FILENAME", VALUES_ALL }, { "DOCUMENT_ROOT", VALUES_ALL },
	{ "DOCUMENT_URI", VALUES_ALL }, { "HTTPS", VALUES_ALL }, { "UNIQUE_ID", VALUES_ALL },
	{ "FCGI_ROLE", VALUES_ALL }, { "HTTP_PROXY", VALUES_NONE }, { "HTTP_*", VALUES_ALL },
	{ "SSL_CLIENT_*", VALUES_ALL }, { "SSL_SERVER_*", VALUES_ALL },
	{ "SSL_CIPHER*", VALUES_ALL }, { "SSL_SESSION_*", VALUES_ALL },
	{ "SSL_VERSION_*", VALUES_ALL }, { "SSL_PROTOCOL", VALUES_ALL },
	{ "SSL_TLS_SNI", VALUES_ALL }, { "SSL_SECURE_RENEG", VALUES_ALL },
	{ "SSL_COMPRESS_METHOD", VALUES_ALL },
	/* Where programs, their settings and their modules are looked for. */
	{ "PATH", VALUES_PATHS }, { "HOME", VALUES_PATHS }, { "SHELL", VALUES_PATHS },
	{ "XDG_*", VALUES_PATHS }, { "ZDOTDIR", VALUES_PATHS }, { "TMPDIR", VALUES_PATHS },
	{ "GEM_HOME", VALUES_PATHS }, { "GEM_PATH", VALUES_PATHS }, { "JAVA_HOME", VALUES_PATHS },
	{ "CATALINA_HOME", VALUES_PATHS }, { "CATALINA_BASE", VALUES_PATHS },
	{ "PHP_INI_DIR", VALUES_PATHS }, { "VIRTUAL_ENV", VALUES_PATHS },
	{ "MANPATH", VALUES_PATHS },
	{ NULL, VALUES_NONE }
};

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/* Is each character a letter, a digit or one of @others? */
static bool consists_of(const char *value, const char *others)
{
	for (; *value; value++)
		if (!is_alnum(*value) && !strchr(others, *value))
			return false;
	return true;
}

static bool is_plain(const char *value)
{
	return *value != '-' && *value != '.' && consists_of(value, "_-.,:@+");
}

static bool is_number(const char *value)
{
	while (is_digit(*value))
		value++;
	return !*value;
}

/* An absolute path and one with ".." lead to other files. */
static bool is_zone(const char *value)
{
	if (*value == ':')
		value++;
	if (!strcmp(value, "/etc/localtime"))
		return true;
	return *value != '/' && !strstr(value, "..") && consists_of(value, "_-+/,.<>");
}

/* "3.11.2", "v20.1": the images of runtimes say so in NAME_VERSION. */
static bool is_version(const char *name, size_t len, const char *value)
{
	static const char suffix[] = "_VERSION";
	const size_t suffix_len = sizeof(suffix) - 1;

	return len > suffix_len && !memcmp(name + len - suffix_len, suffix, suffix_len) &&
	       (*value == 'v' || is_digit(*value)) && is_plain(value);
}

/* Does the name of @len bytes match a name that may end in '*'? */
static bool name_matches(const char *pattern, const char *name, size_t len)
{
	size_t wanted = strlen(pattern);

	if (wanted && pattern[wanted - 1] == '*')
		return len >= wanted - 1 && !memcmp(pattern, name, wanted - 1);
	return len == wanted && !memcmp(pattern, name, len);
}

static enum values harmless_values(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; harmless[i].name; i++)
		if (harmless[i].name[0] == name[0] && name_matches(harmless[i].name, name, len))
			return harmless[i].values;
	return VALUES_NONE;
}

static bool is_harmless(enum values values, const char *value, bool whole)
{
	switch (values) {
	case VALUES_ALL:
		return true;
	case VALUES_PLAIN:
		return whole && is_plain(value);
	case VALUES_NUMBER:
		return whole && is_number(value);
	case VALUES_ZONE:
		return whole && is_zone(value);
	default:
		return false;
	}
}

/* PHP as a CGI program runs the script that this variable names. */
static bool names_script(const char *variable, const char *program)
{
	return starts_with(variable, "SCRIPT_FILENAME=") && starts_with(program, "php");
}

enum shelltrap_harm shelltrap_environment_harm(const char *variable, bool whole,
					       const char *program)
{
	size_t len = strcspn(variable, "=");
	const char *value = variable + len + !!variable[len];
	enum values values;

	/* An old bash takes any variable with such a value for a function. */
	if (!variable[len] || starts_with(value, "()") || names_script(variable, program))
		return SHELLTRAP_HARM_POSSIBLE;
	values = harmless_values(variable, len);
	if (is_harmless(values, value, whole) || (whole && is_version(variable, len, value)))
		return SHELLTRAP_HARM_NONE;
	return whole && values == VALUES_PATHS ? SHELLTRAP_HARM_BY_PATH : SHELLTRAP_HARM_POSSIBLE;
}

/* The current variable, as far as there is room, is behind those that are kept. */
static void environment_end_variable(struct shelltrap_environment *environment)
{
	char *variable = environment->kept + environment->len;
	__u32 room = environment->size - environment->len;
	bool whole = environment->variable_len < room;

	if (!environment->variable_len)
		return;
	if (!whole && room)
		variable[room - 1] = '\0';
	if (room && !shelltrap_environment_harm(variable, whole, environment->program))
		return;
	if (!whole || environment->nr == SHELLTRAP_ENVIRONMENT_VARIABLES) {
		environment->full = true;
		return;
	}
	environment->len += environment->variable_len + 1;
	environment->nr++;
}

static void environment_feed_byte(struct shelltrap_environment *environment, char byte)
{
	__u32 at = environment->len + environment->variable_len;

	if (at < environment->size)
		environment->kept[at] = byte;
	if (byte) {
		environment->variable_len++;
		return;
	}
	environment_end_variable(environment);
	environment->variable_len = 0;
}

void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len)
{
	size_t i;

	for (i = 0; i < len && !environment->full; i++)
		environment_feed_byte(environment, bytes[i]);
}

const char *shelltrap_environment_path(const char **at, size_t *len)
{
	const char *path = *at;

	if (!path)
		return NULL;
	*len = strcspn(path, ":");
	*at = path[*len] ? path + *len + 1 : NULL;
	return path;
}

/* Does the name say that the value is a secret? */
static bool is_secret(const char *name, size_t len)
{
	static const char * const words[] = {
		"KEY", "SECRET", "TOKEN", "PASS", "CREDENTIAL", NULL
	};
	size_t word_len, at;
	unsigned int i;

	for (i = 0; words[i]; i++) {
		word_len = strlen(words[i]);
		for (at = 0; at + word_len <= len; at++)
			if (!memcmp(name + at, words[i], word_len))
				return true;
	}
	return false;
}

size_t shelltrap_environment_shown(const char *variable)
{
	size_t len = strcspn(variable, "=");
	const char *value = variable + len + 1;

	if (!variable[len] || is_secret(variable, len))
		return len;
	if (*value && ((*value != '/' && *value != '.') || !consists_of(value, "_-+.,:@~/")))
		return len;
	return len + 1 + strlen(value);
}

/* Is the variable what the pattern names? */
static bool is_named(const char *pattern, const char *variable)
{
	size_t len = strcspn(variable, "=");

	return strchr(pattern, '=') ? !strcmp(pattern, variable) :
				      name_matches(pattern, variable, len);
}

static bool are_named(const char *named, size_t named_len, const char *variable)
{
	size_t at;

	for (at = 0; named && at < named_len; at += strlen(named + at) + 1)
		if (is_named(named + at, variable))
			return true;
	return false;
}

const char *shelltrap_environment_stranger(const char *named, size_t named_len, const char *kept,
					   size_t kept_len)
{
	size_t at;

	for (at = 0; kept && at < kept_len; at += strlen(kept + at) + 1)
		if (!are_named(named, named_len, kept + at))
			return kept + at;
	return NULL;
}

static const char *pattern_fault(const char *pattern)
{
	size_t len = strcspn(pattern, "=*");

	if (!len)
		return "each word of environment needs a name: NAME, NAME=VALUE or NAME_*";
	if (pattern[len] == '*' && pattern[len + 1])
		return "in environment, '*' may only be at the end of a name: NAME_*";
	return NULL;
}

const char *shelltrap_environment_fault(const char *named, size_t named_len)
{
	const char *pattern, *fault = NULL;
	unsigned int nr = 0;

	if (!named_len || named[named_len - 1])
		return "each word of environment must end in a NUL";
	if (named_len > SHELLTRAP_EXCEPTION_ENVIRONMENT_MAX)
		return "environment must not be longer than 2048 bytes";
	for (pattern = named; !fault && pattern < named + named_len; pattern += strlen(pattern) + 1)
		fault = nr++ == 32 ? "environment must not have more than 32 words" :
				     pattern_fault(pattern);
	return fault;
}
