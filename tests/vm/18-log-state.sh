#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The disk of the state file is full: alerts are written all the same, each once, by
# a logger that was killed meanwhile, too.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json
disk=$scratch/disk

said()
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
check "there is a state" wait_until 10 remembers_all
cat /dev/zero >"$disk/filler" 2>/dev/null
storm full 50
check "that it cannot be saved is said" wait_until 10 said "state: No space left on device" 1
check "and keeps no alert from being written" wait_until 10 has_newest "$file"
kill_logger
storm dead 20
start_logger
check "a logger that starts then says so" wait_until 10 said "state: No space left on device" 2
check "and goes on" wait_until 10 has_newest "$file"
rm "$disk/filler"
check "with room again, the state is saved" wait_until 10 remembers_all
check "and that is said" wait_until 10 said "state: works again" 1
check "each exec is there once" log_is_complete "$file" --no-loss before=10 full=50 dead=20
stop_logger
umount "$disk"
remove_logs
