// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap lock": what is in force stays. */
#include <libmnl/libmnl.h>
#include <stdio.h>

#include "command/options.h"
#include "kernel/channel.h"

static const struct usage usage = {
	.command = "lock",
	.help =
	"Usage: shelltrap lock\n"
	"Until the next boot the policy in force stays as it is and the module stays\n"
	"loaded, whoever asks: not even root can load a policy, or unload the module. Each\n"
	"attempt is counted, see 'shelltrap status', and told in the kernel's log. Nothing\n"
	"but a reboot takes this back.\n"
	"\n"
	"  --help, --version\n",
};

static const struct option options[] = {
	HELP_OPTION,
	VERSION_OPTION,
	{}
};

static int lock(void)
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
	int option = getopt_long(argc, argv, ":", options, NULL);
	int ret;

	if (option != -1)
		return common_option(&usage, option, argv);
	ret = no_operands(&usage, argc, argv);
	return ret ? ret : lock();
}
