#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A policy comes over the channel whole or not at all.

. "${0%/*}/lib.sh"

holds=(python3 -B "$here/transaction.py")
load_module
check "what is wrong is refused, told why, and ends the transaction" \
	"${holds[@]}" what-is-wrong-is-refused-and-changes-nothing
check "so is what is wrong with the whole" \
	"${holds[@]}" a-policy-that-makes-no-sense-is-refused-at-the-commit
check "limits are kept from the beginning" "${holds[@]}" limits-of-begin
check "nothing begun, nothing added" "${holds[@]}" nothing-begun-nothing-added
check "half a policy dies with its socket" "${holds[@]}" half-a-policy-dies-with-its-socket
check "there is an end to how many are loaded at once" "${holds[@]}" too-many-at-once-is-an-error
check "who begins anew begins with nothing" "${holds[@]}" beginning-anew-forgets
check "the policy in force, sent back, is the same policy" \
	"${holds[@]}" what-is-dumped-makes-the-same-policy
as nginx /bin/sh -c :
expect "after all that, shells are still seen" 1 rule=webserver_shell_exec
check "two sockets load policies side by side" "${holds[@]}" two-sockets-do-not-mix
check "it unloads while policies are half loaded" python3 -B -c '
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from transaction import SHELLS, Loader
loaders = [Loader() for _ in range(8)]
for loader in loaders:
    loader.begin(4096, 1 << 20)
    loader.add(SHELLS)
sys.exit(subprocess.run(["rmmod", "shelltrap"], check=False).returncode)' "$here"
