#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Servers that nobody has listed, each attacked through HTTP under the shipped policy: a web port
# makes them servers, whatever they are called. php -S, busybox httpd and Python's http.server
# are in 32-who-serves.
#
# lab: servers
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

quick=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
flask=(-p Environment=FLASK_APP=shop.py -p Environment=PYTHONDONTWRITEBYTECODE=1)
netty=(/usr/share/java/netty-{buffer,codec,codec-http,common,handler,resolver,transport}.jar)

# shell_raises CONDITION...: the attack's shell raises one alert, with the server.
shell_raises()
{
	# shellcheck disable=SC2016 # the attacked shell expands it
	local answer command='echo answer $((6 * 7)); :'

	answer=$(get "$run" cmd="$command")
	check "$name: a shell sends its output to the attacker" test "$answer" = "answer 42"
	expect "$name: a shell raises one alert, which says why this is a server" 1 \
		rule=webserver_shell_exec severity=critical pathname=/bin/sh process.argv.-1="$command" \
		process.user="$user" server.comm="$server_comm" cgroup.path="$(cgroup_of_unit)" "$@"
}

# attack_port PORT [COMMAND...]: the server on that port, which its policy does not name. COMMAND
# renews it.
attack_port()
{
	local port=$1
	shift

	expect_none "$name: its start raises no alert"
	shell_raises server.matched=port server.port="$port" "rules=$lineage_rules"
	injected_command_is_reported
	if (($#)); then
		reload_under_attack "$@"
		shell_raises server.matched=port server.port="$port" "rules=$lineage_rules"
	fi
	stop_server
}

# make_jar FILE: an application that is its own server, in one file to be run by java -jar.
make_jar()
{
	mkdir -p "$scratch/classes"
	java "${quick[@]}" -cp '/usr/share/java/*' org.eclipse.jdt.internal.compiler.batch.Main \
		-11 -proc:none -d "$scratch/classes" -cp "$(IFS=: && echo "${netty[*]}")" "$apps/Shop.java" &&
		python3 - "$1" "$scratch/classes" "${netty[@]}" <<-'END'
			import pathlib, sys, zipfile
			libraries = "\n  ".join("file://" + path for path in sys.argv[3:])
			with zipfile.ZipFile(sys.argv[1], "w") as jar:
			    jar.writestr("META-INF/MANIFEST.MF",
			                 f"Manifest-Version: 1.0\nMain-Class: Shop\nClass-Path: {libraries}\n\n")
			    for path in pathlib.Path(sys.argv[2]).glob("*.class"):
			        jar.write(path, path.name)
		END
}

# Jetty compiles pages for Java 7, unless a page's application says more.
make_jetty_base()
{
	local root=$scratch/jetty/webapps/root

	mkdir -p "$root/WEB-INF"
	cp "$apps"/jsp/*.jsp "$root/"
	cat >"$root/WEB-INF/web.xml" <<-'END'
		<web-app><servlet><servlet-name>jsp</servlet-name>
		<init-param><param-name>compilerSourceVM</param-name><param-value>1.8</param-value></init-param>
		<init-param><param-name>compilerTargetVM</param-name><param-value>1.8</param-value></init-param>
		</servlet></web-app>
	END
	chown -R www-data "$scratch/jetty"
}

# nginx under another name, with Perl in it for ?cmd=.
make_frontd()
{
	install -m 755 /usr/sbin/nginx /usr/local/bin/frontd
	cat >"$scratch/frontd.conf" <<-'END'
		load_module modules/ngx_http_perl_module.so;
		daemon off;
		user www-data;
		pid /run/frontd.pid;
		error_log stderr;
		events { }
		http {
			access_log off;
			server {
				listen 127.0.0.1:8081;
				location = /plain { return 200 "sum 500500\n"; }
				location = /run {
					perl 'sub {
						my ($request) = @_;
						my $command = $request->args;
						$command =~ s/^cmd=//;
						$command =~ s/\+/ /g;
						$command =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
						$request->send_http_header("text/plain");
						open(my $output, "-|", "/bin/sh", "-c", $command);
						$request->print(<$output>);
						return 0;
					}';
				}
			}
		}
	END
}

chmod go+rx "$scratch"
load_module
name="a server in Go" server_comm=shop
start_service shop /usr/local/bin/shop
attack_port 8000

name="flask run" server_comm=flask site=http://127.0.0.1:5000
start_service flask "${flask[@]}" flask run
attack_port 5000

name="python3 -m flask" server_comm=python3
start_service flask "${flask[@]}" python3 -m flask run
attack_port 5000

name=uvicorn comm=uvicorn server_comm=uvicorn site=http://127.0.0.1:8000
start_service uvicorn uvicorn --port 8000 asgi:application
start_is_reported 1
shell_raises server.matched=comm "rules=$both_shell_rules"
stop_server

# Debian 11's node changes what ps shows, but not the name of the task.
name="node that renames itself"
start_service next node renamed.js
server_comm=$(cat "/proc/$(systemctl show --value -p MainPID "$unit")/comm")
attack_port 8000

name="a renamed nginx" server_comm=frontd site=http://127.0.0.1:8081
make_frontd
start_service frontd -p User=root /usr/local/bin/frontd -c "$scratch/frontd.conf"
attack_port 8081 /usr/local/bin/frontd -c "$scratch/frontd.conf" -s reload
rm /usr/local/bin/frontd

name="java -jar" server_comm=java site=http://127.0.0.1:8080
check "$name: an application with Netty is built" make_jar "$scratch/shop.jar"
start_service shop-jar java "${quick[@]}" -jar "$scratch/shop.jar"
attack_port 8080

name="Jetty's start.jar" run=runtime.jsp plain=plain.jsp
make_jetty_base
start_service jetty-start -p WorkingDirectory="$scratch/jetty" java "${quick[@]}" \
	-Djetty.home=/usr/share/jetty9 -Djetty.base="$scratch/jetty" -jar /usr/share/jetty9/start.jar \
	--module=http,deploy,jsp jetty.http.port=8080
attack_port 8080
