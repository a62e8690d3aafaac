#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A policy is loaded over the channel completely or not at all.

. "${0%/*}/lib.sh"

holds=(python3 -B "$here/transaction.py")
load_module
check "a faulty set or rule is refused with a reason and ends the transaction" \
	"${holds[@]}" faults-are-refused-and-change-nothing
check "an inconsistent policy is refused with a reason at the commit" \
	"${holds[@]}" an-inconsistent-policy-is-refused-at-the-commit
check "a policy beyond the limits is refused at the begin" "${holds[@]}" limits-of-begin
check "add and commit without a begin are refused" "${holds[@]}" add-and-commit-need-begin
check "a transaction ends when its socket is closed" "${holds[@]}" a-transaction-ends-with-its-socket
check "the number of transactions at one time is limited" \
	"${holds[@]}" too-many-transactions-are-refused
check "a second begin discards what was added" "${holds[@]}" begin-discards-what-was-added
check "the dumped policy loads as the same policy" "${holds[@]}" a-dump-loads-as-the-same-policy
as nginx /bin/sh -c :
expect "after refused policies a shell raises an alert" 1 rule=webserver_shell_exec
check "two sockets can load policies at the same time" "${holds[@]}" two-sockets-do-not-mix
check "the module unloads while transactions are open" python3 -B -c '
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from transaction import SHELLS, Loader
loaders = [Loader() for _ in range(8)]
for loader in loaders:
    loader.begin(4096, 1 << 20)
    loader.add(SHELLS)
sys.exit(subprocess.run(["rmmod", "shelltrap"], check=False).returncode)' "$here"
