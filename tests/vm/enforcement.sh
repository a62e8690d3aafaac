# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of enforcement share. To be sourced after lib.sh.
# shellcheck disable=SC2034,SC2154

gcc -D_GNU_SOURCE -O1 -o "$scratch/attempts" "$here/attempts.c" || not_ok "the attempts compile"
shipped=$payload/userspace/conf/policy.conf

# No shell may run under a server here, so it is another program that is told of.
sentinel()
{
	as nginx /usr/bin/id "$1" >/dev/null 2>&1
}

# tries NAME COUNT PROGRAM [ARGUMENT...]: what became of the attempts is in $outcome.
tries()
{
	outcome=$("$scratch/attempts" "$@" 2>"$scratch/stderr")
}

# came_out RAN DENIED KILLED OTHER: as the attempts did.
came_out()
{
	echo "$outcome"
	[[ $outcome == "ran $1 denied $2 killed $3 other $4" ]]
}
