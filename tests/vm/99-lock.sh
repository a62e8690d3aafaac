#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Once locked, the policy stays and so does the module, whoever asks; every attempt
# to change that is counted and told in the kernel's log. Nothing can follow on this
# machine: the module is there until it is switched off.

. "${0%/*}/lib.sh"
trap - EXIT

exit_code_of()
{
	"$@" >"$scratch/said" 2>&1
	echo $?
}

said_by_kernel()
{
	dmesg | grep -c "shelltrap: locked: refused to $1 for $2\["
}

load_module
shelltrap policy show >"$scratch/before"
check "before, it is not locked" test "$(status_of locked)" = false
check "root locks it" shelltrap lock
check "which the status shows" test "$(status_of locked)" = true
check "and the kernel's log" test "$(dmesg | grep -c 'shelltrap: locked until the next boot by shelltrap\[')" = 1

printf '[set a]\nnames = b\n[rule c]\ntarget = a\n' >"$scratch/policy.conf"
check "another policy is refused" test "$(exit_code_of shelltrap policy load "$scratch/policy.conf")" = 4
check "with a line that says why" grep -q "locked until the next boot" "$scratch/said"
check "the one in force stays" diff "$scratch/before" <(shelltrap policy show)
check "rmmod is refused" test "$(exit_code_of rmmod shelltrap)" = 1
# It has looked for itself whether the module is in use, and did not try.
check "who does try is refused, too" test "$(exit_code_of python3 -c '
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
assert libc.syscall(176, b"shelltrap", os.O_NONBLOCK) == -1
print(os.strerror(ctypes.get_errno()))')" = 0
check "it is still there" is_loaded
check "both attempts are counted" test "$(status_of refused)" = 2
check "the one is in the kernel's log" test "$(said_by_kernel "change the policy" shelltrap)" = 1
check "and the other" test "$(said_by_kernel unload python3)" = 1
check "locking twice changes nothing" shelltrap lock
as nginx /bin/sh -c :
expect "shells are seen as ever" 1 rule=webserver_shell_exec
