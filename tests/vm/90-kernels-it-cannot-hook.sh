#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where there is nothing to hook, or nothing to hook with, loading fails with one
# line that says so, and leaves nothing behind.

. "${0%/*}/lib.sh"

# But for what the kernel says of the first module that is not its own.
said_by_module()
{
	dmesg | grep 'shelltrap: ' | grep -vE 'taint(s|ing) kernel'
}

# refuses REGEX insmod-argument...: insmod fails and the kernel says
# exactly one line, which fits.
refuses()
{
	local line

	seen=$(said_by_module | wc -l)
	! insmod "${@:2}" 2>/dev/null || return 1
	line=$(said_by_module | tail -n +$((seen + 1)))
	echo "$line"
	[[ $(wc -l <<<"$line") == 1 && $line =~ $1 ]] && ! is_loaded
}

# The name of the function is a string in the module: another of the same length.
sed 's/security_bprm_check/security_bprm_chekc/g' "$payload/shelltrap.ko" >"$scratch/shelltrap.ko"
check "a kernel without the function: one line, not loaded" \
	refuses "no function security_bprm_chekc" "$scratch/shelltrap.ko"

sed 's/sched_process_exec/sched_process_exce/g' "$payload/shelltrap.ko" >"$scratch/shelltrap.ko"
check "a kernel without the tracepoint: one line, not loaded" \
	refuses "tracepoint sched_process_exce" "$scratch/shelltrap.ko"

check "a backlog too small for one alert: one line, not loaded" \
	refuses "backlog_size=4096 is too small" "$payload/shelltrap.ko" backlog_size=4096

check "a backlog larger than the memory: one line, not loaded" \
	refuses "backlog_size=4294967295, error -12" "$payload/shelltrap.ko" backlog_size=4294967295

check "after all that it loads" load_module
check "and detects" as nginx /bin/sh -c :
expect "as ever" 1 rule=webserver_shell_exec

# is_armed true|false: says the status.
is_armed()
{
	shelltrap status --json | grep -q "\"armed\": *$1"
}

mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
check "it is armed, and says so" is_armed true
echo 0 >/sys/kernel/debug/kprobes/enabled
check "who disarms all kprobes shows in the status" is_armed false
echo 1 >/sys/kernel/debug/kprobes/enabled
# Newer kernels let nobody do that.
if sysctl -qw kernel.ftrace_enabled=0 2>"$scratch/refused"; then
	check "so does who turns the function tracer off" is_armed false
	sysctl -qw kernel.ftrace_enabled=1
else
	check "nobody can turn the function tracer off" grep "not supported" "$scratch/refused"
fi
check "armed again, it says that, too" is_armed true
as nginx /bin/sh -c :
expect "armed again, it detects again" 1 rule=webserver_shell_exec
