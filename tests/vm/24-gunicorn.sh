#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Python application under gunicorn, which is known by its name where it has one, and
# else by what Python runs. A Python that serves nothing is nobody.
#
# lab: servers
# limit: 500 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name=gunicorn comm=gunicorn
start_service gunicorn gunicorn --bind 127.0.0.1:8000 wsgi
start_is_reported 1
attack_server
attack_older_server
stop_server

name="python3 -m gunicorn" comm=python3 shell_rules=$lineage_rules
start_service python-m-gunicorn python3 -m gunicorn --bind 127.0.0.1:8000 wsgi
expect_none "$name: its start is not told"
server=main
attack_server
attack_older_server
stop_server

name="python3 by itself"
start_service python-alone python3 wsgi.py
shell_is_not_reported
