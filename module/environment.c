// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <assert.h>
#include <string.h>
#endif

#include <linux/shelltrap.h>

#include "bytes.h"
#include "environment.h"

/* Values with which a variable is harmless. */
enum values {
	VALUES_ALL,
	VALUES_PLAIN,	/* a word without '/' and without what a shell reads as more */
	VALUES_NUMBER,
	VALUES_ZONE,	/* a time zone below the system's own directory */
	VALUES_PATHS,	/* SHELLTRAP_HARM_BY_PATH */
	VALUES_SHELL,	/* the same, for a shell of the system, which is given commands by -c */
	VALUES_NONE,
};

/*
 * Variables that no program is known to take code, a command or a file with code from. The
 * first row that matches counts. Whatever is not here is not harmless.
 */
#define NAME(name, values) { name, sizeof(name) - 1, false, values }
#define PREFIX(name, values) { name, sizeof(name) - 1, true, values }

static const struct {
	const char *name;
	unsigned char len;
	bool prefix;		/* a name that begins so */
	enum values values;
} harmless[] = {
	/* The session, the terminal and the language. */
	NAME("LANG", VALUES_PLAIN), NAME("LANGUAGE", VALUES_PLAIN), PREFIX("LC_", VALUES_PLAIN),
	NAME("TZ", VALUES_ZONE),
	NAME("TERM", VALUES_PLAIN), NAME("COLORTERM", VALUES_PLAIN), NAME("NO_COLOR", VALUES_PLAIN),
	NAME("COLUMNS", VALUES_NUMBER), NAME("LINES", VALUES_NUMBER), NAME("LS_COLORS", VALUES_ALL),
	NAME("USER", VALUES_PLAIN), NAME("LOGNAME", VALUES_PLAIN), NAME("USERNAME", VALUES_PLAIN),
	NAME("HOSTNAME", VALUES_PLAIN), NAME("HOST", VALUES_PLAIN),
	NAME("PWD", VALUES_ALL), NAME("OLDPWD", VALUES_ALL), NAME("_", VALUES_ALL),
	NAME("SHLVL", VALUES_NUMBER),
	PREFIX("XDG_SESSION_", VALUES_PLAIN), NAME("XDG_SEAT", VALUES_PLAIN),
	NAME("XDG_VTNR", VALUES_NUMBER),
	/* The service manager and the container. */
	NAME("INVOCATION_ID", VALUES_PLAIN), NAME("JOURNAL_STREAM", VALUES_PLAIN),
	NAME("SYSTEMD_EXEC_PID", VALUES_NUMBER), NAME("MAINPID", VALUES_NUMBER),
	NAME("NOTIFY_SOCKET", VALUES_ALL), NAME("MEMORY_PRESSURE_WATCH", VALUES_ALL),
	NAME("MEMORY_PRESSURE_WRITE", VALUES_ALL),
	NAME("WATCHDOG_PID", VALUES_NUMBER), NAME("WATCHDOG_USEC", VALUES_NUMBER),
	NAME("LISTEN_PID", VALUES_NUMBER), NAME("LISTEN_FDS", VALUES_NUMBER),
	NAME("LISTEN_FDNAMES", VALUES_PLAIN),
	NAME("container", VALUES_PLAIN), PREFIX("KUBERNETES_", VALUES_ALL),
	NAME("DEBIAN_FRONTEND", VALUES_PLAIN),
	/* Runtimes, and their images. */
	NAME("NODE_ENV", VALUES_PLAIN), NAME("RAILS_ENV", VALUES_PLAIN),
	NAME("RACK_ENV", VALUES_PLAIN),
	NAME("APP_ENV", VALUES_PLAIN), NAME("FLASK_ENV", VALUES_PLAIN), NAME("PORT", VALUES_NUMBER),
	NAME("WEB_CONCURRENCY", VALUES_NUMBER), NAME("MALLOC_ARENA_MAX", VALUES_NUMBER),
	NAME("OMP_NUM_THREADS", VALUES_NUMBER), NAME("GOMAXPROCS", VALUES_NUMBER),
	NAME("PYTHONUNBUFFERED", VALUES_PLAIN), NAME("PYTHONDONTWRITEBYTECODE", VALUES_PLAIN),
	NAME("PYTHONHASHSEED", VALUES_PLAIN), NAME("PYTHON_GET_PIP_URL", VALUES_ALL),
	NAME("GPG_KEY", VALUES_PLAIN),
	/* Apache's own. apachectl sources or runs what other variables of this name say. */
	PREFIX("APACHE_RUN_", VALUES_ALL), NAME("APACHE_LOG_DIR", VALUES_ALL),
	NAME("APACHE_LOCK_DIR", VALUES_ALL), NAME("APACHE_PID_FILE", VALUES_ALL),
	NAME("APACHE_STARTED_BY_SYSTEMD", VALUES_ALL), NAME("APACHE_CONFDIR", VALUES_PATHS),
	/* CGI. Of SSL_* some are OpenSSL's own; PATH_TRANSLATED is a script to PHP. */
	NAME("GATEWAY_INTERFACE", VALUES_ALL), PREFIX("SERVER_", VALUES_ALL),
	PREFIX("REQUEST_", VALUES_ALL), PREFIX("REMOTE_", VALUES_ALL),
	PREFIX("REDIRECT_", VALUES_ALL),
	PREFIX("CONTEXT_", VALUES_ALL), NAME("QUERY_STRING", VALUES_ALL),
	NAME("CONTENT_TYPE", VALUES_ALL), NAME("CONTENT_LENGTH", VALUES_ALL),
	NAME("AUTH_TYPE", VALUES_ALL), NAME("PATH_INFO", VALUES_ALL),
	NAME("SCRIPT_NAME", VALUES_ALL),
	NAME("SCRIPT_URI", VALUES_ALL), NAME("SCRIPT_URL", VALUES_ALL),
	NAME("SCRIPT_FILENAME", VALUES_ALL), NAME("DOCUMENT_ROOT", VALUES_ALL),
	NAME("DOCUMENT_URI", VALUES_ALL), NAME("HTTPS", VALUES_ALL), NAME("UNIQUE_ID", VALUES_ALL),
	NAME("FCGI_ROLE", VALUES_ALL), NAME("HTTP_PROXY", VALUES_NONE), PREFIX("HTTP_", VALUES_ALL),
	PREFIX("SSL_CLIENT_", VALUES_ALL), PREFIX("SSL_SERVER_", VALUES_ALL),
	PREFIX("SSL_CIPHER", VALUES_ALL), PREFIX("SSL_SESSION_", VALUES_ALL),
	PREFIX("SSL_VERSION_", VALUES_ALL), NAME("SSL_PROTOCOL", VALUES_ALL),
	NAME("SSL_TLS_SNI", VALUES_ALL), NAME("SSL_SECURE_RENEG", VALUES_ALL),
	NAME("SSL_COMPRESS_METHOD", VALUES_ALL),
	/* Where programs, their settings and their modules are looked for. */
	NAME("PATH", VALUES_PATHS), NAME("HOME", VALUES_PATHS), NAME("SHELL", VALUES_SHELL),
	PREFIX("XDG_", VALUES_PATHS), NAME("ZDOTDIR", VALUES_PATHS), NAME("TMPDIR", VALUES_PATHS),
	NAME("GEM_HOME", VALUES_PATHS), NAME("GEM_PATH", VALUES_PATHS),
	NAME("JAVA_HOME", VALUES_PATHS),
	NAME("CATALINA_HOME", VALUES_PATHS), NAME("CATALINA_BASE", VALUES_PATHS),
	NAME("PHP_INI_DIR", VALUES_PATHS), NAME("VIRTUAL_ENV", VALUES_PATHS),
	NAME("MANPATH", VALUES_PATHS),
	{ NULL, 0, false, VALUES_NONE }
};

/*
 * The rows by the first byte of their names: first_row[byte] is the first one, next_row[i] the one
 * after row i. Numbers count from 1; 0: there is none.
 */
static unsigned char first_row[128], next_row[128];

static_assert(sizeof(harmless) <= sizeof(next_row) * sizeof(*harmless),
	      "next_row is too short");

void shelltrap_environment_init(void)
{
	unsigned int i = 0, byte;

	memset(first_row, 0, sizeof(first_row));
	while (harmless[i].name)
		i++;
	while (i--) {
		byte = harmless[i].name[0];
		next_row[i] = first_row[byte];
		first_row[byte] = i + 1;
	}
}

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Returns the bytes before the '='; of all, if there is none. */
static size_t variable_name_len(const char *variable)
{
	size_t len = 0;

	while (variable[len] && variable[len] != '=')
		len++;
	return len;
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

/* Any other program of root's may take "-c COMMAND" for something else. */
static bool is_shell(const char *value)
{
	static const char * const shells[] = {
		"bash", "dash", "sh", "ksh", "mksh", "zsh", "csh", "tcsh", "fish", "nologin",
		"false", NULL
	};
	unsigned int i;

	if (starts_with(value, "/usr/"))
		value += strlen("/usr");
	if (starts_with(value, "/sbin/"))
		value += strlen("/sbin/");
	else if (starts_with(value, "/bin/"))
		value += strlen("/bin/");
	else
		return false;
	for (i = 0; shells[i]; i++)
		if (!strcmp(value, shells[i]))
			return true;
	return false;
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
	unsigned int row;

#ifndef __KERNEL__
	if (!first_row['P'])
		shelltrap_environment_init();
#endif
	row = first_row[name[0] & 127];
	for (; row; row = next_row[row - 1]) {
		size_t wanted = harmless[row - 1].len;

		if (harmless[row - 1].prefix ? len < wanted : len != wanted)
			continue;
		if (!memcmp(harmless[row - 1].name, name, wanted))
			return harmless[row - 1].values;
	}
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

/* PHP as a CGI program, or as LiteSpeed's, runs the script that this variable names. */
static bool names_script(const char *variable, const char *program)
{
	return (starts_with(program, "php") || starts_with(program, "lsphp")) &&
	       starts_with(variable, "SCRIPT_FILENAME=");
}

enum shelltrap_harm shelltrap_environment_harm(const char *variable, bool whole,
					       const char *program)
{
	size_t len = variable_name_len(variable);
	const char *value = variable + len + !!variable[len];
	enum values values;

	/* An old bash takes any variable with such a value for a function. */
	if (!variable[len] || (value[0] == '(' && value[1] == ')') ||
	    names_script(variable, program))
		return SHELLTRAP_HARM_POSSIBLE;
	values = harmless_values(variable, len);
	if (is_harmless(values, value, whole) || (whole && is_version(variable, len, value)))
		return SHELLTRAP_HARM_NONE;
	if (whole && (values == VALUES_PATHS || (values == VALUES_SHELL && is_shell(value))))
		return SHELLTRAP_HARM_BY_PATH;
	return SHELLTRAP_HARM_POSSIBLE;
}

static bool is_word(char c)
{
	return is_alnum(c) || c == '_';
}

/* "NAME=x" gives a variable a value; "$NAME=x", "${NAME=x}" and "NAME==x" read it. */
static bool is_assigned(const char *begin, const char *at, const char *after, const char *end)
{
	if (after == end || *after != '=' || (after + 1 < end && after[1] == '='))
		return false;
	return at == begin || (at[-1] != '$' && at[-1] != '{');
}

/* The word "container" in a command line is rarely the variable. */
static bool is_plain_word(const char *begin, const char *at)
{
	return *at >= 'a' && *at <= 'z' && (at == begin || !at[-1] || !strchr("${\"'", at[-1]));
}

/* Does the command line have the name as a whole word that is not assigned to? */
static bool reads_name(const struct shelltrap_reader *reader, const char *name, size_t len)
{
	const char *argv = reader->argv, *at = argv, *end = argv + reader->argv_len;

	for (; (size_t)(end - at) >= len; at++) {
		at = memchr(at, *name, end - at - len + 1);
		if (!at)
			return false;
		if (memcmp(at, name, len) || (at > argv && is_word(at[-1])) ||
		    (at + len < end && is_word(at[len])))
			continue;
		if (!is_assigned(argv, at, at + len, end) && !is_plain_word(argv, at))
			return true;
	}
	return false;
}

/*
 * Does a shell ask for a directory's variable here, where no word goes on? By "~", "~/x", "~-",
 * "cd" without a directory, "cd -".
 */
static bool asks_for_directory(const char *at, const char *end)
{
	if (*at == '~')
		return true;
	if (end - at < 2 || at[0] != 'c' || at[1] != 'd')
		return false;
	for (at += 2; at < end && (*at == ' ' || *at == '\t'); at++)
		;
	return at == end || !*at || strchr("-;&|)}\n", *at);
}

static __u64 initial_of(char c)
{
	return (__u64)1 << (c & 63);
}

void shelltrap_reader_begin(struct shelltrap_reader *reader, const char *argv, size_t argv_len)
{
	bool inside = false;
	const char *at, *end;

	memset(reader, 0, sizeof(*reader));
	if (!argv)
		return;
	end = argv + argv_len;
	reader->argv = argv;
	reader->argv_len = argv_len;
	for (at = argv; at < end; at++) {
		if (!inside) {
			reader->initials |= initial_of(*at);
			reader->directories |= asks_for_directory(at, end);
		}
		inside = is_word(*at);
	}
}

static bool names_directory(const char *variable)
{
	return starts_with(variable, "HOME=") || starts_with(variable, "OLDPWD=") ||
	       starts_with(variable, "PWD=");
}

bool shelltrap_reader_reads(const struct shelltrap_reader *reader, const char *variable)
{
	size_t len;

	if (reader->directories && names_directory(variable))
		return true;
	if (!(reader->initials & initial_of(*variable)))
		return false;
	len = variable_name_len(variable);
	return len && reads_name(reader, variable, len);
}

/* Only what may do harm is kept, and what the command line reads. */
static bool is_kept(const struct shelltrap_environment *environment, const char *variable,
		    bool whole)
{
	return shelltrap_environment_harm(variable, whole, environment->program) ||
	       shelltrap_reader_reads(&environment->reader, variable);
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
	if (room && !is_kept(environment, variable, whole))
		return;
	if (!whole || environment->nr == SHELLTRAP_ENVIRONMENT_VARIABLES) {
		environment->full = true;
		return;
	}
	environment->len += environment->variable_len + 1;
	environment->nr++;
}

/* Appends bytes to the current variable. What does not fit is only counted. */
static void environment_add(struct shelltrap_environment *environment, const char *bytes,
			    size_t len)
{
	__u32 at = environment->len + environment->variable_len;
	size_t room = at < environment->size ? environment->size - at : 0;

	memcpy(environment->kept + at, bytes, len < room ? len : room);
	environment->variable_len += len;
}

static void environment_end(struct shelltrap_environment *environment)
{
	__u32 at = environment->len + environment->variable_len;

	if (at < environment->size)
		environment->kept[at] = '\0';
	environment_end_variable(environment);
	environment->variable_len = 0;
}

void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len)
{
	size_t some;

	while (len && !environment->full) {
		some = shelltrap_before_nul(bytes, len);
		environment_add(environment, bytes, some);
		if (some == len)
			break;
		environment_end(environment);
		bytes += some + 1;
		len -= some + 1;
	}
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
	size_t len = variable_name_len(variable);
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
	size_t len = variable_name_len(variable);

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
		return "each word of environment needs a name: HARMLESS, HARMLESS=VALUE or NAME_*";
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
