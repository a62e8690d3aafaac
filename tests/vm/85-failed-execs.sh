#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exec that fails after the hook raises an alert with the verdict "failed".

. "${0%/*}/lib.sh"

# Makes a file with the name of a shell that the kernel cannot execute.
make_junk()
{
	mkdir -p "$scratch/junk"
	printf '\177ELF junk\n' >"$scratch/junk/sh"
	chmod +x "$scratch/junk/sh"
}

alert_count_is()
{
	[[ $(status_of alerts) == "$1" ]]
}

# The beginning of the servers below. attempt() executes the server's argument.
server="$serve"'
import os, sys
serve("nginx")
def attempt():
    try:
        os.execv(sys.argv[1], ["sh"])
    except OSError:
        pass
'

load_module
make_junk

python3 -c "$server"'
attempt()
os.execv("/bin/sh", ["sh", "-c", ":"])' "$scratch/junk/sh"
expect "a failed exec that another exec follows raises an alert" \
	--only "pathname=$scratch/junk/sh" 1 verdict=failed rule=webserver_shell_exec \
	comm=nginx '!process.argv'
check "the exec that follows a failed one raises an alert of its own" \
	python3 -IS "$here/alerts.py" --only pathname=/bin/sh 1 verdict=observed <"$scratch/between"

alerts=$(status_of alerts)
python3 -c "$server"'
attempt()' "$scratch/junk/sh"
check "a failed exec whose caller has exited raises an alert" wait_until 15 alert_count_is $((alerts + 1))
expect "the verdict of a failed exec whose caller has exited is failed" 1 verdict=failed "pathname=$scratch/junk/sh"

alerts=$(status_of alerts)
python3 -c "$server"'
import time
attempt()
time.sleep(60)' "$scratch/junk/sh" &
waiting=$!
check "a failed exec whose caller continues raises an alert" wait_until 15 alert_count_is $((alerts + 1))
expect "the alert of a failed exec describes the caller" 1 verdict=failed "process.pid=$waiting" \
	process.exe~^/usr/bin/python3
kill "$waiting"
