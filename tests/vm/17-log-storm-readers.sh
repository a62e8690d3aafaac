#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Four processes start shells without a pause, and four readers dump the backlog in a loop.
# Meanwhile the logger is killed and stopped, its disk is full, its socket's buffer is tiny.
# Afterwards the logger's file has each exec exactly once, and no loss: no reader delays a
# report, and no exec lacks room.
#
# There are 20,000 execs, or 2,000 on the test kernel, which is five times as slow, or
# SHELLTRAP_MANY (see scripts/lab/boot).
# limit: 2400 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/disturb.sh"

quarter=$((many / 4))
labels=(a b c d)

read_in_a_loop()
{
	while shelltrap replay --format json >/dev/null; do
		echo >>"$scratch/dumps"
	done
}

# Ends the readers. Each notices it after its present dump.
end_readers()
{
	kill "${readers[@]}"
	wait "${readers[@]}" 2>/dev/null
}

load_module
make_disk
run_with_receive_buffer 4096
: >"$scratch/dumps"
readers=() storms=()
for label in "${labels[@]}"; do
	read_in_a_loop &
	readers+=("$!")
	start_storm "$label" "$quarter"
	storms+=("$!")
done
disturb_logger 3
running=$(jobs -r | grep -c storm)
wait "${storms[@]}"
check "the logger catches up after the storms" wait_until 60 has_newest "$file"
end_readers
echo "# $running of 4 storms were still running at the end; lines: $(wc -l <"$file"); dumps:" \
	"$(wc -l <"$scratch/dumps"); $SECONDS s"
check "the readers have dumped the backlog meanwhile" test -s "$scratch/dumps"
check "each of $((4 * quarter)) execs is in the file exactly once, and none is lost" \
	log_is_complete "$file" --no-loss "${labels[@]/%/=$quarter}"
check "the module has counted no loss" test "$(status_of lost)" = 0
check "the logger exits with 0 on SIGTERM" stop_logger
check_disk_messages
umount "$disk"
rm -f "$scratch/dumps"
remove_logs
