// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "holes.h"

/* A test counts here how many bytes are read. */
#ifndef HOLES_READ
#define HOLES_READ(bytes) do { } while (0)
#endif

enum hole_kind {
	HOLE_NUMBER,
	HOLE_HEX,
	HOLE_WORD,
	HOLE_UUID,
	HOLE_FILE,
	HOLE_KINDS
};

struct hole {
	enum hole_kind kind;
	const char *dir;	/* of HOLE_FILE */
	size_t dir_len;
	size_t len;		/* bytes of the pattern */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* May the name of a shell variable contain this character? */
static bool is_variable(char c)
{
	return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(char c)
{
	return is_variable(c) || c == '.' || c == '-';
}

static bool hole_may_contain(enum hole_kind kind, char c)
{
	switch (kind) {
	case HOLE_NUMBER:
		return is_digit(c);
	case HOLE_HEX:
		return is_hex(c);
	case HOLE_WORD:
		return is_word(c);
	case HOLE_UUID:
		return is_hex(c) || c == '-';
	default:
		return is_word(c) || c == '/';
	}
}

/* Returns the bytes of a lower-case word. */
static size_t name_len(const char *text)
{
	size_t len = 0;

	while (is_lower(text[len]))
		len++;
	return len;
}

bool shelltrap_holes_begin(const char *text)
{
	size_t len = text[0] == '{' ? name_len(text + 1) : 0;

	return len && (text[1 + len] == '}' || text[1 + len] == ':');
}

static enum hole_kind hole_find_kind(const char *name, size_t len)
{
	static const char * const names[HOLE_KINDS] = {
		[HOLE_NUMBER] = "number",
		[HOLE_HEX] = "hex",
		[HOLE_WORD] = "word",
		[HOLE_UUID] = "uuid",
		[HOLE_FILE] = "file",
	};
	unsigned int i;

	for (i = 0; i < HOLE_KINDS; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			break;
	return i;
}

/* Words, each after a '/', and none of them "." or "..". */
static bool is_dir(const char *dir, size_t len)
{
	size_t i, word;

	for (i = 0; i < len; i += word) {
		if (dir[i++] != '/')
			return false;
		for (word = 0; i + word < len && is_word(dir[i + word]); word++)
			;
		if (!word || (word == 1 && dir[i] == '.') ||
		    (word == 2 && dir[i] == '.' && dir[i + 1] == '.'))
			return false;
	}
	return len;
}

static const char bad_dir[] =
	"/DIR must be an absolute path of letters, digits, _ . and -, without .. or a last /";

/* @text is where a hole begins. Returns NULL, or what is wrong. */
static const char *hole_read(const char *text, struct hole *hole)
{
	const char *name = text + 1, *end = strchr(text, '}');
	size_t len = name_len(name);

	hole->kind = hole_find_kind(name, len);
	if (hole->kind == HOLE_KINDS)
		return "no such hole: {number}, {hex}, {word}, {uuid} and {file:/DIR} are known; "
		       "write {{ for the character {";
	if (hole->kind == HOLE_FILE && name[len] != ':')
		return "{file} needs a directory: write {file:/DIR}";
	if (hole->kind != HOLE_FILE && name[len] == ':')
		return "only {file:/DIR} has a ':'";
	if (!end)
		return "the hole has no '}'; write {{ for the character {";
	hole->len = end + 1 - text;
	hole->dir = name + len + 1;
	hole->dir_len = hole->kind == HOLE_FILE ? end - hole->dir : 0;
	if (hole->kind == HOLE_FILE && !is_dir(hole->dir, hole->dir_len))
		return bad_dir;
	return NULL;
}

/* Returns how many bytes of the pattern the next literal character takes; 0: there is none. */
static size_t literal_len(const char *pattern)
{
	if (!*pattern || shelltrap_holes_begin(pattern))
		return 0;
	return pattern[0] == '{' && pattern[1] == '{' ? 2 : 1;
}

static bool both_cannot_contain(enum hole_kind a, enum hole_kind b, char c)
{
	return !hole_may_contain(a, c) && !hole_may_contain(b, c);
}

/* Is there, before the hole @next, a literal that neither hole can contain? */
static bool are_apart(const char *literal, const struct hole *hole, const struct hole *next)
{
	size_t len;

	for (; (len = literal_len(literal)); literal += len)
		if (both_cannot_contain(hole->kind, next->kind, *literal))
			return true;
	return false;
}

const char *shelltrap_holes_syntax(const char *argument)
{
	struct hole holes[2], *hole = &holes[0], *before = NULL;
	const char *literal = argument, *fault;
	size_t len;

	for (; *argument; argument += len) {
		len = literal_len(argument);
		if (len)
			continue;
		fault = hole_read(argument, hole);
		if (fault)
			return fault;
		if (before && !are_apart(literal, before, hole))
			return "two holes need a character between them that neither can contain";
		len = hole->len;
		literal = argument + len;
		before = hole;
		hole = hole == &holes[0] ? &holes[1] : &holes[0];
	}
	return NULL;
}

/* Words with one '/' between each two, none of which begins with '-' or '.'. */
static bool are_words(const char *text, size_t len, bool several)
{
	bool first = true;
	size_t i;

	for (i = 0; i < len; i++) {
		if (first && (text[i] == '-' || text[i] == '.' || text[i] == '/'))
			return false;
		first = several && text[i] == '/';
	}
	return !first;
}

static bool is_uuid(const char *text, size_t len)
{
	size_t i;

	if (len != 36)
		return false;
	for (i = 0; i < len; i++)
		if ((text[i] == '-') != (i == 8 || i == 13 || i == 18 || i == 23))
			return false;
	return true;
}

/* @text: all of its bytes may be in the hole. Are they what the hole stands for? */
static bool hole_takes(const struct hole *hole, const char *text, size_t len)
{
	HOLES_READ(len);
	switch (hole->kind) {
	case HOLE_UUID:
		return is_uuid(text, len);
	case HOLE_WORD:
		return are_words(text, len, false);
	case HOLE_FILE:
		return are_words(text, len, true);
	default:
		return len;
	}
}

/* An argument that is being matched. */
struct match {
	const char *pattern;
	const char *text, *end;
};

/* Returns how many bytes from @text on may be in the hole. */
static size_t hole_span(const struct hole *hole, const char *text, const char *end)
{
	size_t len = 0;

	while (text + len < end && hole_may_contain(hole->kind, text[len]))
		len++;
	HOLES_READ(len + 1);
	return len;
}

static bool match_bytes(struct match *match, const char *bytes, size_t len)
{
	HOLES_READ(len);
	if ((size_t)(match->end - match->text) < len || memcmp(match->text, bytes, len))
		return false;
	match->text += len;
	return true;
}

static bool match_literal(struct match *match)
{
	size_t len;

	for (; (len = literal_len(match->pattern)); match->pattern += len) {
		HOLES_READ(1);
		if (match->text == match->end || *match->text != *match->pattern)
			return false;
		match->text++;
	}
	return true;
}

/*
 * The hole ends such that the literal after it fits. Its beginning, as far as the hole could
 * contain it, has as many bytes as are left of what the hole could take: after them comes a
 * byte that the hole cannot contain, or the end.
 */
static bool match_hole(struct match *match)
{
	struct hole hole;
	size_t all, after = 0;

	if (hole_read(match->pattern, &hole))
		return false;
	match->pattern += hole.len;
	if (hole.kind == HOLE_FILE &&
	    !(match_bytes(match, hole.dir, hole.dir_len) && match_bytes(match, "/", 1)))
		return false;
	all = hole_span(&hole, match->text, match->end);
	while (hole_may_contain(hole.kind, match->pattern[after]))
		after++;
	if (all <= after || !hole_takes(&hole, match->text, all - after))
		return false;
	match->text += all - after;
	return true;
}

static bool match_argument(const char *pattern, const char *text, size_t len)
{
	struct match match = { pattern, text, text + len };

	while (match_literal(&match)) {
		if (!*match.pattern)
			return match.text == match.end;
		if (!match_hole(&match))
			return false;
	}
	return false;
}

bool shelltrap_holes_match(const char *pattern, size_t pattern_len, const char *argv, size_t len)
{
	const char *pattern_end = pattern + pattern_len, *end = argv + len;

	while (pattern < pattern_end && argv < end) {
		size_t argument = strnlen(argv, end - argv);

		HOLES_READ(argument);
		if (argv + argument == end || !match_argument(pattern, argv, argument))
			return false;
		pattern += strlen(pattern) + 1;
		argv += argument + 1;
	}
	return pattern == pattern_end && argv == end;
}

/* What the next word of a simple command is. */
enum place {
	PLACE_COMMAND,		/* the command, or what may stand before it */
	PLACE_ARGUMENT,
	PLACE_WRAPPED,		/* an argument of "nice" and the like, or their command */
	PLACE_OPAQUE,		/* an argument of a command that may run any of its arguments */
	PLACE_SHELL,		/* an option of a shell, or its script */
	PLACE_SCRIPT,		/* after a script without '/', or what an option needs */
	PLACE_STRING,		/* the string after -c */
	PLACE_PARAMETER,	/* a parameter of the string after -c */
};

/* A word of a simple command, without its quotes. */
struct shell_word {
	bool any;		/* a word has begun */
	bool hole, number;	/* it has a hole; it begins with {number} */
	bool plain;		/* only digits so far, and no quotes */
	bool path;		/* it begins with '/' */
	bool slash;		/* it has a '/' */
	bool assigns;		/* NAME= */
	char first;		/* 0: a hole */
	bool dashed_c;		/* options, and 'c' among them */
	unsigned int len;	/* of the last component; more than "name" has room for counts */
	char name[12];
};

static void word_add(struct shell_word *word, char c)
{
	if (!word->any) {
		word->any = true;
		word->plain = true;
		word->first = c;
		word->path = c == '/';
	}
	word->plain &= is_digit(c);
	if (c == '=')
		word->assigns = true;
	if (c == 'c' && (word->first == '-' || word->first == '+') && word->name[1] != '-')
		word->dashed_c = true;
	if (c == '/') {
		word->slash = true;
		memset(word->name, 0, sizeof(word->name));
		word->len = 0;
		return;
	}
	if (word->len < sizeof(word->name) - 1)
		word->name[word->len] = c;
	word->len++;
}

static void word_add_hole(struct shell_word *word, const struct hole *hole)
{
	word->number |= !word->any && hole->kind == HOLE_NUMBER;
	word->any = true;
	word->plain = false;
	word->hole = true;
}

static bool is_among(const char *name, const char * const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

static const char * const known_shells[] = {
	"sh", "ash", "bash", "dash", "rbash", "ksh", "ksh93", "mksh", "lksh", "pdksh", "zsh",
	"yash", "posh", "busybox", "toybox", NULL
};

/* Shells with a syntax of their own. */
static const char * const foreign_shells[] = { "csh", "tcsh", "fish", "rc", "es", NULL };

/* After these words a command may follow. */
static const char * const keywords[] = {
	"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "coproc", NULL
};

/* These run one of their arguments; no hole may stand before it. */
static const char * const wrappers[] = {
	"nice", "ionice", "nohup", "timeout", "setsid", "stdbuf", "exec", "command", "time",
	"env", NULL
};

/* These may run any argument, read it as code or as a variable, or change the directory. */
static const char * const opaques[] = {
	"eval", "sudo", "doas", "su", "runuser", "chroot", "xargs", ".", "source", "builtin",
	"export", "readonly", "declare", "typeset", "local", "unset", "read", "set", "shopt",
	"alias", "trap", "hash", "enable", "for", "select", "case", "function", "cd", "pushd",
	"find", "parallel", "unshare", "nsenter", "systemd-run", "flock", "watch", "script", NULL
};

static enum place place_after_command(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	/* A login shell has a '-' before its name. */
	name += name[0] == '-';
	if (is_among(name, known_shells))
		return PLACE_SHELL;
	if (is_among(name, wrappers))
		return PLACE_WRAPPED;
	return is_among(name, opaques) || is_among(name, foreign_shells) ? PLACE_OPAQUE :
									    PLACE_ARGUMENT;
}

static const char not_a_command[] =
	"a hole cannot stand where a shell or a program takes a command, a script or a variable";

static enum place place_after_wrapped(const struct shell_word *word)
{
	enum place place = place_after_command(word->name);

	/* env -S and env -C. */
	if (word->first == '-' && (word->name[1] == 'S' || word->name[1] == 'C' ||
				   word->name[1] == '-'))
		return PLACE_OPAQUE;
	if (word->first == '-' || word->assigns)
		return PLACE_WRAPPED;
	if (place != PLACE_ARGUMENT || word->path)
		return place;
	return PLACE_WRAPPED;
}

static enum place place_after_shell(const struct shell_word *word)
{
	enum place place;

	if (word->dashed_c)
		return PLACE_STRING;
	if (word->first == '-' || word->first == '+')
		return PLACE_SHELL;
	if (word->slash)
		return PLACE_ARGUMENT;
	/* Perhaps what an option needs, or an applet of busybox. */
	place = place_after_command(word->name);
	return place == PLACE_ARGUMENT ? PLACE_SCRIPT : place;
}

/* Such as the 5 of "nice -n 5", and the 10s of "timeout 10s": no name of a program. */
static bool is_amount(const struct shell_word *word)
{
	return word->number && !word->slash && word->len <= 1;
}

/* Finds the place after a word. Returns NULL, or what is wrong with its holes. */
static const char *place_step(enum place *place, const struct shell_word *word)
{
	bool fault = word->hole;

	switch (*place) {
	case PLACE_COMMAND:
		if (!is_among(word->name, keywords) && !word->assigns)
			*place = place_after_command(word->name);
		break;
	case PLACE_WRAPPED:
		fault = word->hole && !is_amount(word);
		*place = place_after_wrapped(word);
		break;
	case PLACE_OPAQUE:
		break;
	case PLACE_SHELL:
		*place = place_after_shell(word);
		break;
	case PLACE_SCRIPT:
		fault = false;
		if (word->dashed_c)
			*place = PLACE_STRING;
		break;
	case PLACE_STRING:
		if (word->first != '-' && word->first != '+')
			*place = PLACE_PARAMETER;
		break;
	default:
		fault = false;
	}
	return fault ? not_a_command : NULL;
}

/* A string for a shell that is being read. */
struct reading {
	const char *at;
	enum place place;
	struct shell_word word;
	char quote;		/* the quote that is open, or 0 */
	char before;		/* the character before this one; 0: a hole, or none */
	bool variable;		/* after '$', and perhaps a part of a name */
	bool redirect;		/* the next word is the file of a redirection */
};

static const char *reading_end_word(struct reading *reading)
{
	const char *fault = NULL;

	if (reading->word.any && reading->word.hole && reading->place == PLACE_PARAMETER)
		fault = not_a_command;
	else if (reading->word.any && !reading->redirect)
		fault = place_step(&reading->place, &reading->word);
	if (reading->word.any)
		reading->redirect = false;
	memset(&reading->word, 0, sizeof(reading->word));
	return fault;
}

static const char *reading_hole(struct reading *reading)
{
	struct hole hole;
	const char *fault = hole_read(reading->at, &hole);
	char next;

	if (fault)
		return fault;
	next = reading->at[hole.len];
	if (reading->variable || (!reading->quote && reading->before == '~'))
		return "a hole after '$' or '~' would name a variable or a user";
	if (!reading->quote && (next == '<' || next == '>' || next == '(' || next == '['))
		return "a hole cannot stand directly before '<', '>', '(' or '['";
	if (next == '=' && !reading->word.any)
		return not_a_command;
	word_add_hole(&reading->word, &hole);
	reading->at += hole.len;
	reading->before = '\0';
	return NULL;
}

static const char *reading_expansion(const struct reading *reading)
{
	char c = *reading->at, next = reading->at[1];

	if (reading->quote == '\'')
		return NULL;
	if (c == '`' || (c == '$' && next && strchr("({['\"", next)))
		return "a string for a shell that has holes must not have `, $(, ${, $[ or $'";
	if (c == '\\' && (shelltrap_holes_begin(reading->at + 1) || !next))
		return "a hole cannot stand after a backslash";
	return NULL;
}

/* Goes on to the character after a backslash. */
static char reading_escaped(struct reading *reading)
{
	char c = *++reading->at;

	if (c == '{' && reading->at[1] == '{')
		reading->at++;
	return c;
}

/* A character between quotes, or a quote. Returns whether it was one. */
static bool reading_quoted(struct reading *reading)
{
	char c = *reading->at;

	if (!reading->quote && c != '\'' && c != '"')
		return false;
	if (!reading->quote || c == reading->quote) {
		reading->quote = reading->quote ? '\0' : c;
		reading->word.any = true;
		reading->word.plain = false;
		return true;
	}
	if (reading->quote == '"' && c == '\\')
		c = reading_escaped(reading);
	word_add(&reading->word, c);
	return true;
}

static const char *reading_redirect(struct reading *reading)
{
	const char *fault = NULL;
	char next = reading->at[1];

	if (next == '(' || (*reading->at == '<' && next == '<'))
		return "a string for a shell that has holes must not have <<, <( or >(";
	/* A number before '>' belongs to it. */
	if (reading->word.plain)
		memset(&reading->word, 0, sizeof(reading->word));
	fault = reading_end_word(reading);
	reading->redirect = true;
	if (next == '>' || next == '&' || next == '|')
		reading->at++;
	return fault;
}

static const char *reading_operator(struct reading *reading)
{
	const char *fault = reading_end_word(reading);

	reading->redirect = false;
	reading->place = PLACE_COMMAND;
	return fault;
}

static void reading_comment(struct reading *reading)
{
	while (reading->at[1] && reading->at[1] != '\n')
		reading->at++;
}

static const char *reading_plain(struct reading *reading)
{
	char c = *reading->at;

	switch (c) {
	case ' ':
	case '\t':
		return reading_end_word(reading);
	case '\n':
	case ';':
	case '|':
	case '&':
	case '(':
	case ')':
		return reading_operator(reading);
	case '<':
	case '>':
		return reading_redirect(reading);
	case '#':
		if (!reading->word.any) {
			reading_comment(reading);
			return NULL;
		}
		break;
	case '\\':
		c = reading_escaped(reading);
		reading->word.plain = false;
		break;
	}
	word_add(&reading->word, c);
	return NULL;
}

static const char *reading_literal(struct reading *reading)
{
	const char *fault = reading_expansion(reading);
	char c = *reading->at;

	if (fault)
		return fault;
	if (reading->quote != '\'')
		reading->variable = c == '$' || (reading->variable && is_variable(c));
	/* Of "{{" the first '{' counts, the second is passed over. */
	if (c == '{' && reading->at[1] == '{')
		reading->at++;
	if (!reading_quoted(reading))
		fault = reading_plain(reading);
	reading->before = c;
	reading->at++;
	return fault;
}

/* What a shell would make of the holes in a string after -c. */
static const char *string_fault(const char *string)
{
	struct reading reading = { .at = string, .place = PLACE_COMMAND };
	const char *fault = NULL;

	while (!fault && *reading.at)
		fault = shelltrap_holes_begin(reading.at) ? reading_hole(&reading) :
							    reading_literal(&reading);
	return fault ? fault : reading_end_word(&reading);
}

static bool has_hole(const char *argument)
{
	size_t len;

	while ((len = literal_len(argument)))
		argument += len;
	return *argument;
}

static void word_of_argument(struct shell_word *word, const char *argument)
{
	struct hole hole;
	size_t len;

	memset(word, 0, sizeof(*word));
	for (; *argument; argument += len) {
		len = literal_len(argument);
		if (len) {
			word_add(word, *argument);
			continue;
		}
		/* The syntax was checked before, so this does not happen. */
		if (hole_read(argument, &hole))
			return;
		word_add_hole(word, &hole);
		len = hole.len;
	}
}

/* The arguments are the words of a simple command, and one may be a string for a shell. */
struct arguments {
	enum place place;
	bool expands;		/* the string for a shell has a '$' */
};

static const char *arguments_step(struct arguments *arguments, const char *argument)
{
	struct shell_word word;

	word_of_argument(&word, argument);
	if (arguments->place == PLACE_PARAMETER && word.hole && arguments->expands)
		return "no hole can stand after a string for a shell that has a '$'";
	if (arguments->place == PLACE_STRING && word.first != '-' && word.first != '+') {
		arguments->place = PLACE_PARAMETER;
		arguments->expands = strchr(argument, '$');
		return has_hole(argument) ? string_fault(argument) : NULL;
	}
	return place_step(&arguments->place, &word);
}

/* @place: after the first argument; PLACE_COMMAND: as the first argument says. */
static const char *arguments_fault(const char *pattern, size_t len, enum place place)
{
	struct arguments arguments = { .place = PLACE_COMMAND };
	const char *argument = pattern, *fault = NULL;

	for (; !fault && argument < pattern + len; argument += strlen(argument) + 1) {
		fault = arguments_step(&arguments, argument);
		if (argument == pattern && place != PLACE_COMMAND)
			arguments.place = place;
	}
	return fault;
}

__u8 shelltrap_holes_program(const char *path)
{
	enum place place = place_after_command(path);

	return place == PLACE_ARGUMENT ? 0 : 1 << place;
}

const char *shelltrap_holes_fault(const char *pattern, size_t len, __u8 programs)
{
	const char *argument, *fault = NULL;
	enum place place;

	for (argument = pattern; !fault && argument < pattern + len;
	     argument += strlen(argument) + 1)
		fault = shelltrap_holes_syntax(argument);
	if (!fault)
		fault = arguments_fault(pattern, len, PLACE_COMMAND);
	for (place = PLACE_ARGUMENT; !fault && place <= PLACE_SHELL; place++)
		if (programs & 1 << place)
			fault = arguments_fault(pattern, len, place);
	return fault;
}
