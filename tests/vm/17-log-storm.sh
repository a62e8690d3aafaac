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
# thread: single

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/disturb.sh"

half=$((many / 2))

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

load_module
make_disk
run_with_receive_buffer 4096
start_storm a "$half"
first=$!
start_storm b "$half"
second=$!
disturb_logger 1
check "the module is loaded again during the storms" reload_module
running=$(jobs -r | grep -c storm)
wait "$first" "$second"
check "the logger catches up after the storms" wait_until 30 has_newest "$file"
echo "# $running of 2 storms were still running at the end; lines: $(wc -l <"$file"), of losses:" \
	"$(grep -c '"type":"loss"' "$file"); $SECONDS s"
check "each of $((2 * half)) execs is in the file exactly once, or counted as lost" \
	log_is_complete "$file" a="$half" b="$half"
check "the logger exits with 0 on SIGTERM" stop_logger
check_disk_messages
umount "$disk"
remove_logs
