#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server is what listens: on a web port whatever it is called, or on any socket if it has a
# server's name. A name alone is a hint. The servers here are real programs, or short scripts
# where a test needs one at the limit.
#
# limit: 700 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf
python3=$(readlink -f /usr/bin/python3)
port=8081

# Python code that the scripts below begin with.
begin='
import os, socket, sys, time
def listen(port=8081, address="127.0.0.1"):
    return socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
def shell():
    if os.fork() == 0:
        os.execv("/bin/sh", ["sh", "-c", ":"])
    os.wait()
'

# run CODE: as www-data.
run()
{
	setpriv --reuid 33 --regid 33 --clear-groups "${python:-python3}" -c "$begin$1" </dev/null
}

# is_server "promise" [CONDITION...]: the last run started a shell, as a server on $port.
is_server()
{
	expect "$1" 1 'rules=["webserver_shell_exec"]' server.matched=port server.port="$port" \
		"${@:2}"
}

load_module
run 'listen(); shell()'
is_server "a program that listens on a web port is a server" severity=critical \
	server.comm=python3 server.exe="$python3"
run 'listen(address="::1"); shell()'
is_server "a program that listens on IPv6 is a server, too"
run 'listen(9999); shell()'
expect_none "a program that listens on another port is none"
run 'socket.create_connection(("127.0.0.1", 8080)); shell()'
expect_none "a client of a web server is none"
run 'listen().close(); shell()'
is_server "a server that has closed its socket stays one"
run '
many = [listen(0) for _ in range(40)]
listen(); shell()'
is_server "a server is known by its web port, on however many others it listens before"
run '
import threading
go = threading.Event()
worker = threading.Thread(target=lambda: (go.wait(), shell()))
worker.start()
threading.Thread(target=lambda: (listen(), go.set())).start()
worker.join()'
is_server "each thread of a process is a server as soon as one of them listens"
run '
ends = os.pipe()
if not os.fork():
    os.read(ends[0], 1)
    shell()
    os._exit(0)
listen()
os.write(ends[1], b"x")
os.wait()'
is_server "a child that was forked before its parent listens descends from a server"
run '
for _ in range(2):
    if not os.fork():
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(("127.0.0.1", 8081))
        one.listen()
        shell()
        os._exit(0)
os.wait(), os.wait()'
expect "workers that each listen for themselves, with SO_REUSEPORT, are servers" 2 \
	'rules=["webserver_shell_exec"]' server.matched=port server.port=8081
cat >"$scratch/upgrade.py" <<END
$begin
if sys.argv[1:]:
    old = os.getppid()
    os.kill(old, 15)
    while os.getppid() == old:
        time.sleep(0.01)
    socket.socket(fileno=int(sys.argv[1])).close()
    shell()
    open("$scratch/upgraded", "w").close()
else:
    one = listen()
    one.set_inheritable(True)
    if not os.fork():
        os.execv(sys.executable, [sys.executable, sys.argv[0], str(one.fileno())])
    os.wait()
END
python3 "$scratch/upgrade.py"
check "witness: a server has executed itself" wait_until 20 test -e "$scratch/upgraded"
expect "a server that hands its socket to a new one and ends, as unicorn for an upgrade, goes on" \
	--only rules~shell 1 'rules=["webserver_shell_exec"]' server.matched=port server.port=8081
unshare -n "$python3" -c "${begin}listen(8081, '0.0.0.0'); shell()"
is_server "a program in another network namespace is a server"
setpriv --reuid 1000 --regid 1000 --clear-groups python3 -c "${begin}listen(); shell()"
is_server "a program that an ordinary user runs is a server of high severity" severity=high
shelltrap replay --format text >"$scratch/text"
check "the text format names the port" grep -q "^  server .*python3.*, port 8081$" "$scratch/text"

# The port is the one that the socket has got, and the state is that after the call.
range=$(sysctl -n net.ipv4.ip_local_port_range)
sysctl -qw "net.ipv4.ip_local_port_range=8081 8081"
run 'socket.socket().listen(); shell()'
sysctl -qw "net.ipv4.ip_local_port_range=$range"
is_server "a program that listens on port 0 is a server if it gets a web port"
run '
sockets = []
for _ in range(2):
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("127.0.0.1", 8081))
    sockets.append(one)
go, done = os.pipe(), os.pipe()
if not os.fork():
    sockets[0].listen()
    os.write(go[1], b"x")
    os.read(done[0], 1)
    os._exit(0)
sockets[0].close()
os.read(go[0], 1)
try:
    sockets[1].listen()
except OSError:
    shell()
os.write(done[1], b"x")'
expect_none "a program whose listen() fails is no server"
run '
near, far = socket.socketpair()
if not os.fork():
    far.close()
    near.recv(1)
    received = socket.recv_fds(near, 1, 1)[1]
    shell()
    os._exit(0)
if not os.fork():
    near.close()
    one = listen()
    far.send(b"x")
    socket.send_fds(far, [b"x"], [one.fileno()])
    os._exit(0)
far.close()
os.wait(), os.wait()'
expect_none "a program that gets a listening socket from another process is no server by that alone"

# Names, with a socket of any kind.
run 'one = listen(9999); open("/proc/self/comm", "w").write("nginx"); shell()'
expect "a server's name counts for a program that listens on any port" 1 server.matched=comm '!server.port' \
	'rules=["webserver_shell_exec","illegitimate_shell"]'
run '
one = socket.socket(socket.AF_UNIX)
one.bind("\0web")
one.listen()
open("/proc/self/comm", "w").write("nginx")
shell()'
expect "... and for one that listens on an abstract UNIX socket" 1 server.matched=comm '!server.port' \
	'rules=["webserver_shell_exec","illegitimate_shell"]'
run '
one = socket.socket(socket.AF_UNIX)
one.bind("")
one.listen()
shell()'
expect_none "a program that listens on a UNIX socket under another name is no server"
run 'open("/proc/self/comm", "w").write("nginx"); shell()'
expect "a server's name alone raises illegitimate_shell, of medium severity" 1 'rules=["illegitimate_shell"]' \
	severity=medium '!server'
install -m 755 "$python3" /usr/local/bin/php-cgi8.2
python=/usr/local/bin/php-cgi8.2 run 'shell()'
expect "a program of a server's name that serves nothing raises no more than that" --only rules~shell 1 \
	'rules=["illegitimate_shell"]'
run "
one = listen(9999)
os.dup2(one.fileno(), 0)
os.execv('/usr/local/bin/php-cgi8.2', ['php-cgi8.2', '-c', '''${begin}shell()'''])"
expect "a program of a server's name that gets a listening socket as stdin is a server" --only rules~shell 1 \
	rule=webserver_shell_exec server.matched=comm comm=php-cgi8.2

# Programs that are never servers, by a file of root's.
install -m 755 "$python3" /usr/local/bin/sshd
python=/usr/local/bin/sshd run 'listen(); shell()'
expect_none "sshd on a web port is no server"
for relay in docker-proxy containerd-shim-runc-v2 stunnel4; do
	mv /usr/local/bin/sshd "/usr/local/bin/$relay"
	python=/usr/local/bin/$relay run 'listen(); shell()'
	expect_none "$relay on a web port is no server"
	mv "/usr/local/bin/$relay" /usr/local/bin/sshd
done
run "listen(); os.execv('/usr/local/bin/sshd', ['sshd', '-c', '''${begin}shell()'''])"
is_server "sshd does not end a lineage"
run 'open("/proc/self/comm", "w").write("sshd"); listen(); shell()'
is_server "a program that only calls itself sshd is a server"
chown www-data /usr/local/bin/sshd
python=/usr/local/bin/sshd run 'listen(); shell()'
is_server "an sshd whose file is not root's is a server"

# pid 1 holds the socket of a unit until it starts it.
port=8888
systemd-run --quiet --collect --unit=activated -p User=www-data \
	--socket-property=ListenStream=127.0.0.1:8888 python3 -c "$begin"'
served = socket.socket(fileno=3).accept()[0]
shell()
served.sendall(b"served")' >/dev/null
check "a unit answers whose socket pid 1 has opened" grep -q served <(nc -w 20 127.0.0.1 8888 </dev/null)
is_server "the program that pid 1 gives the socket to is a server"
systemd-run --quiet --wait /bin/sh -c 'sh -c :'
expect_none "other programs that pid 1 starts meanwhile are none"
systemctl stop activated.socket activated.service 2>/dev/null
port=8081

# Scripts that are called like servers: each raises webserver_exec at most.
mkdir -p "$scratch/init.d" "$scratch/deploy"
printf '#!/usr/bin/env bash\nid -u >/dev/null\nsh -c :\nsed --version >/dev/null\n' |
	tee "$scratch/init.d/uwsgi" "$scratch/deploy/haproxy" /usr/local/bin/passenger-memory-stats >/dev/null
printf '#!/bin/sh\nsh -c :\necho 1 | cut -c 1 | sed s/1/2/ >/dev/null\n' >/usr/local/bin/php-fpm-healthcheck
chmod 755 "$scratch"/{init.d,deploy}/* /usr/local/bin/{passenger-memory-stats,php-fpm-healthcheck}
for script in "$scratch/init.d/uwsgi" "$scratch/deploy/haproxy" /usr/local/bin/passenger-memory-stats \
	/usr/local/bin/php-fpm-healthcheck; do
	"$script"
	expect_none "the script ${script##*/} raises no alert"
done
run-parts "$scratch/deploy"
nsenter --mount=/proc/1/ns/mnt /usr/local/bin/php-fpm-healthcheck
expect_none "nor do they if another program starts them"

# Servers that no policy names. answers PORT PATH: one of them answers.
answers()
{
	curl -fsS -m 20 "http://127.0.0.1:$1/$2" >"$scratch/answer" 2>&1
}

# serve_site COMMAND...: as www-data, in the background.
serve_site()
{
	(cd "$scratch/site" && exec setpriv --reuid 33 --regid 33 --clear-groups "$@") >"$scratch/log" 2>&1 &
	site=$!
}

end_site()
{
	kill "$site"
	wait "$site"
} 2>/dev/null

mkdir -p "$scratch/site/cgi-bin"
# shellcheck disable=SC2016 # PHP's variable
echo '<?php system("id");' >"$scratch/site/run.php"
printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\nid\n' >"$scratch/site/cgi-bin/run"
chmod -R go+rX "$scratch" "$scratch/site"
chmod 755 "$scratch/site/cgi-bin/run"
settle >/dev/null
serve_site php -S 127.0.0.1:8081
check "php -S answers" wait_until 30 answers 8081 run.php
expect "php -S is a server" --only rules~shell_exec 1 server.matched=port server.port=8081
end_site
serve_site python3 -m http.server --bind 127.0.0.1 --cgi 8081
check "python3 -m http.server answers" wait_until 30 answers 8081 cgi-bin/run
expect "python3 -m http.server is a server" --only rules~shell_exec 1 server.matched=port server.comm=python3
end_site
serve_site busybox httpd -f -p 127.0.0.1:8081
check "busybox httpd answers" wait_until 30 answers 8081 cgi-bin/run
expect "busybox httpd is a server" --only rules~shell_exec 1 server.port=8081
end_site

# A server that runs when the module is loaded, and one that runs when its policy is.
rm -f "$scratch"/{go,ready}
run '
if not os.fork():
    while not os.path.exists("/run/lab/scratch/go"):
        time.sleep(0.05)
    shell()
    os._exit(0)
one = listen()
print("ready", flush=True)
os.wait()' >"$scratch/ready" &
wait_until 20 grep -q ready "$scratch/ready"
unload_module
load_module
check "the survey finds a server by its descriptors" test "$(status_of servers)" -ge 1
shelltrap status --servers >"$scratch/servers"
check "status lists it with port, reason, user and unit" \
	grep -qE '^[0-9]+ +python3 +8081 +port +www-data +20.* shelltrap-lab.service$' "$scratch/servers"
check "status lists nginx and php-fpm" test "$(grep -cE '^[0-9]+ +nginx +80 +comm |^[0-9]+ +php-fpm[0-9.]+ +- +comm ' \
	"$scratch/servers")" = 2
touch "$scratch/go"
wait $!
is_server "a server from before the module was loaded is known, and its child"
rm -f "$scratch"/{go,ready}
cp "$shipped" "$scratch/more-ports.conf"
sed -i 's/^ports = /&9990-9999 /' "$scratch/more-ports.conf"
run '
one = listen(9999)
print("ready", flush=True)
while not os.path.exists("/run/lab/scratch/go"):
    time.sleep(0.05)
shell()' >"$scratch/ready" &
wait_until 20 grep -q ready "$scratch/ready"
check "a policy with more ports loads" shelltrap policy load --replace "$scratch/more-ports.conf"
touch "$scratch/go"
wait $!
port=9999
is_server "a server on a port that a policy adds is known when the policy is loaded"

# Under running servers the ports of the policy change. The server here has a client on one of its
# ports, and listens no longer: only what is known of it can say that this is a client.
steps='
def step(name):
    while not os.path.exists("/run/lab/scratch/go-" + name):
        time.sleep(0.05)
    shell()
    print("done", name, flush=True)
'

load_ports()
{
	sed "s/^ports = .*/ports = $*/" "$shipped" >"$scratch/ports.conf"
	check "a policy with the ports $* loads" shelltrap policy load --replace "$scratch/ports.conf"
}

# start_stepping CODE: a server that prints when it is ready, and starts a shell at each step.
start_stepping()
{
	rm -f "$scratch"/go-*
	run "$steps$1" >"$scratch/steps" &
	stepping=$!
	check "witness: the server is ready" wait_until 20 grep -q ready "$scratch/steps"
}

step()
{
	touch "$scratch/go-$1"
	check "witness: the server starts a shell" wait_until 20 grep -q "done $1" "$scratch/steps"
}

port=8081
load_ports 8081
start_stepping '
one, web = listen(9999), listen()
client = socket.create_connection(("127.0.0.1", 9999), source_address=("127.0.0.1", 40010))
served = one.accept()[0]
one.close()
web.close()
print("ready", flush=True)
for name in "first", "other", "none", "again":
    step(name)'
step first
is_server "a server that has closed its sockets is known by its port, with its client on another" \
	'request.clients~"127.0.0.1:40010"'
port=9999
load_ports 9990-9999
step other
is_server "it is known by its other port when the policy has that one instead, with its client" \
	'request.clients~"127.0.0.1:40010"'
load_ports 7777
step none
expect_none "it is no server when the policy has none of its ports"
port=8081
load_ports 8081
step again
is_server "it is one again when the policy has its first port again, with its client" \
	'request.clients~"127.0.0.1:40010"'
wait "$stepping"
start_stepping '
many = [listen(0) for _ in range(40)]
one = listen(9999)
print("ready", flush=True)
step("late")'
port=9999
load_ports 9990-9999
step late
is_server "a port that the policy adds is found behind 40 others on which the server listens"
wait "$stepping"
port=8081
check "the shipped policy loads" shelltrap policy load --replace "$shipped"

# Software that starts programs by trade, with the lines of shelltrap(7).
install -m 755 "$python3" /usr/local/bin/ttyd
python=/usr/local/bin/ttyd run 'listen(8888); shell()'
port=8888
is_server "a terminal in a browser on a web port is a server"
port=8081
printf '[set web_servers]\nnever = ttyd code-server crowdsec\n' >"$scratch/trade.conf"
check "a policy that says which programs are none loads" shelltrap policy load --replace "$shipped" "$scratch/trade.conf"
python=/usr/local/bin/ttyd run 'listen(8888); shell()'
expect_none "a terminal in a browser raises no alert then"

rm -f /usr/local/bin/{php-cgi8.2,sshd,ttyd,passenger-memory-stats,php-fpm-healthcheck} "$scratch/go"
