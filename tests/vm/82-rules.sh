#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What else a server has no business to start, beside shells: each rule fires where it
# says, alone, and none where a web application does its work.
#
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
comm=$(basename /usr/sbin/php-fpm[0-9]*)
true=$(readlink -f /bin/true)
own=/var/www/html/own

# program PATH [OPTION...]: one that does nothing, put there by root with install's options.
program()
{
	install -m 755 "${@:2}" "$true" "$1"
}

# starts PROGRAM [ARGUMENT...]: PHP does, as www-data and without a shell.
starts()
{
	get start.php "${@/#/argv[]=}"
}

# is_told RULE SEVERITY PROGRAM [ARGUMENT...]: of what PHP starts, by that rule alone.
is_told()
{
	local rule=$1 severity=$2
	shift 2

	starts "$@" >/dev/null
	expect "$rule: $1" 1 "rules=[\"$rule\"]" severity="$severity" verdict=observed \
		comm="$comm" pathname="$1" process.user=www-data server.comm="$comm"
}

# are_told RULE SEVERITY NAME...: programs of these names.
are_told()
{
	local name

	for name in "${@:3}"; do
		program "/usr/local/bin/$name"
		is_told "$1" "$2" "/usr/local/bin/$name"
	done
}

# root_serves CODE [ARGUMENT...]: a server that runs as root. What CODE calls new(PATH)
# is a program that comes while it runs, what it calls run(PATH) is run.
root_serves()
{
	python_as nginx "
import os, shutil, subprocess, sys, time
def new(path):
    time.sleep(0.05)
    shutil.copy('$true', path)
    return path
def run(path):
    subprocess.run([path], check=True)
$1" "${@:2}"
}

load_module
install -d -o www-data "$own"
install -d /srv/tools /srv/box/usr/bin
program /srv/tools/old

# What is there.
is_told webserver_interpreter_exec high /usr/bin/perl -e 1
is_told webserver_interpreter_exec high /usr/bin/python3 -c pass
is_told webserver_interpreter_exec high "/usr/bin/php${comm#php-fpm}" -r ''
is_told webserver_nettool_exec high /usr/bin/curl --version
is_told webserver_sysutil_exec medium /usr/bin/id
is_told webserver_sysutil_exec medium /usr/bin/find /srv/tools
is_told webserver_loader_exec high /lib64/ld-linux-x86-64.so.2 /bin/true
# What others have.
are_told webserver_interpreter_exec high ruby3.1 node lua5.4
are_told webserver_nettool_exec high nc.openbsd socat
are_told webserver_loader_exec high ld-musl-x86_64.so.1
starts /usr/bin/env /bin/sh -c : >/dev/null
expect "a shell behind env is another alert, and the worse one" --only rules~webserver_shell_exec 1 \
	rule=webserver_shell_exec server.comm="$comm"

# Work.
for name in convert ffmpeg pdftotext git gs sendmail zip wkhtmltopdf; do
	program "/usr/local/bin/$name"
	starts "/usr/local/bin/$name" >/dev/null
done
get plain.php >/dev/null
starts /srv/tools/old >/dev/null
expect_none "what web applications start is silent"
program /usr/local/bin/jspawnhelper
python_as http-nio-8080-exec-1 'import subprocess; subprocess.run(["/usr/local/bin/jspawnhelper"])'
expect_none "so is what Java starts others with"
program /usr/local/bin/php-cgi8.2
starts /usr/local/bin/php-cgi8.2 >/dev/null
expect "a server that a server starts is no interpreter" 1 'rules=["webserver_exec"]'
perl -e 1
curl --version >/dev/null
env id >/dev/null
program /tmp/dropped
/tmp/dropped
expect_none "whoever is no server may do all that"
printf '#!/bin/sh\n:\n' >/usr/local/bin/tomcat-update-policy.sh
chmod 755 /usr/local/bin/tomcat-update-policy.sh
tomcat-update-policy.sh
expect_none "a script whose name begins like a server's is none"

# The policy that is built in knows shells by what they are.
ln -f "$(readlink -f /bin/bash)" /usr/local/bin/innocent
is_told_shell()
{
	starts /usr/local/bin/innocent -c : >/dev/null
	expect "$1" 1 rule=webserver_shell_exec file.path=/usr/local/bin/innocent
}
is_told_shell "a shell behind a hard link of another name is one"

# What may be his own.
program "$own/tool" -o www-data
is_told webserver_dropped_exec critical "$own/tool"
program /srv/tools/writable -g www-data -m 775
is_told webserver_dropped_exec critical /srv/tools/writable
is_told webserver_dropped_exec critical /tmp/dropped
printf '#!/usr/bin/python3\n' >"$own/page"
chown www-data "$own/page"
chmod 755 "$own/page"
starts "$own/page" >/dev/null
expect "a script of his own is one alert, as dropped first" 1 \
	'rules=["webserver_dropped_exec","webserver_interpreter_exec"]' file.path="$own/page" \
	interpreter=/usr/bin/python3 threat.0.technique=T1059
python_as nginx '
import os, sys
fd = os.memfd_create("x")
os.write(fd, open(sys.argv[1], "rb").read())
os.execv(f"/proc/self/fd/{fd}", ["x"])' "$true"
expect "a file that never had a name is dropped" 1 'rules=["webserver_dropped_exec"]' \
	file.path~deleted

root_serves 'run("/srv/tools/old"); run("/bin/true")'
expect_none "under root, files that were there before are not"
for path in /root/new /srv/tools/new; do
	root_serves 'run(new(sys.argv[1]))' "$path"
	expect "one that came later is: $path" 1 'rules=["webserver_dropped_exec"]' \
		severity=critical pathname="$path" process.uid=0
done
root_serves 'run(sys.argv[1])' /srv/tools/new
expect_none "to a server that came later still it is not"
root_serves 'run(new("/srv/tools/old"))'
expect "what was there before, and was written to, is" 1 'rules=["webserver_dropped_exec"]'
root_serves 'run(new("/usr/local/bin/new")); run(new("/opt/new"))'
expect_none "what comes where the system has its programs is not"
root_serves '
path = new("/srv/tools/new")
time.sleep(0.05)
if os.fork() == 0:
    open("/proc/self/comm", "w").write("httpd")
    os.execv(path, [path])
os.wait()'
expect "a server is not young again under another name" 1 'rules=["webserver_dropped_exec"]' \
	comm=httpd

echo 'int main(void) { return 0; }' | gcc -static -o /srv/box/tool -x c -
root_serves '
time.sleep(0.05)
shutil.copy("/srv/box/tool", "/srv/box/usr/bin/new")
os.chroot("/srv/box")
os.execv("/usr/bin/new", ["new"])'
expect_none "what is the system is seen from the root of who runs it"
root_serves '
time.sleep(0.05)
shutil.copy("/srv/box/tool", "/srv/box/new")
os.chroot("/srv/box")
os.execv("/new", ["new"])'
expect "and what is not" 1 'rules=["webserver_dropped_exec"]' pathname=/new

# nobody_serves CODE: that is root of a user namespace of its own, as in a container.
nobody_serves()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Ur python3 -c "
import os, subprocess, time
open('/proc/self/comm', 'w').write('nginx')
$1"
}

program /srv/tools/his -o nobody
nobody_serves 'subprocess.run(["/srv/tools/his"], check=True)'
expect_none "under root of a container its files are not, either"
nobody_serves '
time.sleep(0.05)
os.utime("/srv/tools/his")
subprocess.run(["/srv/tools/his"], check=True)'
expect "but what came later" 1 'rules=["webserver_dropped_exec"]' process.uid=65534
setpriv --reuid 65534 --regid 65534 --clear-groups python3 -c '
import subprocess
open("/proc/self/comm", "w").write("nginx")
subprocess.run(["unshare", "-Ur", "/srv/tools/his"], check=True)'
expect "who becomes root in one is not root by that" --only pathname=/srv/tools/his 1 \
	'rules=["webserver_dropped_exec"]'

# Who is at the other end.
get start.php stdin=connected argv[]=/bin/true >/dev/null
expect "anything with a connection for its stdin is a reverse shell" 1 severity=critical \
	'rules=["webserver_reverse_shell"]' comm="$comm" stdin.state=established
get start.php stdin=connected argv[]=/bin/sh argv[]=-c argv[]=: >/dev/null
expect "a shell is both, and one alert" 1 \
	'rules=["webserver_shell_exec","webserver_reverse_shell","illegitimate_shell"]'
get start.php stdin=listening argv[]=/bin/true >/dev/null
expect_none "a socket that listens is none: so FastCGI is started"

rm -rf "$own" /srv/tools /srv/box /tmp/dropped /root/new /opt/new \
	/usr/local/bin/{ruby3.1,node,lua5.4,nc.openbsd,socat,ld-musl-x86_64.so.1} \
	/usr/local/bin/{convert,ffmpeg,pdftotext,git,gs,sendmail,zip,wkhtmltopdf,jspawnhelper} \
	/usr/local/bin/{php-cgi8.2,tomcat-update-policy.sh,innocent,new}
