# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A storm of execs, and what disturbs the logger meanwhile. To be sourced after log.sh.
# shellcheck disable=SC2154

many=$(sed -n 's/.*\blab\.many=\([0-9]*\).*/\1/p' /proc/cmdline)
# How many execs there are in all, see scripts/lab/boot.
many=${many:-$((patience >= 5 ? 2000 : 20000))}
disk=$scratch/disk
file=$disk/alerts.json

# Makes a disk that has room for all alerts, and no more than that.
make_disk()
{
	mkdir -p "$disk"
	mount -t tmpfs -o "size=$((many / 200 + 8))m" tmpfs "$disk"
}

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

# start_storm LABEL COUNT: starts a storm in the background. No shell is in between, so that
# $! is the PID of the storm itself.
start_storm()
{
	"$scratch/storm/storm" "$scratch/storm/sh" "$1" "$2" &
}

fill_disk()
{
	cat /dev/zero >"$disk/filler" 2>/dev/null
}

# disturb_logger SECONDS: five SIGKILLs, a SIGSTOP of three seconds, a disk that is full for so
# long.
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
	sleep "$1"
	rm "$disk/filler"
}

check_disk_messages()
{
	check "the logger reports once that the disk is full, and once that it works again" \
		test "$(grep -c 'No space left' "$scratch/log.err") $(grep -c 'works again' "$scratch/log.err")" = "1 1"
}
