// SPDX-License-Identifier: GPL-2.0-or-later
#include "defaults.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define SET(number)	((__u64)1 << (number))

/* First the names of the original recipes, then names on real systems. */
static const char * const shells[] = {
	/* Tracee TRC-1016, Jibril webserver_shell_exec */
	"ash", "bash", "csh", "ksh", "sh", "tcsh", "zsh", "dash",
	/* other shells of current distributions, and the names they are installed under */
	"fish", "mksh", "mksh-static", "lksh", "pdksh", "oksh", "loksh", "rbash", "rzsh", "rksh",
	"ksh93", "rksh93", "ksh2020", "yash", "posh", "zsh-static", "zsh5", "zsh5-static",
	"bash-static", "sash", "xonsh", "elvish", "nu", "pwsh", "bsh", "bosh", "pbosh", "jsh",
	"hush", "lash", "msh", "rc", "es", "osh", "ysh", "mrsh", "brush",
};

/*
 * Paths match the file under any name, as through a hard link. Only programs that are
 * nothing but a shell: /bin/sh may be busybox, which is many other programs, too.
 */
static const char * const shell_paths[] = {
	"/bin/bash", "/bin/dash", "/bin/ksh93", "/bin/mksh", "/bin/tcsh", "/bin/zsh",
	"/usr/bin/fish",
};

static const char * const web_servers[] = {
	/* Tracee TRC-1016, Jibril webserver_exec */
	"nginx", "httpd", "httpd-foreground", "lighttpd", "apache", "apache2",
	/* web servers and proxies that run or route to site code */
	"angie", "caddy", "h2o", "haproxy", "hiawatha", "httpd.worker", "httpd.event",
	"httpd-prefork", "httpd-worker", "litespeed", "lshttpd", "lsphp[version]", "mini_httpd",
	"mini-httpd", "nginx-debug", "openlitespeed", "openresty", "tengine", "thttpd", "traefik",
	"unitd",
	/*
	 * Runtimes named as servers, which may listen on a UNIX socket. Debian's are called
	 * php-fpm8.2 and php-cgi8.2; tools such as php-fpm-healthcheck are no servers.
	 */
	"php-fpm[version]", "php-cgi[version]", "frankenphp", "fcgiwrap", "gunicorn[version]",
	"hypercorn", "passenger", "PassengerAgent", "PassengerHelperAgent", "PassengerWatchdog",
	"puma[version]", "spawn-fcgi", "thin", "unicorn", "unicorn_rails", "uvicorn",
	"uwsgi[version]", "uwsgi-core", "uwsgi_python[version]", "waitress-serve",
	/* whole names, because tomcat-update-policy.sh is no server */
	"tomcat", "tomcat7", "tomcat8", "tomcat9", "tomcat10", "tomcat11",
};

/* Names of threads, by which servers in Java can be recognized: Tomcat, Undertow. */
static const char * const server_threads[] = {
	"http-nio*", "ajp-nio*", "https-jsse-nio*", "https-openssl-n*", "XNIO-*",
};

/* Servers that a runtime hosts: Tomcat, Spring Boot, Jetty, WildFly, WSGI, Rack and so on. */
static const char * const hosted_servers[] = {
	"java:org.apache.catalina.*", "java:org.springframework.boot.*", "java:org.eclipse.jetty.*",
	"java:jboss-modules.jar", "java:quarkus-run.jar", "java:com.sun.enterprise.glassfish.*",
	"java:ws-server.jar", "java:weblogic.Server",
	"python[version]:gunicorn", "python[version]:uvicorn", "python[version]:hypercorn",
	"python[version]:daphne", "python[version]:waitress", "python[version]:waitress-serve",
	"python[version]:granian",
	"pypy[version]:gunicorn", "pypy[version]:uvicorn", "pypy[version]:hypercorn",
	"ruby[version]:puma", "ruby[version]:unicorn", "ruby[version]:unicorn_rails",
	"ruby[version]:thin", "ruby[version]:rackup", "ruby[version]:falcon",
	"perl[version]:starman", "perl[version]:plackup", "perl[version]:hypnotoad",
};

/* On these ports listen web servers, and hardly anything else. */
static const char * const web_ports[] = {
	/* HTTP, HTTPS, and their usual replacements for servers that are not root */
	"80", "443", "8080", "8443",
	/* Django, http.server, php -S; the second port of many servers; Jupyter and others */
	"8000", "8008", "8081", "8888",
	/* node, Rails, Grafana; flask run */
	"3000", "5000",
};

/* Programs that hold such a port, and start other programs by trade. */
static const char * const never_servers[] = {
	/* logins, often behind a port that firewalls let through */
	"sshd", "sshd-session", "dropbear",
	/* pid 1, which hands its sockets over */
	"systemd", "systemd-executor", "init",
	/* container runtimes, which hold the published ports of containers */
	"containerd-shim*", "docker-proxy", "dockerd", "conmon", "rootlessport",
	/* relays, which do not run site code */
	"sslh", "sslh-ev", "sslh-fork", "sslh-select", "stunnel[version]",
};

static const char * const interpreters[] = {
	/* Debian: perl5.36.0, python3.11, php8.2. Alpine: php82. php-fpm must not match. */
	"perl", "perl5*", "suidperl", "python*", "pypy*", "php", "php5", "php7", "php8", "php5.*",
	"php7.*", "php8.*", "php56", "php70", "php71", "php72", "php73", "php74", "php80", "php81",
	"php82", "php83", "php84", "php85", "phpdbg*", "hhvm",
	"ruby*", "jruby", "mruby", "irb", "lua", "lua5*", "luajit*", "texlua", "node", "nodejs",
	"deno", "bun", "qjs", "tclsh*", "wish", "expect", "jimsh", "guile", "groovy", "jshell",
	"jrunscript", "jjs", "gjs", "raku", "guile-2*", "guile-3*", "R", "Rscript", "julia",
	"sbcl", "swipl",
	"ocaml", "mono", "mono-sgen", "dotnet",
	/* compilers that run what they have compiled */
	"tcc", "go",
};

static const char * const nettools[] = {
	/* connections of any kind */
	"nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "nc6", "socat", "socat1",
	"cryptcat", "gs-netcat", "pwncat", "pwncat-cs", "websocat", "chisel", "ngrok", "frpc",
	"gost",
	/* downloads */
	"curl", "wget", "wget2", "aria2c", "axel", "lftp", "lftpget", "lwp-download",
	"lwp-request", "lynx", "elinks", "w3m",
	/* logins and copies to other machines */
	"ssh", "scp", "sftp", "slogin", "ssh-keyscan", "ssh-copy-id", "sshpass", "autossh",
	"dbclient", "plink", "pscp", "psftp", "telnet", "telnet.netkit",
	"telnet-ssl", "inetutils-telnet", "ftp", "inetutils-ftp", "netkit-ftp", "tftp", "tnftp",
	"ncftp",
	"ncftpget", "rsync", "rsh", "rcp", "rlogin", "rexec", "smbclient", "finger",
	/* explore a network */
	"nmap", "masscan", "zmap", "hping3", "arp-scan", "fping", "tcpdump", "tshark", "dumpcap",
	"proxychains", "proxychains4", "torsocks",
};

static const char * const sysutils[] = {
	/* run other programs, or convert data */
	"awk", "gawk", "mawk", "nawk", "original-awk", "sed", "find", "env", "xargs", "base32",
	"base64", "xxd", "uuencode", "uudecode", "tee", "dd", "ed", "ex", "vi", "vim", "vim.basic",
	"vim.tiny", "vim.nox", "vim.gtk3", "vim.motif", "vim.athena", "nvim", "sqlite3", "openssl",
	/* make programs */
	"gcc", "gcc-1*", "g++", "g++-1*", "cc", "c++", "clang", "clang-1*", "x86_64-linux-gnu-gcc*",
	"x86_64-linux-gnu-g++*", "aarch64-linux-gnu-gcc*", "aarch64-linux-gnu-g++*",
	/* explore the system */
	"id", "whoami", "uname", "hostname", "hostnamectl", "groups", "who", "w", "last",
	"lastlog", "users", "getent", "logname", "pinky", "ps", "pgrep", "pkill", "pstree", "lsof",
	"netstat", "ss", "ip", "ifconfig", "route", "arp", "nslookup", "dig", "lscpu", "lsblk",
	"lsmod", "dmesg", "findmnt", "systemd-detect-virt", "sysctl", "systemctl", "journalctl",
	"loginctl",
	/* gain privileges, or persist */
	"sudo", "su", "doas", "pkexec", "runuser", "setpriv", "capsh", "getcap", "setcap",
	"chattr", "lsattr", "nohup", "setsid", "script", "unshare", "nsenter",
	"chroot", "strace", "ltrace", "gdb", "gcore", "insmod", "modprobe", "iptables", "nft",
	"useradd", "usermod", "passwd", "chpasswd", "visudo",
};

static const char * const loaders[] = {
	"ld-linux*", "ld-musl-*", "ld-uClibc*", "ld.so", "ld.so.1", "ld-2.*", "ld64.so*",
	/* the loader of musl, which is its C library, too */
	"libc.so",
};

static const char * const spawners[] = {
	/* ask the service manager, or another service on the bus */
	"systemd-run", "busctl", "dbus-send", "gdbus", "qdbus", "flatpak-spawn",
	/* leave a job for later */
	"at", "batch", "crontab",
	/* ask a container runtime or a hypervisor */
	"docker", "podman", "ctr", "nerdctl", "crictl", "kubectl", "oc", "machinectl", "lxc",
	"lxc-attach", "lxc-start", "incus", "virsh",
	/* ask a terminal that already runs */
	"tmux", "screen",
};

/* Indexed by the numbers of defaults.h. */
static const struct {
	const char *name;
	const char * const *names;
	size_t count;
	const char * const *comms;
	size_t nr_comms;
	const char * const *paths;
	size_t nr_paths;
	const char * const *runs;
	size_t nr_runs;
	const char * const *ports;
	size_t nr_ports;
	const char * const *never;
	size_t nr_never;
} sets[] = {
	[SHELLTRAP_SHELLS] = { "shells", shells, COUNT(shells), NULL, 0,
			       shell_paths, COUNT(shell_paths) },
	[SHELLTRAP_WEB_SERVERS] = { "web_servers", web_servers, COUNT(web_servers),
				    server_threads, COUNT(server_threads), NULL, 0,
				    hosted_servers, COUNT(hosted_servers),
				    web_ports, COUNT(web_ports),
				    never_servers, COUNT(never_servers) },
	[SHELLTRAP_INTERPRETERS] = { "interpreters", interpreters, COUNT(interpreters) },
	[SHELLTRAP_NETTOOLS] = { "nettools", nettools, COUNT(nettools) },
	[SHELLTRAP_SYSUTILS] = { "sysutils", sysutils, COUNT(sysutils) },
	[SHELLTRAP_LOADERS] = { "loaders", loaders, COUNT(loaders) },
	[SHELLTRAP_SPAWNERS] = { "spawners", spawners, COUNT(spawners) },
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
	 * Jibril webserver_exec: a web server is started.
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
	/*
	 * A web server or anything below it starts an interpreter, which can do what a shell can.
	 * T1059 Command and Scripting Interpreter.
	 */
	{
		.name		= "webserver_interpreter_exec",
		.title		= "interpreter under a web server",
		.threat		= "TA0002/T1059",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.target		= SET(SHELLTRAP_INTERPRETERS),
		.severity	= SHELLTRAP_SEVERITY_HIGH,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/* ... or a network tool. T1105 Ingress Tool Transfer. */
	{
		.name		= "webserver_nettool_exec",
		.title		= "network tool under a web server",
		.threat		= "TA0011/T1071 TA0011/T1105",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.target		= SET(SHELLTRAP_NETTOOLS),
		.severity	= SHELLTRAP_SEVERITY_HIGH,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/* ... or a tool that explores the system or runs programs. T1033, T1082, T1059. */
	{
		.name		= "webserver_sysutil_exec",
		.title		= "system utility under a web server",
		.threat		= "TA0002/T1059 TA0007/T1033 TA0007/T1082",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.target		= SET(SHELLTRAP_SYSUTILS),
		.severity	= SHELLTRAP_SEVERITY_MEDIUM,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/*
	 * ... or a file that an attacker may have written through it. T1505.003 Web Shell; T1620
	 * Reflective Code Loading, for a file without a name.
	 */
	{
		.name		= "webserver_dropped_exec",
		.title		= "dropped file run under a web server",
		.threat		= "TA0003/T1505.003 TA0005/T1620",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.conditions	= SHELLTRAP_CONDITION_FILE_DROPPED,
		.severity	= SHELLTRAP_SEVERITY_CRITICAL,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/*
	 * ... or the dynamic loader, which runs files without execute permission. T1218 System
	 * Binary Proxy Execution.
	 */
	{
		.name		= "webserver_loader_exec",
		.title		= "dynamic loader run under a web server",
		.threat		= "TA0002/T1059 TA0005/T1218",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.target		= SET(SHELLTRAP_LOADERS),
		.severity	= SHELLTRAP_SEVERITY_HIGH,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/* ... or any program with a network connection as stdin or stdout. T1571. */
	{
		.name		= "webserver_reverse_shell",
		.title		= "reverse shell under a web server",
		.threat		= "TA0002/T1059.004 TA0011/T1571",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.conditions	= SHELLTRAP_CONDITION_STDIO_CONNECTED,
		.severity	= SHELLTRAP_SEVERITY_CRITICAL,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/* ... or any program with code of another. T1574.006 Dynamic Linker Hijacking. */
	{
		.name		= "webserver_injected_exec",
		.title		= "injected code under a web server",
		.threat		= "TA0005/T1574.006",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.conditions	= SHELLTRAP_CONDITION_CODE_INJECTED,
		.severity	= SHELLTRAP_SEVERITY_HIGH,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
	/*
	 * ... or a program that asks another process to start one, which does not descend from
	 * the server then. T1053 Scheduled Task/Job, T1543.002 Systemd Service.
	 */
	{
		.name		= "webserver_spawn_exec",
		.title		= "program started elsewhere for a web server",
		.threat		= "TA0002/T1053 TA0003/T1543.002",
		.actor		= SET(SHELLTRAP_WEB_SERVERS),
		.scope		= SHELLTRAP_SCOPE_LINEAGE,
		.target		= SET(SHELLTRAP_SPAWNERS),
		.severity	= SHELLTRAP_SEVERITY_HIGH,
		.action		= SHELLTRAP_ACTION_ALERT,
	},
};

static const char *defaults_add_members(struct shelltrap_policy *policy, unsigned int set,
					enum shelltrap_member_kind kind,
					const char * const *names, size_t count)
{
	const char *fault = NULL;
	size_t i;

	for (i = 0; !fault && i < count; i++)
		fault = shelltrap_policy_add_member(policy, set, kind, names[i]);
	return fault;
}

static const char *defaults_add_set(struct shelltrap_policy *policy, unsigned int set)
{
	const char *fault = shelltrap_policy_add_set(policy, sets[set].name);

	if (!fault)
		fault = defaults_add_members(policy, set, SHELLTRAP_MEMBER_NAME, sets[set].names,
					     sets[set].count);
	if (!fault)
		fault = defaults_add_members(policy, set, SHELLTRAP_MEMBER_COMM, sets[set].comms,
					     sets[set].nr_comms);
	if (!fault)
		fault = defaults_add_members(policy, set, SHELLTRAP_MEMBER_PATH, sets[set].paths,
					     sets[set].nr_paths);
	if (!fault)
		fault = defaults_add_members(policy, set, SHELLTRAP_MEMBER_RUNS, sets[set].runs,
					     sets[set].nr_runs);
	if (!fault)
		fault = defaults_add_members(policy, set, SHELLTRAP_MEMBER_PORTS, sets[set].ports,
					     sets[set].nr_ports);
	if (!fault)
		fault = defaults_add_members(policy, set, SHELLTRAP_MEMBER_NEVER, sets[set].never,
					     sets[set].nr_never);
	return fault;
}

const char *shelltrap_defaults_add(struct shelltrap_policy *policy)
{
	const char *fault = NULL;
	int rule, set;
	size_t i;

	for (i = 0; !fault && i < COUNT(sets); i++)
		fault = defaults_add_set(policy, i);
	for (i = 0; !fault && i < COUNT(rules); i++)
		fault = shelltrap_policy_add_rule(policy, &rules[i]);
	return fault ? fault : shelltrap_policy_finish(policy, &rule, &set);
}
