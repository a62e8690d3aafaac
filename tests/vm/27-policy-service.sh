#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The service loads the policy, in its sandbox, before the network is up. It loads the policy
# again when a package manager has replaced files.

. "${0%/*}/lib.sh"

units=(shelltrap-policy.service shelltrap-policy-refresh.service shelltrap-policy.path)
database=/var/lib/dpkg/status
tool=$scratch/tool

install_units()
{
	install -D -t /usr/sbin "$payload/shelltrap"
	install -D -m 644 -t /run/systemd/system "${units[@]/#/$payload/userspace/systemd/}"
	install -D -m 644 -t /etc/shelltrap "$payload/userspace/conf/policy.conf"
	install -d /etc/shelltrap/policy.d
	cat >/etc/shelltrap/policy.d/tool.conf <<-END
		[set tools]
		paths = $tool
		[rule tool]
		target = tools
		severity = low
	END
	systemctl daemon-reload
}

remove_units()
{
	systemctl stop "${units[@]}"
	rm -rf "${units[@]/#//run/systemd/system/}" /etc/shelltrap /usr/sbin/shelltrap
	systemctl daemon-reload
}

# Replaces the file as a package manager does: by another file with the same name.
upgrade()
{
	cp /bin/true "$tool.new"
	mv "$tool.new" "$tool"
	cp "$database" "$database.new"
	mv "$database.new" "$database"
}

has_loaded()
{
	(($(status_of policies) > $1))
}

# has_in_order After|Before UNIT
has_in_order()
{
	systemctl show --value -p "$1" shelltrap-policy.service | tr ' ' '\n' | grep -qx "$2"
}

load_module
chmod 755 "$scratch"
cp /bin/true "$tool"
ln -f "$tool" "$scratch/link"
install_units
check "the policy is loaded before the network is up" has_in_order Before network-pre.target
check "the policy is loaded before ordinary services start" has_in_order Before sysinit.target
check "the service loads policy.conf and the files in policy.d" \
	systemctl start shelltrap-policy.service
check "the loaded policy is that of the files" grep -qx "\[rule tool\]" <(shelltrap policy show)
"$scratch/link"
expect "paths match the same file under another name" 1 rule=tool

check "the unit that watches dpkg starts" systemctl start shelltrap-policy.path
before=$(status_of policies)
upgrade
ln -f "$tool" "$scratch/link"
check "after an upgrade the policy is loaded again" wait_until 40 has_loaded "$before"
"$scratch/link"
expect "paths match the new file after an upgrade" 1 rule=tool

echo "[rule tool]" >>/etc/shelltrap/policy.d/wrong.conf
echo "severity = huge" >>/etc/shelltrap/policy.d/wrong.conf
shelltrap policy show >"$scratch/shown"
check "an invalid file makes the reload fail" \
	test "$(systemctl reload shelltrap-policy.service 2>/dev/null && echo reloaded)" = ""
check "the journal names the invalid line" \
	grep -q "wrong.conf:2: " <(journalctl -q -o cat -u shelltrap-policy.service)
check "a reload that fails leaves the policy in force" diff "$scratch/shown" <(shelltrap policy show)

explain=(shelltrap policy explain --actor php-fpm8.2)
check "explain names the rules of the running policy that fire" \
	grep -q "webserver_shell_exec" <("${explain[@]}" --target /bin/sh)
check "explain names no rule for a harmless exec" \
	test "$("${explain[@]}" --target /bin/ls | grep -cE '^ *[a-z_]+ +fires')" = 0
remove_units
