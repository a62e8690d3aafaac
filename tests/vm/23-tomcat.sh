#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pages of Tomcat's that start programs, by both of Java's ways. Java has a program that
# does it (jspawnhelper); that raises nothing, and hides nothing.
#
# lab: servers
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name=Tomcat user=tomcat comm=jspawnhelper
server_comm='http-nio-8080-e'
shell_rules='["webserver_shell_exec"]'
site=http://127.0.0.1:8080
plain=plain.jsp
cp "$apps"/jsp/*.jsp /var/lib/tomcat10/webapps/ROOT/
start_unit tomcat10
expect_none "$name: its start is not told"

for run in runtime.jsp builder.jsp; do
	name="Tomcat, $run" start=$run
	attack_server
done
start=runtime.jsp
starts webserver_sysutil_exec medium id
attack_older_server
