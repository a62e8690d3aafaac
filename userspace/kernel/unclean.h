/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the reasons for which an exec is not clean, see enum shelltrap_unclean. */
#ifndef KERNEL_UNCLEAN_H
#define KERNEL_UNCLEAN_H

#include <stddef.h>
#include <stdint.h>

/**
 * unclean_next() - The name of a reason in this set, and the next time of the next one.
 * @next: 0 at first
 *
 * Return: the name; NULL: there is no other.
 */
const char *unclean_next(uint32_t unclean, size_t *next);

/** unclean_bit() - The bit of this name; 0 for an unknown name. */
uint32_t unclean_bit(const char *name);

#endif /* KERNEL_UNCLEAN_H */
