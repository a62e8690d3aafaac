# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests in the lab machine share. A test file does something to a real web server
# and checks promises: which alerts are raised ("expect"), or that a command succeeds
# ("check"). The module is not loaded when a file starts, and is unloaded when it ends.
#
# No test sleeps to see whether an alert comes. "mark" remembers the number of the next
# alert. "expect" then makes an exec that certainly raises an alert, the sentinel, and reads
# the alerts from the mark to the sentinel: these are all alerts of the test.

set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
payload=/opt/shelltrap
state=/run/lab
scratch=$state/scratch
PATH=$payload:$PATH

print_result()
{
	local number=$(($(cat "$state/count") + 1))

	echo "$number" >"$state/count"
	printf '%s %d - %s\n' "$1" "$number" "$2"
}

ok()
{
	print_result ok "$1"
}

# not_ok "promise" ["what was seen instead"]
not_ok()
{
	local line

	print_result "not ok" "$1"
	[[ -n ${2:-} ]] || return 0
	while IFS= read -r line; do
		printf '#   %s\n' "$line"
	done <<<"$2"
}

# check "promise" COMMAND...: the promise holds if COMMAND succeeds.
check()
{
	local promise=$1 seen
	shift

	if "$@" >"$scratch/seen" 2>&1; then
		ok "$promise"
	else
		seen=$(cat "$scratch/seen")
		not_ok "$promise" "${seen:-failed: $*}"
	fi
}

# skip "why": ends a test file that cannot run on this kernel or machine. Must be called
# before the first check.
skip()
{
	echo "# SKIP ${0##*/}: $1"
	exit 77
}

# wait_until SECONDS COMMAND...: repeats COMMAND until it succeeds, and returns 0; returns 1
# when the time is over. On a slow kernel the time is longer (see run-in-guest).
wait_until()
{
	local deadline=$((SECONDS + $1 * ${patience:-1}))
	shift

	until "$@"; do
		((SECONDS < deadline)) || return 1
		sleep 0.05
	done
}

is_loaded()
{
	[[ -d /sys/module/shelltrap ]]
}

# The first record says that the module was loaded. The next "expect" sees all that follow.
load_module()
{
	insmod "$payload/shelltrap.ko" && marked=2
}

unload_module()
{
	rmmod shelltrap
}

# started_by_kernel FILE: makes the kernel execute FILE, a new shell script, which creates
# $scratch/helped. The kernel calls its modprobe helper when a process opens a socket of an
# unknown protocol, and FILE is set as this helper meanwhile.
started_by_kernel()
{
	local modprobe

	rm -f "$scratch/helped"
	printf '#!/bin/sh\n: >%s\n' "$scratch/helped" >"$1"
	chmod +x "$1"
	modprobe=$(sysctl -n kernel.modprobe)
	sysctl -qw "kernel.modprobe=$1"
	python3 -c 'import socket; socket.socket(9)' 2>/dev/null
	sysctl -qw "kernel.modprobe=$modprobe"
	[[ -e $scratch/helped ]]
}

# status_of FIELD: prints a number or a flag of "shelltrap status --json".
status_of()
{
	shelltrap status --json | tr -d '\n' | sed -n "s/.*\"$1\": *\([a-z0-9]*\).*/\1/p"
}

is_listening()
{
	[[ $(status_of listening) == true ]]
}

# start_watch FILE [OPTION...]: starts "shelltrap watch", which writes JSON lines to FILE.
# Returns when it listens to the kernel. Its PID is $watcher.
start_watch()
{
	local file=$1
	shift

	shelltrap watch --format json "$@" >"$file" 2>"$file.err" </dev/null &
	watcher=$!
	wait_until 10 is_listening || not_ok "a watcher listens" "$(cat "$file.err")"
}

stop_watch()
{
	kill "$watcher"
	wait "$watcher"
}

# as NAME COMMAND...: a process called NAME, which listens on a UNIX socket, executes COMMAND.
as()
(
	exec "$state/serve" "$@"
)

# by_name NAME COMMAND...: a process that is called NAME, and serves nothing, executes COMMAND.
by_name()
(
	printf %s "$1" >/proc/self/comm
	shift
	exec "$@"
)

# Python code. serve(NAME) makes the process one that is called NAME and listens.
serve='
import socket
def serve(name):
    global listening
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("")
    listening.listen()
    with open("/proc/self/comm", "w") as comm:
        comm.write(name)
'

# python_as NAME CODE [ARGUMENT...]: a Python process called NAME, which listens, runs CODE.
# ("as NAME python3" does not work: exec sets the name of the process to that of the program.)
python_as()
{
	local name=$1 code=$2
	shift 2

	python3 -c "$serve
serve('$name')
$code" "$@"
}

# mark: the next "expect" sees the alerts that are raised from here on.
mark()
{
	marked=$(status_of seq_next)
}

# replay_has TEXT: an alert since the mark contains TEXT. Writes the alerts since the mark
# to $scratch/raised.
replay_has()
{
	shelltrap replay --from "$marked" --format json >"$scratch/raised" &&
		grep -qF -- "$1" "$scratch/raised"
}

# sentinel TEXT: makes an exec that certainly raises an alert, with TEXT in its arguments. A
# test whose policy denies this exec defines another sentinel.
sentinel()
{
	as nginx /bin/sh -c ": $1"
}

# settle: writes the alerts between the mark and a new sentinel to $scratch/between, and sets
# the mark after the sentinel.
settle()
{
	local sentinel=sentinel-$RANDOM$RANDOM

	sentinel "$sentinel"
	if ! wait_until 15 replay_has "$sentinel"; then
		echo "no alert for an exec that is certain to raise one; since the mark:"
		cat "$scratch/raised"
		return 1
	fi
	sed "/$sentinel/,\$d" "$scratch/raised" >"$scratch/between"
	marked=$(($(sed -n "/$sentinel/s/.*\"seq\": *\([0-9]*\).*/\1/p" "$scratch/raised") + 1))
}

alerts_are()
{
	settle && python3 -IS "$here/alerts.py" "$@" <"$scratch/between"
}

# expect "promise" [--only CONDITION]... COUNT CONDITION...: exactly COUNT alerts were
# raised since the mark, and each satisfies all CONDITIONs (see alerts.py). Sets a new mark.
expect()
{
	local promise=$1
	shift

	check "$promise" alerts_are "$@"
}

expect_none()
{
	expect "$1" 0
}

clean_up()
{
	local job

	for job in $(jobs -p); do
		kill "$job" 2>/dev/null
	done
	wait
	! is_loaded || unload_module || not_ok "the module unloads after ${0##*/}"
}

mkdir -p "$scratch"
[[ -x $state/serve ]] || gcc -D_GNU_SOURCE -O1 -o "$state/serve" "$here/serve.c"
[[ $0 == */run-in-guest ]] || trap clean_up EXIT
