/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relative paths: does a command line name something that is looked up in the working
 * directory? Then an exception must say which directory that is. Plain C, like policy.h.
 */
#ifndef _SHELLTRAP_RELATIVE_H
#define _SHELLTRAP_RELATIVE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#endif

/**
 * shelltrap_relative() - Find what a command line names relative to the working directory.
 * @argv: the arguments, each with its NUL
 * @len: bytes
 * @word_len: receives the length of the word
 *
 * Any context. Each byte is read a few times; strings for shells in one another three deep.
 * Looked for are relative paths, scripts of an interpreter by their name alone, modules and
 * code of python, which looks there for modules, and the same in a string for a shell. What
 * follows "cd /DIRECTORY &&" in such a string is not relative.
 *
 * Return: the word, somewhere in @argv; NULL if there is none.
 */
const char *shelltrap_relative(const char *argv, size_t len, size_t *word_len);

#endif /* _SHELLTRAP_RELATIVE_H */
