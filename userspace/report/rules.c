// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/rules.h"

#include <string.h>

#include "lib/util.h"

/* The rule that says most comes first: an incident is named after it. */
static const struct rule_meaning meanings[] = {
	{ "webserver_reverse_shell", "Reverse shell",
	  "A program ran with a network connection as its input or output: somebody at the other "
	  "end types the commands." },
	{ "webserver_dropped_exec", "Dropped program",
	  "A program ran that the server's user could have written: a file that does not belong to "
	  "the system. It is most likely the attacker's own." },
	{ "webserver_injected_exec", "Injected code",
	  "A program of the system ran with code of its caller in it, through an environment "
	  "variable such as LD_PRELOAD or through a mount." },
	{ "webserver_shell_exec", "Shell",
	  "The web server, or a process that descends from it, started a shell. Web shells and "
	  "command injection both do this." },
	{ "webserver_spawn_exec", "Run through another service",
	  "A program ran that asks another service, such as systemd, cron or docker, to run a "
	  "command. What that service runs is not below the web server." },
	{ "webserver_nettool_exec", "Network tool",
	  "A program ran that downloads files, connects to other machines or scans the network." },
	{ "webserver_loader_exec", "Dynamic loader",
	  "The dynamic loader was run by itself. It can start a file that has no permission to be "
	  "executed." },
	{ "webserver_interpreter_exec", "Interpreter",
	  "An interpreter such as Perl or Python ran below the web server. It can do what a shell "
	  "can." },
	{ "illegitimate_shell", "Shell started by a web server",
	  "The process that started the shell is called like a web server." },
	{ "webserver_sysutil_exec", "System utility",
	  "A program ran that looks around on the system, or that helps to run other programs." },
	{ "webserver_exec", "Web server started",
	  "The program of a web server was started. A restart and an update do this, too." },
};

const struct rule_meaning *rule_meaning(const char *name)
{
	static const struct rule_meaning other = {
		NULL, "Alert", "A rule of this site's policy; see shelltrap policy show.",
	};
	size_t rank = rule_rank(name);

	return rank < ARRAY_SIZE(meanings) ? &meanings[rank] : &other;
}

size_t rule_rank(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(meanings); i++)
		if (name && !strcmp(meanings[i].name, name))
			return i;
	return ARRAY_SIZE(meanings);
}

/* The tactics, and the techniques of the rules that ship. */
static const struct {
	const char *id, *name;
} mitre[] = {
	{ "TA0001", "Initial Access" }, { "TA0002", "Execution" }, { "TA0003", "Persistence" },
	{ "TA0004", "Privilege Escalation" }, { "TA0005", "Defense Evasion" },
	{ "TA0006", "Credential Access" }, { "TA0007", "Discovery" },
	{ "TA0008", "Lateral Movement" }, { "TA0009", "Collection" },
	{ "TA0010", "Exfiltration" }, { "TA0011", "Command and Control" },
	{ "TA0040", "Impact" }, { "TA0042", "Resource Development" },
	{ "TA0043", "Reconnaissance" },
	{ "T1033", "System Owner/User Discovery" }, { "T1053", "Scheduled Task/Job" },
	{ "T1059", "Command and Scripting Interpreter" }, { "T1059.004", "Unix Shell" },
	{ "T1071", "Application Layer Protocol" }, { "T1071.001", "Web Protocols" },
	{ "T1082", "System Information Discovery" }, { "T1104", "Multi-Stage Channels" },
	{ "T1105", "Ingress Tool Transfer" },
	{ "T1190", "Exploit Public-Facing Application" },
	{ "T1218", "System Binary Proxy Execution" }, { "T1505.003", "Web Shell" },
	{ "T1543.002", "Systemd Service" }, { "T1571", "Non-Standard Port" },
	{ "T1574.006", "Dynamic Linker Hijacking" }, { "T1620", "Reflective Code Loading" },
};

const char *mitre_name(const char *id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mitre); i++)
		if (!strcmp(mitre[i].id, id))
			return mitre[i].name;
	return NULL;
}
