/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running kernel: what the module has found out about it. How much the module sees depends
 * on this, and the kernel's version does not tell.
 */
#ifndef _SHELLTRAP_KERNEL_H
#define _SHELLTRAP_KERNEL_H

#include <linux/types.h>

struct sk_buff;

/**
 * shelltrap_kernel_put() - Put what was found out into a message.
 * @skb: the message
 * @type: type of the nest that receives enum shelltrap_kernel_attr
 *
 * The hooks are there. Process context, does not sleep.
 *
 * Return: 0 or -EMSGSIZE.
 */
int shelltrap_kernel_put(struct sk_buff *skb, int type);

#endif /* _SHELLTRAP_KERNEL_H */
