#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever the format of its file, a logger that was killed, and had no time to
# remember, goes on behind the last line.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

formats="json ecs ocsf cef syslog"

# numbers FORMAT: of the records in its file, in that order.
numbers()
{
	local before

	case $1 in
	json) before='{"seq":' ;;
	ecs | ocsf) before='"sequence":' ;;
	cef) before='| externalId=' ;;
	syslog) before='\[shelltrap@32473 seq="' ;;
	esac
	sed "s/.*$before\([0-9]*\).*/\1/" "$scratch/log.$1"
}

# Each record that the module has spoken of is a line of its own, and no other is.
holds_each_once()
{
	cmp -s <(numbers "$1") <(seq $(($(status_of seq_next) - 1)))
}

all_have_each_once()
{
	local format

	for format in $formats; do
		holds_each_once "$format" || return
	done
}

load_module
for format in $formats; do
	outputs+=("[output file:$scratch/log.$format]" "format = $format")
done
configure "${outputs[@]}"
start_logger
storm first 20
check "every format is written" wait_until 20 all_have_each_once
cp "$scratch/log.state" "$scratch/log.old"
storm second 20
wait_until 20 all_have_each_once
kill_logger
# As if the machine had crashed before it was saved, and in the middle of a line.
for format in $formats; do
	truncate -s -5 "$scratch/log.$format"
done
cp "$scratch/log.old" "$scratch/log.state"
storm third 20
start_logger
wait_until 20 all_have_each_once
for format in $formats; do
	check "$format: each record is there once, in order" holds_each_once "$format"
done
kill_logger
rm "$scratch/log.state"
storm fourth 20
start_logger
check "nor does it need to remember anything" wait_until 20 all_have_each_once
for format in $formats; do
	check "replay writes what the logger did: $format" \
		cmp "$scratch/log.$format" <(shelltrap replay --format "$format")
done
stop_logger
remove_logs
