# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of the packages share: checks, and a copy of a Debian in $root, in which
# packages are built and installed. To be sourced after "set -euo pipefail".

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
. "$top/scripts/debian.sh"

# shellcheck disable=SC2034 # for the scripts that source this
{
	version=$(version_of "$top")
	read -ra releases <<<"${RELEASES:-bookworm}"
}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/shelltrap-packages.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root

# check "promise" COMMAND...: the promise holds if COMMAND succeeds. A function runs with
# errexit on: its first failing command ends it.
check()
{
	local promise=$1 log=$scratch/check.log status=0
	shift

	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1 </dev/null
	status=$?
	set -e
	if ((status)); then
		not_ok "$promise" "$(sed 's/^/# /' "$log")"
	else
		ok "$promise"
	fi
}

# copy_root DIRECTORY: depmod makes the kernel whose headers are there look installed, too.
copy_root()
{
	cp -a "$1" "$root"
	inside "$root" depmod "$(basename "$root"/lib/modules/*)"
}

# use_copy RELEASE [server]: replaces $root by a copy of that Debian (see scripts/deb/root).
use_copy()
{
	local debian

	rm -rf "$root"
	debian=$(SHELLTRAP_RELEASE=$1 "$top/scripts/deb/root" "${@:2}")
	step deb-copy "copying that Debian" "8 s" copy_root "$debian"
}

# build_packages VERSION: builds the Debian packages into the directory $scratch/VERSION.
build_packages()
{
	local out

	out=$(SHELLTRAP_VERSION=$1 "$top/scripts/deb/build" "$root")
	cp -r "$out" "$scratch/$1"
}

# install_files FILE...: installs packages with apt-get, as an admin would.
install_files()
{
	rm -rf "$root/packages"
	mkdir "$root/packages"
	cp "$@" "$root/packages/"
	inside "$root" sh -c 'apt-get install -y -o DPkg::Options::=--force-confdef /packages/*.deb'
	rm -r "$root/packages"
}

# install_packages VERSION: both packages, and checks that dpkg has configured them.
install_packages()
{
	install_files "$scratch/$1"/shelltrap{,-dkms}_*.deb
	are_configured
}

are_configured()
{
	local package

	for package in shelltrap shelltrap-dkms; do
		inside "$root" dpkg-query -W -f "\${db:Status-Status}\n" "$package" | grep -x installed
	done
	[[ -z $(inside "$root" dpkg --audit) ]]
}

# module_is VERSION: DKMS has built and installed this version, and no other, for each
# kernel in $root.
module_is()
{
	local kernel kernels=("$root"/lib/modules/*)

	inside "$root" dkms status
	[[ $(inside "$root" dkms status shelltrap | wc -l) == "${#kernels[@]}" ]]
	for kernel in "${kernels[@]##*/}"; do
		inside "$root" dkms status "shelltrap/$1" | grep -F "$kernel, " | grep ': installed'
		inside "$root" modinfo -k "$kernel" -F version shelltrap | grep -Fx "$1"
		inside "$root" modinfo -k "$kernel" -F vermagic shelltrap | grep -F "$kernel "
	done
	[[ $(echo "$root"/usr/src/shelltrap-*) == "$root/usr/src/shelltrap-$1" ]]
}

((EUID == 0)) || die "a Debian in a directory is entered by chroot, which needs root"
"$top/scripts/deps" packages
