// SPDX-License-Identifier: GPL-2.0
#include <linux/shelltrap.h>

#include "defaults.h"

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
	/* Tracee TRC-1016, Jibril webserver_exec; the fourth is Tomcat's worker thread */
	"nginx", "httpd", "httpd-foreground", "http-nio*", "lighttpd", "apache", "apache2",
	/* web servers and proxies that run or route to site code */
	"angie", "caddy", "h2o", "haproxy", "hiawatha", "httpd.worker", "httpd.event",
	"httpd-prefork", "httpd-worker", "litespeed", "lshttpd", "lsphp*", "mini_httpd",
	"mini-httpd", "nginx-debug", "openlitespeed", "openresty", "tengine", "thttpd", "traefik",
	"unitd",
	/* runtimes whose name says that they serve: Debian's are php-fpm8.2, php-cgi8.2 */
	"php-fpm*", "php-cgi*", "frankenphp", "fcgiwrap", "gunicorn*", "hypercorn*", "passenger*",
	"Passenger*", "puma*", "spawn-fcgi", "thin", "unicorn*", "uvicorn*", "uwsgi*",
	"waitress-serve",
	/* Java's are known by their threads (Tomcat's other connectors, Undertow) */
	"ajp-nio*", "https-jsse-nio*", "https-openssl-n*", "tomcat*", "XNIO-*",
};

static const struct shelltrap_rule rules[] = {
	/*
	 * Tracee TRC-1016: the calling task is a web server and starts a shell.
	 * Initial Access, T1190 Exploit Public-Facing Application.
	 */
	{
		.name		= "illegitimate_shell",
		.actor		= SHELLTRAP_SET_WEB_SERVERS,
		.scope		= SHELLTRAP_SCOPE_SELF,
		.target		= SHELLTRAP_SET_SHELLS,
		.severity	= SHELLTRAP_SEVERITY_MEDIUM,
	},
	/*
	 * Jibril webserver_shell_exec: a web server or anything below it starts
	 * a shell. T1059.004 Unix Shell, T1505.003 Web Shell, T1104.
	 */
	{
		.name		= "webserver_shell_exec",
		.actor		= SHELLTRAP_SET_WEB_SERVERS,
		.scope		= SHELLTRAP_SCOPE_ANCESTORS,
		.target		= SHELLTRAP_SET_SHELLS,
		.severity	= SHELLTRAP_SEVERITY_CRITICAL,
	},
	/*
	 * Jibril webserver_exec: somebody starts a web server.
	 * Command and Control, T1071.001 Web Protocols.
	 */
	{
		.name		= "webserver_exec",
		.scope		= SHELLTRAP_SCOPE_SELF,
		.target		= SHELLTRAP_SET_WEB_SERVERS,
		.severity	= SHELLTRAP_SEVERITY_HIGH,
	},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int add_names(struct shelltrap_policy *policy, const char * const *names, size_t count,
		     __u64 set)
{
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		err = shelltrap_policy_add_name(policy, names[i], set);
		if (err)
			return err;
	}
	return 0;
}

int shelltrap_defaults_add(struct shelltrap_policy *policy)
{
	size_t i;
	int err;

	err = add_names(policy, shells, COUNT(shells), SHELLTRAP_SET_SHELLS);
	if (!err)
		err = add_names(policy, web_servers, COUNT(web_servers), SHELLTRAP_SET_WEB_SERVERS);
	for (i = 0; !err && i < COUNT(rules); i++)
		err = shelltrap_policy_add_rule(policy, &rules[i]);
	return err;
}
