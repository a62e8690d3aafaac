#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rsyslog sends alerts to a file on a central host, with the shipped configurations. During a
# storm of alerts the central rsyslog is stopped, the link is cut, and both rsyslogs are
# killed. Afterwards the file has each alert exactly once, or a loss record for those that
# the kernel lost.
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

# is_valid_with_store NAME: the programs that the store needs do not run here, so only its
# syntax is checked.
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

# Prints how many messages arrived, including repeated ones.
count_arrived()
{
	sed -n 's/.*origin=imrelp.*submitted=\([0-9]*\).*/\1/p' "$scratch/central.stats" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

some_are_missing()
{
	(($(count_lines "$central") < $(count_lines "$file")))
}

all_arrived()
{
	has_newest "$file" && ! some_are_missing
}

start_storms()
{
	storm a "$half" &
	first=$!
	storm b "$half" &
	second=$!
}

make_central
check "certificates can be made" make_certificates
install_on_host
install_on_central
check "the host's configuration is valid" is_valid /etc/rsyslog.conf
for store in files elasticsearch kafka; do
	check "the central host's configuration with $store is valid" is_valid_with_store "$store"
done
load_module
check "the central rsyslog starts" systemctl start central
check "the host's rsyslog and the logger start" systemctl start rsyslog shelltrap
storm first 20
check "alerts arrive on the central host" wait_until 100 all_arrived

start_storms
wait_until 60 has_lines "$central" 300
check "the central rsyslog stops during the storm" systemctl stop central
wait_until 60 has_lines "$file" 1500
check "alerts are raised while the central rsyslog is stopped" some_are_missing
check "the central rsyslog starts again" systemctl start central
wait_until 60 has_lines "$central" 1600
ip link set to-central down
wait_until 60 has_lines "$file" 3000
check "alerts are raised while the link is cut" some_are_missing
ip link set to-central up
wait_until 60 has_lines "$central" 3100
kill_service central
kill_service rsyslog
check "both rsyslogs start again after they were killed" systemctl start central rsyslog
wait "$first" "$second"
check "the logger has written all alerts" wait_until 60 has_newest "$file"
check "all alerts arrive on the central host" wait_until 150 all_arrived
systemctl stop syslog.socket rsyslog
systemctl stop central
check "the central file has each exec exactly once, or counts it as lost" \
	log_is_complete "$central" --any-order first=20 "a=$half" "b=$half"
check "the central file has the same lines as the host's" cmp <(sort "$file") <(sort "$central")
echo "# $(count_lines "$central") lines, $(grep -c '"type":"loss"' "$central") of them losses;" \
	"at least $(count_arrived) arrived; $SECONDS s"
systemctl stop shelltrap
remove_all
