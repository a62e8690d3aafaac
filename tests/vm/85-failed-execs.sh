#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exec that does not complete is told of as such: nothing else tells of it.

. "${0%/*}/lib.sh"

# What is in a file named like a shell that no kernel can run.
junk()
{
	mkdir -p "$scratch/junk"
	printf '\177ELF junk\n' >"$scratch/junk/sh"
	chmod +x "$scratch/junk/sh"
}

alerts_are()
{
	[[ $(status_of alerts) == "$1" ]]
}

# To be followed by what the server does next; its argument is what attempt() execs.
server='
import os, sys
open("/proc/self/comm", "w").write("nginx")
def attempt():
    try:
        os.execv(sys.argv[1], ["sh"])
    except OSError:
        pass
'

load_module
junk

python3 -c "$server"'
attempt()
os.execv("/bin/sh", ["sh", "-c", ":"])' "$scratch/junk/sh"
expect "a failed exec followed by another is two alerts, in order" \
	--only "pathname=$scratch/junk/sh" 1 verdict=failed rule=webserver_shell_exec \
	comm=nginx '!process.argv'
check "what followed it did complete" \
	python3 -IS "$here/alerts.py" --only pathname=/bin/sh 1 verdict=observed <"$scratch/between"

alerts=$(status_of alerts)
python3 -c "$server"'
attempt()' "$scratch/junk/sh"
check "one whose caller has exited is told of all the same" wait_until 15 alerts_are $((alerts + 1))
expect "as failed" 1 verdict=failed "pathname=$scratch/junk/sh"

alerts=$(status_of alerts)
python3 -c "$server"'
import time
attempt()
time.sleep(60)' "$scratch/junk/sh" &
waiting=$!
check "so is one whose caller goes on doing something else" wait_until 15 alerts_are $((alerts + 1))
expect "as failed, with the caller as it is" 1 verdict=failed "process.pid=$waiting" \
	process.exe~^/usr/bin/python3
kill "$waiting"
