#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pages of Tomcat that start programs with Runtime.exec and with ProcessBuilder. From version
# 13 on, Java starts programs through jspawnhelper, which raises no alert and hides none.
# Before, the calling process has the name of the thread. A Java program that is not a server
# raises no alert.
#
# lab: servers
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

# The same options as for Tomcat in the lab (see configure-servers).
quick=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)

java_alone()
{
	java "${quick[@]}" -cp '/usr/share/java/*' org.eclipse.jdt.internal.compiler.batch.Main \
		-11 -proc:none -d "$scratch" "$apps/Shell.java" &&
		java "${quick[@]}" -cp "$scratch" Shell
}

# Keeps the whole output, which is shown if the check fails.
java_gives_output()
{
	java_alone 2>&1 | tee "$scratch/java"
	grep -q '^uid=0' "$scratch/java"
}

# set_caller THREAD: sets $comm to the name of the process that calls exec when a thread of
# that name starts a program, and $shell_rules to the rules that this hits.
set_caller()
{
	comm=jspawnhelper shell_rules=$lineage_rules
	[[ $(readlink -f "$(command -v java)") == */java-11-* ]] || return 0
	comm=$1
	[[ $1 != "$server_comm" ]] || shell_rules=$both_shell_rules
}

load_module
check "Java without a server: a shell runs" java_gives_output
expect_none "Java without a server: a shell raises no alert"

name=Tomcat user=tomcat
server_comm=http-nio-8080-e
set_caller "$server_comm"
site=http://127.0.0.1:8080
plain=plain.jsp
tomcat=$(basename /lib/systemd/system/tomcat*.service .service)
cp "$apps"/jsp/*.jsp "/var/lib/$tomcat/webapps/ROOT/"
start_unit "$tomcat"
expect_none "$name: its start raises no alert"

for run in runtime.jsp builder.jsp; do
	name="Tomcat, $run" start=$run
	attack_server
done
name=Tomcat start=runtime.jsp
program_is_reported webserver_sysutil_exec medium id
attack_older_server

# Applications start threads with other names for long work. What listens is Java.
set_caller later
name="Tomcat, a thread of another name" run=later.jsp start=later.jsp
thread=$server_comm server_comm=java
attack_server
attack_older_server
server_comm=$thread

check "Tomcat: a policy that does not name its threads loads" shelltrap policy load --replace "$here/policies/tomcat.conf"
name="Tomcat, known by the class that the running Java runs"
shell_is_reported
systemctl restart "$tomcat"
check "Tomcat: it serves after a restart" wait_until 200 answers
name="Tomcat, known by the class that Java runs" server_comm=java
shell_is_reported

# From here on shells under a server are denied, so another sentinel is needed.
. "${0%/*}/enforcement.sh"
printf '[rule webserver_shell_exec]\naction = deny\n' >"$scratch/deny.conf"
check "$name: a policy that denies shells loads" shelltrap policy load --replace "$shipped" "$scratch/deny.conf"
check "$name: Java throws an IOException when a shell is denied" \
	grep -qE 'IOException: .*/bin/sh.*error(=|: )1\>' <(get later.jsp cmd="touch $scratch/was-here")
expect "$name: a denied shell raises an alert" 1 verdict=denied pathname=/bin/sh process.user="$user"
get runtime.jsp cmd="touch $scratch/was-here" >/dev/null
check "$name: an exception that is not caught is an error 500" \
	grep -q '^HTTP/1.1 500' "$scratch/head"
check "$name: no denied command has run" test ! -e "$scratch/was-here"
check "$name: it serves after denied execs" answers
