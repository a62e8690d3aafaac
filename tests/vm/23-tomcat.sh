#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pages of Tomcat's that start programs, by both of Java's ways. Java has a program that
# does it (jspawnhelper); that raises nothing, and hides nothing. A Java that serves
# nothing is nobody.
#
# lab: servers
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

java_alone()
{
	java -cp '/usr/share/java/*' org.eclipse.jdt.internal.compiler.batch.Main -11 -proc:none \
		-d "$scratch" "$apps/Shell.java" && java -cp "$scratch" Shell
}

load_module
check "Java by itself: a shell gives its output" grep -q '^uid=0' <(java_alone)
expect_none "Java by itself: and nobody is told"

name=Tomcat user=tomcat comm=jspawnhelper
server_comm=http-nio-8080-e
shell_rules=$lineage_rules
site=http://127.0.0.1:8080
plain=plain.jsp
cp "$apps"/jsp/*.jsp /var/lib/tomcat10/webapps/ROOT/
start_unit tomcat10
expect_none "$name: its start is not told"

for run in runtime.jsp builder.jsp; do
	name="Tomcat, $run" start=$run
	attack_server
done
name=Tomcat start=runtime.jsp
starts webserver_sysutil_exec medium id
attack_older_server

# Frameworks have threads of their own for long work.
name="Tomcat, a thread of another name" run=later.jsp start=later.jsp
attack_server
attack_older_server

check "Tomcat: a policy need not know its threads" shelltrap policy load "$here/policies/tomcat.conf"
name="Tomcat, by what the running Java runs"
shell_is_told
systemctl restart tomcat10
check "Tomcat: it is there again" wait_until 200 answers
name="Tomcat, by what Java runs" server_comm=java
shell_is_told

# No shell may run under a server from here on, not the sentinel's either.
. "${0%/*}/enforcement.sh"
printf '[rule webserver_shell_exec]\naction = deny\n' >"$scratch/deny.conf"
check "$name: a policy that denies shells loads" shelltrap policy load "$shipped" "$scratch/deny.conf"
check "$name: Java gets an IOException" \
	grep -qE 'IOException: .*/bin/sh.*error(=|: )1\>' <(get later.jsp cmd="touch $scratch/was-here")
expect "$name: the shell is told of as denied" 1 verdict=denied pathname=/bin/sh process.user="$user"
get runtime.jsp cmd="touch $scratch/was-here" >/dev/null
check "$name: one that is not caught is an error of the server's" \
	grep -q '^HTTP/1.1 500' "$scratch/head"
check "$name: nothing has run" test ! -e "$scratch/was-here"
check "$name: and it serves as before" answers
