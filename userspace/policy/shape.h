/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of a policy file that the module accepts, but that can never match what their writer
 * meant: patterns where there are none, commas between words. A quoted word is not checked:
 * quotes say that each character stands for itself.
 */
#ifndef POLICY_SHAPE_H
#define POLICY_SHAPE_H

/* Returns NULL, or what is wrong with a word of this key's value and what to write instead. */
const char *shape_fault(const char *key, const char *word);

#endif /* POLICY_SHAPE_H */
