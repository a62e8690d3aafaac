#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a server has started stays its own, when the server and all between are gone.
#
#	nginx (python) --fork--> A --fork, setsid--> B, renamed;  nginx and A exit
#	                                             B, child of pid 1 --exec--> ...

. "${0%/*}/lib.sh"

# orphan NAME PROGRAM [ARGUMENT...]: as in the drawing, B of that name; returns when
# the parents are gone and PROGRAM has run.
orphan()
{
	local done=$scratch/orphan-done

	rm -f "$done"
	python_as nginx '
import os, sys, time
name, done, program = sys.argv[1], sys.argv[2], sys.argv[3:]
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
open("/proc/self/comm", "w").write(name)
deadline = time.monotonic() + 60
while os.getppid() != 1 and time.monotonic() < deadline:
    time.sleep(0.01)
if os.fork() == 0:
    os.execvp(program[0], program)
os.wait()
open(done, "w").write(f"{os.getppid()}\n")' "$1" "$done" "${@:2}"
	wait_until 20 test -s "$done"
	check "witness: pid 1 was the parent of what $1 ran" test "$(cat "$done")" = 1
}

load_module
orphan innocent /bin/sh -c :
expect "an orphan's shell goes back to the server" 1 rule=webserver_shell_exec comm=innocent \
	server.comm=nginx server.matched=lineage 'rules=["webserver_shell_exec"]'
orphan innocent env env nice setsid -w /bin/sh -c :
expect "through whatever comes between" --only rules~webserver_shell_exec 1 rule=webserver_shell_exec server.comm=nginx \
	server.matched=lineage comm=setsid
orphan innocent perl -e 'fork and wait or exec "/bin/sh", "-c", ":"'
expect "and an interpreter" --only rules~webserver_shell_exec 1 server.matched=lineage

as bystander sh -c : >/dev/null
expect_none "who does not descend from a server is nobody's"
tasks=$(status_of lineage)
as nginx sleep 60 &
sleeper=$!
is_known()
{
	(($(status_of lineage) > tasks))
}
check "a server's child is known" wait_until 10 is_known
kill "$sleeper"
wait "$sleeper" 2>/dev/null
for _ in {1..50}; do
	as nginx /bin/true
done
are_forgotten()
{
	local now

	now=$(status_of lineage)
	echo "before $tasks, now $now"
	((now < tasks + 25))
}
check "50 that come and go are forgotten" wait_until 10 are_forgotten
unload_module

# Servers that were there before.
rm -f "$scratch/go" "$scratch/ready"
python_as nginx '
import os, time
if os.fork() == 0:
    open("/proc/self/comm", "w").write("renamed")
    open("/run/lab/scratch/ready", "w").write("x")
    while not os.path.exists("/run/lab/scratch/go"):
        time.sleep(0.05)
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sh", ["sh", "-c", ":"])
    os.wait()
    os._exit(0)
os.wait()' &
server=$!
check "a server runs" wait_until 10 test -s "$scratch/ready"
load_module
touch "$scratch/go"
wait "$server"
expect "what descends from a server that was there before is known" 1 \
	rule=webserver_shell_exec comm=renamed
