# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# How to make a Debian in a folder, and work in it. To be sourced after lib.sh.

# What this machine knows of Debian's own archives: "CODENAME URI" lines.
archives()
{
	apt-get indextargets --format "\$(ORIGIN) \$(CODENAME) \$(REPO_URI)" 'Created-By: Packages' |
		awk '$1 == "Debian" && $3 ~ /^https?:/ { print $2, $3 }'
}

# mirror [-security]: where this machine gets that part of Debian from; it is asked
# for the release of this machine but serves the others too.
mirror()
{
	local found

	found=$(archives | awk -v wanted="^[a-z]+$1\$" '$1 ~ wanted && !n++ { print $2 }')
	[[ -n $found ]] || die "this machine's apt knows no archive of Debian$1 to make another from"
	echo "$found"
}

# apt_sources SUITE [/OTHER-SUITE]
apt_sources()
{
	local main security
	local signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"

	main=$(mirror "")
	security=$(mirror -security)
	cat <<-END
		deb $signed $main $1 main
		deb $signed $main $1-updates main
		deb $signed $security $1-security main
	END
	[[ -z $2 ]] || echo "deb $signed $main ${2#/} main"
}

# A proxy, and how far this machine trusts its clock, hold there as well.
apt_options()
{
	apt-config dump |
		grep -E '^Acquire::(http::Proxy|https::Proxy|Check-Date|Check-Valid-Until) ' |
		sed 's/^/--aptopt=/' || true
}

# make_debian FOLDER SUITE "/OTHER-SUITE" PACKAGE,PACKAGE... [mmdebstrap's OPTION...]:
# packages come from the other suite, if there is one, where they ask for it.
make_debian()
{
	local dir=$1 suite=$2 other=$3 packages=$4 options
	shift 4

	# A machine whose lists were cleaned away does not know its own mirror.
	[[ -n $(archives) ]] || apt-get update
	mapfile -t options < <(apt_options)
	apt_sources "$suite" "$other" | mmdebstrap --mode=root --variant=minbase --format=directory \
		--include="$packages" "${options[@]}" \
		--aptopt='Acquire::Languages "none"' \
		--aptopt='APT::Install-Recommends "false"' \
		--dpkgopt=force-unsafe-io \
		"$@" "" "$dir" -
}

# inside FOLDER COMMAND...: in the Debian there. Kernel builds and DKMS read /proc; the
# mount goes when the command does.
inside()
{
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --propagation private sh -euc '
		root=$1
		shift
		mount -t proc proc "$root/proc"
		exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"' \
		sh "$@"
}
