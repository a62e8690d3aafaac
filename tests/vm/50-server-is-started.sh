#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Starting a web server, by whomever, is an event of its own: webserver_exec. The
# reload of a running one by its master is no start.

. "${0%/*}/lib.sh"

load_module
systemctl restart nginx
expect "systemd restarts nginx: webserver_exec for each run of the program, nothing else" \
	--only pathname=/usr/sbin/nginx 2 rule=webserver_exec severity=high pathname=/usr/sbin/nginx \
	process.uid=0 process.argv.0=/usr/sbin/nginx verdict=observed

nginx -v 2>/dev/null
expect "an administrator runs nginx -v: webserver_exec, by bash" 1 \
	rule=webserver_exec 'rules=["webserver_exec"]' comm=bash pathname=/usr/sbin/nginx \
	'process.argv=["nginx","-v"]' '!server'

systemctl reload nginx
expect "systemctl reload nginx runs the program once more" 1 rule=webserver_exec
