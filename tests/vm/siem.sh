# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A central host in a network namespace of its own, and the link between the two:
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
	# rsyslog reads the name of the host from here, where Debian's installer writes it.
	sed -e '1i 127.0.1.1 lab' -e '$a 192.0.2.2 central.example' "$scratch/hosts.before" >/etc/hosts
}

remove_central()
{
	ip netns delete central
	cat "$scratch/hosts.before" >/etc/hosts
	rm -rf /etc/ssl/shelltrap /etc/ssl/shelltrap-central /run/systemd/system/central.service
	systemctl daemon-reload
}

# make_certificate DIRECTORY NAME: makes a key and a certificate that the CA has signed.
make_certificate()
{
	mkdir -p "$1"
	cp "$scratch/ca/ca.pem" "$1/"
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
		-keyout "$1/key.pem" -out "$scratch/ca/request" &&
		openssl x509 -req -in "$scratch/ca/request" -CA "$scratch/ca/ca.pem" \
			-CAkey "$scratch/ca/key.pem" -CAcreateserial \
			-extfile <(echo "subjectAltName=DNS:$2") -out "$1/cert.pem"
}

# Makes the certificates of both hosts. The central host sees its directory under the name
# that the directory of this host has (see BindPaths below).
make_certificates()
{
	mkdir -p "$scratch/ca"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=CA \
		-keyout "$scratch/ca/key.pem" -out "$scratch/ca/ca.pem" &&
		make_certificate /etc/ssl/shelltrap lab &&
		make_certificate /etc/ssl/shelltrap-central central.example
}

# configure_central FILE...: makes central.service, the rsyslog of the central host, with
# these configuration files.
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

# systemd treats a killed service as failed: reset-failed lets it start again.
kill_service()
{
	systemctl kill -s KILL "$1"
	systemctl reset-failed "$1" 2>/dev/null
}

# count_lines FILE: prints 0 if FILE does not exist.
count_lines()
{
	if [[ -e $1 ]]; then wc -l <"$1"; else echo 0; fi
}

# has_lines FILE COUNT
has_lines()
{
	(($(count_lines "$1") >= $2))
}
