#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Python application under gunicorn.
#
# lab: servers

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"

load_module
name=gunicorn comm=gunicorn
start_service gunicorn gunicorn --bind 127.0.0.1:8000 wsgi
start_is_told 1
attack_server
attack_older_server
