#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Shells that no web server starts raise nothing, however much they look like work
# of a daemon; nor do web servers that start no shell.

. "${0%/*}/lib.sh"

load_module

bash -c 'sh -c "sh -c true"; /usr/bin/env sh -c :'
expect_none "a shell in a user's shell"

as sshd /bin/sh -c 'sh -c id' >"$scratch/out"
check "(the shell of sshd did run)" grep -q '^uid=0' "$scratch/out"
expect_none "a shell started by sshd"

as cron /bin/sh -c 'run=1; /bin/sh -c "date"' >"$scratch/out"
expect_none "a shell started by cron"

systemd-run --quiet --wait --pipe /bin/sh -c 'echo from a unit' >"$scratch/out"
check "(the shell of the unit did run)" grep -q "from a unit" "$scratch/out"
expect_none "a shell started by systemd"

check "(the shell of the kernel's did run)" started_by_kernel "$scratch/helper"
expect_none "a shell started by the kernel itself"

python3 -c 'import subprocess; subprocess.run("sh -c true", shell=True, check=True)'
expect_none "a shell started by a Python program that serves nothing"

as nginx /bin/true
as apache2 /bin/ls / >"$scratch/out"
expect_none "a web server that starts a program which is no shell"

as nginxd /bin/sh -c :
as my-nginx /bin/sh -c :
as apache2ctl /bin/sh -c :
expect_none "a shell started by something whose name only resembles a server's"

as nginx /bin/bash -c : 2>/dev/null
expect "(after all this a real one is still seen)" 1 comm=nginx pathname=/bin/bash
