#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Alerts that neither the logger nor the kernel could keep are written as a loss record. The
# logger's memory does not grow with the number of alerts.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json

# This backlog has room for about two hundred alerts, fewer than the stopped logger misses.
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
check "the logger catches up after the backlog has overflowed" wait_until 30 has_newest "$file"
check "the logger writes how many alerts are lost" log_is_complete "$file" c=20 d=700
check "a loss is a record of its own type, with its cause" grep -q '"type":"loss".*"why":"overwritten' "$file"
echo "# the logger's own memory after 20 alerts: $before KiB, after 720: $(resident_of RssAnon) KiB;" \
	"with libraries $(resident_of VmRSS) KiB"
check "the logger's memory does not grow" test "$(resident_of RssAnon)" -le $((before + 128))
stop_logger
remove_logs
