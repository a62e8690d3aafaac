#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exception silences exactly what it says, counts it, and cannot be ridden: not by
# a longer command, not by another program of the shell's name, not by what the
# environment makes the shell run.
#
#	browser --HTTP--> nginx --> php-fpm --mail()--> sh -c '/usr/sbin/sendmail -t -i'

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
sendmail=/usr/sbin/sendmail

# How often the exception has fitted, since its policy was loaded.
silenced()
{
	shelltrap status --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["policy"]["rule_hits"]["php_mail"])'
}

load_module
# A mail server is no shell script, so neither is this. Not there already: there is none.
[[ ! -e $sendmail ]] || not_ok "the lab machine has no mail server"
cp /bin/true "$sendmail"

check "PHP sends mail" grep -q '^sent' <(get mail.php)
expect "without an exception, that is an alert" 1 rule=webserver_shell_exec \
	process.argv.-1="$sendmail -t -i"

# The shipped policy, with the example that it has ready.
sed '/^#\[set mail_shell\]/,$ s/^#//' "$payload/userspace/conf/policy.conf" >"$scratch/policy.conf"
check "the example in the shipped policy is ready for use" \
	shelltrap policy load "$scratch/policy.conf"
check "it is an exception" grep -q '^action *= *allow' <(shelltrap policy show)

check "PHP sends mail as before" grep -q '^sent' <(get mail.php)
expect_none "with the exception, that is silent"
check "but counted" test "$(silenced)" = 1
check "and in the sum" test "$(status_of silenced)" = 1

get run.php how=system cmd="$sendmail -t -i; id" >/dev/null
expect "a longer command is told of" --only rules~webserver_shell_exec 1 \
	process.argv.-1="$sendmail -t -i; id"
get run.php how=system cmd="$sendmail -t" >/dev/null
expect "so is a shorter one" 1 process.argv.-1="$sendmail -t"
get run.php how=system cmd="$sendmail -t -i " >/dev/null
expect "so is one with a blank more" 1 process.argv.-1="$sendmail -t -i "

# Whatever calls itself sh must also be the shell.
shell_of_his_own="$scratch/sh"
cp /bin/true "$shell_of_his_own"
chmod 755 "$scratch"
as php-fpm8.2 "$shell_of_his_own" -c "$sendmail -t -i"
expect "the right words to another program of that name are told of" 1 \
	rule=webserver_shell_exec pathname="$shell_of_his_own"
python_as php-fpm8.2 '
import os, sys
os.execv(sys.argv[1], ["sh", "-c", sys.argv[2]])' "$shell_of_his_own" "$sendmail -t -i"
expect "with the right argv, too" 1 pathname="$shell_of_his_own" process.argv.0=sh

echo 'void nothing(void) { }' | gcc -shared -fPIC -x c -o /tmp/preload.so -
chmod 755 /tmp/preload.so
get mail.php preload=/tmp/preload.so >/dev/null
expect "mail() with a library preloaded is told of" 1 rule=webserver_shell_exec \
	process.argv.-1="$sendmail -t -i"

python_as php-fpm8.2 '
import os, sys
os.execve("/bin/sh", ["sh", "-c", sys.argv[1]], {"BASH_ENV": "/tmp/x"})' "$sendmail -t -i"
expect "so is a shell that would read a file of the caller's first" 1
python_as php-fpm8.2 '
import os, sys
os.execve("/bin/sh", ["sh", "-c", "--", sys.argv[1]], {"PATH": "/usr/bin:/bin"})' \
	"$sendmail -t -i"
expect_none "the same as other C libraries write it is silent"
python_as php-fpm8.2 '
import os, sys
os.execve("/bin/sh", ["sh", "-c", sys.argv[1], "x"], {})' "$sendmail -t -i"
expect "one argument more is told of" 1

rm -f "$sendmail" /tmp/preload.so
