#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Python application in uwsgi's own processes.
#
# lab: servers
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name=uwsgi comm=uwsgi
start_service uwsgi uwsgi --master --plugin python3 --http-socket 127.0.0.1:8000 --wsgi-file wsgi.py
start_is_reported 1
attack_server
attack_older_server
