#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Threaded apache starts CGI scripts from a separate process (mod_cgid): the same promises as
# with workers that start scripts themselves.
#
# lab: servers

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name="apache, mod_cgid" comm=apache2
site=http://127.0.0.1:8080
plain=index.html good="It works"
start_unit apache2
start_is_reported 1

answer=$(get cgi-bin/hello.cgi)
check "$name: the CGI script answers" test "$answer" = "hello from a script"
expect "$name: a shell script raises one alert, with the script and its interpreter" 1 \
	rule=webserver_shell_exec "rules=$both_shell_rules" comm=apache2 verdict=observed \
	pathname=/usr/lib/cgi-bin/hello.cgi interpreter=/bin/sh process.comm=hello.cgi \
	process.pid="$(answer_header X-Pid)" process.user=www-data \
	server.pid="$(answer_header X-Server)" server.comm=apache2 \
	server.exe=/usr/sbin/apache2 cgroup.path="$(cgroup_of_unit)"

get cgi-bin/ping.cgi host=127.0.0.1 >/dev/null
expect "$name: a Perl script raises webserver_interpreter_exec" 1 'rules=["webserver_interpreter_exec"]' \
	severity=high comm=apache2 pathname=/usr/lib/cgi-bin/ping.cgi interpreter=/usr/bin/perl
check "$name: an injected command's output reaches the attacker" \
	grep -q '^uid=33(www-data)' <(get cgi-bin/ping.cgi host="127.0.0.1; id")
expect "$name: the shell of an injected command raises an alert with the whole command line" \
	--only rules~webserver_shell_exec 1 'rules=["webserver_shell_exec"]' comm=ping.cgi \
	process.argv.-1="ping -c 1 -W 1 127.0.0.1; id" server.comm=apache2
