#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When allocations fail, the module loads or logs why not, each lost alert is counted, and a
# request is answered or refused. The test kernel can make allocations fail.
# limit: 240 s

. "${0%/*}/lib.sh"

faults=/sys/kernel/debug
[[ -d $faults/failslab ]] || skip "this kernel cannot make allocations fail"
. "${0%/*}/log.sh"

# holds PROMISE [ARGUMENT...]: the promise holds when the first allocation fails, when the
# second one fails, and so on (see no-memory.py).
holds()
{
	python3 -B "$here/no-memory.py" "$@"
}

# Allocations of objects fail, also those that may wait for memory.
let_objects_fail()
{
	echo N >"$faults/failslab/ignore-gfp-wait"
	echo 0 >"$faults/failslab/verbose"
}

# Allocations of pages fail instead of objects; large objects consist of pages.
let_pages_fail()
{
	echo Y >"$faults/failslab/ignore-gfp-wait"
	echo N >"$faults/fail_page_alloc/ignore-gfp-wait"
	echo 0 >"$faults/fail_page_alloc/min-order"
	echo 0 >"$faults/fail_page_alloc/verbose"
}

let_nothing_fail()
{
	echo Y >"$faults/failslab/ignore-gfp-wait"
	echo Y >"$faults/fail_page_alloc/ignore-gfp-wait"
	echo 1 >"$faults/fail_page_alloc/min-order"
}

# Prints the PIDs of the kernel's threads that may run the module's work, and of kthreadd,
# which starts more of them.
list_workers()
{
	ps -eo pid=,ppid=,ni=,comm= |
		awk '$4 == "kthreadd" || $2 == 2 && ($4 == "shelltrap" || $4 ~ /^kworker\/u/ && $3 < 0) { print $1 }'
}

# let_workers_fail N: every Nth allocation of these threads fails.
let_workers_fail()
{
	local pid

	echo Y >"$faults/failslab/task-filter"
	for pid in $(list_workers); do
		echo 1 >"/proc/$pid/make-it-fail"
	done
	echo "$1" >"$faults/failslab/interval"
	echo -1 >"$faults/failslab/times"
	echo 100 >"$faults/failslab/probability"
}

# Threads that were started meanwhile have inherited "make-it-fail", so stop all failures.
let_workers_work()
{
	echo 0 >"$faults/failslab/probability"
}

all_are_counted()
{
	[[ $(status_of hits) == "$(($(status_of alerts) + $(status_of lost)))" ]]
}

# Between this line and the one at the end, scripts/lab/boot expects traces of failed
# allocations in the kernel's log.
echo "shelltrap tests: memory is short" >/dev/kmsg
let_objects_fail
check "whichever object cannot be allocated, the module loads, or logs why not" \
	holds load "$payload/shelltrap.ko"
let_pages_fail
check "whichever page cannot be allocated, the module loads, or logs why not" holds load "$payload/shelltrap.ko"

let_objects_fail
load_module
start_watch "$scratch/log.watch"
storm calm 10
check "a watcher prints alerts of 10 execs" wait_until 10 has_newest "$scratch/log.watch"
let_workers_fail 1
storm none 50
check "50 execs raise alerts while the workers get no memory" wait_until 10 all_are_counted
check "no alert is lost while the workers get no memory" test "$(status_of lost)" = 0
check "the 50 alerts are counted as unsent" test "$(status_of unsent)" = 50
check "the watcher prints unsent alerts, too" wait_until 10 has_newest "$scratch/log.watch"
for every in 2 3; do
	let_workers_fail "$every"
	storm "every-$every" 50
	check "50 execs raise alerts while every allocation number $every fails" wait_until 10 all_are_counted
done
let_workers_work
check "some of these alerts are sent and some are not" test "$(status_of unsent)" -gt 50 -a "$(status_of unsent)" -lt 150
storm last 10
check "the watcher catches up" wait_until 10 has_newest "$scratch/log.watch"
stop_watch
check "the watcher has each alert once, and no loss" \
	log_is_complete "$scratch/log.watch" --no-loss calm=10 none=50 every-2=50 every-3=50 last=10
shelltrap replay --format json >"$scratch/log.replay"
check "a replay has each alert once, and no loss" \
	log_is_complete "$scratch/log.replay" --no-loss calm=10 none=50 every-2=50 every-3=50 last=10

check "a request is answered completely, or refused for lack of memory" holds requests
check "a policy is loaded completely, or not at all for lack of memory" holds policy
for command in status replay; do
	check "$command prints everything, or one line why not" holds "$command"
done
let_nothing_fail
remove_logs
mark
as nginx /bin/sh -c :
expect "a shell raises an alert when memory is no longer short" 1 rule=webserver_shell_exec
echo "shelltrap tests: memory is no longer short" >/dev/kmsg
