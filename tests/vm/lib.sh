# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests in the lab machine share. A test file states promises: it does
# something to a real web server and says what must be raised ("expect") or holds
# ("check"). It starts with no module loaded and leaves none behind.
#
# No test sleeps to see whether an alert comes. Whatever was raised since "mark"
# is read up to a sentinel: an exec, made afterwards, that is certain to raise an
# alert of its own. What lies between the two is all there is.

set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
payload=/opt/shelltrap
state=/run/lab
scratch=$state/scratch
PATH=$payload:$PATH

report()
{
	local number=$(($(cat "$state/count") + 1))

	echo "$number" >"$state/count"
	printf '%s %d - %s\n' "$1" "$number" "$2"
}

ok()
{
	report ok "$1"
}

# not_ok "what was promised" ["what was seen"]
not_ok()
{
	local line

	report "not ok" "$1"
	[[ -n ${2:-} ]] || return 0
	while IFS= read -r line; do
		printf '#   %s\n' "$line"
	done <<<"$2"
}

# check "promise" COMMAND...: it is kept if COMMAND succeeds.
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

# skip "why": for a file that has nothing to check here, before it checks anything.
skip()
{
	echo "# SKIP ${0##*/}: $1"
	exit 77
}

# wait_until SECONDS COMMAND...: 0 as soon as COMMAND succeeds, 1 if it never does.
# On a slow kernel the seconds are longer.
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

# A fresh module numbers from 1: all it raises is what the next "expect" is about.
load_module()
{
	insmod "$payload/shelltrap.ko" && marked=1
}

unload_module()
{
	rmmod shelltrap
}

# started_by_kernel FILE: the kernel starts a shell script, which makes $scratch/helped. It
# is put there for that: whoever asks for a protocol that is not there makes the kernel
# call for help.
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

# status_of FIELD: a number or a flag of "shelltrap status --json".
status_of()
{
	shelltrap status --json | tr -d '\n' | sed -n "s/.*\"$1\": *\([a-z0-9]*\).*/\1/p"
}

is_listening()
{
	[[ $(status_of listening) == true ]]
}

# start_watch FILE [OPTION...]: a watcher that writes JSON lines to FILE; returns
# once the kernel knows it. Its PID is $watcher.
start_watch()
{
	local file=$1
	shift

	shelltrap watch --format json "$@" >"$file" 2>"$file.err" </dev/null &
	watcher=$!
	wait_until 10 is_listening || not_ok "a watcher joins" "$(cat "$file.err")"
}

stop_watch()
{
	kill "$watcher"
	wait "$watcher"
}

# as NAME COMMAND...: runs COMMAND from a process of that name.
as()
(
	printf %s "$1" >/proc/self/comm
	shift
	exec "$@"
)

# python_as NAME CODE [ARGUMENT...]: a Python of that name runs CODE. ("as NAME
# python3" would not do: exec gives a process the name of what it runs.)
python_as()
{
	local name=$1 code=$2
	shift 2

	python3 -c "open('/proc/self/comm', 'w').write('$name')
$code" "$@"
}

# mark: what is raised from here on is what the next "expect" is about.
mark()
{
	marked=$(status_of seq_next)
}

# replay_has TEXT: leaves what was raised since the mark in $scratch/raised.
replay_has()
{
	shelltrap replay --from "$marked" --format json >"$scratch/raised" &&
		grep -qF -- "$1" "$scratch/raised"
}

# sentinel TEXT: an exec that is certain to raise an alert, with TEXT among its arguments.
# A test in which this one is refused brings another.
sentinel()
{
	as nginx /bin/sh -c ": $1"
}

# settle: puts what was raised since the mark into $scratch/between, and marks anew.
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

raised_just()
{
	settle && python3 -IS "$here/alerts.py" "$@" <"$scratch/between"
}

# expect "promise" [--only CONDITION]... COUNT CONDITION...: since the mark exactly
# COUNT alerts were raised, and each satisfies every CONDITION (see alerts.py).
# Marks anew.
expect()
{
	local promise=$1
	shift

	check "$promise" raised_just "$@"
}

expect_none()
{
	expect "$1" 0
}

leave_nothing_behind()
{
	local job

	for job in $(jobs -p); do
		kill "$job" 2>/dev/null
	done
	wait
	! is_loaded || unload_module || not_ok "the module unloads after ${0##*/}"
}

mkdir -p "$scratch"
[[ $0 == */run-in-guest ]] || trap leave_nothing_behind EXIT
