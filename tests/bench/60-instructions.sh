#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The instructions of one exec (vfork, exec, exit and wait of a tiny static program) and of
# one fork, as the clock of the process sees them that starts it and waits: bare, with
# Shelltrap in several states, with an empty probe in its place, and with other programs that
# observe execs. All alternate. The shortest of each thousand iterations counts: in it nothing
# else ran. table.py takes the medians of those.
#
# lab: peers
# limit: 3600 s

. "${0%/*}/lib.sh"
. "${0%/*}/loads.sh"

rounds=3
peer_rounds=3
samples=2
count=1000
servers="nginx httpd httpd-foregroun http-nio lighttpd apache apache2"
shells="ash bash csh ksh sh tcsh zsh dash"

# sample STATE LOAD
sample()
{
	local mean least i

	for ((i = 0; i < samples; i++)); do
		read -r mean least < <(run_load "$2" "$count") || return
		printf 'sample\t%s\t%s\t%s\t%s\n' "$1" "$2" "$mean" "$least"
	done
}

# measure STATE LOAD...
measure()
{
	local state=$1 load
	shift

	for load in "$@"; do
		sample "$state" "$load" || not_ok "$state, $load is measured"
	done
}

with_floor()
{
	insmod "$payload/floor.ko"
	measure floor other shell
	rmmod floor
}

# with_policy NAME LOAD...
with_policy()
{
	shelltrap policy load --replace "$scratch/$1" >/dev/null
	measure "$@"
}

# A server runs, as on a real machine, so that the lineage is not empty. A reader receives all
# alerts of the last measurement.
with_shelltrap()
{
	load_module
	as nginx sleep infinity &
	with_policy idle other
	with_policy 10-names other
	with_policy 10048-names other
	with_policy deny other refused
	with_policy default other server-other fork server-fork
	start_watch "$scratch/alerts"
	measure default shell shell-30 shell-1000
	wait_until 60 has_newest "$scratch/alerts" || not_ok "all alerts are delivered"
	stop_watch
	unload_module
	kill %1
	wait
}

# is_one_of NAME LIST: prints an expression for bpftrace.
is_one_of()
{
	local word expression=

	for word in $2; do
		expression+="${expression:+ || }$1 == \"$word\""
	done
	echo "$expression"
}

is_probed()
{
	grep -q "$1" /sys/kernel/debug/kprobes/list
}

# The same two comparisons of names as Tracee's TRC-1016.
with_bpftrace()
{
	bpftrace -e "kprobe:security_bprm_check / $(is_one_of comm "$servers") / {
		\$name = str(((struct linux_binprm *)arg0)->file->f_path.dentry->d_name.name);
		if ($(is_one_of "\$name" "$shells")) { printf(\"%s %d %s\n\", comm, pid, \$name); }
	}" >"$scratch/bpftrace" 2>&1 &
	wait_until 30 is_probed security_bprm_check || not_ok "bpftrace traces" "$(cat "$scratch/bpftrace")"
	measure bpftrace other shell
	kill -INT %1
	wait
	check "bpftrace has printed shells" grep -q "nginx .* zsh" "$scratch/bpftrace"
}

# Makes another exec each time, as sysdig may not have been listening before.
sysdig_listens()
{
	"$scratch/nginx" 1 "$programs/zsh" >/dev/null && [[ -s $scratch/sysdig ]]
}

with_sysdig()
{
	modprobe scap
	sysdig --unbuffered "evt.type = execve and evt.dir = < and proc.pname in (${servers// /,}) and
		proc.name in (${shells// /,})" >"$scratch/sysdig" 2>&1 &
	wait_until 60 sysdig_listens || not_ok "sysdig listens" "$(cat "$scratch/sysdig")"
	measure sysdig other shell
	kill -INT %1
	wait
	check "sysdig has printed each shell" test "$(grep -c " zsh .*(nginx)" "$scratch/sysdig")" -gt $((samples * count))
	rmmod scap
}

is_auditing()
{
	auditctl -s | grep -q "^pid [1-9]"
}

# with_rule LOAD CONDITION
with_rule()
{
	auditctl -a always,exit -F arch=b64 -S execve -F "$2" >/dev/null
	measure auditd "$1"
	auditctl -D >/dev/null
}

# auditd comes last: when it has run once, all tasks keep their audit state.
with_auditd()
{
	auditd || not_ok "auditd starts"
	wait_until 60 is_auditing || not_ok "auditd listens"
	for ((i = 0; i < peer_rounds; i++)); do
		with_rule other euid=33
		with_rule shell euid=0
	done
	check "auditd has logged shells" grep -q 'comm="zsh"' /run/audit.log
	pkill -x auditd
}

mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
check "the programs of the loads compile" build_programs
make_policies
policy_of 1 10 >"$scratch/10-names"
policy_of 64 157 >"$scratch/10048-names"
for ((i = 0; i < rounds; i++)); do
	measure bare other server-other shell shell-30 shell-1000 refused fork server-fork
	with_floor
	measure bare other
	with_shelltrap
	measure bare other server-other shell shell-30 shell-1000 refused fork server-fork
done
for ((i = 0; i < peer_rounds; i++)); do
	with_bpftrace
	measure bare other shell
	with_sysdig
	measure bare other shell
done
with_auditd
