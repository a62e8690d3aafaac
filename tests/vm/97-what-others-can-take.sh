#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a process without privileges, or with a few, can take from the sensor: nothing that
# others need.
# limit: 240 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# with_net_admin COMMAND...: as root, but with no other capability.
with_net_admin()
{
	setpriv --bounding-set=-all,+net_admin "$@"
}

may_not()
{
	local status=0

	"$@" 2>"$scratch/said" || status=$?
	cat "$scratch/said"
	((status == 4)) && grep -q CAP_SYS_ADMIN "$scratch/said"
}

# Many threads of a user's process, each with a server's name of its own.
name_threads()
{
	setpriv --reuid=65534 --clear-groups python3 -c "$serve"'
import sys, threading
serve("python3")
threading.stack_size(65536)
done = threading.Event()
def thread(number):
    with open("/proc/thread-self/comm", "w", encoding="ascii") as comm:
        comm.write(f"php-fpm{number}")
    done.wait()
for number in range(3000):
    threading.Thread(target=thread, args=(number,)).start()
print("named", flush=True)
sys.stdin.readline()
done.set()' <"$scratch/go" >"$scratch/named" &
	threads=$!
	exec 5>"$scratch/go"
	wait_until 100 grep -q named "$scratch/named"
}

# More users than the table of servers has room for, each with a server.
fill_servers()
{
	python3 -c '
import ctypes, sys, threading
libc = ctypes.CDLL(None)
threading.stack_size(65536)
done = threading.Event()
def thread(number):
    libc.syscall(117, 20000 + number, 20000 + number, 20000 + number)
    libc.prctl(15, b"nginx", 0, 0, 0)
    done.wait()
for number in range(2200):
    threading.Thread(target=thread, args=(number,)).start()
print("filled", flush=True)
sys.stdin.readline()
done.set()' <"$scratch/go" >"$scratch/filled" &
	threads=$!
	exec 5>"$scratch/go"
	wait_until 100 grep -q filled "$scratch/filled"
}

# A server that starts now, and a shell that no living ancestor connects with it.
shell_far_away()
{
	python_as nginx '
import os, time
if not os.fork():
    os.setsid()
    with open("/proc/self/comm", "w", encoding="ascii") as comm:
        comm.write("other")
    if not os.fork():
        while os.getppid() != 1:
            time.sleep(0.01)
        os.execv("/bin/sh", ["sh", "-c", ": far away"])
    os._exit(0)
os.wait()'
}

load_module
check "CAP_NET_ADMIN is enough to ask for the status" with_net_admin shelltrap status
policies=$(status_of policies)
check "it is not enough to load a policy" may_not with_net_admin shelltrap policy load --replace "$shipped"
check "nor to lock" may_not with_net_admin shelltrap lock --until-reboot
check "and nothing has changed" test "$(status_of policies)/$(status_of locked)" = "$policies/false"

rm -f "$scratch/go"
mkfifo "$scratch/go"
# systemd limits a service to fewer tasks than that.
systemctl set-property --runtime shelltrap-lab.service TasksMax=infinity
marked=$(status_of seq_next)
check "3,000 threads of a user take names of servers" name_threads
shell_far_away
check "a server that starts then has its lineage" wait_until 20 replay_has ": far away"
check "nothing was left out" test "$(status_of left_out)" = 0
echo >&5
exec 5>&-
wait "$threads"
check "the threads are forgotten when they exit" wait_until 20 test "$(status_of left_out)" = 0

# 33-events has the other events.
mark
check "2,200 users have a server each" fill_servers
check "that there is no room is an event" wait_until 20 replay_has '"event":"lineage-full"'
echo >&5
exec 5>&-
wait "$threads"
check "that there is room again is one, too" wait_until 40 replay_has '"event":"lineage-recovered"'
check "each is there once" test "$(grep -c '"event":"lineage-' "$scratch/raised")" = 2
rm -f "$scratch/go"
