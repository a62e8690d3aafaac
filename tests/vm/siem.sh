# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A central host beside this one, in a network namespace of its own, and what is between
# the two:
#
#	this host, 192.0.2.1	to-central ---- to-host		central.example, 192.0.2.2
#
# To be sourced after lib.sh.
# shellcheck disable=SC2154,SC2034

examples=$payload/userspace/siem

make_central()
{
	ip netns add central
	ip link add to-central type veth peer name to-host netns central
	ip address add 192.0.2.1/24 dev to-central
	ip -n central address add 192.0.2.2/24 dev to-host
	ip -n central link set lo up
	ip -n central link set to-host up
	ip link set to-central up
	cp /etc/hosts "$scratch/hosts.before"
	# As Debian's installer would: rsyslog takes its name from there.
	sed -e '1i 127.0.1.1 lab' -e '$a 192.0.2.2 central.example' "$scratch/hosts.before" >/etc/hosts
}

forget_central()
{
	ip netns delete central
	cat "$scratch/hosts.before" >/etc/hosts
	rm -rf /etc/ssl/shelltrap /etc/ssl/shelltrap-central /run/systemd/system/central.service
	systemctl daemon-reload
}

# certificate FOLDER NAME: signed by the CA.
certificate()
{
	mkdir -p "$1"
	cp "$scratch/ca/ca.pem" "$1/"
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
		-keyout "$1/key.pem" -out "$scratch/ca/request" &&
		openssl x509 -req -in "$scratch/ca/request" -CA "$scratch/ca/ca.pem" \
			-CAkey "$scratch/ca/key.pem" -CAcreateserial \
			-extfile <(echo "subjectAltName=DNS:$2") -out "$1/cert.pem"
}

# Those of this host, and of the central one, which sees them under the same name.
make_certificates()
{
	mkdir -p "$scratch/ca"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=CA \
		-keyout "$scratch/ca/key.pem" -out "$scratch/ca/ca.pem" &&
		certificate /etc/ssl/shelltrap lab &&
		certificate /etc/ssl/shelltrap-central central.example
}

# configure_central FILE...: the rsyslog of the central host has these, as central.service.
configure_central()
{
	{
		echo "global(workDirectory=\"$scratch\")"
		cat "$@"
	} >"$scratch/central.conf"
	mkdir -p /run/systemd/system
	cat >/run/systemd/system/central.service <<-END
		[Service]
		Type=notify
		NetworkNamespacePath=/run/netns/central
		BindPaths=-/etc/ssl/shelltrap-central:/etc/ssl/shelltrap
		ExecStart=/usr/sbin/rsyslogd -n -iNONE -f $scratch/central.conf
	END
	systemctl daemon-reload
}

# What was running there has not ended by itself.
kill_service()
{
	systemctl kill -s KILL "$1"
	systemctl reset-failed "$1" 2>/dev/null
}

# lines_of FILE: none where it is not there yet.
lines_of()
{
	if [[ -e $1 ]]; then wc -l <"$1"; else echo 0; fi
}

# has_lines FILE COUNT
has_lines()
{
	(($(lines_of "$1") >= $2))
}
