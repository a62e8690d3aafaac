#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "shelltrap selftest" tests whether a shell under a server raises an alert, and prints in one
# line why not if it fails.
#
# limit: 120 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# selftest_ends STATUS REGEX [OPTION...]: the self-test ends with that status and its output
# matches REGEX; if it fails, it prints one line on stderr.
selftest_ends()
{
	local wanted=$1 regex=$2 status=0
	shift 2

	shelltrap selftest "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
	echo "status $status; stdout and stderr:"
	cat "$scratch/stdout" "$scratch/stderr"
	((status == wanted)) || return 1
	((!status)) || (($(wc -l <"$scratch/stderr") == 1)) || return 1
	cat "$scratch/stdout" "$scratch/stderr" | tr '\n' ';' | grep -qE "$regex"
}

check "without the module selftest exits with 3 and says how to load it" \
	selftest_ends 3 "not loaded; .*(insmod|modprobe)"
load_module
check "with the module selftest succeeds" \
	selftest_ends 0 "armed +yes;exec .*;alert .*;rules .*;verdict +observed;outcome +ran;the chain works;"
expect "selftest raises an ordinary alert, with a command line that identifies it" 1 \
	rule=webserver_shell_exec comm=nginx pathname=/bin/sh verdict=observed \
	'process.argv=["sh","-c",": shelltrap selftest"]'
check "selftest succeeds with another server and another shell" selftest_ends 0 "exec +php-fpm8.2.*/bin/bash.*works" \
	--actor php-fpm8.2 --shell /bin/bash
expect "selftest raises an alert about that server and that shell" 1 rule=webserver_shell_exec comm=php-fpm8.2 pathname=/bin/bash

check "selftest fails and reports that the policy has no rule" \
	selftest_ends 1 "no alert came in 1 s; by the policy in force, .* is: nothing .*--actor" \
	--actor innocent --timeout 1
cat >"$scratch/silent.conf" <<END
[set the_shell]
paths = /bin/sh
[rule silences]
target = the_shell
action = allow
END
shelltrap policy load --replace "$shipped" "$scratch/silent.conf" >/dev/null
check "selftest fails and names the exception that matches" \
	selftest_ends 1 "no alert came .* is: silenced by the exception silences" --timeout 1
shelltrap policy load --replace "$shipped" >/dev/null

mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
echo 0 >/sys/kernel/debug/kprobes/enabled
check "selftest fails at once when the module is not armed" selftest_ends 1 "^shelltrap: the module is not armed"
echo 1 >/sys/kernel/debug/kprobes/enabled
check "selftest succeeds when the module is armed again" selftest_ends 0 "the chain works"

exits_with_4_for_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$payload/shelltrap" selftest \
		2>"$scratch/stderr"
	(($? == 4)) && (($(wc -l <"$scratch/stderr") == 1))
}
check "selftest by an ordinary user exits with 4" exits_with_4_for_nobody
python_as nginx '
import subprocess, sys
sys.exit(subprocess.run(["shelltrap", "selftest"]).returncode)' >"$scratch/under-a-server"
check "selftest succeeds under a server" grep "the chain works" "$scratch/under-a-server"
in_pid_namespace()
{
	unshare --pid --fork --mount-proc shelltrap selftest
}
check "selftest succeeds in a pid namespace" in_pid_namespace

# load_with ACTION [OPTION...]: loads the shipped policy with this action for a shell under a
# server.
load_with()
{
	printf '[rule webserver_shell_exec]\naction = %s\n' "$1" >"$scratch/enforcing.conf"
	shelltrap policy load --replace "${@:2}" "$shipped" "$scratch/enforcing.conf" >/dev/null
}
load_with deny --dry-run
check "selftest reports a shell that would be denied" selftest_ends 0 "verdict +would-deny;outcome +ran;the chain works"
load_with deny --enforce
check "selftest reports a shell that is denied" \
	selftest_ends 0 "verdict +denied;outcome +was refused: Operation not permitted;the chain works"
echo 0 >/sys/module/shelltrap/parameters/enforce
check "with the parameter enforce off selftest reports a shell that would be denied" selftest_ends 0 "verdict +would-deny;outcome +ran;"
echo 1 >/sys/module/shelltrap/parameters/enforce
load_with kill
check "selftest reports a shell that is killed" selftest_ends 0 "verdict +killed;outcome +was killed;the chain works"
