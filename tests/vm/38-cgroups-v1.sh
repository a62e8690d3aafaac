#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On a machine that has only hierarchies of cgroups of version 1, the cgroup of an alert is null,
# rather than a wrong one. "make nightly" boots such a machine; 75-fields-are-true is about the
# others.

. "${0%/*}/lib.sh"

[[ -z $(findmnt -n -t cgroup2) ]] || skip "this machine has a hierarchy of version 2"

load_module
check "there are only hierarchies of version 1" grep -q 'name=systemd:/' /proc/self/cgroup
systemd-run --quiet --wait --unit=caged -p User=www-data python3 -c '
import os, socket
listening = socket.create_server(("127.0.0.1", 8081))
if os.fork() == 0:
    os.execv("/bin/sh", ["sh", "-c", ":"])
os.wait()'
expect "an alert has no cgroup and no unit, rather than wrong ones" 1 rule=webserver_shell_exec \
	server.port=8081 '!cgroup.path' '!cgroup.id' '!unit'
