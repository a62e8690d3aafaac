#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How the cost grows: the instructions that an exec, a fork or a hit takes more than without the
# module (see 60-instructions.sh), with more names, rules, exceptions and tasks in lineages.
# What more CPUs change, profile counts.
#
# lab: peers
# limit: 3600 s
# memory: 6144

. "${0%/*}/lib.sh"
. "${0%/*}/loads.sh"

pattern="convert@ /srv/in/{word}.png -resize {number} {file:/srv}"

# with_policy WHAT POLICY LOAD: counts LOAD with POLICY, which has so many of WHAT.
with_policy()
{
	shelltrap policy load --replace "$2" >/dev/null
	added "$3" "$(name_of "$3"), $1"
}

# The command line is that of the loads "excepted*", but none of the exceptions fits it: the last
# one fails at its end.
with_exceptions_that_fail()
{
	with_exceptions "$1" "$pattern" >"$scratch/exceptions"
	with_policy "$1 exceptions with holes that do not fit" "$scratch/exceptions" excepted
}

# Does the first survey know of so many tasks?
is_entered()
{
	(($(status_of lineage) >= $1))
}

# with_tasks NUMBER: counts while so many descendants of a server wait. Without the module they wait,
# too: with many processes, the kernel itself takes longer.
with_tasks()
{
	local load loads=(other fork server-fork shell)

	rm -f "$scratch/crowd.log"
	"$scratch/crowd" "$1" >"$scratch/crowd.log" 2>&1 &
	wait_until 1200 grep -qs there "$scratch/crowd.log" ||
		not_ok "$1 descendants of a server wait" "$(cat "$scratch/crowd.log")"
	count_bare "${loads[@]}"
	load_module
	check "$1 tasks are in lineages" wait_until 120 is_entered "$1"
	for load in "${loads[@]}"; do
		added "$load" "$(name_of "$load"), $1 tasks in lineages"
	done
	unload_module
	kill %1
	wait
}

# The kernel, and systemd for each unit, set limits by the size of the machine.
allow_many_tasks()
{
	local cgroup

	cgroup=/sys/fs/cgroup$(cut -d : -f 3 /proc/self/cgroup)

	echo 60000 >/proc/sys/kernel/pid_max
	echo 60000 >/proc/sys/kernel/threads-max
	while [[ -e $cgroup/pids.max ]]; do
		echo max >"$cgroup/pids.max"
		cgroup=${cgroup%/*}
	done
	ulimit -u unlimited
}

check "the programs of the loads compile" build_programs
check "crowd.c compiles" gcc -O1 -o "$scratch/crowd" "$here/../bench/crowd.c"
make_policies
allow_many_tasks
count_bare other excepted
policy_of 1 10 >"$scratch/10-names"
policy_of 64 1 >"$scratch/64-rules"
policy_of 1 1000 >"$scratch/1000-names"
policy_of 1 60000 >"$scratch/60000-names"
policy_of 64 937 >"$scratch/59968-names"
load_module
with_policy "10 names, 1 rule" "$scratch/10-names" other
with_policy "64 names, 64 rules" "$scratch/64-rules" other
with_policy "1,000 names, 1 rule" "$scratch/1000-names" other
with_policy "60,000 names, 1 rule" "$scratch/60000-names" other
with_policy "59,968 names, 64 rules" "$scratch/59968-names" other
for number in 0 1 10 50; do
	with_exceptions_that_fail "$number"
done
unload_module
for number in 0 1000 30000; do
	with_tasks "$number"
done
