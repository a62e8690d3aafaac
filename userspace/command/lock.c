// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap lock": keeps the policy and the module as they are until the next boot. */
#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>

#include "command/options.h"
#include "kernel/channel.h"
#include "lib/console.h"
#include "lib/message.h"

struct settings {
	bool until_reboot;
};

static const struct command_option lock_options[] = {
	{ "until-reboot", NULL, "do not ask; needed where there is no terminal to ask on",
	  OPTION_FLAG(struct settings, until_reboot) },
	{}
};

static const struct usage usage = {
	.command = "lock",
	.synopsis = "[--until-reboot]",
	.purpose =
	"Until the next boot, the policy in force stays as it is and the module stays loaded: "
	"not even root can load another policy, or unload the module. Each attempt is counted, "
	"see 'shelltrap status', and logged in the kernel's log. Only a reboot ends the lock. "
	"On a terminal the command asks first.",
	.options = lock_options,
	.silent = true,
};

/* Returns negative to lock, otherwise the exit code. */
static int lock_ask(void)
{
	bool asked;

	if (console_agrees("Until the next boot nobody can change the policy, stop a rule that "
			   "denies too much, or unload the module.\nLock?", &asked))
		return -1;
	if (!asked)
		return wrong_usage(&usage, "no terminal to ask on: to lock until the next boot, "
				   "write 'shelltrap lock --until-reboot'");
	complain("not locked");
	return FAILED;
}

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
	struct settings settings = {0};
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret < 0 && !settings.until_reboot)
		ret = lock_ask();
	return ret >= 0 ? ret : lock_run();
}
