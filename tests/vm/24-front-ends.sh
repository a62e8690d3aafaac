#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Servers in front of others: Caddy before php-fpm; HAProxy, whose old worker stops listening and
# goes on after a reload; Apache with Passenger, which starts a Ruby application itself.
#
# lab: servers
# limit: 600 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

fpm=$(basename /usr/sbin/php-fpm[0-9]*)
php=${fpm#php-fpm}
examples=$payload/userspace/conf/exceptions.d

# shell_raises CONDITION...: the attack's shell raises one alert, with the server.
shell_raises()
{
	# shellcheck disable=SC2016 # the attacked shell expands it
	local answer command='echo answer $((6 * 7)); :'

	answer=$(get "$run" cmd="$command")
	check "$name: a shell sends its output to the attacker" test "$answer" = "answer 42"
	expect "$name: a shell raises one alert, which names the server" --only rules~shell 1 \
		rule=webserver_shell_exec severity=critical pathname=/bin/sh process.argv.-1="$command" \
		process.user=www-data server.comm="$server_comm" "$@"
}

only_starts_are_raised()
{
	expect "$1" --only 'rules!=["webserver_exec"]' 0
}

attack_caddy()
{
	cat >"$scratch/Caddyfile" <<-END
		{
			admin off
			auto_https off
		}
		http://127.0.0.1:8081 {
			root * /var/www/html
			php_fastcgi unix//run/php/php$php-fpm.sock
		}
	END
	site=http://127.0.0.1:8081 run="run.php?how=system" plain=plain.php server_comm=$fpm
	systemctl start "php$php-fpm"
	start_service caddy-front -p Environment=HOME="$scratch" caddy run --config "$scratch/Caddyfile"
	start_is_reported 2
	shell_raises server.matched=comm "rules=$both_shell_rules" request.via.0.comm=caddy
	stop_server
	systemctl stop "php$php-fpm"
}

# The service in Lua runs ?cmd=.
attack_haproxy()
{
	cat >"$scratch/run.lua" <<-'END'
		core.register_service("run", "http", function(applet)
			local command = applet.qs:match("cmd=(.*)"):gsub("+", " ")
			command = command:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
			local pipe = io.popen(command)
			local output = pipe:read("*a")
			pipe:close()
			applet:set_status(200)
			applet:add_header("content-length", tostring(#output))
			applet:start_response()
			applet:send(output)
		end)
	END
	cat >"$scratch/haproxy.cfg" <<-END
		global
			insecure-fork-wanted
			lua-load $scratch/run.lua
		defaults
			mode http
			timeout connect 60s
			timeout client 60s
			timeout server 60s
		frontend web
			bind 127.0.0.1:8083
			http-request use-service lua.run if { path /run }
			http-request return status 200 content-type text/plain string "sum 500500"
	END
	site=http://127.0.0.1:8083 run=run plain=plain server_comm=haproxy
	start_service haproxy-front haproxy -W -f "$scratch/haproxy.cfg"
	only_starts_are_raised "$name: its start raises webserver_exec and no other rule"
	reload_under_attack systemctl kill -s USR2 --kill-who=main haproxy-front
	shell_raises
	stop_server
}

make_passenger_site()
{
	mkdir -p "$scratch/shop/public"
	cp "$apps/config.ru" "$scratch/shop/"
	a2enmod -q passenger
	cat >/etc/apache2/sites-enabled/shop.conf <<-END
		Listen 127.0.0.1:8082
		<VirtualHost *:8082>
			DocumentRoot $scratch/shop/public
			PassengerAppRoot $scratch/shop
			PassengerUser www-data
			<Directory $scratch/shop/public>
				Require all granted
			</Directory>
		</VirtualHost>
	END
}

# The first request makes Passenger start the application: shells, Ruby and tools, which differ from
# version to version.
spawn_is_reported()
{
	settle
	grep -q '"rule":"webserver_shell_exec"' "$scratch/between" &&
		grep -q '"rule":"webserver_interpreter_exec"' "$scratch/between"
}

attack_passenger()
{
	site=http://127.0.0.1:8082 run=run plain=plain server_comm=PassengerAgent
	make_passenger_site
	start_unit apache2
	check "$name: without exceptions the start of an application raises alerts" spawn_is_reported
	shell_raises "rules=$lineage_rules"
	injected_command_is_reported
	check "$name: the exceptions that ship as an example load" shelltrap policy load --replace \
		"$payload/userspace/conf/policy.conf" "$examples/passenger.conf"
	settle >/dev/null
	systemctl restart apache2
	check "$name: it serves after a restart with the exceptions" wait_until 200 answers
	only_starts_are_raised "$name: with the exceptions its start raises webserver_exec and no other rule"
	shell_raises "rules=$lineage_rules"
}

chmod go+rx "$scratch"
load_module
name=Caddy
[[ ! -e /usr/bin/caddy ]] || attack_caddy
name=HAProxy
attack_haproxy
name=Passenger
attack_passenger
