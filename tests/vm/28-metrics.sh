#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The metrics for Prometheus are true: what was raised is what they count; a module that
# is gone is not armed; the timer's service keeps the file of node_exporter.

. "${0%/*}/lib.sh"

file=$scratch/metrics/shelltrap.prom

# metric NAME VALUE: is there, and is that.
metric()
{
	cat "$file"
	grep -qFx "shelltrap_$1 $2" "$file"
}

write_metrics()
{
	shelltrap status --prometheus --output "$file"
}

# The same number as a field of "shelltrap status --json".
agrees()
{
	metric "$1" "$(status_of "$2")"
}

# exits STATUS COMMAND...
exits()
{
	local wanted=$1 status=0
	shift

	"$@" || status=$?
	((status == wanted))
}

attack()
{
	as nginx /bin/sh -c :
}

all_are_raised()
{
	(($(status_of alerts) == 7))
}

install_service()
{
	install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
	install -m 0644 "$payload"/userspace/siem/prometheus/shelltrap-metrics.* /etc/systemd/system/
	mkdir -p "$node"
	systemctl daemon-reload
}

has_new()
{
	grep -qFx "shelltrap_$1" "$node/shelltrap.prom"
}

mkdir -p "${file%/*}"
check "without the module it exits 3" exits 3 write_metrics
check "and says that it is not loaded" metric module_loaded 0
check "nor armed" metric armed 0
check "and nothing else" test "$(grep -vc '^#' "$file")" = 2
load_module
for ((i = 0; i < 7; i++)); do
	attack
done
wait_until 15 all_are_raised
write_metrics
check "loaded, it is armed" metric armed 1
check "each alert is counted" metric alerts_total 7
check "for each rule it hit" metric 'rule_hits_total{rule="webserver_shell_exec",action="alert"}' 7
check "and for no other" metric 'rule_hits_total{rule="webserver_exec",action="alert"}' 0
check "nothing was lost" metric lost_total 0
check "the backlog holds them" metric backlog_records 7
for pair in hits_total:hits backlog_bytes:size slots:slots policy_names:names \
	lineage_tasks:lineage; do
	check "status says the same of ${pair#*:}" agrees "${pair%:*}" "${pair#*:}"
done
check "nobody listens" metric listening 0
start_watch "$scratch/watched"
write_metrics
check "now somebody does" metric listening 1
stop_watch
check "anybody may read the file" test "$(stat -c %a "$file")" = 644
check "and nothing is left beside it" test "$(ls "${file%/*}")" = shelltrap.prom

node=/var/lib/prometheus/node-exporter
install_service
check "its units are sound" systemd-analyze verify --man=no shelltrap-metrics.service \
	shelltrap-metrics.timer
check "the service writes the file, in its sandbox" systemctl start shelltrap-metrics.service
check "which is of now" has_new "alerts_total 7"
unload_module
systemctl start shelltrap-metrics.timer
check "the timer replaces it: unloaded, it is not armed" wait_until 40 has_new "armed 0"
systemctl stop shelltrap-metrics.timer
check "which is no failure" test "$(systemctl show --value -p Result shelltrap-metrics.service)" = success
rm -r "${node%/*}" /etc/systemd/system/shelltrap-metrics.* /usr/sbin/shelltrap "$scratch/metrics"
systemctl daemon-reload
