/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holes: the parts of an exception's command line that may vary.
 *
 * A pattern is a series of arguments, each with its NUL. In an argument "{{" stands for the
 * character "{", and these stand for one or more characters:
 *
 *	{number}	digits
 *	{hex}		hexadecimal digits
 *	{word}		letters, digits, '_', '.', '-'; not '-' or '.' at the beginning
 *	{file:DIR}	DIR, and below it one or more words, each after a '/'
 *	{uuid}		a UUID: 8-4-4-4-12 hexadecimal digits
 *
 * A '{' before anything but a lower-case word with '}' or ':' after it stands for itself.
 *
 * No shell reads these characters as anything but themselves. shelltrap_holes_fault() refuses
 * a hole where a shell would read any text as more than text, such as a command's name.
 *
 * Matching never backtracks: where a hole ends is known from the first byte that it cannot
 * contain. So each byte of the pattern and of the command line is read at most four times.
 *
 * Plain C, like policy.h. All functions may be called in any context.
 */
#ifndef _SHELLTRAP_HOLES_H
#define _SHELLTRAP_HOLES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#endif

/**
 * shelltrap_holes_syntax() - Are the holes of one argument written correctly?
 * @argument: the argument, with its NUL
 *
 * Return: NULL, or a constant string that says what is wrong.
 */
const char *shelltrap_holes_syntax(const char *argument);

/**
 * shelltrap_holes_fault() - May a pattern be used?
 * @pattern: arguments, each with its NUL
 * @len: bytes, with the last NUL
 * @programs: what the programs are that can be started, from shelltrap_holes_program(): the
 *	first argument need not say it
 *
 * Return: NULL, or a constant string that says what is wrong.
 */
const char *shelltrap_holes_fault(const char *pattern, size_t len, __u8 programs);

/**
 * shelltrap_holes_program() - Does a program run its arguments, as a shell or env does?
 * @path: the path of the program
 *
 * Return: a bit for shelltrap_holes_fault(), or 0: it does not, as far as is known.
 */
__u8 shelltrap_holes_program(const char *path);

/**
 * shelltrap_holes_match() - Does a command line match a pattern?
 * @pattern: a pattern without a fault
 * @pattern_len: bytes, with the last NUL
 * @argv: arguments; one without a NUL at its end matches nothing
 * @len: bytes
 *
 * Return: true if each argument matches.
 */
bool shelltrap_holes_match(const char *pattern, size_t pattern_len, const char *argv, size_t len);

/**
 * shelltrap_holes_begin() - Does a hole begin here?
 * @text: a place in an argument, not behind a '{' that belongs to "{{"
 *
 * Return: true for '{', a lower-case word, and '}' or ':'.
 */
bool shelltrap_holes_begin(const char *text);

#endif /* _SHELLTRAP_HOLES_H */
