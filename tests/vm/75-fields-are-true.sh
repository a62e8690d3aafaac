#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each field of an alert exists and agrees with /proc and stat.

. "${0%/*}/lib.sh"

load_module
for situation in plain as-another-user-in-a-strange-directory a-connected-ipv4-socket \
	a-connected-ipv6-socket a-listening-socket-and-a-file a-unix-socket-and-a-device a-script \
	many-long-arguments; do
	check "all fields are correct: ${situation//-/ }" python3 -B "$here/truth.py" "$situation"
done
