#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When the module is locked, even root can neither change the policy nor unload the module;
# each attempt is counted and logged by the kernel, but not the attempts of users who could
# not unload any module. This is the last test: only a forced unload ends it.

. "${0%/*}/lib.sh"
. "${0%/*}/enforcement.sh"
. "${0%/*}/hold.sh"
trap - EXIT

sentinel()
{
	as nginx /bin/sh -c ": $1"
}

exit_code_of()
{
	"$@" >"$scratch/printed" 2>&1
	echo $?
}

# count_refusals WHAT COMM: counts lines in the kernel's log.
count_refusals()
{
	dmesg | grep -c "shelltrap: locked: refused to $1 for $2\["
}

load_module
check "a policy that holds loads" load_holding <<<'hold_seconds = 300'
cp /bin/touch "$scratch/dropped"
chown www-data "$scratch/dropped"
rm -f "$scratch/ran"
as nginx "$scratch/dropped" "$scratch/ran" &
check "a program is held" wait_until 15 held_is 1
shelltrap policy show >"$scratch/before"
check "the module is not locked at first" test "$(status_of locked)" = false
check "without a terminal, lock wants --until-reboot" test "$(exit_code_of shelltrap lock </dev/null)" = 2
check "lock says so" grep -q -e "--until-reboot" "$scratch/printed"
check "on a terminal, lock asks and takes no for an answer" \
	test "$(exit_code_of script -qec "shelltrap lock" /dev/null <<<no)" = 1
check "the module is not locked by that" test "$(status_of locked)" = false
check "root can lock the module" shelltrap lock --until-reboot
check "what was held then is held still" held_is 1
check "and has not run" test ! -e "$scratch/ran"
check "it can be released" shelltrap release "$(shelltrap held --json | grep -o '"seq":[0-9]*' | cut -d: -f2)"
check "then it runs" wait_until 10 test -e "$scratch/ran"
check "status shows the lock" test "$(status_of locked)" = true
check "the lock is an event" wait_until 10 replay_has '"event":"locked","by":{"pid":'
check "the kernel's log has the lock" test "$(dmesg | grep -c 'shelltrap: locked until the next boot by shelltrap\[')" = 1

printf '[set a]\nnames = b\n[rule c]\ntarget = a\n' >"$scratch/policy.conf"
check "a locked module refuses another policy" test "$(exit_code_of shelltrap policy load --replace "$scratch/policy.conf")" = 4
check "policy load prints why it is refused" grep -q "locked until the next boot" "$scratch/printed"
check "the policy in force stays" diff "$scratch/before" <(shelltrap policy show)
check "rmmod fails for a locked module" test "$(exit_code_of rmmod shelltrap)" = 1
# rmmod itself checks whether the module is in use, and does not call the kernel then.
check "delete_module fails for a locked module" test "$(exit_code_of python3 -c '
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
assert libc.syscall(176, b"shelltrap", os.O_NONBLOCK) == -1
print(os.strerror(ctypes.get_errno()))')" = 0
check "the locked module is still loaded" is_loaded
check "both attempts are counted" test "$(status_of refused)" = 2
check "the kernel's log has the attempt to change the policy" test "$(count_refusals "change the policy" shelltrap)" = 1
check "the kernel's log has the attempt to unload the module" test "$(count_refusals unload python3)" = 1

# refused_told: the events count the attempts, and say who made the first of each.
refused_told()
{
	local events

	events=$(shelltrap replay --format json | grep '"event":"refused"')
	echo "$events"
	grep -q '"comm":"shelltrap".*"what":"change the policy"' <<<"$events" &&
		(($(grep -o '"count":[0-9]*' <<<"$events" | cut -d : -f 2 | paste -sd +) == 2))
}

check "the attempts are events" wait_until 10 refused_told
check "a locked module can be locked again" shelltrap lock --until-reboot
mark
as nginx /bin/sh -c :
expect "a locked module raises alerts" 1 rule=webserver_shell_exec

# try_to_unload COUNT: by a user without privileges.
try_to_unload()
{
	setpriv --reuid=65534 --clear-groups python3 -c '
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
for _ in range(int(sys.argv[1])):
    assert libc.syscall(176, b"shelltrap", os.O_NONBLOCK) == -1' "$1"
}

lines=$(dmesg | wc -l)
check "a user without privileges tries to unload the module 2,000 times" try_to_unload 2000
check "these attempts are not counted" test "$(status_of refused)" = 2
check "the kernel's log has no line of them" test "$(dmesg | wc -l)" = "$lines"

# Debian's kernels allow it (CONFIG_MODULE_FORCE_UNLOAD). Nothing of the module may stay behind.
check "root can remove the locked module by force" rmmod -f shelltrap
check "a later attempt to unload it fails as for any module that is not there" \
	test "$(exit_code_of rmmod shelltrap)" = 1
check "the module loads again" load_module
