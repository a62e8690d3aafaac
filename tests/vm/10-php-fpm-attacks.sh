#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PHP under nginx and php-fpm: each of PHP's functions that start a shell raises one alert
# with correct fields; pages that start no shell raise none.

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

load_module
site=http://127.0.0.1
unit=$(systemctl list-units --plain --no-legend 'php*-fpm.service' | cut -d ' ' -f 1)
comm=${unit%-fpm.service}
comm=php-fpm${comm#php}
attack_php
