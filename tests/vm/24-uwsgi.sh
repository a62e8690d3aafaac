#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Python application in uwsgi's own processes. Its statistics name the request of an alert.
#
# lab: servers
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"
. "${0%/*}/log.sh"
. "${0%/*}/ask.sh"

load_module
name=uwsgi comm=uwsgi
stats=/run/uwsgi-lab
install -d -o www-data "$stats"
start_service uwsgi uwsgi --master --plugin python3 --http-socket 127.0.0.1:8000 \
	--wsgi-file wsgi.py --processes 2 --stats "$stats/socket"
start_is_reported 1
attack_server
attack_older_server

start_asking
check "$name: its command line is filled in, and nothing that it was not asked for" \
	fills_in 'server.command~uwsgi --master' '!request.uri'
set_key uwsgi_stats "$stats/socket"
check "$name: method and URI of the worker's request are filled in" \
	fills_in 'server.command~uwsgi --master' 'request.clients~127.0.0.1:' \
	request.method=GET 'request.uri~^/run\?how=system&cmd=sleep' 'request.sources~socket.*uwsgi-stats'
stop_asking
