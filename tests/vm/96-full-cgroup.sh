#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An attacker cannot use his own limits to lose an alert, or to get past a rule that denies: his
# cgroup has no memory left, or the kernel kills him for it in the middle of the exec; he may open
# no file.
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/enforcement.sh"

group=/sys/fs/cgroup/shelltrap-full
rounds=120

# fill_and_exec PROGRAM: a server starts children in the cgroup. Each takes nearly all memory, the
# first ones too much and the last ones too little, and executes PROGRAM, which ends with 0. Prints
# how many programs ran, were refused, and were killed.
fill_and_exec()
{
	python_as nginx '
import mmap, os, resource, sys
group, rounds, program = sys.argv[1], int(sys.argv[2]), sys.argv[3]
limit = int(open(group + "/memory.max").read())
counts = {"ran": 0, "refused": 0, "killed": 0, "other": 0}

def child(number):
    with open(group + "/cgroup.procs", "w") as procs:
        procs.write("0")
    with open(group + "/memory.current") as file:
        pages = (limit - int(file.read())) // 4096 + 100 - 2 * number
    room = mmap.mmap(-1, 2 * limit)
    for page in range(pages):
        room[page * 4096] = 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    try:
        os.execv(program, ["sh", "-c", f": round {number}."])
    except OSError:
        os._exit(7)

for number in range(rounds):
    pid = os.fork()
    if pid == 0:
        child(number)
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        counts["killed" if os.WTERMSIG(status) == 9 else "other"] += 1
    else:
        ways = {0: "ran", 7: "refused"}
        counts[ways.get(os.WEXITSTATUS(status), "other")] += 1
print(*counts.values())' "$group" "$rounds" "$1"
}

hits_are_alerts()
{
	[[ $(status_of hits) == "$(status_of alerts)" ]]
}

# Each program that ran is an alert. What was killed is one if the hook saw it before.
each_is_reported()
{
	local count

	count=$(grep -c '": round [0-9]*\."' "$scratch/raised")
	echo "$count alerts; $ran ran, $killed were killed"
	((count >= ran && count <= ran + killed + refused))
}

mkdir "$group"
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
echo 6M >"$group/memory.max"
echo 0 >"$group/memory.swap.max" 2>/dev/null

# Until the line at the end, scripts/lab/boot expects traces of processes without memory.
echo "shelltrap tests: memory is short" >/dev/kmsg
load_module
read -r ran refused killed other < <(fill_and_exec "$scratch/storm/sh")
echo "# ran $ran, refused $refused, killed $killed, other $other"
check "witness: some programs ran, and some were killed for want of memory" test "$ran" -gt 10 -a "$killed" -gt 10
check "each hit becomes an alert" wait_until 20 hits_are_alerts
shelltrap replay --from "$marked" --format json >"$scratch/raised"
check "each program that ran is in an alert" each_is_reported
check "nothing is lost" test "$(status_of lost)/$(status_of overwritten)" = 0/0

printf '[rule webserver_shell_exec]\naction = deny\n' >"$scratch/new.conf"
shelltrap policy load --replace "$shipped" "$scratch/new.conf" >/dev/null
read -r ran refused killed other < <(fill_and_exec "$scratch/storm/sh")
echo "# denied: ran $ran, refused $refused, killed $killed, other $other"
check "no program that a rule denies has run" test "$ran/$other" = 0/0
check "witness: some were refused" test "$refused" -gt 10
check "nothing is lost then, either" test "$(status_of lost)" = 0

echo "shelltrap tests: memory is no longer short" >/dev/kmsg

mark
as nginx /usr/bin/id >/dev/null
expect "another server is not concerned" --only pathname=/usr/bin/id 1 comm=nginx
rmdir "$group"
rm -f "$scratch/new.conf"
