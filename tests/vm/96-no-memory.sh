#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where memory is short: the module loads or says why not, no alert is lost in silence,
# a request is answered or refused. Memory is made to be short by the kernel itself, so
# this is for the test kernel.
# limit: 240 s

. "${0%/*}/lib.sh"

faults=/sys/kernel/debug
[[ -d $faults/failslab ]] || skip "this kernel cannot be made to fail allocations"
. "${0%/*}/log.sh"

# holds PROMISE [ARGUMENT...]: with the first allocation failing, then the second, ...
holds()
{
	python3 -B "$here/no-memory.py" "$@"
}

# Objects, those of who could wait for memory included.
let_objects_fail()
{
	echo N >"$faults/failslab/ignore-gfp-wait"
	echo 0 >"$faults/failslab/verbose"
}

# Instead of objects: whole pages, which are what large objects are made of.
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

# The kernel's threads that report, and kthreadd, by which they would become more.
reporters()
{
	ps -eo pid=,ppid=,ni=,comm= |
		awk '$4 == "kthreadd" || $2 == 2 && ($4 == "shelltrap" || $4 ~ /^kworker\/u/ && $3 < 0) { print $1 }'
}

# reporters_fail EVERY: every first, second, ... of their allocations.
reporters_fail()
{
	local pid

	echo Y >"$faults/failslab/task-filter"
	for pid in $(reporters); do
		echo 1 >"/proc/$pid/make-it-fail"
	done
	echo "$1" >"$faults/failslab/interval"
	echo -1 >"$faults/failslab/times"
	echo 100 >"$faults/failslab/probability"
}

# Threads that came meanwhile would still be failing.
reporters_work()
{
	echo 0 >"$faults/failslab/probability"
}

all_are_counted()
{
	[[ $(status_of hits) == "$(($(status_of alerts) + $(status_of lost)))" ]]
}

# Between the two the verdict on the kernel's log (scripts/lab/boot) expects traces.
echo "shelltrap tests: memory is short" >/dev/kmsg
let_objects_fail
check "whichever object it gets no memory for, it loads, or says why not and leaves nothing" \
	holds load "$payload/shelltrap.ko"
let_pages_fail
check "and whichever page" holds load "$payload/shelltrap.ko"

let_objects_fail
load_module
start_watch "$scratch/log.watch"
storm calm 10
check "a watcher hears of 10 execs" wait_until 10 has_newest "$scratch/log.watch"
reporters_fail 1
storm none 50
check "50 execs are told of by threads that get no memory at all" wait_until 10 all_are_counted
check "none of them is lost" test "$(status_of lost)" = 0
check "none is sent" test "$(status_of unsent)" = 50
check "the watcher has them all the same" wait_until 10 has_newest "$scratch/log.watch"
for every in 2 3; do
	reporters_fail "$every"
	storm "every-$every" 50
	check "and 50 by threads that get none one time in $every" wait_until 10 all_are_counted
done
reporters_work
check "some of those are sent, others not" test "$(status_of unsent)" -gt 50 -a "$(status_of unsent)" -lt 150
storm last 10
check "a watcher catches up" wait_until 10 has_newest "$scratch/log.watch"
stop_watch
check "it has each once, and nothing is lost" \
	log_is_complete "$scratch/log.watch" --no-loss calm=10 none=50 every-2=50 every-3=50 last=10
shelltrap replay --format json >"$scratch/log.replay"
check "so has the kernel" log_is_complete "$scratch/log.replay" --no-loss calm=10 none=50 every-2=50 every-3=50 last=10

check "a request is answered in full, or refused for want of memory" holds requests
check "a policy comes into force whole, or not at all for want of memory" holds policy
for command in status replay; do
	check "$command says all, or in one line why not" holds "$command"
done
let_nothing_fail
remove_logs
mark
as nginx /bin/sh -c :
expect "with memory it is as ever" 1 rule=webserver_shell_exec
echo "shelltrap tests: memory is no longer short" >/dev/kmsg
