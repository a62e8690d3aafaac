// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/risk.h"

#include <ctype.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/text.h"
#include "lib/util.h"
#include "module/holes.h"

struct risk {
	risk_put *put;
	void *context;
	const char *options;	/* of the interpreter that is the command: those that take code */
	bool shell;		/* the command is a shell */
	unsigned int words;	/* of the simple command so far */
	bool script;		/* the script or the code of an interpreter has been named */
	bool code;		/* the next word is code */
	bool input;		/* an option says that the script is the standard input */
	bool tells;		/* an option asks for the interpreter's version or the like */
};

/* Interpreters, and their options that take code. */
static const struct {
	const char *name, *options;
} interpreters[] = {
	{ "php", "rBRE" }, { "perl", "eE" }, { "python", "c" }, { "ruby", "e" },
	{ "node", "ep" }, { "lua", "e" }, { "tclsh", "" }, { "Rscript", "e" },
};

static const char *risk_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool risk_is_shell(const char *path)
{
	static const char *const shells[] = {
		"sh", "ash", "bash", "dash", "rbash", "ksh", "ksh93", "mksh", "csh", "tcsh", "zsh",
		"fish", "yash", "posh", "rc",
	};
	const char *name = risk_base(path);
	size_t i;

	name += *name == '-';
	for (i = 0; i < ARRAY_SIZE(shells); i++)
		if (!strcmp(shells[i], name))
			return true;
	return false;
}

/* php, php8.2 and php-cgi are php. */
static const char *risk_interpreter(const char *path)
{
	const char *name = risk_base(path);
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(interpreters); i++) {
		len = strlen(interpreters[i].name);
		if (!strncmp(name, interpreters[i].name, len) &&
		    !isalpha((unsigned char)name[len]))
			return interpreters[i].options;
	}
	return NULL;
}

static bool risk_has_hole(const char *word)
{
	for (; *word; word++)
		if (shelltrap_holes_begin(word))
			return true;
	return false;
}

static void risk_report(const struct risk *risk, const char *before, const char *word,
			const char *after)
{
	struct buffer what = {0};

	buffer_puts(&what, before);
	text_put(&what, word, TEXT_ASCII);
	buffer_puts(&what, after);
	risk->put(risk->context, what.data);
	buffer_free(&what);
}

static void risk_command(struct risk *risk, const char *word)
{
	risk->shell |= risk_is_shell(word);
	risk->options = risk_interpreter(word);
	if (word[0] == '$')
		risk_report(risk, "'", word, "' runs whatever the variable says");
	if (!strcmp(word, "eval"))
		risk_report(risk, "'", word,
			    "' lets the shell run anything that its arguments say");
}

/* Files that are whatever the caller has opened. */
static bool risk_is_input(const char *word)
{
	return !strcmp(word, "/dev/stdin") || !strncmp(word, "/dev/fd/", strlen("/dev/fd/")) ||
	       !strncmp(word, "/proc/self/fd/", strlen("/proc/self/fd/"));
}

/* A word that says what an interpreter runs. */
static void risk_script(struct risk *risk, const char *word)
{
	risk->script = true;
	risk->input |= !risk->code && risk_is_input(word);
	if (risk_has_hole(word))
		risk_report(risk, "'", word, "' has a hole where the interpreter takes its script "
			    "or code: whatever fits is run");
	risk->code = false;
}

static void risk_option(struct risk *risk, const char *word)
{
	const char *last = word + strlen(word) - 1;

	risk->tells |= word[1] == '-' || (word != last && strchr("vVh", *last));
	if (word[1] == '-' || word == last)
		return;
	risk->code = strchr(risk->shell ? "c" : risk->options, *last);
	risk->input |= risk->shell && !risk->code && strchr(word, 's');
}

static void risk_argument(struct risk *risk, const char *word)
{
	bool interprets = risk->shell || risk->options;

	if (interprets && !risk->script && risk->code)
		risk_script(risk, word);
	else if (interprets && !risk->script && (*word == '-' || *word == '+'))
		risk_option(risk, word);
	else if (interprets && !risk->script && *word)
		risk_script(risk, word);
}

static void risk_word(struct risk *risk, const char *word)
{
	if (risk->words++)
		risk_argument(risk, word);
	else
		risk_command(risk, word);
}

static void risk_end(struct risk *risk)
{
	if (risk->words && risk->shell && (!risk->script || risk->input))
		risk->put(risk->context, "the shell gets no script: it runs anything that its "
			  "standard input says");
	else if (risk->words && risk->options &&
		 ((!risk->script && !risk->tells) || risk->input))
		risk->put(risk->context, "the interpreter gets no script: it runs anything that "
			  "its standard input says");
	*risk = (struct risk){ .put = risk->put, .context = risk->context };
}

/* Takes a word without its quotes off a string for a shell. Returns where it ends. */
static const char *risk_take_word(const char *at, struct buffer *word)
{
	char quote = '\0';

	buffer_puts(word, "");
	for (; *at && (quote || !strchr(" \t\n;|&()<>", *at)); at++) {
		if (quote ? *at == quote : (*at == '\'' || *at == '"'))
			quote = quote ? '\0' : *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			buffer_putc(word, *++at);
		else
			buffer_putc(word, *at);
	}
	return at;
}

static bool risk_is_assignment(const char *word)
{
	const char *equals = strchr(word, '=');

	return equals && equals != word && !strchr(word, '/');
}

/* A string for a shell: commands, and between them what ends a command. */
static void risk_string(const struct risk *outer, const char *string)
{
	struct risk risk = { .put = outer->put, .context = outer->context };
	struct buffer word = {0};
	bool target = false;	/* of a redirection */

	while (*string) {
		if (strchr("\n;|&()", *string))
			risk_end(&risk);
		target |= *string == '<' || *string == '>';
		if (strchr(" \t\n;|&()<>", *string)) {
			string++;
			continue;
		}
		buffer_reset(&word);
		string = risk_take_word(string, &word);
		if (!target && (risk.words || !risk_is_assignment(word.data)))
			risk_word(&risk, word.data);
		target = false;
	}
	risk_end(&risk);
	buffer_free(&word);
}

void risk_find(const char *argv, size_t len, bool shell, risk_put *put, void *context)
{
	struct risk risk = { .put = put, .context = context, .shell = shell };
	size_t at;

	for (at = 0; at < len; at += strlen(argv + at) + 1) {
		if (risk.words && risk.shell && risk.code && argv[at] != '-') {
			risk.script = true;
			risk.code = false;
			risk_string(&risk, argv + at);
		} else {
			risk_word(&risk, argv + at);
		}
	}
	risk_end(&risk);
}
