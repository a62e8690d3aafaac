#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Python application under gunicorn. The server is known by its process name, or else by
# the module that Python runs. A Python program that is not a server raises no alert.
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
expect_none "$name: its start raises no alert"
server=main
attack_server
attack_older_server
stop_server

name="python3 without gunicorn"
start_service python-alone python3 wsgi.py
shell_is_not_reported
