// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap release": ends the wait of an exec that a rule holds. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "command/options.h"
#include "kernel/channel.h"
#include "kernel/held.h"
#include "lib/message.h"
#include "lib/number.h"

struct settings {
	bool kill;
};

static const struct command_option release_options[] = {
	{ "kill", NULL, "end the process instead: it never runs its program",
	  OPTION_FLAG(struct settings, kill) },
	{}
};

static const struct usage usage = {
	.command = "release",
	.synopsis = "SEQ [--kill]",
	.purpose =
	"Lets the exec of alert SEQ go on, which a rule with action = hold keeps waiting. "
	"'shelltrap held' lists these execs.",
	.options = release_options,
	.takes_operands = true,
	.silent = true,
};

/* Returns the exit code. */
static int release_run(const struct settings *settings, uint64_t seq)
{
	struct channel channel;
	int ret = channel_open(&channel);

	if (!ret)
		ret = held_release(&channel, seq, settings->kill);
	if (ret == -ENOENT && *channel_reason(&channel)) {
		complain("seq %" PRIu64 ": %s; 'shelltrap held' lists what is held", seq,
			 channel_reason(&channel));
		ret = FAILED;
	} else if (ret) {
		ret = channel_failed(&channel, ret);
	} else {
		printf("seq %" PRIu64 ": %s\n", seq, settings->kill ? "killed" : "released");
	}
	channel_close(&channel);
	return ret;
}

int release_main(int argc, char **argv)
{
	struct settings settings = {0};
	int ret = options_read(&usage, &settings, argc, argv);
	uint64_t seq;

	if (ret >= 0)
		return ret;
	if (argc - optind != 1)
		return wrong_usage(&usage, "which exec? Write the number of its alert, as in "
				   "'shelltrap release 42'; 'shelltrap held' lists them");
	if (parse_number(argv[optind], 1, UINT64_MAX, &seq))
		return wrong_usage(&usage, "%s: not the number of an alert", argv[optind]);
	return release_run(&settings, seq);
}
