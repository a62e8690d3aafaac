#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The service loads the policy, in its sandbox, before the network is up. It loads the policy
# again when a package manager has replaced files, when the module was loaded again, and when
# the name of a user is known for which a rule waits.
#
# limit: 300 s

. "${0%/*}/lib.sh"

units=(shelltrap-policy.service shelltrap-policy-refresh.service shelltrap-policy.path
	shelltrap-policy-retry.service shelltrap-policy-retry.path)
udev_rules=/run/udev/rules.d/60-shelltrap.rules
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
	install -D -m 644 "$payload/userspace/systemd/60-shelltrap.rules" "$udev_rules"
	udevadm control --reload
	systemctl daemon-reload
}

remove_units()
{
	systemctl stop shelltrap-policy-retry.path "${units[@]}"
	rm "$udev_rules"
	udevadm control --reload
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

# exits_with STATUS COMMAND...
exits_with()
{
	local wanted=$1 status=0
	shift

	"$@" >"$scratch/printed" 2>&1 || status=$?
	cat "$scratch/printed"
	((status == wanted))
}

printed_has()
{
	cat "$scratch/printed"
	grep -qFx -e "$1" "$scratch/printed"
}

is_as_configured()
{
	shelltrap policy diff >/dev/null 2>&1
}

check "the configured policy is in force" is_as_configured
check "status finds it as configured" exits_with 0 shelltrap status
check "status says so" printed_has "configured   the policy in force is that of /etc/shelltrap"
check "status --json says so" test "$(status_of configured)" = true

# Loaded by hand: laid over the files, and not for long.
printf '[rule webserver_exec]\naction = off\n[rule by_hand]\ntarget = tools\n' >"$scratch/hand.conf"
check "a file that is no policy alone is laid over the configured ones" \
	exits_with 0 shelltrap policy load "$scratch/hand.conf"
check "load names the rule that comes" printed_has "+ rule by_hand: action = alert"
check "load names the rule that changes" \
	printed_has "~ rule webserver_exec: action = off (was alert)"
check "load says that this lasts until the next change of packages" \
	grep -q "not the configured policy.* change of packages" "$scratch/printed"
check "the same file alone is refused" exits_with 2 shelltrap policy load --replace "$scratch/hand.conf"
check "status exits with 1 if another policy is in force" exits_with 1 shelltrap status
check "status says what the configured policy would change" \
	printed_has "             - rule by_hand"
check "diff exits with 1" exits_with 1 shelltrap policy diff
check "diff says the same" printed_has "- rule by_hand"
check "status --json says so, too" test "$(status_of configured)" = false
upgrade
check "a change of packages puts the configured policy in force again" \
	wait_until 40 is_as_configured

# The module is loaded again.
unload_module
check "the module is loaded again" load_module
check "after that the configured policy is in force again" wait_until 60 is_as_configured
check "the rule of the files is in force again" grep -qx "\[rule tool\]" <(shelltrap policy show)

# A user whose name is not known at boot.
cat >/etc/shelltrap/policy.d/user.conf <<END
[rule late_user]
target = tools
uid = shelltrap-late
severity = low
[rule late_exception]
target = tools
uid = shelltrap-late
argv = any
action = allow
END
policy_has()
{
	shelltrap policy show | grep -qx "$1"
}
waits_no_more()
{
	[[ ! -e /run/shelltrap/policy-waiting ]]
}

systemctl start shelltrap-policy-retry.path
check "check by hand refuses an unknown user" exits_with 2 shelltrap policy check
check "check names the user's line" \
	grep -q "user.conf:3: 'shelltrap-late': neither a user ID nor the name" "$scratch/printed"
check "load by hand does, too" exits_with 2 shelltrap policy load
check "the service loads the policy all the same" systemctl restart shelltrap-policy.service
check "meanwhile the rule applies to all users" \
	test "$(shelltrap policy show | sed -n '/^\[rule late_user/,/^$/p' | grep -c ^uid)" = 0
check "meanwhile the exception does not apply" \
	grep -qx "action = off" <(shelltrap policy show | sed -n '/^\[rule late_exception/,/^$/p')
check "status exits with 0" exits_with 0 shelltrap status
check "status says what is waited for" printed_has \
	"waiting      rule late_user waits for the user shelltrap-late: until then the rule applies to all users"
echo "shelltrap-late:x:4321:4321::/:/bin/false" >>/etc/passwd
check "when the name is known, the rule has it" wait_until 90 policy_has "uid = 4321"
check "and nothing is waited for any more" wait_until 40 waits_no_more
check "status exits with 0 then, too" exits_with 0 shelltrap status
sed -i /^shelltrap-late:/d /etc/passwd
rm /etc/shelltrap/policy.d/user.conf
check "the policy loads without these rules" systemctl reload shelltrap-policy.service

echo "[rule tool]" >>/etc/shelltrap/policy.d/wrong.conf
echo "severity = huge" >>/etc/shelltrap/policy.d/wrong.conf
shelltrap policy show >"$scratch/shown"
check "an invalid file makes the reload fail" \
	test "$(systemctl reload shelltrap-policy.service 2>/dev/null && echo reloaded)" = ""
check "the journal names the invalid line" \
	grep -q "wrong.conf:2: " <(journalctl -q -o cat -u shelltrap-policy.service)
check "a reload that fails leaves the policy in force" diff "$scratch/shown" <(shelltrap policy show)
check "status exits with 1 if the files cannot be loaded" exits_with 1 shelltrap status
check "status says so" grep -q "^CONFIGURED .*have errors" "$scratch/printed"

explain=(shelltrap policy explain --actor php-fpm8.2)
check "explain names the rules of the running policy that fire" \
	grep -qE "^webserver_shell_exec +matches" <("${explain[@]}" --target /bin/sh)
check "explain names no rule for a harmless exec" \
	test "$("${explain[@]}" --target /bin/ls | grep -cE '^[a-z_]+ +matches')" = 0
remove_units
