// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/configured.h"

#include <unistd.h>

#include "policy/channel.h"
#include "policy/difference.h"
#include "policy/file.h"

static int configured_compare_with(struct configured *configured, struct channel *channel,
				   const struct shelltrap_policy *policy)
{
	struct shelltrap_policy *in_force;
	int ret = policy_fetch(channel, &in_force);

	if (ret)
		return ret;
	difference_put(&configured->difference, in_force, policy);
	policy_free(in_force);
	configured->known = true;
	return 0;
}

int configured_compare(struct configured *configured, struct channel *channel)
{
	const struct policy_files files = { .defer_names = true };
	struct policy_report report = {0};
	struct shelltrap_policy *policy;
	int ret = 0;

	if (access(POLICY_FILE, R_OK))
		return 0;
	policy = policy_read(&files, &report);
	configured->faulty = !policy;
	configured->known = configured->faulty;
	configured->waiting = report.waiting;
	report.waiting = (struct buffer){0};
	if (policy)
		ret = configured_compare_with(configured, channel, policy);
	if (policy)
		policy_free(policy);
	policy_report_free(&report);
	return ret;
}

void configured_free(struct configured *configured)
{
	buffer_free(&configured->difference);
	buffer_free(&configured->waiting);
	*configured = (struct configured){0};
}

bool configured_is_fine(const struct configured *configured)
{
	return !configured->faulty && !configured->difference.len;
}
