#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Execs that hit a rule, from two processes as fast as they can: without the module,
# with it, with a logger that writes them to a file. The three alternate, and each
# ratio is of neighbours: the machine under this one has other things to do. Where it stops
# a CPU for long, the other may run out of slots; that is told, and is not the logger's.
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

# What a small backlog cannot hold has to be written meanwhile: the rate lasts.
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

# ratios BEFORE AFTER: of rates, from the columns with the times.
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
check "the logger kept up" diff /dev/null <(grep -v "more execs in flight than slots" "$losses")
