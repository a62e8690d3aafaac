#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Node application is a web server if it listens on a web port; on another port, if the policy
# names its script, from the moment that this policy is loaded.
#
# lab: servers
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name=node comm=node shell_rules=$lineage_rules
start_service node node server.js
expect_none "$name: its start raises no alert"
server=main
attack_server
attack_older_server
stop_server

name="node on another port" site=http://127.0.0.1:9000
mkdir -p "$scratch/apps"
sed 's/listen(8000/listen(9000/' "$apps/server.js" >"$scratch/apps/server.js"
chmod 755 "$scratch" "$scratch/apps"
apps=$scratch/apps
start_service node-elsewhere node server.js
expect_none "$name: its start raises no alert"
shell_is_not_reported
check "$name: a policy that names its script loads" shelltrap policy load --replace \
	"$payload/userspace/conf/policy.conf" "$here/policies/node.conf"
attack_server
stop_server

name="node on another port, started under the policy"
start_service node-again node server.js
expect_none "$name: its start raises no alert"
shell_is_reported
injected_command_is_reported
