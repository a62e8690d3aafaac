#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Outputs do not wait for each other, nor a web server for any of them; each goes on
# where it was, whatever happened: a restart, another load of the module, a state
# file that makes no sense.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json

said()
{
	grep -q -- "$1" "$scratch/log.err"
}

load_module
storm before 10
configure "[output file:$file]" "[output file:$scratch/log.dir/late.json]" "[output file:$scratch/log.fifo]"
mkfifo "$scratch/log.fifo"
start_logger
check "alerts from before the first logger are written" wait_until 10 has_newest "$file"
check "outputs that cannot be written are told of" \
	wait_until 10 said "log.dir/late.json: opening: No such file"
check "a FIFO is none to write to" wait_until 10 said "log.fifo: opening: not a regular file"
storm dead 100
check "and hold up no other" wait_until 10 has_newest "$file"
mkdir "$scratch/log.dir"
check "one that can be written later has nothing missed" \
	wait_until 10 cmp "$file" "$scratch/log.dir/late.json"

mv "$file" "$file.1"
kill -HUP "$logger"
wait_until 10 test -e "$file"
storm rotated 10
check "after SIGHUP it writes to a new file" wait_until 10 has_newest "$file"
kill_logger
mv "$file" "$file.2"
storm dark 10
start_logger
check "renamed while it was dead, the file is found, and none is written twice" \
	wait_until 10 has_newest "$file"
cat "$file.1" "$file.2" "$file" >"$scratch/log.all"
check "the three of them hold each exec once" \
	log_is_complete "$scratch/log.all" --no-loss before=10 dead=100 rotated=10 dark=10

check "a second logger with the same state is refused" \
	grep -q "another 'shelltrap log' uses it" <(shelltrap log --config "$scratch/log.conf" 2>&1)

storm old 50
unload_module
check "that the module is gone is said" wait_until 10 said "not loaded; waiting for it"
load_module
storm new 50
check "and of the new one, all is written" wait_until 10 has_newest "$file"
cat "$file.1" "$file.2" "$file" >"$scratch/log.all"
check "the instances are not mixed up, and nothing is lost" \
	log_is_complete "$scratch/log.all" --no-loss before=10 dead=100 rotated=10 dark=10 old=50 new=50
stop_logger

echo '{"oops":' >"$scratch/log.state"
storm later 10
start_logger
check "a state file that is not valid is renamed, and that is reported" \
	wait_until 10 said "not a valid state file; renamed to $scratch/log.state.bad"
check "and the logger goes on" wait_until 10 has_newest "$file"
cat "$file.1" "$file.2" "$file" >"$scratch/log.all"
check "with what its file has not" log_is_complete "$scratch/log.all" --no-loss later=10
stop_logger
remove_logs
