#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When the hook cannot refuse an exec yet, the process is killed before the program executes
# an instruction: if an exception must see the command line first, if busybox runs as a
# shell, and if the kernel had no return probe instance left.
# limit: 240 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"

site=http://127.0.0.1
sendmail=/usr/sbin/sendmail

# Loads the shipped policy with its example, an exception for mail, and the changes on stdin.
load_policy()
{
	sed '/^#\[set mail_shell\]/,$ s/^#//' "$shipped" >"$scratch/with-mail.conf"
	cat >"$scratch/changes.conf"
	shelltrap policy load --replace "$scratch/with-mail.conf" "$scratch/changes.conf"
}

load_module
cp /bin/true "$sendmail"
for action in kill deny; do
	check "action = $action with an exception loads" load_policy <<-END
		[rule webserver_shell_exec]
		action = $action
	END
	check "action = $action: PHP sends mail" grep -q '^sent' <(get mail.php)
	expect_none "action = $action: PHP's mail raises no alert"
	answer=$(get run.php how=system cmd="$sendmail -t -i; touch /tmp/was-here")
	check "action = $action: a longer command returns nothing" test -z "$answer"
	check "action = $action: the page of a longer command is served" grep -q '^HTTP/1.1 200' "$scratch/head"
	check "action = $action: a longer command has not run" test ! -e /tmp/was-here
	expect "action = $action: a longer command is killed, and the alert has its command line" 1 verdict=killed \
		process.argv.-1="$sendmail -t -i; touch /tmp/was-here" process.comm=sh
	run_attempts nginx 1 /bin/sh -c 'exit 42'
	check "action = $action: another shell is killed" outcome_is 0 0 1 0
	expect "action = $action: another killed shell raises an alert" 1 verdict=killed
	LD_PRELOAD=/nowhere run_attempts nginx 1 /bin/sh -c -- "$sendmail -t -i"
	check "action = $action: the exception's command with LD_PRELOAD is killed" \
		outcome_is 0 0 1 0
	expect "action = $action: the exception's command with LD_PRELOAD raises an alert" 1 \
		verdict=killed
	run_attempts bystander 1 /bin/sh -c 'exit 42'
	check "action = $action: a shell without a server runs" outcome_is 1 0 0 0
done
check "killed execs are counted" test "$(status_of killed)/$(status_of denied)/$(status_of escaped)" = 6/0/0

# The changes on disk are those of the last turn: action = deny.
check "a policy that denies, without an exception, loads" shelltrap policy load --replace "$shipped" "$scratch/changes.conf"
run_attempts nginx 1 /bin/busybox sh -c 'exit 42'
check "busybox as a shell is killed" outcome_is 0 0 1 0
expect "busybox as a shell raises an alert" 1 verdict=killed pathname=/bin/busybox rule=webserver_shell_exec
run_attempts nginx 1 /bin/busybox true
check "busybox as another program runs" outcome_is 0 0 0 1
unload_module

# One return probe instance for two CPUs: it is often in use.
insmod "$payload/shelltrap.ko" deny_instances=1 canary_interval=1
shelltrap policy load --replace "$shipped" "$scratch/changes.conf" >/dev/null
for worker in 1 2; do
	"$scratch/attempts" nginx 2000 /bin/sh -c 'exit 42' >"$scratch/outcome.$worker" &
done
wait

# sum_of ran|denied|killed|other: adds this outcome of all workers.
sum_of()
{
	sed "s/.*$1 \([0-9]*\).*/\1/" "$scratch"/outcome.? | awk '{ sum += $1 } END { print sum }'
}

ran=$(sum_of ran) lost=$(status_of lost)
missed=$(status_of deny_missed) escaped=$(status_of escaped) killed=$(status_of killed)
check "without a free probe instance hardly any shell runs" test "$ran" -le 40
check "a shell runs only if there is no slot either, which is a loss ($ran ran, $lost lost)" \
	test "$ran" -le "$lost"
check "witness: no instance was free $missed times, $escaped times for denied shells" \
	test "$missed" -gt 0 -a "$escaped" -gt 0
# missed_told: the events count what the status counts.
missed_told()
{
	shelltrap replay --format json | grep '"event":"probe-missed"' |
		sed 's/.*"count":\([0-9]*\).*/\1/' |
		awk '{ sum += $1 } END { print sum; exit sum != '$((missed + $(status_of missed)))' }'
}

check "events count these $missed times" wait_until 20 missed_told
check "each denied shell without an instance was killed" test "$escaped/$(sum_of killed)" = "$killed/$killed"
check "the kernel's log reports denied shells without an instance" grep -q 'was to be denied an exec, and was not' <(dmesg)
rm -f "$sendmail"
