#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A collector gets each alert at least once by TCP, even if the collector or the logger is
# killed or the link is cut; it gets loss records, too. By UDP it gets datagrams. The
# service needs the shipped drop-in to use the network.
# lab: siem
# limit: 240 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/siem.sh"

tcp=$scratch/log.tcp
udp=$scratch/log.udp
drop_in=/run/systemd/system/shelltrap.service.d

log_reports()
{
	grep -q -- "$1" "$scratch/log.err"
}

# Prints the configuration of the collector, an rsyslog without queues: it writes a message to
# the file before it reads the next one.
print_collector_conf()
{
	cat <<-END
		global(maxMessageSize="128k")
		module(load="imptcp")
		module(load="imudp")
		template(name="line" type="string" string="%msg%\n")
		template(name="whole" type="string" string="%rawmsg%\n")
		ruleset(name="tcp" queue.type="Direct") {
			action(type="omfile" file="$tcp" template="line")
		}
		ruleset(name="udp" queue.type="Direct") {
			action(type="omfile" file="$udp" template="whole")
		}
		input(type="imptcp" port="6514" ruleset="tcp")
		input(type="imudp" port="6514" ruleset="udp")
	END
}

# arrived LABEL=COUNT...: these storms have arrived by TCP.
arrived()
{
	[[ -e $tcp ]] && log_is_complete "$tcp" --at-least-once "$@"
}

# datagrams_arrived COUNT: each alert has arrived as a datagram of its own, in the format that
# is configured.
datagrams_arrived()
{
	(($(grep -c '^<[0-9]*>1 .* shelltrap - alert \[shelltrap@32473 .*storm first [0-9]*\.' "$udp") == $1))
}

remembers_all()
{
	grep "\"tcp:.*\"seq\":$(($(status_of seq_next) - 1))," "$scratch/log.state"
}

main_pid_has_socket()
{
	ss -tnpH state established dst 192.0.2.2:6514 | grep "pid=$(systemctl show --value -p MainPID shelltrap),"
}

is_refused()
{
	journalctl -q -u shelltrap -o cat | grep 'tcp://.*opening: no access to the network; the service needs a drop-in'
}

make_central
print_collector_conf >"$scratch/collector.conf"
configure_central "$scratch/collector.conf"
load_module
configure "[output tcp://central.example:6514]" "[output udp://192.0.2.2:6514]" "format = syslog" \
	"[output tcp://192.0.2.2:1]" "[output tcp://nobody.invalid:514]"
start_logger
check "the logger reports a collector that refuses the connection" wait_until 10 log_reports "tcp://central.example:6514: opening: Connection refused"
check "the logger reports a collector whose name has no address" wait_until 30 log_reports "tcp://nobody.invalid:514: opening: "
check "a collector starts" systemctl start central
storm first 100
check "the collector gets alerts by TCP" wait_until 20 arrived first=100
check "the collector gets alerts as datagrams" wait_until 20 datagrams_arrived 100
check "the logger remembers what the collector has" wait_until 10 remembers_all

storm killed 300 &
storm=$!
wait_until 20 arrived killed=50 >/dev/null
kill_service central
wait "$storm"
check "a collector that was killed starts again" systemctl start central
check "a collector that was killed gets the other alerts" wait_until 30 arrived first=100 killed=300

storm cut 300 &
storm=$!
wait_until 20 arrived cut=50 >/dev/null
ip link set to-central down
wait "$storm"
storm dark 50
ip link set to-central up
check "no alert is missing after the link was cut" wait_until 60 arrived cut=300 dark=50

kill_logger
storm dead 50
start_logger
check "no alert is missing after the logger was killed" wait_until 30 arrived cut=300 dark=50 dead=50
stop_logger
check "a logger that is stopped has saved what the collector has" remembers_all
count=$(count_lines "$tcp")
start_logger
storm after 10
wait_until 20 arrived after=10 >/dev/null
check "after a restart of the logger each new alert comes once" test "$(count_lines "$tcp")" = "$((count + 10))"
stop_logger
unload_module

# A backlog with room for about two hundred alerts.
insmod "$payload/shelltrap.ko" backlog_size=262144
configure "receive_buffer = 4096" "[output tcp://192.0.2.2:6514]"
start_logger
storm small 10
wait_until 20 arrived small=10 >/dev/null
systemctl stop central
storm lost 700
check "a collector that was stopped for too long starts again" systemctl start central
check "a collector gets the number of lost alerts" wait_until 30 arrived first=100 killed=300 lost=700
check "a collector gets the cause of the loss" grep -q '"type":"loss".*"why":"overwritten' "$tcp"
stop_logger

install_service
echo "[output tcp://central.example:6514]" >/etc/shelltrap/shelltrap.conf
systemctl start shelltrap
check "without the drop-in the service cannot use the network" wait_until 20 is_refused
systemctl stop shelltrap
install -D -m 644 "$examples/service/network.conf" "$drop_in/network.conf"
sed -i 's/192\.0\.2\.10/192.0.2.2/' "$drop_in/network.conf"
systemctl daemon-reload
systemctl start shelltrap
check "with the shipped drop-in the service connects to the collector" wait_until 20 main_pid_has_socket
storm service 20
check "with the shipped drop-in the alerts arrive" wait_until 30 arrived service=20
systemctl stop shelltrap central
rm -r "$drop_in"
remove_service
remove_central
remove_logs
