#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A reader of the channel that never reads costs the web server nothing; one that reads
# has the alert at once.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

load_module
print_delays 60 | sed 's/^/# from exec to line: /'
remove_logs

# A logger and a watcher that never read: their sockets fill, and that is all.
alone=$(microseconds_of storm alone 500)
configure "receive_buffer = 65536" "[output stdout]"
start_watch "$scratch/log.watched"
mkfifo "$scratch/log.pipe"
sleep 1000 3<"$scratch/log.pipe" &
shelltrap log --config "$scratch/log.conf" >"$scratch/log.pipe" &
logger=$!
kill -STOP "$watcher"
storm fill 100
with=$(microseconds_of storm with 500)
echo "# 500 execs: $alone us alone, $with us with consumers that never read"
check "consumers that never read do not slow the execs" test $((with * 10)) -lt $((alone * 20))
kill -KILL "$watcher"
check "a logger whose reader hangs ends when told to" stop_logger
remove_logs
