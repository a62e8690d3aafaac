// SPDX-License-Identifier: GPL-2.0
/*
 * Compiles on every kernel that the module supports: if it does not, headers or compiler are
 * at fault, and the failure of another probe would say nothing. Has all headers that the other
 * probes include.
 */
#include <linux/fs.h>
#include <linux/posix_acl.h>
