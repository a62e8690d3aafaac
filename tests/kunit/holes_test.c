// SPDX-License-Identifier: GPL-2.0
/*
 * Holes: what each stands for, what it never stands for, where none may stand, and that a
 * comparison takes no longer than a few looks at each byte.
 */
#include "policy_test.h"

static u32 holes_bytes_read;

#define HOLES_READ(bytes) (holes_bytes_read += (bytes))

#include "../../module/holes.c"

struct holes_case {
	const char *pattern, *text;
};

static bool holes_fit(struct kunit *test, const char *pattern, const char *text)
{
	const size_t pattern_len = strlen(pattern) + 1, len = strlen(text) + 1;

	return shelltrap_holes_match(copy_bytes(test, pattern, pattern_len), pattern_len,
				     copy_bytes(test, text, len), len);
}

static void expect_fit(struct kunit *test, const struct holes_case *cases, size_t count, bool fits)
{
	size_t i;

	for (i = 0; i < count; i++) {
		expect_taken(test, shelltrap_holes_syntax(cases[i].pattern));
		KUNIT_EXPECT_TRUE_MSG(test,
				      holes_fit(test, cases[i].pattern, cases[i].text) == fits,
				      "%s: %s", cases[i].pattern, cases[i].text);
	}
}

static void a_hole_stands_for_what_it_says(struct kunit *test)
{
	static const struct holes_case cases[] = {
		{ "{number}", "0" },
		{ "{number}", "18446744073709551616" },
		{ "-resize {number}x{number}", "-resize 640x480" },
		{ "{hex}", "00fFaA9" },
		{ "{word}", "a" },
		{ "{word}", "_x-1.jpg" },
		{ "{word}", "a..b" },
		{ "{word}.jpg", "picture.jpg.jpg" },
		{ "{hex}abc", "abcabc" },
		{ "{file:/srv/up}", "/srv/up/a" },
		{ "{file:/srv/up}", "/srv/up/2026/11/a-b_c.jpg" },
		{ "in={file:/srv/up}.png", "in=/srv/up/x.png.png" },
		{ "{file:/a/.hidden} {file:/b}", "/a/.hidden/x /b/y" },
		{ "{uuid}", "01234567-89ab-cdef-ABCD-EF0123456789" },
		{ "{uuid}-0", "01234567-89ab-cdef-ABCD-EF0123456789-0" },
		{ "{{{number}}", "{7}" },
		{ "{{number}", "{number}" },
		{ "${HOME} {} { print }", "${HOME} {} { print }" },
	};

	expect_fit(test, cases, ARRAY_SIZE(cases), true);
}

static void a_hole_stands_for_nothing_else(struct kunit *test)
{
	static const struct holes_case cases[] = {
		{ "{number}", "" }, { "{number}", "-1" }, { "{number}", "1a" },
		{ "{number}", "1;id" }, { "{number}", "1\n" }, { "x{number}", "x" },
		{ "{number}x{number}", "1x" }, { "{number}x{number}", "x1" },
		{ "{hex}", "g" }, { "{hex}", "0x1" },
		{ "{word}", "" }, { "{word}", "-rf" }, { "{word}", ".htaccess" },
		{ "{word}", "a/b" }, { "{word}", "a b" }, { "{word}", "a$b" },
		{ "{word}", "a;b" }, { "{word}", "a=b" }, { "{word}", "\xc3\xa4" },
		{ "{word}.jpg", ".jpg" }, { "{word}.jpg", "x.png" }, { "{word}.jpg", "x.jpgx" },
		{ "{file:/srv/up}", "/srv/up" }, { "{file:/srv/up}", "/srv/up/" },
		{ "{file:/srv/up}", "/srv/up/../x" }, { "{file:/srv/up}", "/srv/up/a/../../x" },
		{ "{file:/srv/up}", "/srv/up/./x" }, { "{file:/srv/up}", "/srv/up//x" },
		{ "{file:/srv/up}", "/srv/up/x/" }, { "{file:/srv/up}", "/srv/upx/y" },
		{ "{file:/srv/up}", "/srv/up/-x" }, { "{file:/srv/up}", "/srv/up/a/.x" },
		{ "{file:/srv/up}", "srv/up/x" }, { "{file:/srv/up}", "/srv/up/x y" },
		{ "{uuid}", "01234567-89ab-cdef-ABCD-EF012345678" },
		{ "{uuid}", "0123456789ab-cdef-ABCD-EF01234567890" },
		{ "{uuid}", "01234567-89ab-cdef-ABCD-EF01234567890" },
		{ "{{number}", "{1}" }, { "{{number}", "7" },
	};

	expect_fit(test, cases, ARRAY_SIZE(cases), false);
}

#define MATCH(pattern, argv) \
	shelltrap_holes_match(pattern, sizeof(pattern), argv, sizeof(argv))

static void each_argument_counts(struct kunit *test)
{
	static const char pattern[] = "convert\0{file:/srv}\0-resize\0{number}";

	KUNIT_EXPECT_TRUE(test, MATCH(pattern, "convert\0/srv/a\0-resize\0007"));
	KUNIT_EXPECT_FALSE(test, MATCH(pattern, "convert\0/srv/a\0-resize"));
	KUNIT_EXPECT_FALSE(test, MATCH(pattern, "convert\0/srv/a\0-resize\0007\0x"));
	KUNIT_EXPECT_FALSE(test, MATCH(pattern, "convert\0/srv/a\0-resize\0007\0"));
	KUNIT_EXPECT_FALSE(test, MATCH(pattern, ""));
	/* The last argument has no NUL. */
	KUNIT_EXPECT_FALSE(test, shelltrap_holes_match("{word}", sizeof("{word}"),
						       copy_bytes(test, "ab", 2), 2));
	KUNIT_EXPECT_FALSE(test, shelltrap_holes_match("{word}", sizeof("{word}"), "", 0));
}

static void a_wrong_hole_is_refused(struct kunit *test)
{
	static const struct holes_case wrong[] = {
		{ "{digits}", "no such hole" }, { "x{words:3}", "no such hole" },
		{ "{number:3}", "':'" }, { "{file}", "needs a directory" },
		{ "{file:/srv", "'}'" }, { "{file:}", "absolute" }, { "{file:/}", "absolute" },
		{ "{file:srv}", "absolute" }, { "{file:/srv/}", "absolute" },
		{ "{file:/srv/..}", "absolute" }, { "{file:/./a}", "absolute" },
		{ "{file:/a//b}", "absolute" }, { "{file:/a b}", "absolute" },
		{ "{file:/a;b}", "absolute" },
		{ "{number}{number}", "between" }, { "{word}-{number}", "between" },
		{ "{number}-{word}", "between" }, { "{file:/a}/{word}", "between" },
		{ "{hex}a{hex}", "between" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		expect_fault(test, shelltrap_holes_syntax(copy_string(test, wrong[i].pattern)),
			     wrong[i].text);
}

/* As arguments with '^' for the NUL between them. */
static const char *fault_of(struct kunit *test, const char *arguments, u8 programs)
{
	char *pattern = copy_string(test, arguments), *at;

	for (at = pattern; *at; at++)
		if (*at == '^')
			*at = '\0';
	return shelltrap_holes_fault(pattern, strlen(arguments) + 1, programs);
}

static void holes_may_be_arguments(struct kunit *test)
{
	static const char * const fine[] = {
		"convert^{file:/srv/up}^-resize^{number}x{number}",
		"git^--git-dir={file:/srv/git}^log^{hex}",
		"/bin/sh^/usr/lib/cgit/filter.sh^{word}",
		"sh^-e^/usr/lib/cgit/filter.sh^{word}",
		"sh^-c^/usr/bin/convert {file:/srv/up} -resize {number}x{number} {file:/srv/th}",
		"sh^-c^/usr/bin/convert '{file:/srv/up}' \"{word}.png\" 2>/dev/null",
		"sh^-c^--^exec /usr/bin/convert {word}",
		"sh^-c^/bin/true; LC_ALL=C /usr/bin/convert {word} && echo {number}",
		"sh^-c^/bin/bash '/srv/mw/limit.sh' 'convert /tmp/transform_{hex}.jpg' 'CPU=50'",
		"sh^-c^timeout {number}s /usr/bin/convert {word} >{file:/srv/th} # {word}",
		"sh^-c^if test -e {file:/srv/up}; then echo {word}; fi",
		"sh^-c^echo {{word} {number}", "sh^-c^echo a|cat {word}", "bash^-lc^echo {word}",
		"timeout^{number}^/usr/bin/convert^{word}", "sh^-c^awk '{ print $1 }' {file:/a}",
		"sh^-c^echo \\{{ {word}", "busybox^sh^-c^echo {word}", "sh^-c^echo $HOME/{word}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fine); i++)
		KUNIT_EXPECT_TRUE_MSG(test, !fault_of(test, fine[i], 0), "%s: %s", fine[i],
				      fault_of(test, fine[i], 0));
}

static void no_hole_is_a_command(struct kunit *test)
{
	static const char * const wrong[] = {
		"{word}^a", "sh^{word}", "sh^{file:/srv/up}", "bash^-x^{file:/srv/up}^a",
		"sh^-{word}^a", "sh^-o^{word}^-c^id", "busybox^{word}", "env^{word}^a",
		"env^-S^{word}", "sudo^-u^www-data^{word}", "timeout^5^{word}", "nice^{number}/x",
		"xargs^{word}", "find^/srv^-exec^{word}", "fish^-c^echo {word}",
		"sh^-c^{word}", "sh^-c^'{word}' x", "sh^-c^/opt/{word}/run", "sh^-ec^php{number} x",
		"sh^-c^-e^{word}", "-sh^-c^{word}", "/usr/bin/dash^-c^{word}",
		"sh^-c^id; {word}", "sh^-c^id;{word}", "sh^-c^id && {word}", "sh^-c^id || {word}",
		"sh^-c^id & {word}", "sh^-c^id\n{word}", "sh^-c^({word})", "sh^-c^a) {word}",
		"sh^-c^{ {word}; }", "sh^-c^! {word}", "sh^-c^if {word}; then :; fi",
		"sh^-c^while :; do {word}; done", "sh^-c^A=b {word}", "sh^-c^{word}=b id",
		"sh^-c^2>/dev/null {word}", "sh^-c^>/dev/null {word}", "sh^-c^id 2>&1 | {word}",
		"sh^-c^A={word} id", "sh^-c^exec {word}", "sh^-c^nice -n 5 {word}",
		"sh^-c^eval {word}", "sh^-c^. {file:/srv/up}", "sh^-c^cd {file:/srv/up}; php x",
		"sh^-c^export {word}", "sh^-c^sh {word}", "sh^-c^sh -c {word}",
		"sh^-c^sh -c 'echo {word}'", "sh^-c^bash -c 'x' {word}", "sh^-c^env -C /x {word}",
		"sh^-c^echo $({word})", "sh^-c^echo `{word}`", "sh^-c^echo ${x:-{word}}",
		"sh^-c^echo ${word}", "sh^-c^echo $x{word}", "sh^-c^echo \"$x{word}\"",
		"sh^-c^echo ~{word}", "sh^-c^echo \\{word}", "sh^-c^echo {number}>x",
		"sh^-c^echo {number}<x", "sh^-c^cat <<E {word}", "sh^-c^cat <({word})",
		"sh^-c^echo $'\\'{word}", "sh^-c^$0 \"$@\"^{word}^{word}", "sh^-c^$1^x^{word}",
		"sh^-c^'echo' 'a' \"b\"; \"{word}\"", "sh^-c^echo 'a'\\''b; {word}'; {word}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_TRUE_MSG(test, !!fault_of(test, wrong[i], 0), "%s", wrong[i]);
}

static void the_first_argument_hides_no_program(struct kunit *test)
{
	static const char * const runs[] = { "/bin/sh", "/usr/bin/env", "/usr/bin/sudo" };
	size_t i;

	KUNIT_EXPECT_TRUE(test, !fault_of(test, "x^{word}", 0));
	KUNIT_EXPECT_TRUE(test, !fault_of(test, "x^{word}",
					  shelltrap_holes_program("/usr/bin/php")));
	for (i = 0; i < ARRAY_SIZE(runs); i++)
		KUNIT_EXPECT_TRUE(test, !!fault_of(test, "x^{word}",
						   shelltrap_holes_program(runs[i])));
	KUNIT_EXPECT_TRUE(test, !!fault_of(test, "x^-c^{word}",
					   shelltrap_holes_program("/bin/sh")));
}

/* The worst: all that a hole can take is taken, and then the rest does not fit. */
static void a_comparison_reads_each_byte_a_few_times(struct kunit *test)
{
	static const char * const patterns[] = {
		"{word}.a", "{number}x{number}x{number}x{number}y", "{file:/a}", "{hex}aaaaaaaa",
		"{file:/a} {file:/a} {file:/a} {file:/a}", "{word}/{word}/{word}/{word}/{word}",
	};
	static const char bytes[] = "a0/x.- ";
	const size_t len = SHELLTRAP_ARGV_MAX;
	char *text = repeated(test, 'a', len - 1, "");
	size_t i, k, part, pattern_len;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		pattern_len = strlen(patterns[i]) + 1;
		for (k = 0; k < 7 * 7; k++) {
			for (part = 0; part < len - 1; part++)
				text[part] = bytes[part % 16 ? k / 7 : k % 7];
			memcpy(text, "/a/", k % 2 ? 3 : 0);
			holes_bytes_read = 0;
			shelltrap_holes_match(patterns[i], pattern_len, text, len);
			KUNIT_EXPECT_TRUE(test, holes_bytes_read <= 4 * (len + pattern_len));
		}
	}
}

static struct kunit_case holes_cases[] = {
	KUNIT_CASE(a_hole_stands_for_what_it_says),
	KUNIT_CASE(a_hole_stands_for_nothing_else),
	KUNIT_CASE(each_argument_counts),
	KUNIT_CASE(a_wrong_hole_is_refused),
	KUNIT_CASE(holes_may_be_arguments),
	KUNIT_CASE(no_hole_is_a_command),
	KUNIT_CASE(the_first_argument_hides_no_program),
	KUNIT_CASE(a_comparison_reads_each_byte_a_few_times),
	{}
};

struct kunit_suite shelltrap_holes_suite = {
	.name = "shelltrap_holes",
	.test_cases = holes_cases,
};
