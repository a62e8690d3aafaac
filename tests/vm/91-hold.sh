#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A program that a rule holds does not run an instruction until it is released, and nothing
# that its user can do lets it go. The server goes on serving, within bounds nobody can exceed.
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"
. "${0%/*}/hold.sh"

site=http://127.0.0.1
drop=/tmp/hold
sysctl -qw kernel.yama.ptrace_scope=0 2>/dev/null

is_waiting()
{
	grep -qE '^State:.*(D \(disk sleep|I \(idle)' "/proc/$1/status"
}

all_are_waiting()
{
	local pid

	for pid in "$@"; do
		is_waiting "$pid" || return 1
	done
	[[ -z $(find "$drop" -name 'ran-*') ]]
}

has_run()
{
	[[ -e $drop/ran-$1 ]]
}

# start_three: PHP starts a dropped program, a dropped script and a program without a file.
start_three()
{
	rm -rf "$drop"
	mkdir -m 1777 "$drop"
	attack "cp /bin/touch $drop/elf; $drop/elf $drop/ran-elf"
	attack "printf '#!/bin/sh\ntouch $drop/ran-script\n' >$drop/script; chmod 755 $drop/script; $drop/script"
	attack "python3 -c 'import os
memory = os.memfd_create(\"x\")
os.write(memory, open(\"/bin/touch\", \"rb\").read())
os.execve(memory, [\"in-memory\", \"$drop/ran-memfd\"], {})'"
}

load_module
check "a policy that holds loads" load_holding <<-END
	hold_per_user = 3
	hold_per_server = 3
	hold_seconds = 300
END
check "the policy in force has the limits" grep -q '^hold_seconds = 300' <(shelltrap policy show)
check "nothing is held at first" grep -q '^nothing is held' <(shelltrap held)

start_three
check "three programs are held" wait_until 30 held_is 3
elf=$(held_field pid ran-elf) script=$(held_field pid "$drop/script") memory=$(held_field pid ran-memfd)
elf_seq=$(held_field seq ran-elf) script_seq=$(held_field seq "$drop/script")
memory_seq=$(held_field seq ran-memfd)
check "the held processes wait, and none has run an instruction" all_are_waiting "$elf" "$script" "$memory"
check "the status counts them" test "$(status_of held_now)/$(status_of held)" = 3/3
check "the bytes of the dropped program can be read" cmp "/proc/$elf/exe" /bin/touch
check "the bytes of the program without a file can be read" cmp "/proc/$memory/exe" /bin/touch
check "the held list has the start time of the process" test \
	"$(held_field start_ticks ran-elf)" = "$(sed 's/.*) //' "/proc/$elf/stat" | cut -d' ' -f20)"
check "a fourth one of the same user is not held" grep -q over <(get run.php how=system \
	cmd="cp /usr/bin/printf $drop/fourth; $drop/fourth over")
check "the server serves others meanwhile" grep -q "sum 500500" <(get plain.php)

# trace PID: attaches to the process in both ways, and cannot stop it.
trace()
{
	by_user python3 -c '
import ctypes, sys, os, time
libc = ctypes.CDLL(None, use_errno=True)
pid = int(sys.argv[1])
attach = libc.ptrace(int(sys.argv[2]), pid, 0, 0)
libc.ptrace(0x4207, pid, 0, 0)
deadline = time.monotonic() + 2
while time.monotonic() < deadline:
    if os.waitpid(pid, os.WNOHANG | 0x40000000)[0]:
        sys.exit("the process has stopped for its tracer")
    time.sleep(0.05)
sys.exit(attach != 0)' "$@"
}

by_user kill -CONT "$elf" "$script" "$memory"
by_user kill -STOP "$elf" "$script" "$memory"
by_user kill -CONT "$elf" "$script" "$memory"
check "signals of the same user do not end the wait" all_are_waiting "$elf" "$script" "$memory"
check "PTRACE_SEIZE does not stop or wake a held process" trace "$elf" $((0x4206))
check "PTRACE_ATTACH does not stop or wake a held process" trace "$script" 16
# The service's cgroup belongs to the server's user, as where it is delegated.
unit=$(systemctl list-unit-files --no-legend 'php*-fpm.service' | cut -d' ' -f1)
group=/sys/fs/cgroup$(cgroup_of_unit)
chown www-data "$group" "$group/cgroup.procs"
by_user mkdir "$group/trick"

# in_group TEXT FILE: the server's user writes TEXT to this file of the new group.
in_group()
{
	by_user tee "$group/trick/$2" <<<"$1"
}

check "the user can move a held process to another cgroup" in_group "$elf" cgroup.procs
check "and freeze and thaw it" eval 'in_group 1 cgroup.freeze && in_group 0 cgroup.freeze'
check "this does not end the wait" all_are_waiting "$elf" "$script" "$memory"
check "a policy without a rule that holds loads" shelltrap policy load --replace "$shipped"
check "it lets nothing go that is held" all_are_waiting "$elf" "$script" "$memory"
echo N >/sys/module/shelltrap/parameters/enforce
check "nor does the parameter enforce" all_are_waiting "$elf" "$script" "$memory"
check "all three are listed still" held_is 3
check "while it is off, nothing more is held" grep -q over <(get run.php how=system \
	cmd="cp /usr/bin/printf $drop/fifth; $drop/fifth over")
echo Y >/sys/module/shelltrap/parameters/enforce

mark
check "a held process is released by the number of its alert" shelltrap release "$elf_seq"
check "a released program runs" wait_until 10 has_run elf
check "the outcome says that it was released, and by whom" wait_until 10 outcomes_are 1 \
	"\"of\":$elf_seq," '"verdict":"released"' '"comm":"shelltrap"' '"why":"command"'
check "a process that is gone is not released again" grep -q 'not held any more' \
	<(shelltrap release "$elf_seq" 2>&1)
check "an unknown number is not released" grep -q 'no process is held' \
	<(shelltrap release 999999999 2>&1)
in_group "$script" cgroup.procs
in_group 1 cgroup.freeze
check "a held process is killed on request, also a frozen one" shelltrap release "$script_seq" --kill
check "the outcome says that it was killed by a request" wait_until 10 outcomes_are 1 \
	"\"of\":$script_seq," '"verdict":"killed"' '"comm":"shelltrap"' '"why":"command"'
by_user kill -KILL "$memory"
check "SIGKILL ends a held process, and the outcome says whose" wait_until 10 outcomes_are 1 \
	"\"of\":$memory_seq," '"verdict":"killed"' '"why":"signal"' '"comm":"kill"' '"uid":33'
check "in text, too" grep -q "seq $memory_seq ended: killed by a signal from kill\[[0-9]*\] as uid 33" \
	<(shelltrap replay --from "$marked" --format compact)
check "what was killed has not run" test ! -e "$drop/ran-script" -a ! -e "$drop/ran-memfd"
check "nothing is held any more" held_is 0
check "held execs were not reported as pending" test "$(shelltrap replay --format json | grep -c '"verdict":"pending"')" = 0
check "the alerts have the verdict held" test "$(shelltrap replay --format json --verdict held | wc -l)" = 3
check "the alert of the fourth one says why it was not held" test \
	"$(shelltrap replay --format json | grep -c '"verdict":"observed","unheld":"hold_per_\(user\|server\)"')" = 1

check "a policy that holds for a second loads" load_holding <<<'hold_seconds = 1'
mark
rm -rf "$drop"; mkdir -m 1777 "$drop"
cp /bin/touch "$drop/mine"
chown www-data "$drop/mine"
"$scratch/attempts" nginx 1 "$drop/mine" "$drop/ran-mine" >/dev/null
check "when the time is over, the program runs without anybody's help" has_run mine
check "the outcome says that the time was over" wait_until 10 outcomes_are 1 '"verdict":"released"' \
	'"by":null' '"why":"time"'
check "a policy that kills after a second loads" load_holding <<-END
	hold_seconds = 1
	hold_then = kill
END
rm "$drop/ran-mine"
mark
run_attempts nginx 1 "$drop/mine" "$drop/ran-mine"
check "with hold_then = kill the process is killed when the time is over" outcome_is 0 0 1 0
check "the outcome says that it was killed as the time was over" wait_until 10 outcomes_are 1 \
	'"verdict":"killed"' '"why":"time"'
check "the killed program has not run" test ! -e "$drop/ran-mine"

# Eight that wait in state D for a while: they would add more than 2 to the load average, or 5 in
# a minute. On a slow machine the test itself is some load.
seconds=20 margin=1
((patience == 1)) || seconds=60 margin=3
check "a policy that holds eight loads" load_holding <<-END
	hold_max = 8
	hold_per_user = 8
	hold_per_server = 8
	hold_seconds = $seconds
END
before=$(cut -d' ' -f1 /proc/loadavg)
for number in 1 2 3 4 5 6 7 8; do
	as nginx "$drop/mine" "$drop/ran-$number" &
done
check "eight are held" wait_until 15 held_is 8
check "eight are released when their time is over" wait_until 60 held_is 0
after=$(cut -d' ' -f1 /proc/loadavg)
check "they are no load ($before before, $after after)" \
	awk -v a="$after" -v b="$before" -v margin="$margin" 'BEGIN { exit !(a < b + margin) }'
check "they have run then" wait_until 10 has_run 8

# 200 at once: two are held, and all others run.
check "a policy with the default limits loads" load_holding <<<'hold_seconds = 300'
rm -f "$drop"/ran-*
mark
python_as nginx 'import os, sys
for number in range(200):
    if not os.fork():
        os.execv(sys.argv[1], ["mine", "%s/ran-%d" % (sys.argv[2], number)])
while True:
    try:
        os.wait()
    except ChildProcessError:
        break' "$drop/mine" "$drop" &
bomb=$!
ran_count()
{
	[[ $(find "$drop" -name 'ran-*' | wc -l) == "$1" ]]
}
check "of 200 at once all but two run" wait_until 60 ran_count 198
check "two of 200 are held" held_is 2
for seq in $(shelltrap held --json | grep -o '"seq":[0-9]*' | cut -d: -f2); do
	shelltrap release "$seq"
done
wait $bomb
check "in the end all 200 have run" ran_count 200
check "two of 200 were held, and have an outcome" outcomes_are 2 '"verdict":"released"'

none_is_left()
{
	! pgrep -f "$drop/ran-"
}

for then in release kill; do
	check "hold_then = $then: a policy that holds three loads" load_holding <<-END
		hold_per_user = 3
		hold_per_server = 3
		hold_seconds = 300
		hold_then = $then
	END
	start_three
	check "hold_then = $then: three are held" wait_until 30 held_is 3
	begun=$(date +%s%N)
	check "hold_then = $then: the module unloads" rmmod shelltrap
	ms=$((($(date +%s%N) - begun) / 1000000))
	check "hold_then = $then: the unload does not wait for the held ones ($ms ms)" test $ms -lt 20000
	if [[ $then == release ]]; then
		check "an unload releases them" wait_until 10 ran_count 3
		load_module
	else
		check "an unload kills them if the policy says so" ran_count 0
		check "no held process is left" wait_until 10 none_is_left
	fi
done
load_module
check "a policy that holds shells loads" load_holding webserver_shell_exec </dev/null
check "the self-test sees that its shell is held, and releases it" grep -q 'waits before its first' \
	<(shelltrap selftest)
check "then the self-test succeeds" shelltrap selftest
rmdir "$group/trick"
chown root "$group" "$group/cgroup.procs"
rm -rf "$drop"
