// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "relative.h"

/* A string for a shell in a string for a shell: deeper ones count as relative. */
#define DEPTH_MAX	3

/* Interpreters, shells among them, by the beginning of their names. */
static const struct interpreter {
	const char *name;
	const char *code;	/* options whose value is code */
	const char *values;	/* options whose value is the next word */
	const char *files;	/* options whose value is a file, a directory or a module */
	bool shell;
	bool finds;		/* its code finds modules in the working directory */
} interpreters[] = {
	{ "sh", "c", "oO", "", true, false }, { "bash", "c", "oO", "", true, false },
	{ "dash", "c", "o", "", true, false }, { "ash", "c", "o", "", true, false },
	{ "rbash", "c", "oO", "", true, false }, { "ksh", "c", "o", "", true, false },
	{ "mksh", "c", "o", "", true, false }, { "zsh", "c", "o", "", true, false },
	{ "csh", "c", "", "", true, false }, { "tcsh", "c", "", "", true, false },
	{ "fish", "c", "", "", true, false }, { "yash", "c", "o", "", true, false },
	{ "python", "", "WX", "mc", false, true }, { "php", "rBRE", "d", "cfz", false, false },
	{ "perl", "eE", "", "I", false, false }, { "ruby", "e", "r", "IC", false, false },
	{ "node", "ep", "", "r", false, false }, { "lua", "e", "", "l", false, false },
	{ "tclsh", "", "", "", false, false }, { "Rscript", "e", "", "", false, false },
	/* Commands of shells that read a script. */
	{ ".", "", "", "", false, false }, { "source", "", "", "", false, false },
	{ NULL, NULL, NULL, NULL, false, false }
};

/* A word, without the quotes around it. */
struct word {
	const char *at;
	size_t len;
};

/* A simple command that is read word by word. */
struct command {
	const struct interpreter *interpreter;	/* NULL: none yet */
	unsigned int words;
	unsigned int depth;
	bool has_script;	/* the interpreter's script or code has been named */
	bool code;		/* the next word is code */
	bool file;		/* the next word is the file of an option */
	bool value;		/* the next word is the value of an option */
	bool is_cd;		/* "cd" with one absolute directory, so far */
};

static bool find_in_string(const char *string, size_t len, unsigned int depth, struct word *found);

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Does the character end a simple command? */
static bool is_end(char c)
{
	return c == '\n' || c == ';' || c == '|' || c == '&' || c == '(' || c == ')';
}

/* Does the character end a word? */
static bool is_separator(char c)
{
	/* Nearly all other bytes are above these. */
	return (c <= '>' || c == '|') && (is_blank(c) || is_end(c) || c == '<' || c == '>');
}

static bool is_name_byte(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/* php, php8.2 and php-cgi are php; a shell's name is whole. */
static bool is_called(const char *name, size_t len, const struct interpreter *interpreter)
{
	size_t wanted = strlen(interpreter->name);

	if (len < wanted || memcmp(name, interpreter->name, wanted))
		return false;
	return len == wanted || (!interpreter->shell && interpreter->name[0] != '.' &&
				 !is_letter(name[wanted]));
}

/* The first bytes of the names above, by their lowest five bits. */
#define FIRST(c)	(1u << ((c) & 31))
#define FIRST_BYTES \
	(FIRST('a') | FIRST('b') | FIRST('c') | FIRST('d') | FIRST('f') | FIRST('k') | \
	 FIRST('l') | FIRST('m') | FIRST('n') | FIRST('p') | FIRST('r') | FIRST('R') | \
	 FIRST('s') | FIRST('t') | FIRST('y') | FIRST('z') | FIRST('.'))

static const struct interpreter *find_interpreter(const struct word *word)
{
	size_t start = word->len, i;

	while (start && word->at[start - 1] != '/')
		start--;
	/* The leading '-' of a login shell. */
	if (!start && word->len && word->at[0] == '-')
		start++;
	if (start == word->len || !(FIRST_BYTES & FIRST(word->at[start])))
		return NULL;
	for (i = 0; interpreters[i].name; i++)
		if (word->at[start] == interpreters[i].name[0] &&
		    is_called(word->at + start, word->len - start, &interpreters[i]))
			return &interpreters[i];
	return NULL;
}

/* "./x", "../x", "a/b"; not "a=/b", "http://x", nor what has a space before its '/'. */
static bool is_relative_path(const struct word *word)
{
	size_t i = 0;

	if (!word->len || word->at[0] == '-')
		return false;
	while (i < word->len && is_name_byte(word->at[i]))
		i++;
	return i && i < word->len && word->at[i] == '/';
}

/* Is a file that is named here looked up in the working directory, also by its name alone? */
static bool is_relative_file(const struct command *command, const struct word *word)
{
	if (command->interpreter->finds)
		return true;
	return word->len && word->at[0] != '/' && word->at[0] != '$' && word->at[0] != '{';
}

/*
 * Options of the interpreter, several in one word or one with its value. Returns whether the
 * value is relative.
 */
static bool take_option(struct command *command, const struct word *word)
{
	const struct interpreter *interpreter = command->interpreter;
	struct word rest;
	size_t i;

	for (i = 1; i < word->len && word->at[1] != '-'; i++) {
		rest = (struct word){ word->at + i + 1, word->len - i - 1 };
		if (strchr(interpreter->code, word->at[i])) {
			command->code = interpreter->shell || !rest.len;
			command->has_script = !command->code;
			return false;
		}
		command->file = strchr(interpreter->files, word->at[i]);
		if (command->file && rest.len)
			return is_relative_file(command, &rest);
		command->value = strchr(interpreter->values, word->at[i]) && !rest.len;
		if (command->file || strchr(interpreter->values, word->at[i]))
			return false;
	}
	return false;
}

/* The script of the interpreter or its code. Returns whether it is relative. */
static bool take_script(struct command *command, const struct word *word, struct word *found)
{
	command->has_script = true;
	*found = *word;
	if (command->code)
		return command->interpreter->shell &&
		       find_in_string(word->at, word->len, command->depth + 1, found);
	return word->len && word->at[0] != '/' && word->at[0] != '$' && word->at[0] != '{';
}

/* A word that follows an option. */
static bool take_value(struct command *command, const struct word *word)
{
	bool relative = command->file ? is_relative_file(command, word) : is_relative_path(word);

	command->file = false;
	command->value = false;
	return relative;
}

/* Returns whether the word is relative; then it is in @found. */
static bool take_word(struct command *command, const struct word *word, struct word *found)
{
	bool wants = command->interpreter && !command->has_script;
	const struct interpreter *interpreter;

	command->is_cd = command->words ? command->is_cd && command->words == 1 && word->len &&
					  word->at[0] == '/' :
					  word->len == 2 && !memcmp(word->at, "cd", 2);
	if (!command->words++ && !command->depth) {
		/* What argv[0] says is not looked up. */
		command->interpreter = find_interpreter(word);
		return false;
	}
	*found = *word;
	if (wants && (command->value || command->file))
		return take_value(command, word);
	if (wants && !command->code && word->len && (word->at[0] == '-' || word->at[0] == '+'))
		return take_option(command, word);
	if (wants)
		return take_script(command, word, found);
	/* After "env", "timeout 5" and the like comes another command. */
	interpreter = command->has_script ? NULL : find_interpreter(word);
	if (interpreter)
		command->interpreter = interpreter;
	return is_relative_path(word);
}

/*
 * Takes a word off a string for a shell: without its quotes if they are around all of it.
 * Returns where it ends.
 */
static const char *take_off(const char *at, const char *end, struct word *word)
{
	const char *start = at;
	char quote = '\0';

	for (; at < end && (quote || !is_separator(*at)); at++) {
		if (quote ? *at == quote : *at == '\'' || *at == '"')
			quote = quote ? '\0' : *at;
		else if (*at == '\\' && quote != '\'' && at + 1 < end)
			at++;
	}
	*word = (struct word){ start, at - start };
	if (word->len >= 2 && (*start == '\'' || *start == '"') && start[word->len - 1] == *start) {
		word->at++;
		word->len -= 2;
	}
	return at;
}

static bool is_assignment(const struct word *word)
{
	size_t i = 0;

	while (i < word->len && is_name_byte(word->at[i]))
		i++;
	return i && i < word->len && word->at[i] == '=';
}

/* Does "&&" end a "cd" to an absolute directory, outside of any subshell? */
static bool changes_directory(const struct command *command, const char *at, const char *end,
			      bool nested)
{
	return !nested && command->is_cd && command->words == 2 && end - at > 1 && at[0] == '&' &&
	       at[1] == '&';
}

static bool find_in_string(const char *string, size_t len, unsigned int depth, struct word *found)
{
	const char *at = string, *end = string + len;
	struct command command = { .depth = depth };
	bool nested = false, target = false;	/* target: of a redirection */
	struct word word;

	*found = (struct word){ string, len };
	if (depth > DEPTH_MAX)
		return true;
	while (at < end) {
		if (is_end(*at)) {
			nested |= *at == '(' || *at == '|';
			if (changes_directory(&command, at, end, nested))
				return false;
			command = (struct command){ .depth = depth };
		}
		target |= *at == '<' || *at == '>';
		if (is_separator(*at)) {
			at++;
			continue;
		}
		at = take_off(at, end, &word);
		if (target || (!command.words && is_assignment(&word))) {
			*found = word;
			if (target && is_relative_path(&word))
				return true;
		} else if (take_word(&command, &word, found)) {
			return true;
		}
		target = false;
	}
	return false;
}

const char *shelltrap_relative(const char *argv, size_t len, size_t *word_len)
{
	struct command command = { .depth = 0 };
	struct word word, found;
	size_t at;

	for (at = 0; at < len; at += word.len + 1) {
		word = (struct word){ argv + at, strlen(argv + at) };
		if (!take_word(&command, &word, &found))
			continue;
		*word_len = found.len;
		return found.at;
	}
	return NULL;
}
