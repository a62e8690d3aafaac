#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Shells that no web server starts raise no alert, even if a daemon starts them; a web server
# that starts no shell raises none either.

. "${0%/*}/lib.sh"

load_module

bash -c 'sh -c "sh -c true"; /usr/bin/env sh -c :'
expect_none "a shell in a user's shell raises no alert"

as sshd /bin/sh -c 'sh -c id' >"$scratch/out"
check "witness: the shell of sshd has run" grep -q '^uid=0' "$scratch/out"
expect_none "a shell that sshd starts raises no alert"

as cron /bin/sh -c 'run=1; /bin/sh -c "date"' >"$scratch/out"
expect_none "a shell that cron starts raises no alert"

systemd-run --quiet --wait --pipe /bin/sh -c 'echo from a unit' >"$scratch/out"
check "witness: the shell of the unit has run" grep -q "from a unit" "$scratch/out"
expect_none "a shell that systemd starts raises no alert"

check "witness: the shell of the kernel has run" started_by_kernel "$scratch/helper"
expect_none "a shell that the kernel starts raises no alert"

python3 -c 'import subprocess; subprocess.run("sh -c true", shell=True, check=True)'
expect_none "a shell that an ordinary Python program starts raises no alert"

as nginx /bin/true
as apache2 /bin/ls / >"$scratch/out"
expect_none "a web server that starts a harmless program raises no alert"

as nginxd /bin/sh -c :
as my-nginx /bin/sh -c :
as apache2ctl /bin/sh -c :
expect_none "a process whose name only resembles a server's raises no alert"

as nginx /bin/bash -c : 2>/dev/null
expect "witness: a shell under a web server raises an alert" 1 comm=nginx pathname=/bin/bash
