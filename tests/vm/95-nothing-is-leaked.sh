#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module releases the references that it takes for an alert - files, tasks, a cgroup, a
# directory - when the alert is raised; it stays loaded here.
# limit: 240 s

. "${0%/*}/lib.sh"

rounds=600

# make_execs COUNT: a server executes COUNT programs in $PWD: shells, scripts, and files that
# cannot be executed.
make_execs()
{
	python_as nginx '
import os, subprocess, sys
for _ in range(int(sys.argv[1]) // 3):
    for program in "/bin/sh", "./script", "./sh":
        try:
            subprocess.run([program, "-c", ":"], check=False)
        except OSError:
            pass' "$1"
}

all_are_raised()
{
	[[ $(status_of hits) == "$(status_of alerts)" ]]
}

# count_objects CACHE...: prints how many objects of each slab cache are in use.
count_objects()
{
	local cache

	for cache in "$@"; do
		awk -v cache="$cache" '$1 == cache { print $2 }' /proc/slabinfo
	done | paste -sd' '
}

# has_not_grown BEFORE AFTER: a leak of one object in each exec would be $rounds objects; other
# processes may use some more, too, but not half as many.
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
make_execs 90
caches=(task_struct filp mnt_cache)
before=$(count_objects "${caches[@]}")
make_execs "$rounds"
check "$rounds execs raise alerts" wait_until 20 all_are_raised
check "no task, file or mount is held after the alerts" \
	has_not_grown "$before" "$(count_objects "${caches[@]}")"
cd /
check "the file system that the programs ran from can be unmounted" umount "$mnt"

# The inner cgroup has no controllers, as these could delay its removal.
outer=/sys/fs/cgroup/shelltrap-test group=$outer/inner
mkdir "$outer" "$group"
(
	echo "$BASHPID" >"$group/cgroup.procs"
	make_execs 9
)
wait_until 20 all_are_raised
rmdir "$group"
check "a removed cgroup is freed after the alerts" wait_until 20 no_dying_cgroups "$outer"
