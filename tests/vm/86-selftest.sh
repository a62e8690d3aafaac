#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "shelltrap selftest" says whether a server that starts a shell is seen: yes where it
# is, and why not in one line where it is not.
#
# limit: 120 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# selftest STATUS REGEX [OPTION...]: ends with that status and says what fits; where
# it fails, in one line on stderr.
selftest()
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

check "without the module it exits 3 and says how to load it" \
	selftest 3 "not loaded; .*(insmod|modprobe)"
load_module
check "with it, the chain works" \
	selftest 0 "armed +yes;exec .*;alert .*;rules .*;verdict +observed;outcome +ran;the chain works;"
expect "its alert is one as any other, known by its command line" 1 \
	rule=webserver_shell_exec comm=nginx pathname=/bin/sh verdict=observed \
	'process.argv=["sh","-c",": shelltrap selftest"]'
check "another server and another shell" selftest 0 "exec +php-fpm8.2.*/bin/bash.*works" \
	--actor php-fpm8.2 --shell /bin/bash
expect "are what was told of" 1 rule=webserver_shell_exec comm=php-fpm8.2 pathname=/bin/bash

check "where the policy has no rule for it, it says so" \
	selftest 1 "no alert came in 1 s; by the policy in force, .* is: nothing .*--actor" \
	--actor innocent --timeout 1
cat >"$scratch/silent.conf" <<END
[set the_shell]
paths = /bin/sh
[rule silences]
target = the_shell
action = allow
END
shelltrap policy load "$shipped" "$scratch/silent.conf" >/dev/null
check "where an exception silences it, it says so" \
	selftest 1 "no alert came .* is: silenced by the exception silences" --timeout 1
shelltrap policy load "$shipped" >/dev/null

mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
echo 0 >/sys/kernel/debug/kprobes/enabled
check "disarmed, it fails at once" selftest 1 "^shelltrap: the module is not armed"
echo 1 >/sys/kernel/debug/kprobes/enabled
check "armed again, the chain works again" selftest 0 "the chain works"

by_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$payload/shelltrap" selftest \
		2>"$scratch/stderr"
	(($? == 4)) && (($(wc -l <"$scratch/stderr") == 1))
}
check "nobody is not permitted" by_nobody
python_as nginx '
import subprocess, sys
sys.exit(subprocess.run(["shelltrap", "selftest"]).returncode)' >"$scratch/under-a-server"
check "under a server it works, too" grep "the chain works" "$scratch/under-a-server"
in_pid_namespace()
{
	unshare --pid --fork --mount-proc shelltrap selftest
}
check "so it does in a pid namespace" in_pid_namespace

# load_with ACTION [OPTION...]: the shipped policy; a shell under a server has that action.
load_with()
{
	printf '[rule webserver_shell_exec]\naction = %s\n' "$1" >"$scratch/enforcing.conf"
	shelltrap policy load "${@:2}" "$shipped" "$scratch/enforcing.conf" >/dev/null
}
load_with deny --dry-run
check "what would be denied runs" selftest 0 "verdict +would-deny;outcome +ran;the chain works"
load_with deny --enforce
check "what is denied gets EPERM" \
	selftest 0 "verdict +denied;outcome +was refused: Operation not permitted;the chain works"
echo 0 >/sys/module/shelltrap/parameters/enforce
check "with the parameter enforce off it runs" selftest 0 "verdict +would-deny;outcome +ran;"
echo 1 >/sys/module/shelltrap/parameters/enforce
load_with kill
check "what is killed dies" selftest 0 "verdict +killed;outcome +was killed;the chain works"
