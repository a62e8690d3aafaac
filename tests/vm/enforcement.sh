# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of enforcement share. To be sourced after lib.sh.
# shellcheck disable=SC2034,SC2154

gcc -D_GNU_SOURCE -O1 -o "$scratch/attempts" "$here/attempts.c" || not_ok "the attempts compile"
shipped=$payload/userspace/conf/policy.conf

# The policies of these tests deny shells under a server, so the sentinel is another program.
sentinel()
{
	as nginx /usr/bin/id "$1" >/dev/null 2>&1
}

# run_attempts NAME COUNT PROGRAM [ARGUMENT...]: see attempts.c. Its output is in $outcome.
run_attempts()
{
	outcome=$("$scratch/attempts" "$@" 2>"$scratch/stderr")
}

# outcome_is RAN DENIED KILLED OTHER
outcome_is()
{
	echo "$outcome"
	[[ $outcome == "ran $1 denied $2 killed $3 other $4" ]]
}
