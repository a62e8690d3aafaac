#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In every format, a logger that was killed before it could save its state finds the end of
# its file and continues there.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

formats="json ecs ocsf cef syslog"

# print_numbers FORMAT: prints the numbers of the records in the file of that format.
print_numbers()
{
	local before

	case $1 in
	json) before='^{[^0-9]*"seq":' ;;
	ecs | ocsf) before='.*"sequence":' ;;
	cef) before='^CEF[^=]*|[^|]* externalId=' ;;
	syslog) before='^[^"]*\[shelltrap@32473 [^]]*seq="' ;;
	esac
	sed "s/$before\([0-9]*\).*/\1/" "$scratch/log.$1"
}

# has_each_once FORMAT: the file has each alert of the module once, in order, and nothing else.
has_each_once()
{
	cmp -s <(print_numbers "$1") <(seq $(($(status_of seq_next) - 1)))
}

all_have_each_once()
{
	local format

	for format in $formats; do
		has_each_once "$format" || return
	done
}

load_module
for format in $formats; do
	outputs+=("[output file:$scratch/log.$format]" "format = $format")
done
configure "${outputs[@]}"
start_logger
storm first 20
check "the logger writes all formats" wait_until 20 all_have_each_once
cp "$scratch/log.state" "$scratch/log.old"
storm second 20
wait_until 20 all_have_each_once
kill_logger
# As after a crash of the machine: the last line is incomplete and the state is old.
for format in $formats; do
	truncate -s -5 "$scratch/log.$format"
done
cp "$scratch/log.old" "$scratch/log.state"
storm third 20
start_logger
wait_until 20 all_have_each_once
for format in $formats; do
	check "$format: after a crash each alert is in the file once, in order" has_each_once "$format"
done
kill_logger
rm "$scratch/log.state"
storm fourth 20
start_logger
check "without a state file each alert is in the files once" wait_until 20 all_have_each_once
for format in $formats; do
	check "$format: replay prints the same as the logger wrote" \
		cmp "$scratch/log.$format" <(shelltrap replay --format "$format")
done
stop_logger
remove_logs
