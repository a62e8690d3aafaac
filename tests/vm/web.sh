# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the attacks on a web server share: asking it for a page. With $site and $unit
# set.
# shellcheck disable=SC2154

# get PAGE [NAME=VALUE]...: prints the answer's body; its head is in $scratch/head.
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

answer_header()
{
	tr -d '\r' <"$scratch/head" | sed -n "s/^$1: //p"
}

# The unit's cgroup, of which the workers are part.
cgroup_of_unit()
{
	systemctl show --value -p ControlGroup "$unit"
}
