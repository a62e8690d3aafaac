#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While the disk of the state file is full, each alert is written exactly once, even if the
# logger is killed meanwhile.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json
disk=$scratch/disk

# log_reports PATTERN COUNT
log_reports()
{
	(($(grep -c -- "$1" "$scratch/log.err") == $2))
}

remembers_all()
{
	grep -q "\"seq\":$(($(status_of seq_next) - 1))," "$disk/state"
}

load_module
mkdir -p "$disk"
mount -t tmpfs -o size=64k tmpfs "$disk"
configure "[output file:$file]"
sed -i "s|^state = .*|state = $disk/state|" "$scratch/log.conf"
start_logger
storm before 10
check "the state is saved" wait_until 10 remembers_all
cat /dev/zero >"$disk/filler" 2>/dev/null
storm full 50
check "the logger reports that the state cannot be saved" wait_until 10 log_reports "state: No space left on device" 1
check "alerts are written though the state cannot be saved" wait_until 10 has_newest "$file"
kill_logger
storm dead 20
start_logger
check "a logger that starts with the disk full reports it" wait_until 10 log_reports "state: No space left on device" 2
check "a logger that starts with the disk full writes alerts" wait_until 10 has_newest "$file"
rm "$disk/filler"
check "the state is saved when the disk has room again" wait_until 10 remembers_all
check "the logger reports that the state can be saved again" wait_until 10 log_reports "state: works again" 1
check "each exec is in the file once" log_is_complete "$file" --no-loss before=10 full=50 dead=20
stop_logger
umount "$disk"
remove_logs
