#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pages of Tomcat's that start programs, by both of Java's ways. From 13 on Java has a
# program that does it (jspawnhelper); that raises nothing, and hides nothing. Before, a
# process does it that has the name of the thread. A Java that serves nothing is nobody.
#
# lab: servers
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

# As Tomcat's here (see configure-servers).
quick=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)

java_alone()
{
	java "${quick[@]}" -cp '/usr/share/java/*' org.eclipse.jdt.internal.compiler.batch.Main \
		-11 -proc:none -d "$scratch" "$apps/Shell.java" &&
		java "${quick[@]}" -cp "$scratch" Shell
}

# All that it says is shown if it fails: of itself a JVM tells on its output.
java_gives_output()
{
	java_alone 2>&1 | tee "$scratch/java"
	grep -q '^uid=0' "$scratch/java"
}

# called_by THREAD: who calls exec, where a thread of that name wants it.
called_by()
{
	comm=jspawnhelper shell_rules=$lineage_rules
	[[ $(readlink -f "$(command -v java)") == */java-11-* ]] || return 0
	comm=$1
	[[ $1 != "$server_comm" ]] || shell_rules=$both_shell_rules
}

load_module
check "Java by itself: a shell gives its output" java_gives_output
expect_none "Java by itself: and nobody is told"

name=Tomcat user=tomcat
server_comm=http-nio-8080-e
called_by "$server_comm"
site=http://127.0.0.1:8080
plain=plain.jsp
tomcat=$(basename /lib/systemd/system/tomcat*.service .service)
cp "$apps"/jsp/*.jsp "/var/lib/$tomcat/webapps/ROOT/"
start_unit "$tomcat"
expect_none "$name: its start is not told"

for run in runtime.jsp builder.jsp; do
	name="Tomcat, $run" start=$run
	attack_server
done
name=Tomcat start=runtime.jsp
program_is_reported webserver_sysutil_exec medium id
attack_older_server

# Frameworks have threads of their own for long work.
called_by later
name="Tomcat, a thread of another name" run=later.jsp start=later.jsp
attack_server
attack_older_server

check "Tomcat: a policy need not know its threads" shelltrap policy load "$here/policies/tomcat.conf"
name="Tomcat, by what the running Java runs"
shell_is_reported
systemctl restart "$tomcat"
check "Tomcat: it is there again" wait_until 200 answers
name="Tomcat, by what Java runs" server_comm=java
shell_is_reported

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
