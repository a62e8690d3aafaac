#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "shelltrap release --kill" ends all that an attacker has started by one child of the server,
# and nothing else: not the server, its workers, other children, or other servers. Neither a
# double fork nor forks without an end get away. --kill-server ends one server, and is asked for
# twice.
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"
. "${0%/*}/hold.sh"

site=http://127.0.0.1
drop=/tmp/hold
pool=$(echo /etc/php/*/fpm/pool.d/www.conf)
fpm=$(systemctl list-unit-files --no-legend 'php*-fpm.service' | cut -d' ' -f1)

# The attacker's program. Each process that descends from it has an end of the pipe.
install -d -m 1777 "$drop"
cat >"$drop/lineage.py" <<'END'
import os, sys, time
program, token, pipe = sys.argv[1:4]
alive = os.open(pipe, os.O_WRONLY)
os.set_inheritable(alive, True)

def fork():
    return not os.fork()

def leave():
    """Goes on as a child of process 1, in a session of its own."""
    if not fork():
        return False
    os.setsid()
    if not fork():
        os._exit(0)
    return True

def fork_for_ever():
    while True:
        if not fork():
            os._exit(0)

for number in range(200):
    if fork():
        time.sleep(1000)
        os._exit(0)
if "tame" not in sys.argv:
    if leave():
        open("/proc/self/comm", "w").write("innocent")
        time.sleep(1000)
    for number in range(3):
        if leave():
            fork_for_ever()
if fork():
    os.execv(program, ["mine", token + "-second"])
while not os.path.exists(token + "-go"):
    time.sleep(0.05)
os.execv(program, ["mine", token])
END
install -m 755 /bin/touch "$drop/mine"
chown www-data "$drop/mine"

# start_lineage [tame]: PHP runs the program, in the background. $alive ends when all of it have
# ended. A tame one leaves no process to process 1.
start_lineage()
{
	rm -f "$drop"/alive "$drop"/ran*
	mkfifo -m 666 "$drop/alive"
	cat "$drop/alive" &
	alive=$!
	attack "python3 $drop/lineage.py $drop/mine $drop/ran $drop/alive $*"
}

is_over()
{
	! kill -0 "$1" 2>/dev/null
}

sleepers_are()
{
	(($(pgrep -fc "$drop/lineage.py") >= $1))
}

workers()
{
	pgrep -f 'php-fpm: pool' | sort | paste -sd ' '
}

five_workers()
{
	[[ $(workers | wc -w) == 5 ]]
}

serves()
{
	grep -q "sum 500500" <(get plain.php)
}

held_seqs()
{
	shelltrap held --json | grep -o '"seq":[0-9]*' | cut -d: -f2
}

load_module
cp "$pool" "$scratch/www.conf"
sed -i 's/^pm = .*/pm = static/; s/^pm.max_children = .*/pm.max_children = 5/' "$pool"
systemctl restart "$fpm"
check "php-fpm has five workers" wait_until 20 five_workers
check "a policy that holds for long loads" load_holding <<<'hold_seconds = 300'
before=$(workers)

as nginx sh -c 'sleep 991; :' &
other_server=$!
attack "sleep 992; :"
mark
start_lineage
check "a program of the lineage is held" wait_until 60 held_is 1
touch "$drop/ran-go"
check "a second one is held" wait_until 60 held_is 2
check "200 others run beside them" wait_until 30 sleepers_are 200
check "another child of the server runs" wait_until 10 pgrep -f 'sleep 992'
check "the server serves others" serves
read -r seq < <(held_seqs)
check "one of them is killed with its lineage" grep -q 'killed, with its lineage' \
	<(shelltrap release "$seq" --kill)
check "nothing of the lineage is left: neither what has forked twice, nor what forks for ever" \
	wait_until 20 is_over "$alive"
check "nothing is held any more" held_is 0
check "the other one was killed by the same request" wait_until 10 outcomes_are 2 \
	'"verdict":"killed"' '"comm":"shelltrap"' '"why":"command"'
check "no program that was held has run" test ! -e "$drop/ran" -a ! -e "$drop/ran-second"
check "the other child of the server lives" pgrep -f 'sleep 992'
check "what another server has started lives" pgrep -f 'sleep 991'
check "the server's five workers are those from before" test "$(workers)" = "$before"
# The fifth one waits for its own child.
check "the other four serve" grep -qx 4 <(for _ in {1..60}; do
	get run.php how=system cmd=: >/dev/null
	answer_header X-Pid
done | sort -u | wc -l)

# A lineage that began before the module knew of it: its processes are known by their parents.
unload_module
start_lineage tame
check "without the module 200 others run" wait_until 60 sleepers_are 200
load_module
check "a policy that holds loads again" load_holding <<<'hold_seconds = 300'
touch "$drop/ran-go"
check "a program of a lineage that is older than the module is held" wait_until 30 held_is 1
read -r seq < <(held_seqs)
check "it is killed" shelltrap release "$seq" --kill
check "its lineage is gone" wait_until 20 is_over "$alive"
check "the other child of the server lives still" pgrep -f 'sleep 992'

# answer TEXT: the command asks on a terminal, and is given this answer.
answer()
{
	python3 -IS - "$1" "$seq" <<-'END'
		import os, pty, sys
		pid, terminal = pty.fork()
		if not pid:
		    os.execvp("shelltrap", ["shelltrap", "release", sys.argv[2], "--kill-server"])
		said = b""
		while not said.endswith(b"Type yes: "):
		    said += os.read(terminal, 1000)
		os.write(terminal, sys.argv[1].encode() + b"\n")
		status = os.waitpid(pid, 0)[1]
		sys.exit(os.waitstatus_to_exitcode(status))
	END
}

no_worker_of_before()
{
	! pgrep -f 'php-fpm: pool' | grep -qwF -e "${before// /$'\n'}"
}

start_lineage
check "a program of a lineage is held again" wait_until 60 held_is 1
read -r seq < <(held_seqs)
check "a server is not ended without a second word" grep -q -e '--kill-server --yes' \
	<(shelltrap release "$seq" --kill-server 2>&1 </dev/null)
check "nor if the answer is not yes" test "$(answer y >/dev/null; echo $?)" = 1
check "then it is held still" held_is 1
check "and the workers are there" test "$(workers)" = "$before"
mark
check "with the answer yes the server is ended" answer yes
check "all that it has started is gone" wait_until 20 is_over "$alive"
check "its workers are gone" wait_until 10 no_worker_of_before
check "its other child is gone" test -z "$(pgrep -f 'sleep 992')"
check "the outcome says who did it" wait_until 10 outcomes_are 1 "\"of\":$seq," '"verdict":"killed"' \
	'"comm":"shelltrap"' '"why":"command"'
check "the other server lives" kill -0 "$other_server"
check "and what it has started" pgrep -f 'sleep 991'
systemctl restart "$fpm"
check "the server is started again" wait_until 20 five_workers
check "the new server serves" wait_until 20 serves
attack "$drop/mine $drop/ran"
check "a program is held below the new server" wait_until 30 held_is 1
read -r seq < <(held_seqs)
before=$(workers)
check "a script ends the server by a second word" shelltrap release "$seq" --kill-server --yes
check "it is gone" wait_until 10 no_worker_of_before

cp "$scratch/www.conf" "$pool"
systemctl restart "$fpm"
pkill -f 'sleep 991'
rm -rf "$drop"
