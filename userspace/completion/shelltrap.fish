# SPDX-License-Identifier: GPL-2.0
# fish completion for shelltrap(8)

# Whether the words after "shelltrap" begin with these.
function __shelltrap_is
	set -l words (commandline -opc)
	set -e words[1]
	set -l last (count $argv)
	test (count $words) -ge $last; and test "$words[1..$last]" = "$argv"
end

# Whether this many words are complete.
function __shelltrap_has
	test (count (commandline -opc)) -eq $argv[1]
end

# Destinations of the logger: a path follows "file:".
function __shelltrap_outputs
	printf '%s\n' stdout journal syslog tcp:// udp:// file:/ exec:/
	for path in (complete -C "ls "(string replace -r '^.*file:' '' -- (commandline -ct)))
		echo file:(string split -f 1 \t -- $path)
	end
end

complete -c shelltrap -f
complete -c shelltrap -n '__shelltrap_has 1' -a watch -d 'print alerts as they come'
complete -c shelltrap -n '__shelltrap_has 1' -a log -d 'print past alerts'
complete -c shelltrap -n '__shelltrap_has 1' -a summary -d 'count past alerts by rule, server, user, ...'
complete -c shelltrap -n '__shelltrap_has 1' -a logger -d 'write each alert exactly once, across restarts (the service)'
complete -c shelltrap -n '__shelltrap_has 1' -a notify -d 'run programs for outputs exec:PATH of the logger (a service)'
complete -c shelltrap -n '__shelltrap_has 1' -a ask -d 'look up what a server was doing, for the logger (a service)'
complete -c shelltrap -n '__shelltrap_has 1' -a replay -d 'print the alerts that the kernel still holds'
complete -c shelltrap -n '__shelltrap_has 1' -a report -d 'write a page about what was done through a web server'
complete -c shelltrap -n '__shelltrap_has 1' -a evidence -d 'keep what is left of an attack: files, environment, memory'
complete -c shelltrap -n '__shelltrap_has 1' -a status -d 'show whether the module is loaded and armed, and its counters'
complete -c shelltrap -n '__shelltrap_has 1' -a policy -d 'check, load, show or explain what is detected'
complete -c shelltrap -n '__shelltrap_has 1' -a lock -d 'keep the policy and the module as they are until the next boot'
complete -c shelltrap -n '__shelltrap_has 1' -a held -d 'list the execs that a rule holds now'
complete -c shelltrap -n '__shelltrap_has 1' -a release -d 'let an exec that is held run, or end it'
complete -c shelltrap -n '__shelltrap_has 1' -a selftest -d 'test whether a server that starts a shell is seen here'
complete -c shelltrap -n '__shelltrap_has 1' -s h -l help -d 'print help'
complete -c shelltrap -n '__shelltrap_has 1' -s v -l version -d 'print the version'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a check -d 'check the policy'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a load -d 'put the policy in force'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a show -d 'print the policy in force'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a diff -d 'what load would change'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a explain -d 'what happens to an exec'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a except -d 'write the exception for a past alert'
complete -c shelltrap -n '__shelltrap_is policy; and __shelltrap_has 2' -a learn -d 'propose exceptions for the alerts of a period'

set -l any 'not __shelltrap_has 1'
complete -c shelltrap -n $any -s q -l quiet -d 'print only what was asked for, and errors'
complete -c shelltrap -n $any -s h -l help -d 'print help'
complete -c shelltrap -n $any -s v -l version -d 'print the version'

for command in watch log summary replay report 'policy learn'
	set -l is "__shelltrap_is $command"
	complete -c shelltrap -n $is -l rule -x -d 'only alerts of this rule'
	complete -c shelltrap -n $is -l severity -x -a 'low medium high critical' -d 'only alerts as severe as this or more'
	complete -c shelltrap -n $is -l server -x -d 'only alerts of this server'
	complete -c shelltrap -n $is -l user -x -d 'only alerts of processes of this user'
	complete -c shelltrap -n $is -l unit -x -d 'only alerts of this unit of systemd'
	complete -c shelltrap -n $is -l container -x -d 'only alerts of containers whose id begins with ID'
	complete -c shelltrap -n $is -l client -x -d 'only alerts of requests from this address'
	complete -c shelltrap -n $is -l verdict -x -a 'observed denied killed would-deny failed pending held' -d 'only alerts with this verdict'
	complete -c shelltrap -n $is -l command -x -d 'only alerts with this command line'
	complete -c shelltrap -n $is -l host -x -d 'only records of this host'
end

set -l is '__shelltrap_is watch'
complete -c shelltrap -n $is -s f -l format -x -a 'text compact json ecs ocsf cef syslog' -d 'format of the output'
complete -c shelltrap -n $is -l json -d 'JSON'
complete -c shelltrap -n $is -a --json=pretty -d 'JSON on several lines'
complete -c shelltrap -n $is -s n -l count -x -d 'end after N alerts'
complete -c shelltrap -n $is -l timeout -x -d 'end after SEC seconds'
complete -c shelltrap -n $is -l from -x -d 'begin with record SEQ'
complete -c shelltrap -n $is -l color -x -a 'auto always never' -d 'when to use colors'
complete -c shelltrap -n $is -l access-log -r -F -d 'look for the request in an access log'
complete -c shelltrap -n $is -l utc -d 'times are UTC'

set -l is '__shelltrap_is log'
complete -c shelltrap -n $is -l since -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or later'
complete -c shelltrap -n $is -l until -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or earlier'
complete -c shelltrap -n $is -s n -l lines -x -d 'at most so many'
complete -c shelltrap -n $is -s r -l reverse -d 'the newest record first'
complete -c shelltrap -n $is -s f -l format -x -a 'text compact json ecs ocsf cef syslog' -d 'format of the output'
complete -c shelltrap -n $is -l json -d 'JSON'
complete -c shelltrap -n $is -a --json=pretty -d 'JSON on several lines'
complete -c shelltrap -n $is -l color -x -a 'auto always never' -d 'when to use colors'
complete -c shelltrap -n $is -l access-log -r -F -d 'look for the request in an access log'
complete -c shelltrap -n $is -l utc -d 'times are UTC'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is summary'
complete -c shelltrap -n $is -l by -x -a 'rule server user client command unit host day' -d 'rule'
complete -c shelltrap -n $is -s n -l lines -x -d 'at most so many'
complete -c shelltrap -n $is -l json -d 'JSON'
complete -c shelltrap -n $is -a --json=pretty -d 'JSON on several lines'
complete -c shelltrap -n $is -l since -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or later'
complete -c shelltrap -n $is -l until -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or earlier'
complete -c shelltrap -n $is -l utc -d 'times are UTC'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is logger'
complete -c shelltrap -n $is -l output -x -a '(__shelltrap_outputs)' -d 'where to write'
complete -c shelltrap -n $is -s f -l format -x -a 'text compact json ecs ocsf cef syslog' -d 'format of the output'
complete -c shelltrap -n $is -l state -r -F -d 'where to remember what was written'
complete -c shelltrap -n $is -l config -r -F -d 'the configuration'
complete -c shelltrap -n $is -l wait -d 'wait until the module is loaded'
complete -c shelltrap -n $is -l check -d 'check the configuration'

set -l is '__shelltrap_is notify'
complete -c shelltrap -n $is -l socket -r -F -d 'listen there'

set -l is '__shelltrap_is ask'
complete -c shelltrap -n $is -l socket -r -F -d 'listen there'
complete -c shelltrap -n $is -l config -r -F -d 'the configuration'

set -l is '__shelltrap_is replay'
complete -c shelltrap -n $is -l from -x -d 'begin with record SEQ'
complete -c shelltrap -n $is -s n -l lines -x -d 'at most so many'
complete -c shelltrap -n $is -s f -l format -x -a 'text compact json ecs ocsf cef syslog' -d 'format of the output'
complete -c shelltrap -n $is -l json -d 'JSON'
complete -c shelltrap -n $is -a --json=pretty -d 'JSON on several lines'
complete -c shelltrap -n $is -l color -x -a 'auto always never' -d 'when to use colors'
complete -c shelltrap -n $is -l utc -d 'times are UTC'

set -l is '__shelltrap_is report'
complete -c shelltrap -n $is -l output -r -F -d 'where to write'
complete -c shelltrap -n $is -s f -l format -x -a 'html markdown' -d 'format of the output'
complete -c shelltrap -n $is -l since -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or later'
complete -c shelltrap -n $is -l until -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or earlier'
complete -c shelltrap -n $is -l access-log -r -F -d 'look for the request in an access log'
complete -c shelltrap -n $is -l utc -d 'times are UTC'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is evidence'
complete -c shelltrap -n $is -l output -r -F -d 'where to write'
complete -c shelltrap -n $is -l memory -d 'also the memory of the process'
complete -c shelltrap -n $is -l file -r -F -d 'take the alert from FILE'
complete -c shelltrap -n $is -l document-root -r -F -d 'the script of the request is read only below DIR'
complete -c shelltrap -n $is -l member-limit -x -d 'at most so much of each file'
complete -c shelltrap -n $is -l limit -x -d 'at most so much in all'
complete -c shelltrap -n $is -l seconds -x -d 'take no longer than this'
complete -c shelltrap -n $is -l service -d 'keep evidence of each alert that the logger names'
complete -c shelltrap -n $is -l socket -r -F -d 'with --service: listen there'
complete -c shelltrap -n $is -l config -r -F -d 'with --service: the configuration'

set -l is '__shelltrap_is status'
complete -c shelltrap -n $is -l json -d 'JSON'
complete -c shelltrap -n $is -a --json=pretty -d 'JSON on several lines'
complete -c shelltrap -n $is -l servers -d 'list the processes that count as servers, and why'
complete -c shelltrap -n $is -l prometheus -d 'print metrics in the text format of Prometheus'
complete -c shelltrap -n $is -l output -r -F -d 'where to write'

set -l is '__shelltrap_is lock'
complete -c shelltrap -n $is -l until-reboot -d 'do not ask'

set -l is '__shelltrap_is held'
complete -c shelltrap -n $is -l json -d 'JSON'
complete -c shelltrap -n $is -a --json=pretty -d 'JSON on several lines'
complete -c shelltrap -n $is -l utc -d 'times are UTC'

set -l is '__shelltrap_is release'
complete -c shelltrap -n $is -l kill -d 'end it and its lineage instead'
complete -c shelltrap -n $is -l kill-server -d 'end its server, too'
complete -c shelltrap -n $is -l yes -d 'do not ask'

set -l is '__shelltrap_is selftest'
complete -c shelltrap -n $is -l actor -x -d 'the caller'
complete -c shelltrap -n $is -l shell -r -F -d 'the program that the server starts'
complete -c shelltrap -n $is -l timeout -x -d 'how long to wait for the alert'

set -l is '__shelltrap_is policy check'
complete -c shelltrap -n $is -l replace -d 'read only the named files'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is policy load'
complete -c shelltrap -n $is -l replace -d 'read only the named files'
complete -c shelltrap -n $is -l observe -x -d 'for so long'
complete -c shelltrap -n $is -l dry-run -d 'the same until another load'
complete -c shelltrap -n $is -l enforce -d 'rules that deny or kill do so from now on'
complete -c shelltrap -n $is -l defer-names -d 'wait for users whose names are not known yet'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is policy show'

set -l is '__shelltrap_is policy diff'
complete -c shelltrap -n $is -l replace -d 'read only the named files'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is policy explain'
complete -c shelltrap -n $is -l file -r -F -d 'explain the policy that \'policy load FILE\' would put'
complete -c shelltrap -n $is -l replace -d 'explain the named files without those in'
complete -c shelltrap -n $is -l seq -x -d 'the exec of the alert with this number'
complete -c shelltrap -n $is -l target -r -F -d 'the program that is started'
complete -c shelltrap -n $is -l interpreter -r -F -d 'the program that runs the target'
complete -c shelltrap -n $is -l actor -x -d 'the caller'
complete -c shelltrap -n $is -l runs -x -d 'the script'
complete -c shelltrap -n $is -l serves -x -d 'the TCP port on which the caller listens'
complete -c shelltrap -n $is -l ancestor -x -d 'a task that the caller descends from'
complete -c shelltrap -n $is -l stdin -x -a 'connected-socket' -d 'standard input'
complete -c shelltrap -n $is -l stdout -x -a 'connected-socket' -d 'standard output'
complete -c shelltrap -n $is -l dropped -d 'the caller could have made the target\'s file'
complete -c shelltrap -n $is -l injected -d 'code that is not its own runs in the target'
complete -c shelltrap -n $is -l uid -x -d 'user of the caller'
complete -c shelltrap -n $is -l cgroup -x -d 'the caller\'s cgroup'
complete -c shelltrap -n $is -l cwd -x -d 'the caller\'s working directory'
complete -c shelltrap -n $is -l argv -x -d 'the command line in one argument'
complete -c shelltrap -n $is -F

set -l is '__shelltrap_is policy except'
complete -c shelltrap -n $is -l file -r -F -d 'look for the alert only in this file'
complete -c shelltrap -n $is -l policy -r -F -d 'the file of the policy that raised the alert'

set -l is '__shelltrap_is policy learn'
complete -c shelltrap -n $is -l since -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or later'
complete -c shelltrap -n $is -l until -x -a 'today yesterday -1h -1d -7d' -d 'only records of this time or earlier'
complete -c shelltrap -n $is -l policy -r -F -d 'the file of the policy that raised the alerts'
complete -c shelltrap -n $is -l utc -d 'times are UTC'
complete -c shelltrap -n $is -F
