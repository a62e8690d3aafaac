#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A decision that is completed late, by the command line, holds however long the exec stands
# still before that: a tracer makes it wait for a dead thread (stall_exec.c). The exec is
# reported as pending meanwhile, and how it ended is a record of its own.
# limit: 240 s

. "${0%/*}/lib.sh"
. "${0%/*}/enforcement.sh"

gcc -O1 -pthread -o "$scratch/stall_exec" "$here/stall_exec.c" || not_ok "stall_exec compiles"

# The shipped policy with the exception for PHP's mail(), and ACTION for shells.
load_policy()
{
	sed '/^#\[set mail_shell\]/,$ s/^#//' "$shipped" >"$scratch/with-mail.conf"
	printf '[rule webserver_shell_exec]\naction = %s\n' "$1" >"$scratch/action.conf"
	shelltrap policy load --replace "$scratch/with-mail.conf" "$scratch/action.conf"
}

# stall PROGRAM ARGUMENT...: sets $stalled; "echo >&5" lets the exec go on.
stall()
{
	rm -f "$scratch/go" "$scratch/ran"
	mkfifo "$scratch/go"
	"$scratch/stall_exec" nginx "$@" <"$scratch/go" >"$scratch/ended" &
	stalled=$!
	exec 5>"$scratch/go"
	wait_until 30 grep -q stalled "$scratch/ended"
}

# ends WANTED: the stalled exec goes on, and this is how its process ends.
ends()
{
	echo >&5
	exec 5>&-
	wait "$stalled"
	cat "$scratch/ended"
	grep -qx "$1" "$scratch/ended"
}

# has_outcome VERDICT: one alert since the mark is pending, and one outcome ends it so.
has_outcome()
{
	local of

	replay_has '"type":"outcome"' || return 1
	cat "$scratch/raised"
	of=$(sed -n '/"verdict":"pending"/s/^{"seq":\([0-9]*\),.*/\1/p' "$scratch/raised")
	python3 -IS "$here/alerts.py" --only type=outcome 1 "of=$of" "verdict=$1" \
		<"$scratch/raised"
}

insmod "$payload/shelltrap.ko" pending_after=1
for action in kill deny; do
	check "action = $action with an exception loads" load_policy "$action"
	marked=$(status_of seq_next)
	check "a shell's exec stands still" stall /bin/sh -c "touch $scratch/ran"
	check "it is reported as pending" wait_until 20 replay_has '"verdict":"pending"'
	check "when it goes on it is killed" ends "killed 9"
	check "the outcome says so" wait_until 20 has_outcome killed
	check "not one instruction of it has run" test ! -e "$scratch/ran"
	check "busybox's exec stands still" stall /bin/busybox sh -c "touch $scratch/ran"
	check "when it goes on it is killed, too" ends "killed 9"
	check "and has not run" test ! -e "$scratch/ran"
done
start_watch "$scratch/watched"
check "an exec that stands still" stall /bin/sh -c "touch $scratch/ran"
check "does not keep the module from being unloaded" rmmod shelltrap
check "and is killed by that" ends "killed 9"
check "the last record says so" wait_until 20 \
	grep -q '"type":"outcome".*"verdict":"killed"' "$scratch/watched"
stop_watch
check "it has not run" test ! -e "$scratch/ran"

insmod "$payload/shelltrap.ko" pending_after=1 && marked=1
check "an exec that no rule enforces stands still" stall /bin/sh -c "touch $scratch/ran"
check "it is pending, too" wait_until 20 replay_has '"verdict":"pending"'
check "and goes on" ends "exited 0"
check "the outcome says that it ran" wait_until 20 has_outcome observed
marked=$(status_of seq_next)
check "an exec that stands still and ends" stall /bin/sh -c "touch $scratch/ran"
check "is pending" wait_until 20 replay_has '"verdict":"pending"'
kill -KILL "$(pgrep -P "$stalled")"
check "it ends" ends "killed 9"
check "the outcome says that the exec failed" wait_until 20 has_outcome failed
check "an exec that no rule enforces stands still" stall /bin/sh -c "touch $scratch/ran"
check "the module is unloaded meanwhile" rmmod shelltrap
check "and the exec goes on" ends "exited 0"
check "as it would without the module" test -e "$scratch/ran"
