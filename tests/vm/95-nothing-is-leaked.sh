#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an alert held on to for a while - files, tasks, a cgroup, a directory - is
# given back once it is told of, while the module stays loaded.

. "${0%/*}/lib.sh"

rounds=600

# execs COUNT: that many shells, scripts and failures from a server, in $PWD.
execs()
{
	python3 -c '
import os, subprocess, sys
open("/proc/self/comm", "w").write("nginx")
for _ in range(int(sys.argv[1]) // 3):
    for program in "/bin/sh", "./script", "./sh":
        try:
            subprocess.run([program, "-c", ":"], check=False)
        except OSError:
            pass' "$1"
}

all_told()
{
	[[ $(status_of hits) == "$(status_of alerts)" ]]
}

# in_use CACHE...: objects in use, as the allocator counts them.
in_use()
{
	local cache

	for cache in "$@"; do
		awk -v cache="$cache" '$1 == cache { print $2 }' /proc/slabinfo
	done | paste -sd' '
}

# Grown by less than half of what one leak in each exec would come to.
has_not_grown()
{
	local was is i
	read -ra was <<<"$1"
	read -ra is <<<"$2"

	echo "before $1, after $2"
	for i in "${!was[@]}"; do
		((is[i] - was[i] < rounds / 2)) || return 1
	done
}

no_dying_cgroups()
{
	grep -qx 'nr_dying_descendants 0' "$1/cgroup.stat"
}

load_module
mnt=$scratch/mnt
mkdir -p "$mnt"
mount -t tmpfs tmpfs "$mnt"
printf '#!/bin/sh\n:\n' >"$mnt/script"
printf '\177ELF junk\n' >"$mnt/sh"
chmod +x "$mnt/script" "$mnt/sh"

cd "$mnt" || exit
execs 90
caches=(task_struct filp mnt_cache)
before=$(in_use "${caches[@]}")
execs "$rounds"
check "$rounds execs are told of" wait_until 20 all_told
check "and no task, file or mount is held any more" \
	has_not_grown "$before" "$(in_use "${caches[@]}")"
cd /
check "so the file system they ran from can be unmounted" umount "$mnt"

# The inner one has no controllers, whose own business could keep it.
outer=/sys/fs/cgroup/shelltrap-test group=$outer/inner
mkdir "$outer" "$group"
(
	echo "$BASHPID" >"$group/cgroup.procs"
	execs 9
)
wait_until 20 all_told
rmdir "$group"
check "and a cgroup that is removed goes away" wait_until 20 no_dying_cgroups "$outer"
