#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A listener that never reads does not slow down the web server. A listener that reads gets
# each alert at once.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

load_module
print_delays 60 | sed 's/^/# from exec to line: /'
remove_logs

# The logger waits for its reader and the watcher is stopped, so their sockets are full.
alone=$(microseconds_of storm alone 500)
configure "receive_buffer = 65536" "[output stdout]"
start_watch "$scratch/log.watched"
mkfifo "$scratch/log.pipe"
sleep 1000 3<"$scratch/log.pipe" &
shelltrap logger --config "$scratch/log.conf" >"$scratch/log.pipe" &
logger=$!
kill -STOP "$watcher"
storm fill 100
with=$(microseconds_of storm with 500)
echo "# 500 execs: $alone us alone, $with us with listeners that never read"
check "listeners that never read do not slow down execs" test $((with * 10)) -lt $((alone * 20))
kill -KILL "$watcher"
check "a logger whose reader hangs exits on SIGTERM" stop_logger
remove_logs
