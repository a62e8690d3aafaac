// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap release": ends the wait of an exec that a rule holds. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command/options.h"
#include "kernel/channel.h"
#include "kernel/held.h"
#include "lib/console.h"
#include "lib/message.h"
#include "lib/number.h"

struct settings {
	bool kill;
	bool kill_server;
	bool yes;
};

static const struct command_option release_options[] = {
	{ "kill", NULL, "end it instead, with all that descends from the same program that its "
	  "server has run in a child", OPTION_FLAG(struct settings, kill) },
	{ "kill-server", NULL, "end its server, too, with all that descends from it; asks first",
	  OPTION_FLAG(struct settings, kill_server) },
	{ "yes", NULL, "with --kill-server: do not ask; needed where there is no terminal",
	  OPTION_FLAG(struct settings, yes) },
	{}
};

static const struct usage usage = {
	.command = "release",
	.synopsis = "SEQ [--kill|--kill-server [--yes]]",
	.purpose =
	"Lets the exec of alert SEQ go on, which a rule with action = hold keeps waiting. "
	"'shelltrap held' lists these execs.",
	.options = release_options,
	.takes_operands = true,
	.silent = true,
};

static const char *release_done(const struct settings *settings)
{
	if (settings->kill_server)
		return "killed, with its server";
	return settings->kill ? "killed, with its lineage" : "released";
}

/* Returns negative to go on, otherwise the exit code. */
static int release_ask(void)
{
	bool asked;

	if (console_agrees("This ends the server itself, and all that descends from it: nobody is "
			   "served then.\nEnd it?", &asked))
		return -1;
	if (!asked)
		return wrong_usage(&usage, "no terminal to ask on: to end a whole server, write "
				   "--kill-server --yes");
	complain("nothing was ended");
	return FAILED;
}

/* Returns the exit code. */
static int release_run(const struct settings *settings, uint64_t seq)
{
	enum held_end end = settings->kill ? HELD_KILL : HELD_RELEASE;
	struct channel channel;
	int ret = channel_open(&channel);

	if (!ret)
		ret = held_release(&channel, seq,
				   settings->kill_server ? HELD_KILL_SERVER : end);
	if (ret == -ENOENT && *channel_reason(&channel)) {
		complain("seq %" PRIu64 ": %s; 'shelltrap held' lists what is held", seq,
			 channel_reason(&channel));
		ret = FAILED;
	} else if (ret) {
		ret = channel_failed(&channel, ret);
	} else {
		printf("seq %" PRIu64 ": %s\n", seq, release_done(settings));
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
	ret = settings.kill_server && !settings.yes ? release_ask() : -1;
	return ret >= 0 ? ret : release_run(&settings, seq);
}
