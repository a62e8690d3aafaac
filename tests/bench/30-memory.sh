#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the logger has resident, before and after 100,000 alerts. They are of execs that
# fail, which are made much faster than shells; so fast that the module has no slot for
# one in a hundred, and tells of a loss.
# limit: 1800 s

. "${0%/*}/lib.sh"

many=100000
at_once=2000
# On the disk: in memory there is no room for so many.
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

# alerts COUNT: no more at once than the backlog holds, all of them are to be written.
alerts()
{
	until (($(status_of alerts) >= $1)); do
		attempts "$at_once" && wait_until 30 has_newest "$file" || return 1
	done
}

# Nothing but the module's own losses is between the alerts.
all_are_written()
{
	grep '"type":"loss"' "$file" | grep -v '"why":"more execs in flight than slots"' | head
	grep -vc '"type":"loss"' "$file"
	(($(grep -vc '"type":"loss"' "$file") == $(status_of alerts)))
}

resident()
{
	resident_of "$1" | figure "logger, $2" KiB
}

check "there are failing execs to make" build_attempts
load_module
configure "[output file:$file]"
start_logger
wait_until 10 is_listening
attempts 20
wait_until 10 has_newest "$file"
before=$(resident_of RssAnon)
resident VmRSS "resident after 20 alerts"
resident RssAnon "its own of that"
check "100,000 alerts are made" alerts "$many"
resident VmRSS "resident after 100,000 alerts"
resident RssAnon "its own of that"
check "and written" all_are_written
check "its own memory does not grow" test "$(resident_of RssAnon)" -le $((before + 64))
check "all of it is less than 4 MiB" test "$(resident_of VmRSS)" -lt 4096
stop_logger
rm "$file"
remove_logs
