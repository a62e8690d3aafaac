#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The policy as a service: loaded in its sandbox before the network is there, and
# again when packages have brought new files.

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

# The way a package manager replaces a file: the new one is another one.
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

comes_before()
{
	systemctl show --value -p "$1" shelltrap-policy.service | tr ' ' '\n' | grep -qx "$2"
}

load_module
chmod 755 "$scratch"
cp /bin/true "$tool"
ln -f "$tool" "$scratch/link"
install_units
check "it comes before the network" comes_before Before network-pre.target
check "and before every service that does not ask to be as early" comes_before Before sysinit.target
check "the service loads the policy, and what is beside it" \
	systemctl start shelltrap-policy.service
check "in force is what the files say" grep -qx "\[rule tool\]" <(shelltrap policy show)
"$scratch/link"
expect "a file is known by what it is" 1 rule=tool

check "it watches what packages do" systemctl start shelltrap-policy.path
before=$(status_of policies)
upgrade
ln -f "$tool" "$scratch/link"
check "after an upgrade the policy is loaded again" wait_until 40 has_loaded "$before"
"$scratch/link"
expect "the new file is known" 1 rule=tool

echo "[rule tool]" >>/etc/shelltrap/policy.d/wrong.conf
echo "severity = huge" >>/etc/shelltrap/policy.d/wrong.conf
shelltrap policy show >"$scratch/shown"
check "a file that is wrong makes the reload fail" \
	test "$(systemctl reload shelltrap-policy.service 2>/dev/null && echo reloaded)" = ""
check "its journal says where and why" \
	grep -q "wrong.conf:2: " <(journalctl -q -o cat -u shelltrap-policy.service)
check "and the policy in force stays" diff "$scratch/shown" <(shelltrap policy show)

explain=(shelltrap policy explain --actor php-fpm8.2)
check "explain says of the running policy what would fire" \
	grep -q "webserver_shell_exec" <("${explain[@]}" --target /bin/sh)
check "and of a case that is none, that nothing would" \
	test "$("${explain[@]}" --target /bin/ls | grep -cE '^ *[a-z_]+ +fires')" = 0
remove_units
