# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Making a Debian in a directory, and running commands in it. To be sourced after lib.sh.

# Prints the archives of Debian that this machine uses, as lines "CODENAME URI".
list_archives()
{
	apt-get indextargets --format "\$(ORIGIN) \$(CODENAME) \$(REPO_URI)" 'Created-By: Packages' |
		awk '$1 == "Debian" && $3 ~ /^https?:/ { print $2, $3 }'
}

# mirror ""|-security: prints the URI that this machine gets Debian, or its security
# updates, from. The same URI serves the other releases.
mirror()
{
	local found

	found=$(list_archives | awk -v wanted="^[a-z]+$1\$" '$1 ~ wanted && !n++ { print $2 }')
	[[ -n $found ]] || die "apt on this machine has no archive debian$1 in its sources"
	echo "$found"
}

# print_apt_sources SUITE [/OTHER-SUITE]
print_apt_sources()
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

# Prints, as options of mmdebstrap, this machine's settings of apt that the new Debian needs,
# too: the proxy, and whether dates of archives are checked.
print_apt_options()
{
	apt-config dump |
		grep -E '^Acquire::(http::Proxy|https::Proxy|Check-Date|Check-Valid-Until) ' |
		sed 's/^/--aptopt=/' || true
}

# make_debian DIRECTORY SUITE "/OTHER-SUITE" PACKAGE,PACKAGE... [OPTION...]: with these
# OPTIONs of mmdebstrap. A package whose name ends in "/OTHER-SUITE" is taken from there.
make_debian()
{
	local dir=$1 suite=$2 other=$3 packages=$4 options
	shift 4

	# Without its package lists apt does not print its archives.
	[[ -n $(list_archives) ]] || apt-get update
	mapfile -t options < <(print_apt_options)
	print_apt_sources "$suite" "$other" | mmdebstrap --mode=root --variant=minbase --format=directory \
		--include="$packages" "${options[@]}" \
		--aptopt='Acquire::Languages "none"' \
		--aptopt='APT::Install-Recommends "false"' \
		--dpkgopt=force-unsafe-io \
		"$@" "" "$dir" -
}

# make_lab_image DIRECTORY: makes DIRECTORY/root.img, an ext4 image of DIRECTORY/root.
make_lab_image()
{
	mke2fs -q -t ext4 -L lab-root -d "$1/root" \
		-O ^has_journal -E lazy_itable_init=1 -m 0 "$1/root.img" 4G
}

# inside DIRECTORY COMMAND...: runs COMMAND in the Debian in DIRECTORY. Kernel builds and
# DKMS read /proc, so it is mounted in a mount namespace that ends with COMMAND.
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
