#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Code that a server's descendant has put into another program raises webserver_injected_exec:
# by variables of the environment, and by mounts over the program's loader or libraries. What
# the server itself was started with, and what belongs to root, does not. "witness" checks show
# that the code really ran.
#
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
comm=$(basename /usr/sbin/php-fpm[0-9]*)
own=/var/www/html/own
loader=$(readlink -f /lib64/ld-linux-x86-64.so.2)
libraries=$(dirname "$loader")
trace=$own/ran

# build_library FILE: its constructor leaves a trace, where www-data can.
build_library()
{
	cat >"$scratch/library.c" <<-END
		#include <fcntl.h>
		#include <unistd.h>
		static void __attribute__((constructor)) start(void)
		{
			close(open("$trace", O_CREAT | O_WRONLY, 0644));
		}
	END
	gcc -shared -fPIC -o "$1" "$scratch/library.c"
}

# build_program FILE: a program that leaves the same trace, and can run instead of the loader:
# it has no C library, which would read the tables of the program that was to be loaded.
build_program()
{
	cat >"$scratch/program.c" <<-END
		#include <fcntl.h>
		#include <sys/syscall.h>
		static long call(long number, long a, long b, long c)
		{
			__asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c)
					 : "rcx", "r11", "memory");
			return number;
		}
		void _start(void)
		{
			call(SYS_open, (long)"$trace", O_CREAT | O_WRONLY, 0644);
			call(SYS_exit, 0, 0, 0);
		}
	END
	gcc -static-pie -fPIE -nostdlib -o "$1" "$scratch/program.c"
}

has_run()
{
	[[ -e $trace ]] && rm "$trace"
}

# php_starts_with VARIABLE=VALUE PROGRAM...: PHP starts PROGRAM with this environment.
php_starts_with()
{
	local variable=$1
	shift

	get start.php "env[]=$variable" "${@/#/argv[]=}" >/dev/null
}

# www_server CODE [ARGUMENT...]: a server of www-data that is called nginx runs CODE, in which
# enter() brings it into namespaces of its own, and mount(SOURCE, TARGET) binds there.
www_server()
{
	setpriv --reuid 33 --regid 33 --clear-groups python3 -c "$serve
import ctypes, os, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(function, *args):
    if function(*args):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def enter():
    call(libc.unshare, 0x10020000)
    open('/proc/self/setgroups', 'w').write('deny')
    open('/proc/self/uid_map', 'w').write('0 33 1')
    open('/proc/self/gid_map', 'w').write('0 33 1')
    call(libc.mount, b'none', b'/', None, 0x44000, None)
def mount(source, target):
    call(libc.mount, source.encode(), target.encode(), None, 0x1000, None)
def run(*argv, **env):
    subprocess.run(argv, env=env)
serve('nginx')
$1" "${@:2}"
}

# injected PROMISE: the last exec raised one alert, of this rule alone.
injected()
{
	expect "$1" 1 'rules=["webserver_injected_exec"]' severity=high verdict=observed "${@:2}"
}

# witness NAME: the attacker's code ran.
witness()
{
	check "witness: $1" has_run
}

install -d -o www-data "$own" /srv/oracle
LD_LIBRARY_PATH=/srv/oracle www_server '
import time
own = sys.argv[1]
open(own + "/ready", "w").close()
while not os.path.exists(own + "/go"):
    time.sleep(0.05)
run("/bin/true", LD_LIBRARY_PATH="/srv/oracle")
run("/bin/true", LD_LIBRARY_PATH="/srv/oracle/other")' "$own" &
older=$!
check "witness: a server runs" wait_until 20 test -e "$own/ready"
load_module
touch "$own/go"
wait "$older"
injected "a server that ran before the module has its own variables, too"
build_library /tmp/quiet.so
build_library /srv/oracle/theirs.so
install -m 644 /tmp/quiet.so /usr/lib/quiet-roots.so
ln -s /usr/lib/quiet-roots.so "$own/link.so"
ln -s quiet-roots.so /usr/lib/quiet-link.so
ln -s "$own" /usr/lib/quiet-way
chown www-data /tmp/quiet.so
chown -h www-data "$own/link.so"

# Variables.
php_starts_with LD_PRELOAD=/tmp/quiet.so /bin/true
injected "PHP starts a program with a library of its own in LD_PRELOAD" \
	process.user=www-data server.comm="$comm"
witness "the library ran"
for variable in "LD_AUDIT=/tmp/quiet.so" "LD_LIBRARY_PATH=$own" "LD_LIBRARY_PATH=/usr/lib:$own" \
	"LD_LIBRARY_PATH=/usr/lib:" "GCONV_PATH=/tmp" "OPENSSL_CONF=/tmp/x.cnf" \
	"LD_PRELOAD=$own/missing.so" "LD_PRELOAD=/usr/lib/quiet-roots.so:/tmp/quiet.so" \
	"LD_PRELOAD=$own/link.so" "LD_PRELOAD=/usr/lib/quiet-way/missing.so" \
	"LD_PRELOAD=/proc/self/root/usr/lib/quiet-roots.so" \
	LD_LIBRARY_PATH=\$ORIGIN/x; do
	php_starts_with "$variable" /bin/true
	injected "$variable"
done
rm -f "$trace"
for variable in LD_PRELOAD=/usr/lib/quiet-roots.so LD_PRELOAD=/usr/lib/quiet-link.so \
	LD_PRELOAD=quiet-roots.so LD_PRELOAD=/usr/lib/missing.so LD_PRELOAD= \
	"LD_LIBRARY_PATH=/usr/lib:/lib/x86_64-linux-gnu" OPENSSL_CONF=/dev/null \
	"PYTHONPATH=$own" "RUBYLIB=$own" "NODE_OPTIONS=--require=$own/x.js" "XLD_PRELOAD=/tmp/x" \
	"HTTP_X=LD_PRELOAD=/tmp/quiet.so" "LD_PRELOADED=/tmp/quiet.so"; do
	php_starts_with "$variable" /bin/true
	expect_none "silent: $variable"
done
rm -f "$trace"
php_starts_with "PYTHONPATH=$own" /usr/bin/python3 -c pass
expect "a variable of Python's counts for Python" 1 \
	'rules=["webserver_interpreter_exec","webserver_injected_exec"]'
php_starts_with "PERL5OPT=-I$own -Mx" /usr/bin/perl -e 1
expect "a path in an option counts" 1 \
	'rules=["webserver_interpreter_exec","webserver_injected_exec"]'
www_server 'run("/bin/true", A="x" * 100000, LD_PRELOAD="/tmp/quiet.so")'
injected "a variable behind long ones is found"
witness "the library ran behind long variables"
www_server 'run("/bin/true", LD_PRELOAD="/usr/lib/quiet-roots.so:" * 60 + "/tmp/quiet.so")'
injected "a path at the end of a long variable is found"
rm -f "$trace"

# What the server was started with.
LD_LIBRARY_PATH=/srv/oracle www_server 'run("/bin/true", LD_LIBRARY_PATH="/srv/oracle")'
expect_none "a variable with which the server was started does not count"
LD_LIBRARY_PATH=/srv/oracle www_server 'run("/bin/true", LD_LIBRARY_PATH="/srv/oracle:/tmp")'
injected "the same variable with another value counts"
LD_LIBRARY_PATH=/srv/oracle www_server 'run("/bin/true", LD_PRELOAD="/srv/oracle")'
injected "another variable with the same value counts"
cat >"$scratch/nested.py" <<-END
	import os
	open("/proc/self/comm", "w").write("httpd")
	os.spawnve(os.P_WAIT, "/bin/true", ["true"], os.environ)
END
chmod 755 "$scratch"
www_server 'run(sys.executable, sys.argv[1], LD_PRELOAD="/tmp/quiet.so")' "$scratch/nested.py"
expect "a server below the server does not make a variable its own" 2 \
	rules~webserver_injected_exec
rm -f "$trace"

# Mounts.
build_program "$own/loader"
chown www-data "$own/loader"
www_server 'enter(); mount(sys.argv[1], sys.argv[2]); run("/usr/bin/nproc")' "$own/loader" "$loader"
injected "a program that is mounted over the loader"
witness "the program ran instead of the loader"
www_server 'enter(); mount("/bin/dash", sys.argv[1]); run("/usr/bin/nproc")' "$loader"
injected "root's shell that is mounted over the loader"
cp "$libraries/libc.so.6" "$own/libc.so.6"
chown www-data "$own/libc.so.6"
www_server 'enter(); mount(sys.argv[1], sys.argv[2]); run("/usr/bin/nproc")' \
	"$own/libc.so.6" "$libraries/libc.so.6"
injected "a library that is mounted over the C library"
install -d -o www-data "$own/lib"
cp -L "$libraries"/{ld-linux*,libc.so.6} "$own/lib"
# In Debian 11 the loader has its version in its name.
cp "$loader" "$own/lib/"
www_server 'enter(); mount(sys.argv[1], sys.argv[2]); run("/usr/bin/nproc")' "$own/lib" "$libraries"
injected "a directory that is mounted over the libraries"
install -D -m 755 "$own/loader" "$own/root$(readlink -m /lib64)/ld-linux-x86-64.so.2"
if [[ $(readlink -m /lib64) != /lib64 ]]; then
	install -d "$own/root/lib64"
	ln -sf "/$(readlink -m /lib64)/ld-linux-x86-64.so.2" "$own/root/lib64/ld-linux-x86-64.so.2"
fi
chown -R www-data "$own/root"
www_server '
fd = os.open("/usr/bin/nproc", os.O_RDONLY)
call(libc.unshare, 0x10000000)
os.chroot(sys.argv[1])
os.execve(fd, ["nproc"], {})' "$own/root"
injected "the loader of another root directory" file.path=/usr/bin/nproc
www_server 'enter(); run("/usr/bin/nproc")'
expect_none "namespaces alone raise no alert"
www_server 'enter(); mount("/usr", "/usr"); run("/usr/bin/nproc")'
expect_none "root's directory that is mounted over itself raises no alert"
www_server '
enter()
call(libc.mount, b"none", b"/mnt", b"tmpfs", 0, None)
os.mkdir("/mnt/usr")
mount("/usr", "/mnt/usr")
for name in "bin", "lib", "lib64":
    if os.path.islink("/" + name):
        os.symlink("usr/" + name, "/mnt/" + name)
    else:
        os.mkdir("/mnt/" + name)
        mount("/" + name, "/mnt/" + name)
os.chroot("/mnt")
os.chdir("/")
run("/bin/true")'
expect_none "a sandbox with the files of the distribution, as bwrap makes it, raises no alert"

# Enforcement.
cat >"$scratch/deny.conf" <<-END
	[rule webserver_injected_exec]
	action = deny
END
shelltrap policy load --replace "$payload/userspace/conf/policy.conf" "$scratch/deny.conf" \
	>/dev/null
mark
rm -f "$trace"
php_starts_with LD_PRELOAD=/tmp/quiet.so /bin/true
expect "a rule that denies injected code kills the process" 1 verdict=killed \
	'rules=["webserver_injected_exec"]'
check "the library of a killed process did not run" test ! -e "$trace"
php_starts_with LD_PRELOAD=/usr/lib/quiet-roots.so /bin/true
expect_none "root's library is not refused"
check "witness: root's library ran" has_run

rm -rf "$own" /srv/oracle /tmp/quiet.so /usr/lib/quiet-{roots.so,link.so,way}
