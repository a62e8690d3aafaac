#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Outputs do not wait for each other, and no web server waits for an output. Each output
# continues where it stopped: after a restart of the logger, after a reload of the module,
# after the state file was damaged.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json

log_reports()
{
	grep -q -- "$1" "$scratch/log.err"
}

load_module
storm before 10
configure "[output file:$file]" "[output file:$scratch/log.dir/late.json]" "[output file:$scratch/log.fifo]"
mkfifo "$scratch/log.fifo"
start_logger
check "alerts from before the first logger are written" wait_until 10 has_newest "$file"
check "the logger reports an output that cannot be opened" \
	wait_until 10 log_reports "log.dir/late.json: opening: No such file"
check "the logger refuses to write to a FIFO" wait_until 10 log_reports "log.fifo: opening: not a regular file"
storm dead 100
check "an output that cannot be opened does not delay another" wait_until 10 has_newest "$file"
mkdir "$scratch/log.dir"
check "an output that can be opened later gets all alerts" \
	wait_until 10 cmp "$file" "$scratch/log.dir/late.json"

mv "$file" "$file.1"
kill -HUP "$logger"
wait_until 10 test -e "$file"
storm rotated 10
check "after SIGHUP the logger writes to a new file" wait_until 10 has_newest "$file"
kill_logger
mv "$file" "$file.2"
storm dark 10
start_logger
check "a file that was renamed while no logger ran is found, and the new one continues it" \
	wait_until 10 has_newest "$file"
cat "$file.1" "$file.2" "$file" >"$scratch/log.all"
check "the rotated files have each exec once" \
	log_is_complete "$scratch/log.all" --no-loss before=10 dead=100 rotated=10 dark=10

check "a second logger with the same state file is refused" \
	grep -q "another 'shelltrap logger' uses it" <(shelltrap logger --config "$scratch/log.conf" 2>&1)

storm old 50
unload_module
check "the logger reports that the module is not loaded" wait_until 10 log_reports "not loaded; waiting for it"
load_module
storm new 50
check "all alerts of a newly loaded module are written" wait_until 10 has_newest "$file"
cat "$file.1" "$file.2" "$file" >"$scratch/log.all"
check "the alerts of two module instances are separate and complete" \
	log_is_complete "$scratch/log.all" --no-loss before=10 dead=100 rotated=10 dark=10 old=50 new=50
stop_logger

echo '{"oops":' >"$scratch/log.state"
storm later 10
start_logger
check "an invalid state file is renamed, and the logger reports it" \
	wait_until 10 log_reports "not a valid state file; renamed to $scratch/log.state.bad"
check "with an invalid state file the logger continues" wait_until 10 has_newest "$file"
cat "$file.1" "$file.2" "$file" >"$scratch/log.all"
check "with an invalid state file each alert is written once" log_is_complete "$scratch/log.all" --no-loss later=10
stop_logger
remove_logs
