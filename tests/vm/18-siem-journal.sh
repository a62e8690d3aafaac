#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# systemd-journal-upload sends the journal to a central host with the shipped configurations.
# The alerts arrive there with their fields, even if the central host was down meanwhile.
# lab: siem

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/siem.sh"

remote=/var/log/journal/remote

# install_drop_in UNIT: reads the drop-in from stdin.
install_drop_in()
{
	mkdir -p "/run/systemd/system/$1.d"
	cat >"/run/systemd/system/$1.d/lab.conf"
}

# systemd's own units run on the central host; their user must be able to read the key.
install_central()
{
	mkdir -p /etc/systemd/journal-{remote,upload}.conf.d
	install -m 644 "$examples/journal/journal-remote.conf" /etc/systemd/journal-remote.conf.d/
	install -m 644 "$examples/journal/journal-upload.conf" /etc/systemd/journal-upload.conf.d/
	install_drop_in systemd-journal-upload.service <"$examples/journal/journal-upload.service.conf"
	install_drop_in systemd-journal-remote.socket <<-END
		[Socket]
		NetworkNamespacePath=/run/netns/central
	END
	install_drop_in systemd-journal-remote.service <<-END
		[Service]
		BindPaths=/etc/ssl/shelltrap-central:/etc/ssl/shelltrap
	END
	chgrp systemd-journal-remote /etc/ssl/shelltrap-central/key.pem
	chmod 640 /etc/ssl/shelltrap-central/key.pem
	systemctl daemon-reload
}

remove_all()
{
	rm -rf /run/systemd/system/systemd-journal-* /etc/systemd/journal-{remote,upload}.conf.d "$remote"
	remove_central
	remove_logs
}

# arrived LABEL=COUNT...: the central journal has the alerts of these storms, and the events.
arrived()
{
	[[ -d $remote ]] || return
	journalctl -q -D "$remote" -o cat --output-fields=SHELLTRAP_JSON \
		"SHELLTRAP_INSTANCE=$(current_instance)" >"$scratch/log.remote" &&
		log_is_complete "$scratch/log.remote" --no-loss "$@"
}

make_central
check "certificates can be made" make_certificates
install_central
load_module
configure "[output journal]"
start_logger
check "the central journal starts" systemctl start systemd-journal-remote.socket
check "the upload of the host's journal starts" systemctl start systemd-journal-upload
storm first 50
check "each alert arrives once" wait_until 30 arrived first=50
systemctl stop systemd-journal-remote.socket systemd-journal-remote.service
storm away 50
check "the central journal starts again" systemctl start systemd-journal-remote.socket
check "alerts that were raised meanwhile arrive once" wait_until 60 arrived first=50 away=50
stop_logger
systemctl stop systemd-journal-upload systemd-journal-remote.socket systemd-journal-remote.service
remove_all
