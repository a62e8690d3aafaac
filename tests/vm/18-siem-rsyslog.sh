#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# From the kernel into a file on another host, by the configurations of rsyslog that
# ship: while alerts come as fast as they can, the central rsyslog is stopped, the link
# is cut, and both rsyslogs are killed. Afterwards each alert is there exactly once,
# or a line for those that the kernel has lost.
# lab: siem
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/siem.sh"

file=/var/log/shelltrap/alerts.json
central=/var/log/shelltrap-hosts/lab.json
half=2500

is_valid()
{
	rsyslogd -N1 -f "$1"
}

# The variants: nothing of theirs runs here.
is_valid_with_store()
{
	cat "$examples/rsyslog/central.conf" "$examples/rsyslog/store-$1.conf" >"$scratch/variant.conf"
	is_valid "$scratch/variant.conf"
}

install_on_host()
{
	install_service
	install -m 644 "$examples/rsyslog/host.conf" /etc/rsyslog.d/shelltrap.conf
	install -D -m 644 "$examples/rsyslog/rsyslog.service.conf" \
		/etc/systemd/system/rsyslog.service.d/shelltrap.conf
	systemctl --quiet enable rsyslog
}

install_on_central()
{
	install -D -t /usr/local/lib/shelltrap "$examples/rsyslog/once.py"
	mkdir -p /var/log/shelltrap-hosts
	echo "module(load=\"impstats\" interval=\"1\" resetCounters=\"on\" log.syslog=\"off\" log.file=\"$scratch/central.stats\")" \
		>"$scratch/stats.conf"
	configure_central "$scratch/stats.conf" "$examples"/rsyslog/{central,store-files}.conf
}

remove_all()
{
	systemctl --quiet disable rsyslog
	rm -rf /etc/rsyslog.d/shelltrap.conf /etc/systemd/system/rsyslog.service.d \
		/usr/local/lib/shelltrap /var/log/shelltrap-hosts
	remove_service
	remove_central
	remove_logs
}

# How many arrived, those included that had before.
frames()
{
	sed -n 's/.*origin=imrelp.*submitted=\([0-9]*\).*/\1/p' "$scratch/central.stats" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

is_behind()
{
	(($(count_lines "$central") < $(count_lines "$file")))
}

all_arrived()
{
	has_newest "$file" && ! is_behind
}

# begin_storms: of which "storms" waits for the end.
begin_storms()
{
	storm a "$half" &
	first=$!
	storm b "$half" &
	second=$!
}

make_central
check "there are certificates" make_certificates
install_on_host
install_on_central
check "the host's configuration is valid" is_valid /etc/rsyslog.conf
for store in files elasticsearch kafka; do
	check "so is the central host's with $store" is_valid_with_store "$store"
done
load_module
check "the central rsyslog starts" systemctl start central
check "so do the host's, and the logger" systemctl start rsyslog shelltrap
storm first 20
check "alerts arrive" wait_until 100 all_arrived

begin_storms
wait_until 60 has_lines "$central" 300
check "the central rsyslog is stopped" systemctl stop central
wait_until 60 has_lines "$file" 1500
check "meanwhile alerts come" is_behind
check "it is started again" systemctl start central
wait_until 60 has_lines "$central" 1600
ip link set to-central down
wait_until 60 has_lines "$file" 3000
check "the link is cut, and alerts come" is_behind
ip link set to-central up
wait_until 60 has_lines "$central" 3100
kill_service central
kill_service rsyslog
check "both are killed, and start again" systemctl start central rsyslog
wait "$first" "$second"
check "the logger has written all" wait_until 60 has_newest "$file"
check "all of it arrives" wait_until 150 all_arrived
systemctl stop syslog.socket rsyslog
systemctl stop central
check "each exec exactly once, or told to be lost" \
	log_is_complete "$central" --any-order first=20 "a=$half" "b=$half"
check "and nothing else" cmp <(sort "$file") <(sort "$central")
echo "# $(count_lines "$central") lines, $(grep -c '"type":"loss"' "$central") of them losses;" \
	"at least $(frames) arrived; $SECONDS s"
systemctl stop shelltrap
remove_all
