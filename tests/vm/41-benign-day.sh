#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limit: 600 s
#
# An ordinary day of a server - upgrades, log rotation, renewed certificates, timers, logins,
# mail, containers, an administrator's work - raises webserver_exec where a server's program
# is executed, and no other alert. "witness" checks show that each part really happened.

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
fpm=$(basename /usr/sbin/php-fpm[0-9]*)
php=${fpm#php-fpm}
nginx_package=$(dpkg -S /usr/sbin/nginx | cut -d : -f 1)
export DEBIAN_FRONTEND=noninteractive

# All alerts since the mark are webserver_exec for the program of an installed server.
only_starts_are_raised()
{
	local count

	settle || return
	count=$(grep -vc '"type":"event"' "$scratch/between")
	python3 -IS "$here/alerts.py" "$count" \
		'rules=["webserver_exec"]' "pathname~^/usr/sbin/(nginx|apache2|$fpm)$" <"$scratch/between"
}

expect_starts()
{
	check "$1" only_starts_are_raised
}

# renew_workers UNIT COMMAND...: COMMAND makes the server replace its workers.
renew_workers()
{
	local unit=$1 before
	shift

	before=$(workers "$unit")
	check "witness: $*" "$@"
	check "witness: $unit has new workers" wait_until 30 has_other_workers "$unit" "$before"
	expect_starts "$*: no alert but of programs run"
}

# repack PACKAGE: makes a newer version of an installed package, with the same files and
# maintainer scripts.
repack()
{
	local package=$1 tree=$scratch/newer/$1 path
	mkdir -p "$tree/DEBIAN"

	dpkg -s "$package" | awk '/^[^ ]/ { skip = /^(Status|Conffiles):/ } !skip' |
		sed -e '/^Version:/s/$/+1/' -e 's/\(nginx-common\) (= [^)]*)/\1/' >"$tree/DEBIAN/control"
	for path in "/var/lib/dpkg/info/$package".{pre,post}{inst,rm} \
		"/var/lib/dpkg/info/$package".{conffiles,config,templates,triggers}; do
		[[ ! -e $path ]] || cp -p "$path" "$tree/DEBIAN/${path##*.}"
	done
	dpkg -L "$package" | while read -r path; do
		[[ ! -e $path || (-L $path && $path != /*/*) ]] || echo ".$path"
	done | tar -C / --no-recursion -T - -c | tar -C "$tree" -x
	dpkg-deb -Znone --build "$tree" "$scratch/newer"
}

version_of()
{
	dpkg-query -W -f '${Version}\n' "$1"
}

upgrade()
{
	local packages=(nginx-common "$nginx_package" "php$php-fpm") package before
	local -A masters

	for package in "${packages[@]}"; do
		repack "$package" >/dev/null
	done
	for package in nginx "php$php-fpm"; do
		masters[$package]=$(systemctl show --value -p MainPID "$package")
	done
	before=$(version_of nginx-common)
	check "packages are upgraded" dpkg -i "$scratch"/newer/*.deb
	check "witness: the version is the new one" test "$(version_of nginx-common)" = "$before+1"
	for package in nginx "php$php-fpm"; do
		check "witness: the maintainer scripts restarted $package" test \
			"$(systemctl show --value -p MainPID "$package")" != "${masters[$package]}"
	done
	expect_starts "the upgrade: no alert but of programs run"
}

# logrotate's state says that the logs were last rotated years ago.
rotate_logs()
{
	local log

	get index.html >/dev/null
	curl -sS http://127.0.0.1:8080/ >/dev/null
	mark
	{
		echo "logrotate state -- version 2"
		for log in /var/log/{nginx,apache2}/*.log "/var/log/php$php-fpm.log"; do
			echo "\"$log\" 2020-1-1-0:0:0"
		done
	} >/var/lib/logrotate/status
	check "logs are rotated" systemctl start logrotate.service
	get index.html >/dev/null
	check "witness: nginx writes to a new log" test -s /var/log/nginx/access.log -a \
		-s /var/log/nginx/access.log.1
	check "witness: apache's log is rotated" test -s /var/log/apache2/error.log.1
	check "witness: php-fpm's log is rotated" test -s "/var/log/php$php-fpm.log.1"
	expect_starts "the rotation: no alert but of programs run"
}

reload_servers()
{
	renew_workers nginx nginx -s reload
	renew_workers nginx systemctl reload nginx
	renew_workers apache2 systemctl reload apache2
	renew_workers apache2 apachectl graceful
	renew_workers apache2 service apache2 restart
	renew_workers "php$php-fpm" systemctl reload "php$php-fpm"
}

administer()
{
	check "witness: nginx -t" nginx -t
	check "witness: apache2ctl configtest" apache2ctl configtest
	check "witness: $fpm -t" "$fpm" -t
	check "witness: apache2ctl -M" grep -q php <(apache2ctl -M)
	check "witness: a2enmod" a2enmod -q headers
	check "witness: nginx's init script runs" /etc/init.d/nginx configtest
	check "witness: apache's init script runs" /etc/init.d/apache2 status
	check "witness: php -r runs a shell" test "$(php -r 'echo shell_exec("expr 6 \* 7");')" = 42
	check "witness: dpkg -l" grep -q nginx <(dpkg -l)
	check "witness: apt-cache policy" grep -q Installed <(apt-cache policy nginx)
	check "witness: a crontab is edited" env EDITOR='sh -c true' crontab -e
	crontab -r
	check "witness: systemctl status" systemctl status --no-pager nginx
	expect_starts "an administrator's work: no alert but of programs run"
}

# Starts cron jobs and a timer: the hooks for a renewed certificate, monitoring, cron.daily,
# and the cleaning of PHP's sessions.
start_jobs()
{
	mkdir -p "$scratch/deploy"
	printf '#!/bin/sh\nnginx -s reload\n' >"$scratch/deploy/nginx"
	printf '#!/bin/sh\nsystemctl reload apache2\n' >"$scratch/deploy/apache2"
	chmod +x "$scratch"/deploy/*
	cat >"$scratch/renew" <<-'END'
		import pathlib, subprocess, sys
		for hook in sorted(pathlib.Path(sys.argv[1], "deploy").iterdir()):
		    subprocess.run(f"{hook} && echo {hook.name} >>{sys.argv[1]}/deployed", shell=True, check=True)
	END
	cat >/etc/cron.d/benign <<-END
		PATH=/usr/sbin:/usr/bin:/sbin:/bin
		* * * * * root rm /etc/cron.d/benign
		* * * * * root python3 $scratch/renew $scratch
		* * * * * root curl -fsS $site/index.html | grep -c works >$scratch/monitored
		* * * * * root run-parts --report /etc/cron.daily && : >$scratch/daily
	END
	mkdir -p /run/systemd/system/phpsessionclean.timer.d
	printf '[Timer]\nOnCalendar=\nOnActiveSec=1s\nAccuracySec=100ms\n' \
		>/run/systemd/system/phpsessionclean.timer.d/soon.conf
	rm -f /etc/systemd/system/phpsessionclean.timer
	systemctl daemon-reload
	systemctl start phpsessionclean.timer
}

has_cleaned()
{
	[[ $(systemctl show --value -p ExecMainExitTimestampMonotonic phpsessionclean) != 0 &&
		$(systemctl show --value -p Result phpsessionclean) == success ]]
}

jobs_have_run()
{
	[[ -e $scratch/daily && -s $scratch/monitored ]] &&
		grep -q apache2 "$scratch/deployed" && grep -q nginx "$scratch/deployed"
}

await_jobs()
{
	check "witness: the timer cleaned PHP's sessions" wait_until 60 has_cleaned
	check "witness: cron ran its jobs and the hooks" wait_until 80 jobs_have_run
	rm -r /run/systemd/system/phpsessionclean.timer.d
	expect_starts "cron, hooks and timers: no alert but of programs run"
}

ssh_in()
{
	ssh -tt -i "$scratch/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		root@127.0.0.1
}

log_in()
{
	ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
	install -d -m 700 /root/.ssh
	cp "$scratch/key.pub" /root/.ssh/authorized_keys
	systemctl start ssh
	printf '%s\n' 'tty' "su - www-data -s /bin/sh -c 'id; sh -c env'" 'runuser -u www-data -- id -un' \
		'nginx -t' 'exit' | ssh_in >"$scratch/session" 2>&1
	check "witness: root logged in and became www-data" \
		grep -q '^uid=33(www-data)' "$scratch/session"
	check "witness: root logged in on a terminal" grep -q '^/dev/pts/' "$scratch/session"
	systemctl stop ssh
	expect_starts "a login: no alert but of programs run"
}

# in_container COMMAND...: enters the container's namespaces, as docker exec does.
in_container()
{
	nsenter --target "$container" --mount --pid --uts "$@"
}

# The server is process 1 of its container, so orphans of other processes there become its
# children.
enter_container()
{
	local unsharing

	cat >"$scratch/box.conf" <<-END
		daemon off;
		pid $scratch/box.pid;
		events { }
		http { access_log off; server { listen 8090; root /var/www/html; } }
	END
	unshare --mount --pid --uts --fork --mount-proc nginx -c "$scratch/box.conf" &
	unsharing=$!
	check "witness: a server runs in a container" wait_until 20 curl -fsS http://127.0.0.1:8090/index.html
	container=$(pgrep -P "$unsharing")
	expect_starts "the start in a container: no alert but of programs run"
	check "witness: a shell enters the container" grep -q '^uid=0' <(in_container sh -c 'id; sh -c "curl -fsS http://127.0.0.1:8090/"')
	check "witness: the shell is in the container" grep -q nginx <(in_container sh -c 'cat /proc/1/comm')
	expect_none "a shell that enters a server's container raises no alert"
	in_container python3 -c '
import os, subprocess, sys, time
if os.fork():
    os._exit(0)
while os.getppid() != 1:
    time.sleep(0.01)
subprocess.run(["/bin/sh", "-c", f"ps -o comm= -p 1 >{sys.argv[1]}"])' "$scratch/orphan"
	check "witness: an orphan in the container is the server's child" wait_until 20 grep -q '^nginx' "$scratch/orphan"
	expect_none "an orphan in a server's container raises no alert"
	kill "$container"
	wait "$unsharing"
	mark
}

# systemd starts a service, not the process that asks for it: the shells of the service do not
# descend from the server.
restart_from_server()
{
	local before

	before=$(systemctl show --value -p MainPID cron)
	python_as "$fpm" 'import subprocess; subprocess.run(["systemctl", "restart", "cron"])'
	check "witness: cron was restarted" test "$(systemctl show --value -p MainPID cron)" != "$before"
	expect "a server's descendant that restarts a service raises one alert" 1 \
		rule=webserver_sysutil_exec process.argv.1=restart
}

has_no_workers()
{
	[[ -z $(workers "php$php-fpm") ]]
}

# php-fpm starts workers when a request arrives.
start_on_demand()
{
	local pool=/etc/php/$php/fpm/pool.d/www.conf

	sed -i.before 's/^pm = .*/pm = ondemand/' "$pool"
	systemctl restart "php$php-fpm"
	check "witness: php-fpm has no workers" has_no_workers
	check "witness: PHP answers on demand" grep -q '^sum' <(get plain.php)
	check "witness: PHP runs a harmless program on demand" grep -q "no shell here" <(get run.php how=proc_open_direct cmd=)
	mv "$pool.before" "$pool"
	systemctl restart "php$php-fpm"
	expect_starts "workers on demand: no alert but of programs run"
}

send_mail()
{
	local before

	before=$(status_of silenced)
	cp /bin/true /usr/sbin/sendmail
	check "witness: PHP sends mail" grep -q '^sent' <(get mail.php)
	expect_none "mail with an exception raises no alert"
	check "witness: the exception matched the mail" test "$(status_of silenced)" = $((before + 1))
	rm /usr/sbin/sendmail
}

log_to()
{
	echo "CustomLog \"$1\" combined" >/etc/apache2/conf-enabled/piped.conf
	rm -f "$scratch"/access.*
	systemctl restart apache2
	curl -sS http://127.0.0.1:8080/ >/dev/null
}

# load_log_exception COMMAND: an exception for the shell that apache starts for COMMAND.
load_log_exception()
{
	cat "$scratch/policy.conf" - >"$scratch/excepted.conf" <<-END
		[rule piped_log]
		actor = web_servers
		target = mail_shell
		argv = /bin/sh -c '$1'
		action = allow
	END
	check "a policy with an exception for the log program loads" shelltrap policy load --replace "$scratch/excepted.conf"
}

has_logged()
{
	cat "$scratch"/access.* | grep -q curl
}

pipe_logs()
{
	log_to "|/usr/bin/rotatelogs $scratch/access 86400"
	check "witness: apache logs to a program" wait_until 10 has_logged
	expect_starts "logs piped to a program: no alert but of programs run"
	log_to "|\$/usr/bin/rotatelogs $scratch/access 86400"
	check "witness: apache logs to a program through a shell" wait_until 10 has_logged
	expect "the shell of a piped log raises an alert" --only 'rules!=["webserver_exec"]' 2 \
		rule=webserver_shell_exec comm=apache2 process.argv.-1~^/usr/bin/rotatelogs
	load_log_exception "/usr/bin/rotatelogs $scratch/access 86400"
	systemctl restart apache2
	expect_starts "a piped log with an exception: no alert but of programs run"
	check "witness: the exception matched the piped log" test "$(status_of silenced)" = 2
	rm /etc/apache2/conf-enabled/piped.conf
	systemctl restart apache2
	mark
}

# make_script FILE INTERPRETER: a script that does what those do that look after a server, and
# leaves its path in $scratch/looked.
make_script()
{
	local work="id -u | cut -c 1 | sed s/0/1/ >/dev/null; sh -c :; echo $1 >>$scratch/looked"

	mkdir -p "${1%/*}"
	case $2 in
	*python3) printf '#!%s\nimport subprocess\nsubprocess.run("%s", shell=True, check=True)\n' "$2" "$work" ;;
	*) printf '#!%s\n%s\n' "$2" "$work" ;;
	esac >"$1"
	chmod 755 "$1"
	made+=("$1")
}

# looks_after "which script" FILE [COMMAND...]: COMMAND, or the script itself, runs the script.
looks_after()
{
	local what=$1 script=$2
	shift 2

	: >"$scratch/looked"
	"${@:-$script}"
	check "witness: $what runs" grep -qx "$script" "$scratch/looked"
	expect_none "$what raises no alert"
}

# Scripts that look after a server are called like it, and can have any interpreter. OpenRC's is
# a program that starts shells; a copy of a shell stands for it.
look_after_servers()
{
	local made=() hooks=/etc/letsencrypt/renewal-hooks/deploy

	install -m 755 /bin/dash /sbin/openrc-run
	make_script /etc/init.d/uwsgi "/usr/bin/env bash"
	make_script /etc/init.d/lighttpd /sbin/openrc-run
	make_script $hooks/haproxy "/usr/bin/env bash"
	make_script $hooks/nginx /bin/sh
	make_script $hooks/apache2 "/usr/bin/env python3"
	make_script /usr/local/bin/php-fpm-healthcheck /bin/sh
	make_script /usr/sbin/passenger-memory-stats /usr/bin/python3
	looks_after "an init script of bash" /etc/init.d/uwsgi /etc/init.d/uwsgi status
	looks_after "an init script of OpenRC" /etc/init.d/lighttpd /etc/init.d/lighttpd start
	looks_after "a hook of certbot in bash" $hooks/haproxy run-parts --regex haproxy $hooks
	looks_after "a hook of certbot in sh" $hooks/nginx sh -c $hooks/nginx
	looks_after "a hook of certbot in Python" $hooks/apache2 sh -c $hooks/apache2
	looks_after "php-fpm-healthcheck" /usr/local/bin/php-fpm-healthcheck
	looks_after "php-fpm-healthcheck, in a container" /usr/local/bin/php-fpm-healthcheck \
		nsenter --mount=/proc/1/ns/mnt /usr/local/bin/php-fpm-healthcheck
	looks_after "passenger-memory-stats" /usr/sbin/passenger-memory-stats \
		systemd-run --quiet --wait /usr/sbin/passenger-memory-stats
	rm "${made[@]}" /sbin/openrc-run
}

load_module
# The shipped policy with the comment signs of its example, an exception for mail, removed.
sed '/^#\[set mail_shell\]/,$ s/^#//' "$payload/userspace/conf/policy.conf" >"$scratch/policy.conf"
check "the policy with an exception for mail loads" shelltrap policy load --replace "$scratch/policy.conf"
restart_from_server
start_jobs
upgrade
rotate_logs
reload_servers
administer
look_after_servers
log_in
start_on_demand
pipe_logs
await_jobs
send_mail
enter_container
