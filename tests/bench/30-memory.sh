#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The resident memory of the logger before and after 100,000 alerts. The alerts are of execs
# that fail, as these are faster than shells; so fast that the module has no slot for one in
# a hundred, which is a loss.
# limit: 1800 s

. "${0%/*}/lib.sh"

many=100000
at_once=2000
# On the disk: a tmpfs has no room for so many alerts.
file=/var/tmp/alerts.json

# attempts COUNT: see attempts.c.
attempts()
{
	"$scratch/attempts" "$scratch/junk/sh" "$1"
}

build_attempts()
{
	mkdir -p "$scratch/junk"
	echo "no program" >"$scratch/junk/sh"
	chmod +x "$scratch/junk/sh"
	gcc -O1 -o "$scratch/attempts" "$here/../bench/attempts.c"
}

# raise_alerts COUNT: in parts that the backlog holds, so that all alerts are written.
raise_alerts()
{
	until (($(status_of alerts) >= $1)); do
		attempts "$at_once" && wait_until 30 has_newest "$file" || return 1
	done
}

# The file has all alerts, and only losses for lack of slots.
all_are_written()
{
	grep '"type":"loss"' "$file" | grep -v '"why":"more execs in flight than slots"' | head
	grep -vc '"type":"loss"' "$file"
	(($(grep -vc '"type":"loss"' "$file") == $(status_of alerts)))
}

# print_resident FIELD NAME: of the logger's /proc/PID/status.
print_resident()
{
	resident_of "$1" | figure "logger, $2" KiB
}

check "the program that makes failing execs compiles" build_attempts
load_module
configure "[output file:$file]"
start_logger
wait_until 10 is_listening
attempts 20
wait_until 10 has_newest "$file"
before=$(resident_of RssAnon)
print_resident VmRSS "resident after 20 alerts"
print_resident RssAnon "its own of that"
check "100,000 alerts are raised" raise_alerts "$many"
print_resident VmRSS "resident after 100,000 alerts"
print_resident RssAnon "its own of that"
check "all alerts are written" all_are_written
check "the logger's own memory does not grow" test "$(resident_of RssAnon)" -le $((before + 64))
check "the logger's resident memory is less than 4 MiB" test "$(resident_of VmRSS)" -lt 4096
stop_logger
rm "$file"
remove_logs
