// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/filter_options.h"

#include <string.h>
#include <time.h>

#include "lib/when.h"

int filter_option(const struct usage *usage, const struct command_option *option, void *member)
{
	struct buffer fault = {0};
	enum filter_key key = 0;
	int ret = 0;

	while (strcmp(filter_key_name(key), option->name))
		key++;
	if (filter_add(member, key, optarg, &fault))
		ret = wrong_usage(usage, "--%s: %s", option->name, fault.data);
	buffer_free(&fault);
	return ret;
}

int when_option(const struct usage *usage, const struct command_option *option, void *member)
{
	tzset();
	if (!when_parse(optarg, member))
		return 0;
	return wrong_usage(usage, "--%s: '%s' is no time; write " WHEN_FORMS, option->name, optarg);
}

const struct command_option filter_options[] = {
	{ "rule", "RULE", "only alerts of this rule",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "severity", "LEVEL", "only alerts as severe as this or more: low, medium, high, "
	  "critical",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "server", "NAME", "only alerts of this server, as php-fpm8.2, or of its program",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "user", "USER", "only alerts of processes of this user, a name or a number",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "unit", "UNIT", "only alerts of this unit of systemd",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "container", "ID", "only alerts of containers whose id begins with ID",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "client", "ADDRESS", "only alerts whose request came, or may have come, from "
	  "this address or network",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "verdict", "VERDICT", "only alerts with this verdict, as denied",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "command", "GLOB", "only alerts whose command line, or program, matches, as "
	  "'*curl*'",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{ "host", "HOST", "only records of this host. A filter that is given several times "
	  "wants any of its values; different filters must all match",
	  OPTION_SETS_MEMBER, .set = filter_option },
	{}
};
