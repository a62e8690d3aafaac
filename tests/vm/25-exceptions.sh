#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exception silences exactly the command that it names, and counts it. An attacker cannot
# use the exception: not with a longer command, not with another program called sh, not with
# an environment that makes the shell run something else.
#
#	browser --HTTP--> nginx --> php-fpm --mail()--> sh -c '/usr/sbin/sendmail -t -i'
#
# limit: 900 s

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

# run_with COMMAND NAME=VALUE...: a shell with the command and exactly this environment.
run_with()
{
	python_as php-fpm8.2 '
import os, sys
environment = dict(word.split("=", 1) for word in sys.argv[2:])
os.execve("/bin/sh", ["sh", "-c", sys.argv[1]], environment)' "$@"
}

# mail_with NAME=VALUE...: the command of the exception.
mail_with()
{
	run_with "$sendmail -t -i" "$@"
}

usual=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mail_with LANG=C.UTF-8 LC_ALL=C TZ=Europe/Berlin TERM=xterm USER=www-data LOGNAME=www-data \
	PWD=/ SHLVL=1 INVOCATION_ID=0123456789abcdef JOURNAL_STREAM=8:1234 HOME=/root "$usual"
mail_with NODE_ENV=production PYTHON_VERSION=3.11.2 PYTHONUNBUFFERED=1 "$usual"
mail_with APACHE_RUN_USER=www-data APACHE_LOG_DIR=/var/log/apache2 "HTTP_COOKIE=a=b; c" \
	"QUERY_STRING=\$(id)" SCRIPT_FILENAME=/var/www/html/x.cgi "$usual"
expect_none "what a session, a service, a runtime and CGI set does not matter"
mail_with PATH=/usr/lib/git-core:/usr/bin:/bin:/snap/bin
expect_none "directories of PATH that only root can write to do not matter"
mkdir -p /srv/home/.config /tmp/h
chown -R www-data: /srv/home
mail_with HOME=/srv HOME=/nonexistent XDG_CONFIG_HOME=/etc/xdg
expect_none "a home that only root can write to does not matter"

# Each of these may make some program run what an attacker has written.
for variable in HOME=/tmp/h HOME=/srv/home HOME=/srv/home/.config HOME=relative HOME= \
	XDG_CONFIG_HOME=/tmp/h ZDOTDIR=/tmp/h PATH=/tmp/h:/bin PATH=/usr/bin:/srv/home PATH=:/bin \
	PATH=/bin:. TZ=/tmp/h LANG=../../tmp/h GIT_DIR=. IFS=s "USER=() { :;}; id" UNKNOWN=1; do
	mail_with "$variable"
	expect "$variable raises an alert" --only rules~webserver_shell_exec 1
done
ln -s /tmp/h /srv/link
mail_with PATH=/srv/link:/bin
expect "a link in PATH to an attacker's directory raises an alert" 1
ln -sfn /usr/bin /tmp/h/link
mail_with PATH=/tmp/h/link
expect "an attacker's link in PATH to the system's directory raises an alert" 1
ln -sfn /usr/bin /srv/link
mail_with PATH=/srv/link:/bin
expect_none "a link of root's to the system's directory does not matter"

# explains TEXT: explain says so of the last shell's alert before the last "expect".
explains()
{
	shelltrap policy explain --seq "$(sed -n \
		'/webserver_shell_exec/s/.*"seq": *\([0-9]*\).*/\1/p' "$scratch/between" |
		tail -n 1)" >"$scratch/said"
	grep -qF -- "$1" "$scratch/said" || { cat "$scratch/said" && return 1; }
}

mail_with PATH=/usr/bin:/tmp/h BASH_ENV=/tmp/x RAILS_MASTER_KEY=secret
expect "an alert has the variables that are not harmless, and no secrets" 1 \
	'process.environment=["PATH=/usr/bin:/tmp/h","BASH_ENV=/tmp/x","RAILS_MASTER_KEY"]'
check "explain says which variable keeps the exception from matching" \
	explains "the exec has BASH_ENV=/tmp/x"
check "explain says which directory of PATH is to blame" \
	explains "the exec has in it /tmp, to which not only root can write"

# The same exception, with the variables that the site needs.
sed '/^argv = /a environment = RAILS_* HOME=/tmp/h GIT_DIR' "$scratch/policy.conf" \
	>"$scratch/environment.conf"
check "an exception that names variables loads" \
	shelltrap policy load --replace "$scratch/environment.conf"
check "the module gives the variables back" \
	grep -q "^environment = RAILS_\* 'HOME=/tmp/h' GIT_DIR$" <(shelltrap policy show)
mail_with HOME=/tmp/h RAILS_MASTER_KEY=x RAILS_X= GIT_DIR=/anything "$usual"
expect_none "variables that the exception names raise no alert"
mail_with HOME=/tmp/hh
expect "a variable with another value than the exception has raises an alert" 1
mail_with RAILS=1
expect "a variable whose name only begins alike raises an alert" 1

# Home directories with code for Python and for bash.
packages=$(HOME=/tmp/h python3 -c 'import site; print(site.getusersitepackages())')
mkdir -p "$packages"
echo 'print("ridden")' >"$packages/usercustomize.py"
echo 'echo ridden' >/tmp/h/.bash_profile
echo 'print("honest")' >/srv/report.py
cat "$scratch/policy.conf" - >"$scratch/homes.conf" <<'END'

[set homed]
paths = /usr/bin/python3 /bin/bash

[rule report]
actor = web_servers
target = homed
argv = python3 /srv/report.py
action = allow

[rule login]
actor = web_servers
target = homed
argv = bash -l -c 'echo honest'
action = allow
END
check "exceptions for Python and bash load" shelltrap policy load --replace "$scratch/homes.conf"

# homed HOME COMMAND...: Debian 11 may have bash in /bin alone.
homed()
{
	python_as php-fpm8.2 '
import os, sys
os.execvpe(sys.argv[2], sys.argv[2:], {"PATH": "/usr/bin:/bin", "HOME": sys.argv[1]})' "$@"
}

check "an excepted Python script runs" grep -q '^honest' <(homed /root python3 /srv/report.py)
check "an excepted login shell runs" grep -q honest <(homed /root bash -l -c 'echo honest')
# Root's profile itself runs id.
expect "in root's home they raise no alert" --only 'process.comm~^(python3|bash)$' 0
check "an attacker's home makes Python run his code" \
	grep -q ridden <(homed /tmp/h python3 /srv/report.py)
expect "a Python script with an attacker's home raises an alert" 1 \
	rule=webserver_interpreter_exec
check "an attacker's home makes bash run his code" \
	grep -q ridden <(homed /tmp/h bash -l -c 'echo honest')
expect "a login shell with an attacker's home raises an alert" --only rules~webserver_shell_exec 1

# With prevention in force, an exception that matches must keep the site working.
cat "$scratch/policy.conf" - >"$scratch/deny.conf" <<'END'

[rule webserver_shell_exec_denied]
actor = web_servers
target = shells
severity = critical
action = deny
END
check "a policy that denies shells loads" shelltrap policy load --replace "$scratch/deny.conf"
check "PHP sends mail where shells are denied" grep -q '^sent' <(get mail.php)
mail_with "$usual" HOME=/root NODE_ENV=production
expect_none "what an exception matches is not denied"
check "the exception with an attacker's home does not run" \
	grep -q Killed <(mail_with HOME=/tmp/h 2>&1 || echo Killed)
expect "it is killed" 1 verdict=killed process.argv.-1="$sendmail -t -i"
check "the policy with the exception is loaded again" \
	shelltrap policy load --replace "$scratch/policy.conf"

# What a command line names relative to the working directory is what lies there.
mkdir -p /srv/app /tmp/evil
echo 'echo honest' >/srv/app/cron.sh
echo 'echo ridden' >/tmp/evil/cron.sh
cat "$scratch/policy.conf" - >"$scratch/cron.conf" <<'END'

[rule cron]
actor = web_servers
target = mail_shell
argv = sh -c 'sh cron.sh'
action = allow

[rule cron_script]
actor = web_servers
target = mail_shell
argv = sh cron.sh
action = allow
END
sed 's!^argv = sh .*cron.*!&\ncwd = /srv/app!' "$scratch/cron.conf" >"$scratch/cron-in.conf"

# cron_in DIRECTORY
cron_in()
{
	python_as php-fpm8.2 '
import os, sys
os.chdir(sys.argv[1])
os.execve("/bin/sh", ["sh", "-c", "sh cron.sh"], {})' "$1"
}

check "check says what an exception with a relative path lacks" \
	grep -q "cron.sh' is looked up in the caller's directory, so without 'cwd" \
	<(shelltrap policy check --replace "$scratch/cron.conf" 2>&1)
check "exceptions without cwd are loaded" shelltrap policy load --replace "$scratch/cron.conf"
cron_in /srv/app >/dev/null
expect "without cwd, a script by its name alone raises alerts" --only rules~webserver_shell_exec 2
check "exceptions with cwd are loaded" shelltrap policy load --replace "$scratch/cron-in.conf"
check "the module gives cwd back" grep -q '^cwd = /srv/app$' <(shelltrap policy show)
check "the excepted script runs" grep -q honest <(cron_in /srv/app)
expect_none "with cwd, the script raises no alert"
check "in an attacker's directory another script runs" grep -q ridden <(cron_in /tmp/evil)
expect "in another directory than the exception's it raises alerts" \
	--only rules~webserver_shell_exec 2
check "explain says which directory it was" explains "the exec has cwd = /tmp/evil"
check "the policy with the exception is loaded again" \
	shelltrap policy load --replace "$scratch/policy.conf"

# A command line that reads a variable runs what the variable says.
# shellcheck disable=SC2016 # for the shell that is excepted
command='$QUERY_STRING'
sed '/^argv = /s/.*/argv = sh -c '"$command"'/' "$scratch/policy.conf" >"$scratch/reads.conf"
check "an exception whose command line reads a variable is loaded" \
	shelltrap policy load --replace "$scratch/reads.conf"
check "a variable of CGI can be what is run" \
	grep -q ridden <(run_with "$command" "QUERY_STRING=echo ridden")
expect "a variable that the command line reads raises an alert" --only rules~webserver_shell_exec 1 \
	'process.environment=["QUERY_STRING"]'
run_with "$command" SERVER_NAME=x
expect_none "a variable that it does not read does not matter"
check "the policy with the exception is loaded again" \
	shelltrap policy load --replace "$scratch/policy.conf"

# A process that another one holds runs what that one likes.
gcc -D_GNU_SOURCE -o /tmp/holders "$here/holders.c" || not_ok "the holders compile"

# held HOW: the command of the exception, by a child of a server's descendant.
held()
{
	python_as php-fpm8.2 '
import os, sys
os.execve("/tmp/holders", ["holders", sys.argv[1], "/bin/sh", "sh", "-c", sys.argv[2]], {})' \
		"$1" "$sendmail -t -i"
}

held fork
held vfork
# The holder itself is a dropped file.
expect "a child that nobody holds raises no alert, nor one of vfork()" \
	--only rules~webserver_shell_exec 0
check "a tracer can make an excepted shell run something else" grep -q ridden <(held trace)
expect "a traced exec raises an alert" --only rules~webserver_shell_exec 1 \
	'process.unclean=["traced"]'
check "explain says that it was traced" explains "the exec has traced"
held memory
expect "a caller that shares its memory raises an alert" --only rules~webserver_shell_exec 1
held filter
expect "a caller with a filter of seccomp of its own raises an alert" \
	--only rules~webserver_shell_exec 1 'process.unclean=["seccomp"]'
held files
expect "a caller that shares its working directory raises an alert" \
	--only rules~webserver_shell_exec 1

# unshared OPTION: the command of the exception, in a namespace of its own.
unshared()
{
	python_as php-fpm8.2 '
import os, sys
os.execve("/usr/bin/unshare", ["unshare", sys.argv[1], "sh", "-c", sys.argv[2]], {})' \
		"$1" "$sendmail -t -i"
}

unshared -i
expect "a namespace of System V IPC does not matter" --only rules~webserver_shell_exec 0
unshared -r
expect "a user namespace that the server does not have raises an alert" \
	--only rules~webserver_shell_exec 1
unshared -m
expect "a mount namespace that the server does not have raises an alert" \
	--only rules~webserver_shell_exec 1

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

rm -rf "$sendmail" /tmp/preload.so /srv/mw /tmp/h /srv/home /srv/link /srv/report.py \
	/srv/app /tmp/evil /tmp/holders
