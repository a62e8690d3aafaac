# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of holding share. To be sourced after lib.sh, php-attacks.sh and enforcement.sh;
# the caller sets $site.
# shellcheck disable=SC2154

# load_holding [RULE]...: loads the shipped policy; these rules hold, or the one for dropped
# files. The keys of [policy] are on stdin.
load_holding()
{
	{
		echo '[policy]'
		cat
		printf '[rule %s]\naction = hold\n' "${@:-webserver_dropped_exec}"
	} >"$scratch/holding.conf"
	shelltrap policy load --replace "$shipped" "$scratch/holding.conf"
}

held_count()
{
	shelltrap held --json | grep -o '"seq"' | wc -l
}

held_is()
{
	[[ $(held_count) == "$1" ]]
}

# held_field NAME MARKER: prints a field of the process whose command line contains MARKER.
held_field()
{
	shelltrap held --json | python3 -c '
import json, sys
for held in json.load(sys.stdin):
    with open("/proc/%d/cmdline" % held["pid"]) as cmdline:
        if sys.argv[2] in cmdline.read():
            print(held[sys.argv[1]])' "$1" "$2"
}

# attack COMMAND: PHP runs the command by system(), in the background.
attack()
{
	curl -sS -m 120 -o /dev/null -G "$site/run.php" --data-urlencode how=system \
		--data-urlencode "cmd=$1" &
}

# outcomes CONDITION...: prints how many outcomes since the mark have all these texts.
outcomes()
{
	local text lines

	lines=$(shelltrap replay --from "$marked" --format json | grep '"type":"outcome"')
	for text in "$@"; do
		lines=$(grep -F -- "$text" <<<"$lines")
	done
	grep -c . <<<"$lines"
}

outcomes_are()
{
	local count=$1
	shift

	[[ $(outcomes "$@") == "$count" ]]
}

# by_user PROGRAM...: runs it as the user of the web server.
by_user()
{
	setpriv --reuid=www-data --regid=www-data --clear-groups "$@"
}
