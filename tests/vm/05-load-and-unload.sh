#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module can be loaded and unloaded at any time: while servers start shells, and while
# a watcher listens. (tests/vm/run checks for the whole run that the kernel reports no bug.)
# limit: 300 s
# thread: single

. "${0%/*}/lib.sh"

load_and_unload()
{
	local i

	for ((i = 0; i < $1; i++)); do
		load_module && is_loaded && unload_module || return 1
		! is_loaded || return 1
	done
}

start_shells_forever()
{
	while :; do
		as nginx /bin/sh -c :
	done
}

check "the module loads and unloads 10 times" load_and_unload 10

# More often on the test kernel, which finds leaks and races. One server runs on each CPU.
times=20
[[ ! -e /sys/kernel/debug/kmemleak ]] || times=30
start_shells_forever >/dev/null 2>&1 &
looper=$!
start_shells_forever >/dev/null 2>&1 &
other=$!
check "the module loads and unloads $times times while servers start shells" load_and_unload "$times"
load_module
check "alerts are raised after many loads" wait_until 10 replay_has webserver_shell_exec
check "the module unloads while servers start shells and alerts wait" unload_module
kill "$looper" "$other"
wait "$looper" "$other" 2>/dev/null

load_module
check "no reference to the module is held after it is loaded" test "$(cat /sys/module/shelltrap/refcnt)" = 0
start_watch "$scratch/watch"
as nginx /bin/sh -c ': seen by the watcher'
check "a watcher prints an alert" wait_until 10 grep -q "seen by the watcher" "$scratch/watch"
check "the module unloads while a watcher listens" unload_module
check "the module loads again while the old watcher may still run" load_module
expect_none "a newly loaded module has no alerts of the previous one"
check "a newly loaded module numbers its alerts from 1" test "$(status_of seq_oldest)" = 1
