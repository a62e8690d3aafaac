#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# If the kernel has no function or tracepoint to hook, or not enough memory, the module does
# not load, logs one line with the reason, and leaves nothing in the kernel. What depends on the
# kernel otherwise is in the status.

. "${0%/*}/lib.sh"

# Prints the module's lines in the kernel's log, without the kernel's own remark about modules
# from outside its tree.
print_module_log()
{
	dmesg | grep 'shelltrap: ' | grep -vE 'taint(s|ing) kernel'
}

# load_fails REGEX ARGUMENT...: insmod with these arguments fails, and the module logs exactly
# one line, which matches.
load_fails()
{
	local line

	seen=$(print_module_log | wc -l)
	! insmod "${@:2}" 2>/dev/null || return 1
	line=$(print_module_log | tail -n +$((seen + 1)))
	echo "$line"
	[[ $(wc -l <<<"$line") == 1 && $line =~ $1 ]] && ! is_loaded
}

# The name of the function is a string in the module: replace it by one of the same length.
sed 's/security_bprm_check/security_bprm_chekc/g' "$payload/shelltrap.ko" >"$scratch/shelltrap.ko"
check "the module does not load without the function to hook" \
	load_fails "no function security_bprm_chekc" "$scratch/shelltrap.ko"

sed 's/sched_process_exec/sched_process_exce/g' "$payload/shelltrap.ko" >"$scratch/shelltrap.ko"
check "the module does not load without its tracepoint" \
	load_fails "tracepoint sched_process_exce" "$scratch/shelltrap.ko"

check "the module does not load with a backlog too small for one alert" \
	load_fails "backlog_size=4096 is too small" "$payload/shelltrap.ko" backlog_size=4096

check "the module does not load with a backlog larger than the memory" \
	load_fails "backlog_size=4294967295, error -12" "$payload/shelltrap.ko" backlog_size=4294967295

check "the module loads after loads that failed" load_module
check "witness: a shell runs" as nginx /bin/sh -c :
expect "a shell raises an alert after loads that failed" 1 rule=webserver_shell_exec

# found FIELD: prints what "status --json" says about the kernel.
found()
{
	shelltrap status --json | python3 -c '
import json, sys
print(json.dumps(json.load(sys.stdin)["kernel"][sys.argv[1]]))' "$1"
}

# found_is FIELD VALUE
found_is()
{
	local value

	value=$(found "$1")
	echo "$1 is $value"
	[[ $value == "$2" ]]
}

mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug

# placed: prints how the kernel itself says that the probe is placed.
placed()
{
	if grep -q 'security_bprm_check+.*\[FTRACE\]' /sys/kernel/debug/kprobes/list; then
		echo '"ftrace"'
	else
		echo '"int3"'
	fi
}

grep -q 'PREEMPT.RT' <(uname -v) && realtime=true || realtime=false
check "status says how the hook is placed" found_is hook "$(placed)"
check "status says by which function listen() is seen" found_is listen '"security_socket_listen"'
check "status says that mount namespaces are known" found_is mnt_ns true
check "status says whether the kernel has PREEMPT_RT" found_is preempt_rt "$realtime"
check "status has the release of the kernel" found_is release "\"$(uname -r)\""
check "status says that cgroups are those of version 2" found_is cgroup '"v2"'
mkdir "$scratch/net_cls"
mount -t cgroup -o net_cls none "$scratch/net_cls"
check "status says that a controller is in a hierarchy of version 1" found_is cgroup '"hybrid"'
umount "$scratch/net_cls"
check "status says that it has returned" wait_until 10 found_is cgroup '"v2"'

# load_without_listen FUNCTION...: loads the module as if the kernel did not have these.
load_without_listen()
{
	local name expressions=()

	for name in "$@"; do
		expressions+=(-e "s/$name/${name%??}xx/g")
	done
	sed "${expressions[@]}" "$payload/shelltrap.ko" >"$scratch/shelltrap.ko"
	insmod "$scratch/shelltrap.ko" && marked=1
}

unload_module
check "the module loads without the function that checks listen()" load_without_listen security_socket_listen
python3 -c 'import os, socket
one = socket.create_server(("127.0.0.1", 8081))
os.system(":")'
check "status says by which function listen() is seen then" found_is listen '"inet_listen"'
expect "a server is known by its port then, too" 1 rule=webserver_shell_exec server.matched=port
unload_module
check "the module loads without any function that listens" \
	load_without_listen security_socket_listen inet_listen unix_listen
check "status says that listen() is not seen" found_is listen null
check "status says that names alone decide" grep -q "names alone decide" <(shelltrap status)
by_name nginx /bin/sh -c :
expect "a server is known by its name alone then" 1 rule=webserver_shell_exec server.matched=comm
unload_module
load_module

# is_armed true|false: according to the status.
is_armed()
{
	grep -q "\"armed\": *$1" <(shelltrap status --json)
}

check "status shows that the module is armed" is_armed true
echo 0 >/sys/kernel/debug/kprobes/enabled
check "status shows that all kprobes are disarmed" is_armed false
check "status exits with 1 then" test "$(shelltrap status >/dev/null; echo $?)" = 1
echo 1 >/sys/kernel/debug/kprobes/enabled
# Newer kernels refuse to turn the function tracer off.
if sysctl -qw kernel.ftrace_enabled=0 2>"$scratch/refused"; then
	check "status shows that the function tracer is off" is_armed false
	sysctl -qw kernel.ftrace_enabled=1
else
	check "the function tracer cannot be turned off" grep "not supported" "$scratch/refused"
fi
check "status shows that the module is armed again" is_armed true
as nginx /bin/sh -c :
expect "a shell raises an alert when the module is armed again" 1 rule=webserver_shell_exec
