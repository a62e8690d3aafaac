// SPDX-License-Identifier: GPL-2.0-or-later
#include "defaults.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define SET(number)	((__u64)1 << (number))

/* Names of the original recipes first, then what real systems add. */
static const char * const shells[] = {
	/* Tracee TRC-1016, Jibril webserver_shell_exec */
	"ash", "bash", "csh", "ksh", "sh", "tcsh", "zsh", "dash",
	/* other shells of current distributions, and the names they are installed under */
	"fish", "mksh", "mksh-static", "lksh", "pdksh", "oksh", "loksh", "rbash", "rzsh", "rksh",
	"ksh93", "rksh93", "ksh2020", "yash", "posh", "zsh-static", "zsh5", "zsh5-static",
	"bash-static", "sash", "xonsh", "elvish", "nu", "pwsh", "bsh", "bosh", "pbosh", "jsh",
	"hush", "lash", "msh",
};

static const char * const web_servers[] = {
	/* Tracee TRC-1016, Jibril webserver_exec */
	"nginx", "httpd", "httpd-foreground", "lighttpd", "apache", "apache2",
	/* web servers and proxies that run or route to site code */
	"angie", "caddy", "h2o", "haproxy", "hiawatha", "httpd.worker", "httpd.event",
	"httpd-prefork", "httpd-worker", "litespeed", "lshttpd", "lsphp*", "mini_httpd",
	"mini-httpd", "nginx-debug", "openlitespeed", "openresty", "tengine", "thttpd", "traefik",
	"unitd",
	/* runtimes whose name says that they serve: Debian's are php-fpm8.2, php-cgi8.2 */
	"php-fpm*", "php-cgi*", "frankenphp", "fcgiwrap", "gunicorn*", "hypercorn*", "passenger*",
	"Passenger*", "puma*", "spawn-fcgi", "thin", "unicorn*", "uvicorn*", "uwsgi*",
	"waitress-serve",
	"tomcat*",
};

/* Java's are known by their threads: Tomcat's connectors, Undertow. */
static const char * const server_threads[] = {
	"http-nio*", "ajp-nio*", "https-jsse-nio*", "https-openssl-n*", "XNIO-*",
};

/* In the order of their numbers. */
static const struct {
	const char *name;
	const char * const *names;
	size_t count;
	const char * const *comms;
	size_t nr_comms;
} sets[] = {
	[SHELLTRAP_SHELLS] = { "shells", shells, COUNT(shells) },
	[SHELLTRAP_WEB_SERVERS] = { "web_servers", web_servers, COUNT(web_servers),
			  server_threads, COUNT(server_threads) },
};

static const struct shelltrap_rule rules[] = {
	/*
	 * Jibril webserver_shell_exec: a web server or anything below it starts
	 * a shell. T1059.004 Unix Shell, T1505.003 Web Shell, T1104.
	 */
	{
		.name		= "webserver_shell_exec",
		.title		= "shell under a web server",
		.threat		= "TA0002/T1059.004 TA0003/T1505.003 TA0011/T1104",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.target		= SET(SHELLTRAP_SHELLS),
		.severity	= SHELLTRAP_SEVERITY_CRITICAL,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/*
	 * Tracee TRC-1016: the calling task is a web server and starts a shell.
	 * Initial Access, T1190 Exploit Public-Facing Application.
	 */
	{
		.name		= "illegitimate_shell",
		.title		= "web server became a shell",
		.threat		= "TA0001/T1190",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_SELF,
		.target		= SET(SHELLTRAP_SHELLS),
		.severity	= SHELLTRAP_SEVERITY_MEDIUM,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/*
	 * Jibril webserver_exec: somebody starts a web server.
	 * Command and Control, T1071.001 Web Protocols.
	 */
	{
		.name		= "webserver_exec",
		.title		= "web server started",
		.threat		= "TA0011/T1071.001",
		.target		= SET(SHELLTRAP_WEB_SERVERS),
		.severity	= SHELLTRAP_SEVERITY_HIGH,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
};

static const char *add_names(struct shelltrap_policy *policy, unsigned int set,
			     enum shelltrap_member_kind kind, const char * const *names,
			     size_t count)
{
	const char *fault = NULL;
	size_t i;

	for (i = 0; !fault && i < count; i++)
		fault = shelltrap_policy_add_member(policy, set, kind, names[i]);
	return fault;
}

static const char *add_set(struct shelltrap_policy *policy, unsigned int set)
{
	const char *fault = shelltrap_policy_add_set(policy, sets[set].name);

	if (!fault)
		fault = add_names(policy, set, SHELLTRAP_MEMBER_NAME, sets[set].names,
				  sets[set].count);
	if (!fault)
		fault = add_names(policy, set, SHELLTRAP_MEMBER_COMM, sets[set].comms,
				  sets[set].nr_comms);
	return fault;
}

const char *shelltrap_defaults_add(struct shelltrap_policy *policy)
{
	const char *fault = NULL;
	int rule, set;
	size_t i;

	for (i = 0; !fault && i < COUNT(sets); i++)
		fault = add_set(policy, i);
	for (i = 0; !fault && i < COUNT(rules); i++)
		fault = shelltrap_policy_add_rule(policy, &rules[i]);
	return fault ? fault : shelltrap_policy_finish(policy, &rule, &set);
}
