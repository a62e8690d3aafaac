/* SPDX-License-Identifier: GPL-2.0 */
/* What every test needs from cmocka, and the view of a host that never changes. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/format.h"

static inline const char *test_user_name(uint32_t uid)
{
	return uid == 33 ? "www-data" : uid == 1000 ? "alice" : uid == 0 ? "root" : NULL;
}

static inline const char *test_group_name(uint32_t gid)
{
	return gid == 33 ? "web" : gid == 4 ? "adm" : gid == 0 ? "wheel" : NULL;
}

#define TEST_HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static inline const char *test_file_hash(const struct record *record)
{
	return record->alert.process.loginuid.known ? TEST_HASH : NULL;
}

static const struct host test_host = {
	.name = "web01",
	.boot_id = "0f4c3d1e-1111-2222-3333-444455556666",
};

static const struct view test_view __attribute__((unused)) = {
	.host = &test_host,
	.user_name = test_user_name,
	.group_name = test_group_name,
	.file_hash = test_file_hash,
	.charset = TEXT_UTF8,
};

#endif /* UNIT_H */
