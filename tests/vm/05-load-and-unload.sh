#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module comes and goes at any time, cleanly, whatever happens meanwhile: while
# servers start shells, while somebody listens. (That the kernel does not complain
# is checked over the whole run, by tests/vm/run.)
# limit: 300 s

. "${0%/*}/lib.sh"

load_and_unload()
{
	local i

	for ((i = 0; i < $1; i++)); do
		load_module && is_loaded && unload_module || return 1
		! is_loaded || return 1
	done
}

execs_go_on()
{
	while :; do
		as nginx /bin/sh -c :
	done
}

check "it loads and unloads 10 times" load_and_unload 10

# More often where somebody watches (scripts/lab/kernel). One server on each CPU.
times=20
[[ ! -e /sys/kernel/debug/kmemleak ]] || times=30
execs_go_on >/dev/null 2>&1 &
looper=$!
execs_go_on >/dev/null 2>&1 &
other=$!
check "it loads and unloads $times times while servers start shells" load_and_unload "$times"
load_module
check "alerts flow after all that" wait_until 10 replay_has webserver_shell_exec
check "it unloads in the middle of that" unload_module
kill "$looper" "$other"
wait "$looper" "$other" 2>/dev/null

load_module
check "nobody holds it at first" test "$(cat /sys/module/shelltrap/refcnt)" = 0
start_watch "$scratch/watch"
as nginx /bin/sh -c ': seen by the watcher'
check "a watcher is told" wait_until 10 grep -q "seen by the watcher" "$scratch/watch"
check "it unloads while a watcher listens" unload_module
check "and loads again while the old watcher is still there or gone" load_module
expect_none "a fresh load knows nothing of the one before"
check "numbers start anew" test "$(status_of seq_oldest)" = 1
