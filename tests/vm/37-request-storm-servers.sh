#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# As 37-request-storm, on lighttpd with PHP, on gunicorn and on uWSGI.
#
# lab: servers
# nightly
# limit: 1800 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"
. "${0%/*}/storm-of-requests.sh"

load_module
name=lighttpd site=http://127.0.0.1 plain=plain.php
start_unit lighttpd
storm_of_requests "lighttpd and php-cgi, 20 others" 127.0.0.1:80 '/run.php?how=system&cmd=' \
	/plain.php 300 4 20
storm_of_requests "lighttpd and php-cgi, alone" 127.0.0.1:80 '/run.php?how=system&cmd=' \
	/plain.php 100 1 0
stop_server
site=http://127.0.0.1:8000 plain=plain name=gunicorn
start_service gunicorn gunicorn --bind 127.0.0.1:8000 --workers 4 wsgi
storm_of_requests "gunicorn, 20 others" 127.0.0.1:8000 '/run?cmd=' /plain 300 4 20
storm_of_requests "gunicorn, 1 other" 127.0.0.1:8000 '/run?cmd=' /plain 100 1 1
stop_server
name=uwsgi
start_service uwsgi uwsgi --master --plugin python3 --http-socket 127.0.0.1:8000 \
	--wsgi-file wsgi.py --processes 4
storm_of_requests "uwsgi, 20 others" 127.0.0.1:8000 '/run?cmd=' /plain 300 4 20
echo "# $attacks attacks"
