#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The metrics for Prometheus are true: what was raised is what they count, by rule and by
# what came of it; a module that is gone is not armed; the timer's service keeps the file of
# node_exporter.

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

# counted COUNTER COUNT
counted()
{
	(($(status_of "$1") == $2))
}

# alerts_of RULE SEVERITY VERDICT COUNT
alerts_of()
{
	metric "rule_alerts_total{rule=\"$1\",severity=\"$2\",verdict=\"$3\"}" "$4"
}

no_alerts_of()
{
	grep -F rule_alerts_total "$file"
	! grep -qF "rule_alerts_total{rule=\"$1\"" "$file"
}

# alerts_add_up RULE: by "shelltrap status --json", and the verdicts that it had.
alerts_add_up()
{
	shelltrap status --json | python3 -c '
import json, sys
rule, policy = sys.argv[1], json.load(sys.stdin)["policy"]
alerts = policy["rule_alerts"][rule]
print({verdict: count for verdict, count in alerts.items() if count})
sys.exit(len(alerts) != 6 or sum(alerts.values()) != policy["rule_hits"][rule])' "$1"
}

# load_denying [OPTION...]
load_denying()
{
	shelltrap policy load "$@" "$payload/userspace/conf/policy.conf" "$scratch/denying.conf"
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
wait_until 15 counted alerts 7
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
check "each was let run" alerts_of webserver_shell_exec critical observed 7
check "and none denied" alerts_of webserver_shell_exec critical denied 0
check "the other rule they hit says the same" alerts_of illegitimate_shell medium observed 7
check "nobody listens" metric listening 0
start_watch "$scratch/watched"
write_metrics
check "now somebody does" metric listening 1
stop_watch
check "anybody may read the file" test "$(stat -c %a "$file")" = 644
check "and nothing is left beside it" test "$(ls "${file%/*}")" = shelltrap.prom

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
check "another policy loads" load_denying
write_metrics
check "its rules begin at nothing" alerts_of webserver_shell_exec critical observed 0
check "other counters go on" metric alerts_total 7
attack 2>/dev/null
attack 2>/dev/null
as nginx /usr/bin/id >/dev/null
PATH=/usr/bin:/bin as nginx /usr/bin/env true
wait_until 15 counted alerts 10
wait_until 15 counted silenced 1
write_metrics
check "what was denied is counted as that" alerts_of webserver_shell_exec critical denied 2
check "and not as what ran" alerts_of webserver_shell_exec critical observed 0
check "so it is for a rule that only tells of it" alerts_of illegitimate_shell medium denied 2
check "what ran beside it did" alerts_of webserver_sysutil_exec medium observed 1
check "an exception has hits" metric 'rule_hits_total{rule="quiet",action="allow"}' 1
check "and no alerts" no_alerts_of quiet
check "the same policy loads to observe only" load_denying --dry-run
attack
wait_until 15 counted alerts 11
write_metrics
check "what would be denied is counted as that" \
	alerts_of webserver_shell_exec critical would-deny 1
check "the JSON's verdicts add up" alerts_add_up webserver_shell_exec

node=/var/lib/prometheus/node-exporter
install_service
check "its units are sound" systemd-analyze verify --man=no shelltrap-metrics.service \
	shelltrap-metrics.timer
check "the service writes the file, in its sandbox" systemctl start shelltrap-metrics.service
check "which is of now" has_new "alerts_total 11"
unload_module
systemctl start shelltrap-metrics.timer
check "the timer replaces it: unloaded, it is not armed" wait_until 40 has_new "armed 0"
systemctl stop shelltrap-metrics.timer
check "which is no failure" test "$(systemctl show --value -p Result shelltrap-metrics.service)" = success
rm -r "${node%/*}" /etc/systemd/system/shelltrap-metrics.* /usr/sbin/shelltrap \
	"$scratch/metrics" "$scratch/denying.conf"
systemctl daemon-reload
