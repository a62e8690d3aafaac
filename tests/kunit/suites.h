/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites, one in each file. They use only what KUnit offers since 5.10.
 */
#ifndef _SHELLTRAP_SUITES_H
#define _SHELLTRAP_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite shelltrap_policy_suite;
extern struct kunit_suite shelltrap_rules_suite;
extern struct kunit_suite shelltrap_exceptions_suite;
extern struct kunit_suite shelltrap_holes_suite;
extern struct kunit_suite shelltrap_relative_suite;
extern struct kunit_suite shelltrap_enforcement_suite;
extern struct kunit_suite shelltrap_hold_suite;
extern struct kunit_suite shelltrap_hosted_suite;
extern struct kunit_suite shelltrap_servers_suite;
extern struct kunit_suite shelltrap_defaults_suite;
extern struct kunit_suite shelltrap_variables_suite;
extern struct kunit_suite shelltrap_backlog_suite;
extern struct kunit_suite shelltrap_record_suite;
extern struct kunit_suite shelltrap_loss_suite;
extern struct kunit_suite shelltrap_client_suite;

#endif /* _SHELLTRAP_SUITES_H */
