// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap lock": keeps the policy and the module as they are until the next boot. */
#include <libmnl/libmnl.h>
#include <stdio.h>

#include "command/options.h"
#include "kernel/channel.h"

static const struct usage usage = {
	.command = "lock",
	.synopsis = "",
	.purpose =
	"Until the next boot, the policy in force stays as it is and the module stays loaded: "
	"not even root can load another policy, or unload the module. Each attempt is counted, "
	"see 'shelltrap status', and logged in the kernel's log. Only a reboot ends the lock.",
};

static int lock_run(void)
{
	struct nlmsghdr data[4] = {0};
	struct channel channel;
	int ret = channel_open(&channel);

	if (!ret)
		ret = channel_order(&channel, channel_request(&channel, data, SHELLTRAP_CMD_LOCK,
							      NLM_F_ACK));
	if (ret)
		ret = channel_failed(&channel, ret);
	else
		puts("locked until the next boot");
	channel_close(&channel);
	return ret;
}

int lock_main(int argc, char **argv)
{
	int ret = options_read(&usage, NULL, argc, argv);

	return ret >= 0 ? ret : lock_run();
}
