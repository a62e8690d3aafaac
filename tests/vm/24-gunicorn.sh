#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Python application under gunicorn. The server is known by its process name, or else by
# the module that Python runs, or else by its port. A Python program on another port that is
# called like no server raises no alert.
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
attack_server
attack_older_server
stop_server

name="python3 without gunicorn, on another port" site=http://127.0.0.1:9000
mkdir -p "$scratch/apps"
sed 's/8000/9000/' "$apps/wsgi.py" >"$scratch/apps/wsgi.py"
chmod 755 "$scratch" "$scratch/apps"
apps=$scratch/apps
start_service python-elsewhere python3 wsgi.py
shell_is_not_reported
