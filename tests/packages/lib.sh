# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of the packages share: a copy of a Debian in $root, to be thrown away,
# that the packages are built in or installed in; checks, counted. To be sourced, with
# "set -euo pipefail" in force.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
. "$top/scripts/debian.sh"

# shellcheck disable=SC2034 # for those who source this
{
	version=$(version_of "$top")
	read -ra releases <<<"${RELEASES:-bookworm}"
}
passed=0 failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/shelltrap-packages.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root

# check "what holds" COMMAND...: it does if COMMAND succeeds.
check()
{
	local what=$1 log=$scratch/check.log status=0
	shift

	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1 </dev/null
	status=$?
	set -e
	if ((status)); then
		printf 'not ok - %s\n' "$what"
		sed 's/^/# /' "$log"
		failed=$((failed + 1))
	else
		printf 'ok - %s\n' "$what"
		passed=$((passed + 1))
	fi
}

# A kernel whose headers are there is to look installed, too.
copy()
{
	cp -a "$1" "$root"
	inside "$root" depmod "$(basename "$root"/lib/modules/*)"
}

# use_copy RELEASE [server]: of that Debian (see scripts/deb/root).
use_copy()
{
	local debian

	rm -rf "$root"
	debian=$(SHELLTRAP_RELEASE=$1 "$top/scripts/deb/root" "${@:2}")
	step deb-copy "copying it, to be thrown away" "8 s" copy "$debian"
}

# build VERSION: into a folder of that name.
build()
{
	local out

	out=$(SHELLTRAP_VERSION=$1 "$top/scripts/deb/build" "$root")
	cp -r "$out" "$scratch/$1"
}

# install_files FILE...: packages, as an admin would.
install_files()
{
	rm -rf "$root/packages"
	mkdir "$root/packages"
	cp "$@" "$root/packages/"
	inside "$root" sh -c 'apt-get install -y -o DPkg::Options::=--force-confdef /packages/*.deb'
	rm -r "$root/packages"
}

# install VERSION: both packages.
install()
{
	install_files "$scratch/$1"/shelltrap{,-dkms}_*.deb
	is_configured
}

is_configured()
{
	local package

	for package in shelltrap shelltrap-dkms; do
		inside "$root" dpkg-query -W -f "\${db:Status-Status}\n" "$package" | grep -x installed
	done
	[[ -z $(inside "$root" dpkg --audit) ]]
}

# module_is VERSION: DKMS has built and installed it for each kernel there, and no other.
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

((EUID == 0)) || die "a Debian in a folder is entered by chroot, which needs root"
"$top/scripts/deps" packages
