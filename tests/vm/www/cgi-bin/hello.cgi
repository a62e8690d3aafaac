#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A CGI script that is a shell script, built-in commands only.
echo "X-Server: $PPID"
echo "X-Pid: $$"
echo "Content-Type: text/plain"
echo
echo "hello from a script"
