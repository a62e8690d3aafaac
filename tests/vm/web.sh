# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the attacks on a web server share: requesting a page. The caller sets $site and $unit.
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
