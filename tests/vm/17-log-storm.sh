#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two processes start shells without a pause. Meanwhile the logger is killed and stopped, its
# disk is full, its socket's buffer is tiny, and the module is loaded again. Afterwards the
# logger's file has each exec exactly once, or a loss record that counts it.
#
# There are 20,000 execs, or 2,000 on the test kernel, which is five times as slow, or
# SHELLTRAP_MANY (see scripts/lab/boot).
# limit: 600 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

many=$(sed -n 's/.*\blab\.many=\([0-9]*\).*/\1/p' /proc/cmdline)
half=$((${many:-$((patience > 1 ? 2000 : 20000))} / 2))
disk=$scratch/disk
file=$disk/alerts.json

sleep_a_while()
{
	sleep "0.$((RANDOM % 9))$((RANDOM % 9 + 1))"
}

# run_with_receive_buffer BYTES: 4096 has room for one or two alerts, 4194304 for all.
run_with_receive_buffer()
{
	configure "receive_buffer = $1" "[output file:$file]"
	start_logger
}

# start_storm LABEL: starts a storm in the background. No shell is in between, so that $! is
# the PID of the storm itself.
start_storm()
{
	"$scratch/storm/storm" "$scratch/storm/sh" "$1" "$half" &
}

# Both storms are stopped, and the shells that they had started have ended.
are_stopped()
{
	[[ $(ps -o state= -p "$first,$second" | sort -u) == T ]] &&
		[[ $(ps -o state= --ppid "$first,$second" | sort -u) =~ ^Z?$ ]]
}

# Reloads while no exec happens, as no alert is raised while no module is loaded. The module
# cannot be unloaded while a reader dumps the backlog, so this is repeated.
reload_while_stopped()
{
	wait_until 10 are_stopped && wait_until 10 unload_module 2>/dev/null && load_module
}

# In the middle of the storms, while the logger has not read all alerts.
reload_module()
{
	local status=0

	wait_until 10 is_listening
	kill -STOP "$first" "$second"
	reload_while_stopped || status=$?
	kill -CONT "$first" "$second"
	return "$status"
}

fill_disk()
{
	cat /dev/zero >"$disk/filler" 2>/dev/null
}

disturb_logger()
{
	local i

	for i in 4096 4194304 4096 4194304 4096; do
		sleep_a_while
		kill_logger
		run_with_receive_buffer "$i"
	done
	sleep_a_while
	kill -STOP "$logger"
	sleep 3
	kill -CONT "$logger"
	fill_disk
	check "the logger reports that its disk is full" wait_until 10 grep -q "No space left" "$scratch/log.err"
	sleep 1
	rm "$disk/filler"
	check "the module is loaded again during the storms" reload_module
}

load_module
mkdir -p "$disk"
mount -t tmpfs -o "size=$((half / 100 + 8))m" tmpfs "$disk"
run_with_receive_buffer 4096
start_storm a
first=$!
start_storm b
second=$!
disturb_logger
running=$(jobs -r | grep -c storm)
wait "$first" "$second"
check "the logger catches up after the storms" wait_until 30 has_newest "$file"
echo "# $running of 2 storms were still running at the end; lines: $(wc -l <"$file"), of losses:" \
	"$(grep -c '"type":"loss"' "$file"); $SECONDS s"
check "each of $((2 * half)) execs is in the file exactly once, or counted as lost" \
	log_is_complete "$file" a="$half" b="$half"
check "the logger exits with 0 on SIGTERM" stop_logger
check "the logger reports once that the disk is full, and once that it works again" \
	test "$(grep -c 'No space left' "$scratch/log.err") $(grep -c 'works again' "$scratch/log.err")" = "1 1"
umount "$disk"
remove_logs
