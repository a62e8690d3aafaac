#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Executing a web server's program raises webserver_exec, no matter who does it.

. "${0%/*}/lib.sh"

load_module
systemctl restart nginx
expect "a restart of nginx raises webserver_exec for each exec of its program" \
	--only pathname=/usr/sbin/nginx 2 rule=webserver_exec severity=high pathname=/usr/sbin/nginx \
	process.uid=0 process.argv.0=/usr/sbin/nginx verdict=observed

nginx -v 2>/dev/null
expect "nginx -v in an administrator's shell raises webserver_exec" 1 \
	rule=webserver_exec 'rules=["webserver_exec"]' comm=bash pathname=/usr/sbin/nginx \
	'process.argv=["nginx","-v"]' '!server'

systemctl reload nginx
expect "a reload of nginx raises webserver_exec for the nginx that signals the master" 1 rule=webserver_exec
