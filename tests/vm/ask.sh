# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The installed logger, which has shelltrap-ask.service look up what servers do. To be sourced
# after lib.sh, log.sh and web.sh; the caller sets what they need, and $run.
# shellcheck disable=SC2154

file=/var/log/shelltrap/alerts.json

# set_key KEY VALUE: in the installed configuration, which has the key in a comment.
set_key()
{
	sed -i "s|^#\?$1 = .*|$1 = $2|" /etc/shelltrap/shelltrap.conf
	grep -q "^$1 = $2" /etc/shelltrap/shelltrap.conf
}

# start_asking: starts both services as an administrator does who wants it.
start_asking()
{
	install_service
	install -m 0644 "$payload"/userspace/systemd/shelltrap-ask.{service,socket} /etc/systemd/system/
	systemctl daemon-reload
	set_key ask yes
	set_key hash sha256
	set_key script_roots /var/www
	systemctl start shelltrap-ask.socket shelltrap
}

stop_asking()
{
	systemctl stop shelltrap shelltrap-ask.socket shelltrap-ask.service
	journalctl -q -u shelltrap-ask -o cat --no-pager | sed 's/^/# ask: /' | tail -n 12
	rm -f /etc/systemd/system/shelltrap-ask.{service,socket}
	remove_service
}

is_logged()
{
	[[ -e $file ]] && grep -qF -- "$1" "$file"
}

# attack_is_filled_in CONDITION...: the alert of a new attack satisfies all of them.
attack_is_filled_in()
{
	local label=asked-$RANDOM$RANDOM request

	get "$run" how=system cmd="sleep 2; : $label" >"$scratch/page" &
	request=$!
	wait_until 30 is_logged "$label"
	wait "$request"
	grep -F -- "$label" "$file" | python3 -IS "$here/alerts.py" --only 'process.argv.0~^(/bin/)?sh$' 1 "$@"
}

# fills_in CONDITION...: an alert waits for 250 ms at most, which may be too short on an emulated
# machine. So there are several attacks.
fills_in()
{
	wait_until 100 attack_is_filled_in "$@" >"$scratch/attempts" 2>&1 && return
	tail -n 12 "$scratch/attempts"
	return 1
}
