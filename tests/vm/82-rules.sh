#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The rules for other programs than shells: each rule fires where its description says, and
# alone; none fires for programs that web applications usually start.
#
# limit: 500 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
comm=$(basename /usr/sbin/php-fpm[0-9]*)
true=$(readlink -f /bin/true)
own=/var/www/html/own
# A directory of the distribution: what is new there is not dropped, as after an upgrade.
lab=/usr/lab

# install_program PATH [OPTION...]: a program that does nothing. The file is root's, unless
# OPTIONs of install(1) say otherwise.
install_program()
{
	install -m 755 "${@:2}" "$true" "$1"
}

# php_starts PROGRAM [ARGUMENT...]: as www-data and without a shell.
php_starts()
{
	get start.php "${@/#/argv[]=}"
}

# is_reported RULE SEVERITY PROGRAM [ARGUMENT...]: PHP starts PROGRAM; RULE alone is hit.
is_reported()
{
	local rule=$1 severity=$2
	shift 2

	php_starts "$@" >/dev/null
	expect "$rule: $1" 1 "rules=[\"$rule\"]" severity="$severity" verdict=observed \
		comm="$comm" pathname="$1" process.user=www-data server.comm="$comm"
}

# names_are_reported RULE SEVERITY NAME...: the same with programs that have these names.
names_are_reported()
{
	local name

	for name in "${@:3}"; do
		install_program "$lab/$name"
		is_reported "$1" "$2" "$lab/$name"
	done
}

# run_root_server CODE [ARGUMENT...]: a server that runs as root. In CODE, new(PATH) makes a
# program after the server's start and returns PATH; run(PATH) runs it.
run_root_server()
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

install -d -o www-data "$own"
install -d /srv/tools /srv/box/usr/bin /srv/elsewhere "$lab"
install_program /srv/tools/old
# Its master, which is root, must be younger than the file.
systemctl restart "php${comm#php-fpm}-fpm"
load_module

# Programs of the system.
is_reported webserver_interpreter_exec high /usr/bin/perl -e 1
is_reported webserver_interpreter_exec high /usr/bin/python3 -c pass
is_reported webserver_interpreter_exec high "/usr/bin/php${comm#php-fpm}" -r ''
is_reported webserver_nettool_exec high /usr/bin/curl --version
is_reported webserver_sysutil_exec medium /usr/bin/id
is_reported webserver_sysutil_exec medium /usr/bin/find /srv/tools
is_reported webserver_loader_exec high /lib64/ld-linux-x86-64.so.2 /bin/true
# Programs that other systems have.
names_are_reported webserver_interpreter_exec high ruby3.1 node lua5.4 guile-3.0 swipl tcc
names_are_reported webserver_nettool_exec high nc.openbsd socat inetutils-telnet
names_are_reported webserver_sysutil_exec medium vim.nox nvim sqlite3
names_are_reported webserver_loader_exec high ld-musl-x86_64.so.1 libc.so
# Programs that have another process start a program.
is_reported webserver_spawn_exec high /usr/bin/systemd-run --version
is_reported webserver_spawn_exec high /usr/bin/busctl --version
names_are_reported webserver_spawn_exec high at docker kubectl
php_starts /usr/bin/env /bin/sh -c : >/dev/null
expect "a shell that env starts raises an alert of its own" --only rules~webserver_shell_exec 1 \
	rule=webserver_shell_exec server.comm="$comm"

# Programs that web applications usually start.
for name in convert ffmpeg pdftotext git gs sendmail zip wkhtmltopdf; do
	install_program "$lab/$name"
	php_starts "$lab/$name" >/dev/null
done
get plain.php >/dev/null
php_starts /srv/tools/old >/dev/null
expect_none "programs that web applications usually start raise no alert"
install_program "$lab/jspawnhelper"
python_as http-nio-8080-exec-1 "import subprocess; subprocess.run(['$lab/jspawnhelper'])"
expect_none "jspawnhelper, with which Java starts programs, raises no alert"
install_program "$lab/php-cgi8.2"
php_starts "$lab/php-cgi8.2" >/dev/null
expect "php-cgi that a server starts raises webserver_exec only" 1 'rules=["webserver_exec"]'
perl -e 1
curl --version >/dev/null
env id >/dev/null
install_program /tmp/dropped
/tmp/dropped
expect_none "the same programs without a server raise no alert"
printf '#!/bin/sh\n:\n' >/usr/local/bin/tomcat-update-policy.sh
chmod 755 /usr/local/bin/tomcat-update-policy.sh
tomcat-update-policy.sh
expect_none "a script whose name begins like a server's raises no alert"

# The built-in policy recognizes the shell's file under any name.
ln -f "$(readlink -f /bin/bash)" "$lab/innocent"
php_starts "$lab/innocent" -c : >/dev/null
expect "a hard link to a shell with another name is a shell" 1 \
	rule=webserver_shell_exec file.path="$lab/innocent"

# Files that the server's user may have put there.
install_program "$own/tool" -o www-data
is_reported webserver_dropped_exec critical "$own/tool"
install_program /srv/tools/writable -g www-data -m 775
is_reported webserver_dropped_exec critical /srv/tools/writable
is_reported webserver_dropped_exec critical /tmp/dropped
printf '#!/usr/bin/python3\n' >"$own/page"
chown www-data "$own/page"
chmod 755 "$own/page"
php_starts "$own/page" >/dev/null
expect "a script of the server's user raises one alert, dropped first" 1 \
	'rules=["webserver_dropped_exec","webserver_interpreter_exec"]' file.path="$own/page" \
	interpreter=/usr/bin/python3 threat.0.technique=T1059
python_as nginx '
import os, sys
fd = os.memfd_create("x")
os.write(fd, open(sys.argv[1], "rb").read())
os.execv(f"/proc/self/fd/{fd}", ["x"])' "$true"
expect "a file without a name is dropped" 1 'rules=["webserver_dropped_exec"]' \
	file.path~deleted

run_root_server 'run("/srv/tools/old"); run("/bin/true")'
expect_none "under root, a file from before the server's start is not dropped"
for path in /root/new /srv/tools/new; do
	run_root_server 'run(new(sys.argv[1]))' "$path"
	expect "under root, a file from after the server's start is dropped: $path" 1 'rules=["webserver_dropped_exec"]' \
		severity=critical pathname="$path" process.uid=0
done
run_root_server 'run(sys.argv[1])' /srv/tools/new
expect_none "under root, the same file is not dropped for a server that was started later"
run_root_server 'run(new("/srv/tools/old"))'
expect "under root, an old file that was written to is dropped" 1 'rules=["webserver_dropped_exec"]'
run_root_server 'run(new("/usr/lab/new"))'
expect_none "under root, a new file in a directory of the distribution is not dropped"
run_root_server 'run(new("/usr/local/bin/new")); run(new("/opt/new"))'
expect "/usr/local and /opt are not the distribution's" 2 'rules=["webserver_dropped_exec"]'
run_root_server '
path = new("/srv/tools/new")
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
run(path)'
expect "a server that was root may have put a file there before it became nobody" 1 \
	'rules=["webserver_dropped_exec"]' process.user=nobody
install_program /opt/new
is_reported webserver_dropped_exec critical /opt/new
systemctl restart "php${comm#php-fpm}-fpm"
mark
php_starts /opt/new >/dev/null
expect_none "a program in /opt is not dropped for a server that was started later"
mount -t tmpfs none /srv/elsewhere
install -d /srv/elsewhere/lib /srv/elsewhere/share
run_root_server 'run(new("/srv/elsewhere/lib/new"))'
expect "lib in another file system is no directory of the distribution" 1 \
	'rules=["webserver_dropped_exec"]' file.path=/srv/elsewhere/lib/new
mount --bind /srv/elsewhere "$lab"
run_root_server 'run(new("/usr/lab/lib/new"))'
expect_none "unless it is mounted there"
umount "$lab" /srv/elsewhere
run_root_server '
path = new("/srv/tools/new")
time.sleep(0.05)
if os.fork() == 0:
    open("/proc/self/comm", "w").write("httpd")
    os.execv(path, [path])
os.wait()'
expect "the start of a server that has renamed itself is still that of its process" 1 'rules=["webserver_dropped_exec"]' \
	comm=httpd

echo 'int main(void) { return 0; }' | gcc -static -o /srv/box/tool -x c -
run_root_server '
time.sleep(0.05)
shutil.copy("/srv/box/tool", "/srv/box/usr/bin/new")
os.chroot("/srv/box")
os.execv("/usr/bin/new", ["new"])'
expect_none "under root in a chroot, its own directories of programs count"
run_root_server '
time.sleep(0.05)
shutil.copy("/srv/box/tool", "/srv/box/new")
os.chroot("/srv/box")
os.execv("/new", ["new"])'
expect "under root in a chroot, a new file elsewhere is dropped" 1 'rules=["webserver_dropped_exec"]' pathname=/new

# What others may have put there, and who may write to a file.
install_program /srv/tools/uploaded -o games
is_reported webserver_dropped_exec critical /srv/tools/uploaded
install_program "$lab/of-games" -o games
php_starts "$lab/of-games" >/dev/null
expect_none "a program of another user in a directory of the distribution is not dropped"

# allow_write USER FILE: an access control list, in the format of the kernel.
allow_write()
{
	python3 -c '
import os, pwd, struct, sys
nobody = 0xffffffff
entries = [(1, 7, nobody), (2, 7, pwd.getpwnam(sys.argv[1]).pw_uid), (4, 5, nobody),
           (16, 7, nobody), (32, 5, nobody)]
value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
os.setxattr(sys.argv[2], "system.posix_acl_access", value)' "$@"
}

install_program /srv/tools/listed
allow_write games /srv/tools/listed
systemctl restart "php${comm#php-fpm}-fpm"
mark
php_starts /srv/tools/listed >/dev/null
expect_none "a list that lets another user write does not matter"
allow_write www-data "$lab/of-games"
is_reported webserver_dropped_exec critical "$lab/of-games"

# www_server CODE [ARGUMENT...]: a server of www-data.
www_server()
{
	setpriv --reuid 33 --regid 33 --clear-groups python3 -c "$serve
import os, subprocess, sys
serve('nginx')
$1" "${@:2}"
}

# become: starts a program as the user or group of its file.
gcc -D_GNU_SOURCE -o "$lab/become" -x c - <<-'END'
	#include <unistd.h>
	int main(int argc, char **argv)
	{
		setresgid(getegid(), getegid(), getegid());
		setuid(geteuid());
		return execv(argv[1], argv + 1);
	}
END
chmod 4755 "$lab/become"
allow_write www-data /srv/tools/listed
sync
echo 2 >/proc/sys/vm/drop_caches
www_server 'subprocess.run([sys.argv[1], "/srv/tools/listed"])' "$lab/become"
expect "a list that the kernel has not read is asked for" 1 'rules=["webserver_dropped_exec"]' \
	process.uid=0 pathname=/srv/tools/listed
install_program /srv/tools/of-group -g www-data -m 775
chown root:games "$lab/become"
chmod 2755 "$lab/become"
www_server 'subprocess.run([sys.argv[1], "/srv/tools/of-group"])' "$lab/become"
expect "a program with the setgid bit does not hide the group that may write" 1 \
	'rules=["webserver_dropped_exec"]' process.gid=60 pathname=/srv/tools/of-group

is_root_on_fuse()
{
	[[ $(stat -c %u:%a /srv/fuse/tool) == 0:755 ]]
}

# A file system whose owner can make it say anything.
modprobe fuse
install -d /srv/fuse
python3 "$here/fuse.py" /srv/fuse "$true" &
server=$!
check "witness: a file on FUSE says that it is root's" \
	wait_until 20 is_root_on_fuse
is_reported webserver_dropped_exec critical /srv/fuse/tool
umount -l /srv/fuse
kill "$server"
wait "$server"
mark

# run_container_server CODE: a server of an ordinary user that is root in a user namespace, as
# in a container.
run_container_server()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Ur python3 -c "$serve
import os, subprocess, time
serve('nginx')
$1"
}

install_program /srv/tools/his -o nobody
run_container_server 'subprocess.run(["/srv/tools/his"], check=True)'
expect_none "under root of a container, its own files are not dropped"
run_container_server '
time.sleep(0.05)
os.utime("/srv/tools/his")
subprocess.run(["/srv/tools/his"], check=True)'
expect "under root of a container, a file that was changed after the server's start is dropped" 1 'rules=["webserver_dropped_exec"]' process.uid=65534
setpriv --reuid 65534 --regid 65534 --clear-groups python3 -c "$serve"'
import subprocess
serve("nginx")
subprocess.run(["unshare", "-Ur", "/srv/tools/his"], check=True)'
expect "a server that becomes root in a user namespace later does not count as root" --only pathname=/srv/tools/his 1 \
	'rules=["webserver_dropped_exec"]'

# In a container with root, everything that is newer than the server counts.
unshare --mount --pid --fork --mount-proc python3 -c "$serve
import shutil, subprocess, time
serve('nginx')
subprocess.run(['/bin/true'], check=True)
time.sleep(0.05)
for path in '/opt/new', '/usr/local/bin/new', '$lab/new':
    shutil.copy('$true', path)
    subprocess.run([path], check=True)"
expect "in a container a new file is dropped wherever it lies" 3 \
	'rules=["webserver_dropped_exec"]' process.uid=0

# Reverse shells.
get start.php stdin=connected argv[]=/bin/true >/dev/null
expect "a program with a connection as stdin is a reverse shell" 1 severity=critical \
	'rules=["webserver_reverse_shell"]' comm="$comm" stdin.state=established
get start.php stdin=connected argv[]=/bin/sh argv[]=-c argv[]=: >/dev/null
expect "a shell with a connection as stdin raises one alert of both rules" 1 \
	'rules=["webserver_shell_exec","webserver_reverse_shell","illegitimate_shell"]'
get start.php stdin=listening argv[]=/bin/true >/dev/null
expect_none "a listening socket as stdin, as FastCGI has it, raises no alert"

rm -rf "$own" /srv/{tools,box,elsewhere,fuse} /tmp/dropped /root/new /opt/new "$lab" \
	/usr/local/bin/{tomcat-update-policy.sh,new}
