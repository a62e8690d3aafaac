#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Ruby application under puma, whose threads have names; before puma 5 Ruby names them.
#
# lab: servers
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name=puma comm="puma srv tp 001" server_comm=puma shell_rules=$lineage_rules
! grep -q bullseye /etc/os-release || comm="thread_pool.rb*"
start_service puma puma --config - --threads 1:1 --bind tcp://127.0.0.1:8000 config.ru
start_is_reported 1
attack_server
attack_older_server
