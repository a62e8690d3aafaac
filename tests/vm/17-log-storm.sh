#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two processes start shells as fast as they can while the logger is killed, stopped,
# given no room on its disk and hardly any in its socket, and the module is loaded
# anew. Afterwards its file has each exec exactly once, or a line for those that are
# lost.
#
# That is 20,000 execs, and 2,000 on the kernel where everything takes five times
# as long; or as many as SHELLTRAP_MANY says where the machine is booted.
# limit: 600 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

many=$(sed -n 's/.*\blab\.many=\([0-9]*\).*/\1/p' /proc/cmdline)
half=$((${many:-$((patience > 1 ? 2000 : 20000))} / 2))
disk=$scratch/disk
file=$disk/alerts.json

a_while()
{
	sleep "0.$((RANDOM % 9))$((RANDOM % 9 + 1))"
}

# Its socket has room for an alert or two, then for all.
run_with_receive_buffer()
{
	configure "receive_buffer = $1" "[output file:$file]"
	start_logger
}

# start_storm LABEL: in the background, with nothing between it and us; $! is its PID.
start_storm()
{
	"$scratch/storm/storm" "$scratch/storm/sh" "$1" "$half" &
}

# Stopped, and the shells they had started are through.
are_held()
{
	[[ $(ps -o state= -p "$first,$second" | sort -u) == T ]] &&
		[[ $(ps -o state= --ppid "$first,$second" | sort -u) =~ ^Z?$ ]]
}

# No exec falls where no module is loaded. One that is just asked for what it holds
# cannot be unloaded.
reload_held()
{
	wait_until 10 are_held && wait_until 10 unload_module 2>/dev/null && load_module
}

# In the middle of the storms, with alerts on their way to the logger.
reload_module()
{
	local status=0

	wait_until 10 is_listening
	kill -STOP "$first" "$second"
	reload_held || status=$?
	kill -CONT "$first" "$second"
	return "$status"
}

fill_disk()
{
	cat /dev/zero >"$disk/filler" 2>/dev/null
}

torment()
{
	local i

	for i in 4096 4194304 4096 4194304 4096; do
		a_while
		kill_logger
		run_with_receive_buffer "$i"
	done
	a_while
	kill -STOP "$logger"
	sleep 3
	kill -CONT "$logger"
	fill_disk
	check "its disk has no room" wait_until 10 grep -q "No space left" "$scratch/log.err"
	sleep 1
	rm "$disk/filler"
	check "the module is loaded anew" reload_module
}

load_module
mkdir -p "$disk"
mount -t tmpfs -o "size=$((half / 100 + 8))m" tmpfs "$disk"
run_with_receive_buffer 4096
start_storm a
first=$!
start_storm b
second=$!
torment
running=$(jobs -r | grep -c storm)
wait "$first" "$second"
check "the logger catches up" wait_until 30 has_newest "$file"
echo "# $running of 2 storms outlasted the torment; lines: $(wc -l <"$file"), of losses:" \
	"$(grep -c '"type":"loss"' "$file"); $SECONDS s"
check "each of $((2 * half)) execs is in the file exactly once, or told to be lost" \
	log_is_complete "$file" a="$half" b="$half"
check "it ends when told to" stop_logger
check "it says once that the disk is full, and once that it works again" \
	test "$(grep -c 'No space left' "$scratch/log.err") $(grep -c 'works again' "$scratch/log.err")" = "1 1"
umount "$disk"
remove_logs
