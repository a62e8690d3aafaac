#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is known too late to be refused is killed before it runs an instruction: where an
# exception has a say, where busybox is asked to be a shell, and where the kernel had no
# return probe left.
# limit: 240 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"

site=http://127.0.0.1
sendmail=/usr/sbin/sendmail

# The shipped policy with the exception that it has ready, and these changes to it.
load_policy()
{
	sed '/^#\[set mail_shell\]/,$ s/^#//' "$shipped" >"$scratch/with-mail.conf"
	cat >"$scratch/changes.conf"
	shelltrap policy load "$scratch/with-mail.conf" "$scratch/changes.conf"
}

load_module
cp /bin/true "$sendmail"
for action in kill deny; do
	check "action = $action with an exception loads" load_policy <<-END
		[rule webserver_shell_exec]
		action = $action
	END
	check "action = $action: PHP sends mail" grep -q '^sent' <(get mail.php)
	expect_none "which is silent"
	answer=$(get run.php how=system cmd="$sendmail -t -i; touch /tmp/was-here")
	check "action = $action: anything longer gets nothing" test -z "$answer"
	check "the page still answers" grep -q '^HTTP/1.1 200' "$scratch/head"
	check "and it has not run" test ! -e /tmp/was-here
	expect "it was killed, and its command line is known" 1 verdict=killed \
		process.argv.-1="$sendmail -t -i; touch /tmp/was-here" process.comm=sh
	run_attempts nginx 1 /bin/sh -c 'exit 42'
	check "action = $action: another shell is killed" outcome_is 0 0 1 0
	expect "(it is)" 1 verdict=killed
	LD_PRELOAD=/nowhere run_attempts nginx 1 /bin/sh -c -- "$sendmail -t -i"
	check "action = $action: the exception's words in another environment are" \
		outcome_is 0 0 1 0
	expect "(it is)" 1 verdict=killed
	run_attempts bystander 1 /bin/sh -c 'exit 42'
	check "action = $action: others run" outcome_is 1 0 0 0
done
check "they are counted" test "$(status_of killed)/$(status_of denied)/$(status_of escaped)" = 6/0/0

# The changes are those of the last turn.
check "without the exception, action = deny" shelltrap policy load "$shipped" "$scratch/changes.conf"
run_attempts nginx 1 /bin/busybox sh -c 'exit 42'
check "busybox as a shell is killed" outcome_is 0 0 1 0
expect "(it is)" 1 verdict=killed pathname=/bin/busybox rule=webserver_shell_exec
run_attempts nginx 1 /bin/busybox true
check "as something else it runs" outcome_is 0 0 0 1
unload_module

# One instance for two processors: mostly it is taken.
insmod "$payload/shelltrap.ko" deny_instances=1
shelltrap policy load "$shipped" "$scratch/changes.conf" >/dev/null
for worker in 1 2; do
	"$scratch/attempts" nginx 2000 /bin/sh -c 'exit 42' >"$scratch/outcome.$worker" &
done
wait

# all RAN DENIED ...: the sum of that over all workers.
all()
{
	sed "s/.*$1 \([0-9]*\).*/\1/" "$scratch"/outcome.? | awk '{ sum += $1 } END { print sum }'
}

ran=$(all ran) lost=$(status_of lost)
missed=$(status_of deny_missed) escaped=$(status_of escaped) killed=$(status_of killed)
check "without an instance to refuse it, hardly anything runs" test "$ran" -le 40
check "and that only where there is no slot either, which is told of ($ran ran, $lost lost)" \
	test "$ran" -le "$lost"
check "(instances were missing $missed times, $escaped times for these)" \
	test "$missed" -gt 0 -a "$escaped" -gt 0
check "each of those was killed" test "$escaped/$(all killed)" = "$killed/$killed"
check "the kernel's log tells of it" grep -q 'was to be denied an exec, and was not' <(dmesg)
rm -f "$sendmail"
