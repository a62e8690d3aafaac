# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the attacks on a web server share: requesting a page, and other clients beside. The
# caller of get and cgroup_of_unit sets $site and $unit.
# shellcheck disable=SC2154

# get PAGE [NAME=VALUE]...: prints the body of the response; its headers are in
# $scratch/head.
get()
{
	local page=$1 field
	local -a query=()
	shift

	for field in "$@"; do
		query+=(--data-urlencode "$field")
	done
	curl -sS -m 30 -D "$scratch/head" -G "$site/$page" "${query[@]}"
}

# answer_header NAME: prints this header of the last response.
answer_header()
{
	tr -d '\r' <"$scratch/head" | sed -n "s/^$1: //p"
}

# Prints the unit's cgroup, which the server's workers are in, too.
cgroup_of_unit()
{
	systemctl show --value -p ControlGroup "$unit"
}

# hold COUNT PORT: opens connections that ask for nothing, and keeps them until let_go.
hold()
{
	python3 - "$1" "$2" <<-'PYTHON' &
	import signal, socket, sys
	kept = [socket.create_connection(("127.0.0.1", int(sys.argv[2]))) for _ in range(int(sys.argv[1]))]
	print("held", file=open("/run/held", "w"))
	signal.pause()
	PYTHON
	holder=$!
	wait_until 100 test -s /run/held
}

let_go()
{
	kill "$holder"
	wait "$holder" 2>/dev/null
	rm -f /run/held
}
