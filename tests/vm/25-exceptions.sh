#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exception silences exactly the command that it names, and counts it. An attacker cannot
# use the exception: not with a longer command, not with another program called sh, not with
# an environment that makes the shell run something else.
#
#	browser --HTTP--> nginx --> php-fpm --mail()--> sh -c '/usr/sbin/sendmail -t -i'
#
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
sendmail=/usr/sbin/sendmail

# Prints how often the exception has matched since its policy was loaded.
count_silenced()
{
	shelltrap status --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["policy"]["rule_hits"]["php_mail"])'
}

load_module
# This stands for the mail server, which the lab machine does not have. It is a binary, as a
# script would start a shell of its own.
[[ ! -e $sendmail ]] || not_ok "the lab machine has no mail server"
cp /bin/true "$sendmail"

check "PHP sends mail" grep -q '^sent' <(get mail.php)
expect "without an exception, PHP's mail raises an alert" 1 rule=webserver_shell_exec \
	process.argv.-1="$sendmail -t -i"

# The shipped policy with the comment signs of its example removed.
sed '/^#\[set mail_shell\]/,$ s/^#//' "$payload/userspace/conf/policy.conf" >"$scratch/policy.conf"
check "the example in the shipped policy loads" \
	shelltrap policy load --replace "$scratch/policy.conf"
check "the example is an exception" grep -q '^action *= *allow' <(shelltrap policy show)

check "PHP sends mail with the exception" grep -q '^sent' <(get mail.php)
expect_none "with the exception, PHP's mail raises no alert"
check "the match of the exception is counted" test "$(count_silenced)" = 1
check "the sum of all exceptions is counted" test "$(status_of silenced)" = 1

get run.php how=system cmd="$sendmail -t -i; id" >/dev/null
expect "a longer command raises an alert" --only rules~webserver_shell_exec 1 \
	process.argv.-1="$sendmail -t -i; id"
get run.php how=system cmd="$sendmail -t" >/dev/null
expect "a shorter command raises an alert" 1 process.argv.-1="$sendmail -t"
get run.php how=system cmd="$sendmail -t -i " >/dev/null
expect "a command with one more space raises an alert" 1 process.argv.-1="$sendmail -t -i "

# A program called sh that is not the system's shell.
false_shell="$scratch/sh"
cp /bin/true "$false_shell"
chmod 755 "$scratch"
as php-fpm8.2 "$false_shell" -c "$sendmail -t -i"
expect "the same arguments to another program called sh raise an alert" 1 \
	rule=webserver_shell_exec pathname="$false_shell"
python_as php-fpm8.2 '
import os, sys
os.execv(sys.argv[1], ["sh", "-c", sys.argv[2]])' "$false_shell" "$sendmail -t -i"
expect "another program with the argv of the exception raises an alert" 1 pathname="$false_shell" process.argv.0=sh

echo 'void nothing(void) { }' | gcc -shared -fPIC -x c -o /tmp/preload.so -
chmod 755 /tmp/preload.so
get mail.php preload=/tmp/preload.so >/dev/null
expect "mail() with LD_PRELOAD raises an alert" --only rules~webserver_shell_exec 1 \
	'rules~webserver_injected_exec' process.argv.-1="$sendmail -t -i"

python_as php-fpm8.2 '
import os, sys
os.execve("/bin/sh", ["sh", "-c", sys.argv[1]], {"BASH_ENV": "/tmp/x"})' "$sendmail -t -i"
expect "a shell with BASH_ENV raises an alert" 1
python_as php-fpm8.2 '
import os, sys
os.execve("/bin/sh", ["sh", "-c", "--", sys.argv[1]], {"PATH": "/usr/bin:/bin"})' \
	"$sendmail -t -i"
expect_none "the argv of other C libraries (sh -c -- COMMAND) raises no alert"
python_as php-fpm8.2 '
import os, sys
os.execve("/bin/sh", ["sh", "-c", sys.argv[1], "x"], {})' "$sendmail -t -i"
expect "one more argument raises an alert" 1

# A wiki's pictures: the names and the numbers differ in each command line.
mkdir -p /srv/mw
echo 'exit 0' >/srv/mw/limit.sh
cat "$scratch/policy.conf" - >"$scratch/holes.conf" <<'END'

[set picture_shells]
paths = /bin/sh /bin/bash

[rule picture_command]
actor = web_servers
target = picture_shells
argv = sh -c "/bin/bash '/srv/mw/limit.sh' 'convert /tmp/t_{hex}.jpg -resize {number}x{number} {file:/srv/th}' 'CPU=50'"
action = allow

[rule picture_limit]
actor = web_servers
target = picture_shells
argv = /bin/bash /srv/mw/limit.sh
       'convert /tmp/t_{hex}.jpg -resize {number}x{number} {file:/srv/th}' CPU=50
action = allow
END

# picture SOURCE SIZE TARGET
picture()
{
	get run.php how=system \
		cmd="/bin/bash '/srv/mw/limit.sh' 'convert /tmp/$1 -resize $2 $3' 'CPU=50'" >/dev/null
}

picture t_a1b2.jpg 640x480 /srv/th/a/1.jpg
expect "without holes, a picture raises an alert" --only rules~webserver_shell_exec 2
check "exceptions with holes are loaded" shelltrap policy load --replace "$scratch/holes.conf"
check "the module gives the holes back" grep -q 't_{hex}\.jpg' <(shelltrap policy show)
picture t_a1b2.jpg 640x480 /srv/th/a/1.jpg
picture t_00ff99.jpg 1x22 /srv/th/b/c/2-x.png
expect_none "with holes, no picture raises an alert, however it is called"
picture 't_a1b2.jpg;id' 640x480 /srv/th/a/1.jpg
expect "what a hole cannot contain raises an alert" --only rules~webserver_shell_exec 2
picture t_a1b2.jpg 640x480 /srv/th/../../etc/x
expect "another directory raises an alert" --only rules~webserver_shell_exec 2
picture t_a1b2.jpg '640x480 -x' /srv/th/a/1.jpg
expect "another argument raises an alert" --only rules~webserver_shell_exec 2

rm -rf "$sendmail" /tmp/preload.so /srv/mw
