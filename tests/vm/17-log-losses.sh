#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What neither logger nor kernel could keep is told in a line; and however much comes,
# the logger needs no more memory for it.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json

# A backlog of some two hundred alerts cannot hold what a stopped logger misses.
insmod "$payload/shelltrap.ko" backlog_size=262144
configure "receive_buffer = 4096" "[output file:$file]"
start_logger
wait_until 10 is_listening
storm c 20
wait_until 10 has_newest "$file"
before=$(resident_of RssAnon)
kill -STOP "$logger"
storm d 700
kill -CONT "$logger"
check "behind a backlog that is too small the logger catches up, too" wait_until 30 has_newest "$file"
check "and what it could not have any more is told in a line" log_is_complete "$file" c=20 d=700
check "of its own kind" grep -q '"type":"loss".*"why":"overwritten' "$file"
echo "# its own memory after 20 alerts: $before KiB, after 720: $(resident_of RssAnon) KiB;" \
	"with libraries $(resident_of VmRSS) KiB"
check "its memory does not grow" test "$(resident_of RssAnon)" -le $((before + 128))
stop_logger
remove_logs
