// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

#include "suites.h"

/* Once in a module: on 5.10 this defines its init and exit. */
kunit_test_suites(&shelltrap_policy_suite, &shelltrap_rules_suite, &shelltrap_exceptions_suite,
		  &shelltrap_enforcement_suite, &shelltrap_hosted_suite, &shelltrap_servers_suite,
		  &shelltrap_holes_suite, &shelltrap_defaults_suite, &shelltrap_variables_suite,
		  &shelltrap_backlog_suite, &shelltrap_record_suite, &shelltrap_loss_suite,
		  &shelltrap_relative_suite, &shelltrap_hold_suite, &shelltrap_client_suite);

MODULE_DESCRIPTION("KUnit tests of Shelltrap");
MODULE_LICENSE("GPL");
