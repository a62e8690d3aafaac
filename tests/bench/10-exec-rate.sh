#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The rate of execs that hit a rule, from two processes without a pause: without the module,
# with it, and with a logger that writes alerts to a file. The three alternate, and each ratio
# is of neighbouring measurements, as the load of the host changes. If the host stops one CPU
# for long, the module may run out of slots for the other; these losses are not the logger's.
# limit: 1800 s

. "${0%/*}/lib.sh"

rounds=15
half=250
file=$scratch/log.json
times=$scratch/times
losses=$scratch/losses

both()
{
	storm a "$half" &
	local first=$!

	storm b "$half" && wait "$first"
}

with_module()
{
	load_module
	with=$(microseconds_of both)
	unload_module
}

# The backlog is small, so the logger must write at the same rate as alerts are raised.
with_logger()
{
	insmod "$payload/shelltrap.ko" backlog_size=262144
	configure "[output file:$file]"
	start_logger
	wait_until 10 is_listening
	logged=$(microseconds_of both)
	wait_until 30 has_newest "$file"
	stop_logger
	grep '"type":"loss"' "$file" >>"$losses"
	lost=$(status_of lost)
	remove_logs
	unload_module
}

round()
{
	without=$(microseconds_of both)
	with_module
	with_logger
	echo "$without $with $logged $lost" >>"$times"
}

rates()
{
	awk -v n=$((2 * half)) -v column="$1" '{ printf "%.0f\n", n * 1000000 / $column }' "$times"
}

# ratios BEFORE AFTER: prints ratios of rates from two columns with times.
ratios()
{
	awk -v before="$1" -v after="$2" '{ printf "%.3f\n", $before / $after }' "$times"
}

: >"$times"
: >"$losses"
for ((i = 0; i < rounds; i++)); do
	round
done
rates 1 | figure "without the module" execs/s
rates 2 | figure "with the module, nobody listens" execs/s
rates 3 | figure "with the logger" execs/s
ratios 1 2 | figure "rate with the module" "of without"
ratios 1 3 | figure "rate with the logger" "of without"
ratios 2 3 | figure "rate with the logger" "of with the module"
awk '{ print $4 }' "$times" | figure "more execs in flight than slots" "of $((2 * half))"
check "the logger loses no alert" diff /dev/null <(grep -v "more execs in flight than slots" "$losses")
