#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A process that descends from a server stays in its lineage when the server and all
# processes in between have exited.
#
#	nginx (python) --fork--> A --fork, setsid--> B, renamed;  nginx and A exit
#	                                             B, child of pid 1 --exec--> ...

. "${0%/*}/lib.sh"

# run_orphan NAME PROGRAM [ARGUMENT...]: makes B of the drawing, called NAME. Returns when the
# parents have exited and PROGRAM has run.
run_orphan()
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
	check "witness: process 1 was the parent of $1" test "$(cat "$done")" = 1
}

load_module
run_orphan innocent /bin/sh -c :
expect "a shell of an orphan raises an alert that names the server" 1 rule=webserver_shell_exec comm=innocent \
	server.comm=nginx server.matched=lineage 'rules=["webserver_shell_exec"]'
run_orphan innocent env env nice setsid -w /bin/sh -c :
expect "a shell that other programs of an orphan start raises an alert" --only rules~webserver_shell_exec 1 rule=webserver_shell_exec server.comm=nginx \
	server.matched=lineage comm=setsid
run_orphan innocent perl -e 'fork and wait or exec "/bin/sh", "-c", ":"'
expect "a shell that an interpreter of an orphan starts raises an alert" --only rules~webserver_shell_exec 1 server.matched=lineage

as bystander sh -c : >/dev/null
expect_none "a shell that does not descend from a server raises no alert"
tasks=$(status_of lineage)
as nginx sleep 60 &
sleeper=$!
lineage_has_grown()
{
	(($(status_of lineage) > tasks))
}
check "a server's child is in the lineage" wait_until 10 lineage_has_grown
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
check "50 children that have exited are forgotten" wait_until 10 are_forgotten
unload_module

# A server that was started before the module was loaded.
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
check "witness: a server runs" wait_until 10 test -s "$scratch/ready"
load_module
touch "$scratch/go"
wait "$server"
expect "a descendant of a server that was started before the module is known" 1 \
	rule=webserver_shell_exec comm=renamed
