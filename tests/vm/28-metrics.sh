#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The metrics for Prometheus are correct: alerts are counted by rule and verdict, and a module
# that is not loaded is not armed. The service of the timer updates node_exporter's file.

. "${0%/*}/lib.sh"

file=$scratch/metrics/shelltrap.prom

# metric_is NAME VALUE
metric_is()
{
	cat "$file"
	grep -qFx "shelltrap_$1 $2" "$file"
}

write_metrics()
{
	shelltrap status --prometheus --output "$file"
}

# metric_agrees NAME FIELD: the metric has the value of this field of "status --json".
metric_agrees()
{
	metric_is "$1" "$(status_of "$2")"
}

# exits_with STATUS COMMAND...
exits_with()
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

# status_is FIELD COUNT
status_is()
{
	(($(status_of "$1") == $2))
}

# alerts_of RULE SEVERITY VERDICT COUNT
alerts_of()
{
	metric_is "rule_alerts_total{rule=\"$1\",severity=\"$2\",verdict=\"$3\"}" "$4"
}

no_alerts_of()
{
	grep -F rule_alerts_total "$file"
	! grep -qF "rule_alerts_total{rule=\"$1\"" "$file"
}

# alerts_add_up RULE: in "shelltrap status --json" the alerts of all verdicts are the hits.
alerts_add_up()
{
	shelltrap status --json | python3 -c '
import json, sys
rule, policy = sys.argv[1], json.load(sys.stdin)["policy"]
alerts = policy["rule_alerts"][rule]
print({verdict: count for verdict, count in alerts.items() if count})
sys.exit(len(alerts) != 7 or sum(alerts.values()) != policy["rule_hits"][rule])' "$1"
}

# load_denying [OPTION...]
load_denying()
{
	shelltrap policy load --replace "$@" "$payload/userspace/conf/policy.conf" "$scratch/denying.conf"
}

install_service()
{
	install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
	install -m 0644 "$payload"/userspace/siem/prometheus/shelltrap-metrics.* /etc/systemd/system/
	mkdir -p "$node"
	systemctl daemon-reload
}

# node_metric_is NAME VALUE: in node_exporter's file.
node_metric_is()
{
	grep -qFx "shelltrap_$1 $2" "$node/shelltrap.prom"
}

mkdir -p "${file%/*}"
check "without the module status exits with 3" exits_with 3 write_metrics
check "without the module module_loaded is 0" metric_is module_loaded 0
check "without the module armed is 0" metric_is armed 0
check "without the module the running kernel has none" \
	metric_is "kernel_has_module{kernel=\"$(uname -r)\",runs=\"1\"}" 0
check "without the module there are no other metrics" \
	test "$(grep -v '^#' "$file" | grep -vc kernel_has_module)" = 2
load_module
for ((i = 0; i < 7; i++)); do
	attack
done
wait_until 15 status_is alerts 7
write_metrics
check "armed is 1 when the module is loaded" metric_is armed 1
check "each alert is counted" metric_is alerts_total 7
check "hits are counted for the rule that was hit" metric_is 'rule_hits_total{rule="webserver_shell_exec",action="alert"}' 7
check "hits are not counted for another rule" metric_is 'rule_hits_total{rule="webserver_exec",action="alert"}' 0
check "no alert was lost" metric_is lost_total 0
check "the records in the backlog are counted, events among them" \
	metric_is backlog_records $(($(status_of seq_next) - $(status_of seq_oldest)))
for pair in hits_total:hits backlog_bytes:size slots:slots policy_names:names \
	lineage_tasks:lineage; do
	check "${pair%:*} agrees with ${pair#*:} of status" metric_agrees "${pair%:*}" "${pair#*:}"
done
check "alerts are counted as observed" alerts_of webserver_shell_exec critical observed 7
check "no alert is counted as denied" alerts_of webserver_shell_exec critical denied 0
check "alerts are counted for the other rule that was hit" alerts_of illegitimate_shell medium observed 7
check "listening is 0 without a watcher" metric_is listening 0
start_watch "$scratch/watched"
write_metrics
check "listening is 1 with a watcher" metric_is listening 1
stop_watch
check "everybody can read the file" test "$(stat -c %a "$file")" = 644
check "no temporary file is left in its directory" test "$(ls "${file%/*}")" = shelltrap.prom

cat >"$scratch/denying.conf" <<'END'
[rule webserver_shell_exec]
action = deny
[set quiet]
paths = /usr/bin/env
[rule quiet]
actor = web_servers
target = quiet
argv = /usr/bin/env true
action = allow
END
check "a policy that denies loads" load_denying
write_metrics
check "a new policy's alerts are counted from 0" alerts_of webserver_shell_exec critical observed 0
check "the counter of all alerts continues with a new policy" metric_is alerts_total 7
attack 2>/dev/null
attack 2>/dev/null
as nginx /usr/bin/id >/dev/null
# An exception does not match where other variables may change what is run.
env -i PATH=/usr/bin:/bin "$state/serve" nginx /usr/bin/env true
wait_until 15 status_is alerts 10
wait_until 15 status_is silenced 1
write_metrics
check "denied execs are counted as denied" alerts_of webserver_shell_exec critical denied 2
check "denied execs are not counted as observed" alerts_of webserver_shell_exec critical observed 0
check "denied execs are counted as denied for a rule that only alerts" alerts_of illegitimate_shell medium denied 2
check "an exec that no rule denies is counted as observed" alerts_of webserver_sysutil_exec medium observed 1
check "the hits of an exception are counted" metric_is 'rule_hits_total{rule="quiet",action="allow"}' 1
check "an exception has no alerts" no_alerts_of quiet
check "the same policy loads with --dry-run" load_denying --dry-run
attack
wait_until 15 status_is alerts 11
write_metrics
check "execs that would be denied are counted as would-deny" \
	alerts_of webserver_shell_exec critical would-deny 1
check "in the JSON the verdicts of a rule add up to its hits" alerts_add_up webserver_shell_exec

node=/var/lib/prometheus/node-exporter
install_service
check "systemd finds no fault in the units" systemd-analyze verify --man=no shelltrap-metrics.service \
	shelltrap-metrics.timer
check "the service writes the file, in its sandbox" systemctl start shelltrap-metrics.service
check "the service writes the current values" node_metric_is alerts_total 11
unload_module
systemctl start shelltrap-metrics.timer
check "the timer updates the file: armed is 0 without the module" wait_until 40 node_metric_is armed 0
systemctl stop shelltrap-metrics.timer
check "the service does not fail without the module" test "$(systemctl show --value -p Result shelltrap-metrics.service)" = success
rm -r "${node%/*}" /etc/systemd/system/shelltrap-metrics.* /usr/sbin/shelltrap \
	"$scratch/metrics" "$scratch/denying.conf"
systemctl daemon-reload
