// SPDX-License-Identifier: GPL-2.0
/*
 * The built-in policy: what the module detects without configuration. The names are written
 * out here again, so that no name can be added or removed by accident.
 */
#include "policy_test.h"

#include "../../module/defaults.c"

#define SHELLS	BIT_ULL(SHELLTRAP_SHELLS)
#define SERVERS	BIT_ULL(SHELLTRAP_WEB_SERVERS)
#define INTERPRETERS	BIT_ULL(SHELLTRAP_INTERPRETERS)
#define NETTOOLS	BIT_ULL(SHELLTRAP_NETTOOLS)
#define SYSUTILS	BIT_ULL(SHELLTRAP_SYSUTILS)
#define LOADERS	BIT_ULL(SHELLTRAP_LOADERS)
#define SPAWNERS	BIT_ULL(SHELLTRAP_SPAWNERS)
#define DROPPED	SHELLTRAP_CONDITION_FILE_DROPPED
#define INJECTED	SHELLTRAP_CONDITION_CODE_INJECTED
#define CONNECTED	SHELLTRAP_CONDITION_STDIO_CONNECTED

static const char * const known_shells[] = {
	"ash", "bash", "bash-static", "bosh", "brush", "bsh", "csh", "dash", "elvish", "es",
	"fish", "hush", "jsh", "ksh", "ksh2020", "ksh93", "lash", "lksh", "loksh", "mksh",
	"mksh-static", "mrsh", "msh", "nu", "oksh", "osh", "pbosh", "pdksh", "posh", "pwsh",
	"rbash", "rc", "rksh", "rksh93", "rzsh", "sash", "sh", "tcsh", "xonsh", "yash", "ysh",
	"zsh", "zsh-static", "zsh5", "zsh5-static",
};

static const char * const known_servers[] = {
	"angie", "apache", "apache2", "caddy", "fcgiwrap", "frankenphp", "gunicorn[version]",
	"h2o", "haproxy", "hiawatha", "httpd", "httpd-foreground", "httpd-prefork",
	"httpd-worker", "httpd.event", "httpd.worker", "hypercorn", "lighttpd", "litespeed",
	"lshttpd", "lsphp[version]", "mini-httpd", "mini_httpd", "nginx", "nginx-debug",
	"openlitespeed", "openresty", "passenger", "PassengerAgent", "PassengerHelperAgent",
	"PassengerWatchdog", "php-cgi[version]", "php-fpm[version]", "puma[version]",
	"spawn-fcgi", "tengine", "thin", "thttpd", "tomcat", "tomcat10", "tomcat11", "tomcat7",
	"tomcat8", "tomcat9", "traefik", "unicorn", "unicorn_rails", "unitd", "uvicorn",
	"uwsgi[version]", "uwsgi-core", "uwsgi_python[version]", "waitress-serve",
};

static const char * const known_ports[] = {
	"3000", "443", "5000", "80", "8000", "8008", "8080", "8081", "8443", "8888",
};

static const char * const known_never[] = {
	"conmon", "containerd-shim*", "docker-proxy", "dockerd", "dropbear", "init",
	"rootlessport", "sshd", "sshd-session", "sslh", "sslh-ev", "sslh-fork", "sslh-select",
	"stunnel[version]", "systemd", "systemd-executor",
};

static const char * const known_threads[] = {
	"ajp-nio*", "http-nio*", "https-jsse-nio*", "https-openssl-n*", "XNIO-*",
};

/* Executables, and what each runs when it is a server. */
static const struct {
	const char *program;
	const char *runs;
} known_hosted[] = {
	{ "java", "org.apache.catalina.startup.Bootstrap" },
	{ "java", "org.springframework.boot.loader.launch.JarLauncher" },
	{ "java", "org.eclipse.jetty.start.Main" },
	{ "java", "/opt/wildfly/jboss-modules.jar" },
	{ "java", "quarkus-run.jar" },
	{ "java", "com.sun.enterprise.glassfish.bootstrap.ASMain" },
	{ "java", "/opt/ibm/wlp/bin/tools/ws-server.jar" },
	{ "java", "weblogic.Server" },
	{ "python3.11", "/usr/bin/gunicorn" }, { "python3.11", "uvicorn" },
	{ "python3.11", "hypercorn" }, { "python3.11", "daphne" }, { "python3.11", "waitress" },
	{ "python3.11", "waitress-serve" }, { "python3.11", "granian" },
	{ "pypy3", "gunicorn" }, { "pypy3", "uvicorn" }, { "pypy3", "hypercorn" },
	{ "ruby3.1", "/usr/bin/puma" }, { "ruby3.1", "unicorn" }, { "ruby3.1", "unicorn_rails" },
	{ "ruby3.1", "thin" }, { "ruby3.1", "rackup" }, { "ruby3.1", "falcon" },
	{ "perl", "starman" }, { "perl5.36.0", "plackup" }, { "perl", "hypnotoad" },
};

static const char * const known_interpreters[] = {
	"bun", "deno", "dotnet", "expect", "gjs", "go", "groovy", "guile", "guile-2*",
	"guile-3*", "hhvm",
	"irb", "jimsh", "jjs", "jruby", "jrunscript", "jshell", "julia", "lua", "lua5*", "luajit*",
	"mono", "mono-sgen", "mruby", "node", "nodejs", "ocaml", "perl", "perl5*", "php", "php5",
	"php5.*", "php56", "php7", "php7.*", "php70", "php71", "php72", "php73", "php74", "php8",
	"php8.*", "php80", "php81", "php82", "php83", "php84", "php85", "phpdbg*", "pypy*",
	"python*", "qjs", "R", "raku", "Rscript", "ruby*", "sbcl", "suidperl", "swipl", "tcc",
	"tclsh*", "texlua", "wish",
};

static const char * const known_nettools[] = {
	"aria2c", "arp-scan", "autossh", "axel", "chisel", "cryptcat", "curl", "dbclient",
	"dumpcap", "elinks", "finger", "fping", "frpc", "ftp", "gost", "gs-netcat", "hping3",
	"inetutils-ftp", "inetutils-telnet", "lftp", "lftpget", "lwp-download", "lwp-request",
	"lynx", "masscan", "nc", "nc.openbsd", "nc.traditional", "nc6", "ncat", "ncftp",
	"ncftpget", "netcat", "netkit-ftp", "ngrok", "nmap", "plink", "proxychains",
	"proxychains4", "pscp", "psftp", "pwncat", "pwncat-cs", "rcp", "rexec", "rlogin", "rsh",
	"rsync", "scp", "sftp", "slogin", "smbclient", "socat", "socat1", "ssh", "ssh-copy-id",
	"ssh-keyscan", "sshpass", "tcpdump", "telnet", "telnet-ssl", "telnet.netkit", "tftp",
	"tnftp", "torsocks", "tshark", "w3m", "websocat", "wget", "wget2", "zmap",
};

static const char * const known_sysutils[] = {
	"aarch64-linux-gnu-g++*", "aarch64-linux-gnu-gcc*", "arp", "awk", "base32", "base64",
	"c++", "capsh", "cc", "chattr", "chpasswd", "chroot", "clang", "clang-1*", "dd", "dig",
	"dmesg", "doas", "ed", "env", "ex", "find", "findmnt", "g++", "g++-1*", "gawk", "gcc",
	"gcc-1*", "gcore", "gdb", "getcap", "getent", "groups", "hostname", "hostnamectl", "id",
	"ifconfig", "insmod", "ip", "iptables", "journalctl", "last", "lastlog", "loginctl",
	"logname", "lsattr", "lsblk", "lscpu", "lsmod", "lsof", "ltrace", "mawk", "modprobe",
	"nawk", "netstat", "nft", "nohup", "nsenter", "nslookup", "nvim", "openssl",
	"original-awk", "passwd", "pgrep", "pinky", "pkexec", "pkill", "ps", "pstree", "route",
	"runuser", "script", "sed", "setcap", "setpriv", "setsid", "sqlite3", "ss", "strace", "su",
	"sudo", "sysctl", "systemctl", "systemd-detect-virt", "tee", "uname", "unshare", "useradd",
	"usermod", "users", "uudecode", "uuencode", "vi", "vim", "vim.athena", "vim.basic",
	"vim.gtk3", "vim.motif", "vim.nox", "vim.tiny", "visudo", "w", "who", "whoami",
	"x86_64-linux-gnu-g++*", "x86_64-linux-gnu-gcc*", "xargs", "xxd",
};

static const char * const known_loaders[] = {
	"ld-2.*", "ld-linux*", "ld-musl-*", "ld-uClibc*", "ld.so", "ld.so.1", "ld64.so*",
	"libc.so",
};

static const char * const known_spawners[] = {
	"at", "batch", "busctl", "crictl", "crontab", "ctr", "dbus-send", "docker",
	"flatpak-spawn", "gdbus", "incus", "kubectl", "lxc", "lxc-attach", "lxc-start",
	"machinectl", "nerdctl", "oc", "podman", "qdbus", "screen", "systemd-run", "tmux", "virsh",
};

static const char * const known_paths[] = {
	"/bin/bash", "/bin/dash", "/bin/ksh93", "/bin/mksh", "/bin/tcsh", "/bin/zsh",
	"/usr/bin/fish",
};

static __u16 port_of(const char *text)
{
	__u16 port = 0;

	for (; *text; text++)
		port = port * 10 + (*text - '0');
	return port;
}

static struct shelltrap_policy *built_in(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test, SHELLTRAP_DEFAULTS_MEMBERS,
						     SHELLTRAP_DEFAULTS_TEXT);

	expect_taken(test, shelltrap_defaults_add(policy));
	return policy;
}

/* Expects the name itself; for a prefix also a longer name, for a version one with a version. */
static void expect_added(struct kunit *test, const struct shelltrap_policy *policy,
			 const char *name, u64 file, u64 task)
{
	size_t len = strlen(name);
	bool prefix = name[len - 1] == '*', version = name[len - 1] == ']';
	char text[64];

	if (version)
		len -= strlen("[version]");
	scnprintf(text, sizeof(text), "%.*s", (int)(len - prefix), name);
	expect_file(test, policy, text, file);
	expect_task(test, policy, text, task);
	scnprintf(text, sizeof(text), "%.*s8.2", (int)(len - prefix), name);
	if (version)
		expect_file(test, policy, text, file);
	scnprintf(text, sizeof(text), "%.*s-and more", (int)(len - prefix), name);
	expect_file(test, policy, text, prefix ? file : 0);
	if (len - prefix < SHELLTRAP_COMM_MAX)
		expect_task(test, policy, text, prefix ? task : 0);
}

static const struct {
	const char * const *names;
	size_t count;
	u64 set;
} known[] = {
	{ known_shells, ARRAY_SIZE(known_shells), SHELLS },
	{ known_servers, ARRAY_SIZE(known_servers), SERVERS },
	{ known_interpreters, ARRAY_SIZE(known_interpreters), INTERPRETERS },
	{ known_nettools, ARRAY_SIZE(known_nettools), NETTOOLS },
	{ known_sysutils, ARRAY_SIZE(known_sysutils), SYSUTILS },
	{ known_loaders, ARRAY_SIZE(known_loaders), LOADERS },
	{ known_spawners, ARRAY_SIZE(known_spawners), SPAWNERS },
};

static void every_name_is_known_as_a_file_and_as_a_task(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t set, i;

	for (set = 0; set < ARRAY_SIZE(known); set++)
		for (i = 0; i < known[set].count; i++)
			expect_added(test, policy, known[set].names[i], known[set].set,
				     known[set].set);
}

static void every_server_thread_is_known_as_a_task_alone(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_threads); i++)
		expect_added(test, policy, known_threads[i], 0, SERVERS);
}

static void what_a_runtime_hosts_is_known(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_hosted); i++)
		KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_hosted_sets(policy,
								       known_hosted[i].program,
								       known_hosted[i].runs),
				    SERVERS, "%s running %s", known_hosted[i].program,
				    known_hosted[i].runs);
}

/* Tools of the same projects, and programs that only have such a name as an argument. */
static void other_programs_of_a_runtime_are_not_known(struct kunit *test)
{
	static const struct {
		const char *program;
		const char *runs;
	} others[] = {
		{ "java", "Main" }, { "java", "app.jar" }, { "java", "org.apache.maven.cli" },
		{ "python3.11", "pip" }, { "python3.11", "manage.py" }, { "python3.11", "" },
		{ "ruby3.1", "pumactl" }, { "ruby3.1", "rake" }, { "node", "server.js" },
		{ "vim", "gunicorn" },
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		KUNIT_EXPECT_EQ_MSG(test, shelltrap_policy_hosted_sets(policy, others[i].program,
								       others[i].runs), (u64)0,
				    "%s running %s", others[i].program, others[i].runs);
}

static void every_port_is_a_web_servers(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_ports); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    shelltrap_policy_port_sets(policy, port_of(known_ports[i])),
				    SERVERS, "port %s", known_ports[i]);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_port_sets(policy, 22), 0ULL);
	KUNIT_EXPECT_EQ(test, shelltrap_policy_port_sets(policy, 9000), 0ULL);
	KUNIT_EXPECT_EQ(test, policy->serving, SERVERS);
}

static void every_other_holder_of_a_port_is_known_as_a_file(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	char text[64];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(known_never); i++) {
		len = strcspn(known_never[i], "*[");
		scnprintf(text, sizeof(text), "%.*s", (int)len, known_never[i]);
		expect_sets(test, policy, text, SHELLTRAP_NAME_OF_NEVER, SERVERS);
		expect_both(test, policy, text, 0);
	}
	expect_sets(test, policy, "nginx", SHELLTRAP_NAME_OF_NEVER, 0);
}

static void the_policy_has_no_other_members(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t members = ARRAY_SIZE(known_threads) + ARRAY_SIZE(known_paths) +
			 ARRAY_SIZE(known_hosted) + ARRAY_SIZE(known_ports) +
			 ARRAY_SIZE(known_never);
	size_t set;

	for (set = 0; set < ARRAY_SIZE(known); set++)
		members += known[set].count;
	KUNIT_EXPECT_EQ(test, (size_t)policy->nr_members, members);
	KUNIT_EXPECT_EQ(test, (size_t)policy->nr_paths, ARRAY_SIZE(known_paths));
}

static void the_sets_have_the_names_of_the_shipped_policy(struct kunit *test)
{
	static const char * const names[] = {
		"shells", "web_servers", "interpreters", "nettools", "sysutils", "loaders",
		"spawners",
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	KUNIT_EXPECT_EQ(test, (size_t)policy->nr_sets, ARRAY_SIZE(names));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ(test, shelltrap_policy_find_set(policy, names[i]), (int)i);
}

static void every_path_is_a_path_of_a_shell(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_paths); i++)
		KUNIT_EXPECT_EQ(test, shelltrap_policy_path_sets(policy, known_paths[i]), SHELLS);
}

static void every_name_of_the_original_recipes_is_known(struct kunit *test)
{
	static const char * const recipe_shells[] = {
		"ash", "bash", "csh", "ksh", "sh", "tcsh", "zsh", "dash",
	};
	static const char * const recipe_servers[] = {
		"nginx", "httpd", "httpd-foregroun", "http-nio-8080-e", "lighttpd", "apache",
		"apache2", "tomcat", "tomcat10", "php-fpm8.2",
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(recipe_shells); i++)
		expect_task(test, policy, recipe_shells[i], SHELLS);
	for (i = 0; i < ARRAY_SIZE(recipe_servers); i++)
		expect_task(test, policy, recipe_servers[i], SERVERS);
}

static void similar_names_are_not_known(struct kunit *test)
{
	static const char * const bystanders[] = {
		"", "s", "shh", "hs", "SH", "sh ", "*", "nginx-", "xnginx", "http-ni",
		"httpd-foregrou", "java", "php-fp", "php6", "tomcat-update-policy.sh", "tomcat99",
		"sshd", "systemd", "jspawnhelper", "busybox", "apache2ctl", "XNIO", "ls",
		"php82-cgi", "php82-fpm", "convert", "ffmpeg", "pdftotext", "git", "sendmail",
		"php-fpm-healthcheck", "passenger-memory-stats", "uwsgi-plugin", "gunicornctl",
		"ping", "cat", "ldd", "ld", "pytho", "env-update", "sort", "gs", "wkhtmltopdf",
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bystanders); i++)
		expect_both(test, policy, bystanders[i], 0);
}

struct verdict {
	struct shelltrap_exec exec;
	const char *rules[5];	/* names, the leading rule first */
};

/* Expects the rules in the order in which an alert lists them. */
static void expect_verdict(struct kunit *test, const struct shelltrap_policy *policy,
			   const struct verdict *verdict)
{
	const struct shelltrap_late nothing = {};
	u64 rest = matching(policy, &verdict->exec, &nothing);
	const char * const *name;
	const char *leading;
	int rule;

	for (name = verdict->rules; *name; name++) {
		rule = shelltrap_policy_leading(policy, rest);
		KUNIT_ASSERT_TRUE(test, rule >= 0);
		leading = policy->rules[rule].name;
		KUNIT_EXPECT_STREQ(test, leading, *name);
		rest &= ~BIT_ULL(rule);
	}
	KUNIT_EXPECT_EQ(test, rest, (u64)0);
}

static void the_built_in_rules_fire_as_promised(struct kunit *test)
{
	static const struct verdict verdicts[] = {
		{ { SHELLS, 0, SERVERS, 0, 0 }, { "webserver_shell_exec", "illegitimate_shell" } },
		{ { SHELLS, 0, SERVERS, SERVERS, SERVERS },
		  { "webserver_shell_exec", "illegitimate_shell" } },
		{ { SHELLS, 0, 0, SERVERS, 0 }, { "webserver_shell_exec" } },
		{ { SHELLS, 0, 0, 0, SERVERS }, { "webserver_shell_exec" } },
		{ { .target = SHELLS, .hint = SERVERS }, { "illegitimate_shell" } },
		{ { .target = SYSUTILS, .hint = SERVERS }, { NULL } },
		{ { SHELLS, 0, SHELLS, SHELLS, SHELLS }, { NULL } },
		{ { SHELLS, 0, 0, 0, 0 }, { NULL } },
		{ { SERVERS, 0, 0, 0, 0 }, { "webserver_exec" } },
		{ { SERVERS, 0, SERVERS, SERVERS, SERVERS }, { "webserver_exec" } },
		{ { 0, SERVERS, SERVERS, SERVERS, SERVERS }, { NULL } },
		{ { SHELLS | SERVERS, 0, 0, SERVERS, 0 },
		  { "webserver_shell_exec", "webserver_exec" } },
		{ { INTERPRETERS, 0, 0, 0, SERVERS }, { "webserver_interpreter_exec" } },
		{ { NETTOOLS, 0, 0, SERVERS, 0 }, { "webserver_nettool_exec" } },
		{ { SYSUTILS, 0, SERVERS, 0, 0 }, { "webserver_sysutil_exec" } },
		{ { LOADERS, 0, 0, 0, SERVERS }, { "webserver_loader_exec" } },
		{ { SPAWNERS, 0, 0, 0, SERVERS }, { "webserver_spawn_exec" } },
		{ { SPAWNERS, 0, 0, 0, 0, INJECTED }, { NULL } },
		{ { 0, 0, 0, 0, SERVERS, INJECTED }, { "webserver_injected_exec" } },
		{ { INTERPRETERS | NETTOOLS | SYSUTILS | LOADERS, 0, 0, 0, 0, DROPPED | CONNECTED },
		  { NULL } },
		{ { 0, 0, 0, 0, SERVERS, DROPPED }, { "webserver_dropped_exec" } },
		{ { 0, 0, 0, 0, SERVERS, CONNECTED }, { "webserver_reverse_shell" } },
		{ { SHELLS | SYSUTILS, 0, 0, 0, SERVERS, DROPPED | CONNECTED },
		  { "webserver_shell_exec", "webserver_dropped_exec", "webserver_reverse_shell",
		    "webserver_sysutil_exec" } },
	};
	const struct shelltrap_policy *policy = built_in(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		expect_verdict(test, policy, &verdicts[i]);
}

static void the_built_in_rules_match_without_cgroup_and_command_line(struct kunit *test)
{
	const struct shelltrap_policy *policy = built_in(test);
	const u64 all = SHELLS | SERVERS | INTERPRETERS | NETTOOLS | SYSUTILS | LOADERS |
			SPAWNERS;
	const struct shelltrap_exec exec = {
		.target = all, .self = SERVERS, .conditions = DROPPED | CONNECTED | INJECTED,
	};
	const struct shelltrap_late nothing = {};

	KUNIT_EXPECT_EQ(test, policy->nr_rules, (u32)11);
	KUNIT_EXPECT_EQ(test, policy->actors, SERVERS);
	KUNIT_EXPECT_EQ(test, policy->targets, all);
	KUNIT_EXPECT_EQ(test, policy->alerting, (u64)2047);
	KUNIT_EXPECT_EQ(test, policy->allowing, (u64)0);
	KUNIT_EXPECT_EQ(test, policy->conditions, (u32)(DROPPED | CONNECTED | INJECTED));
	KUNIT_EXPECT_TRUE(test, policy->any_target);
	KUNIT_EXPECT_FALSE(test, policy->any_exec);
	KUNIT_EXPECT_EQ(test, matching(policy, &exec, &nothing), (u64)2047);
}

static void expect_words(struct kunit *test, const struct shelltrap_rule *rule, const char *name,
			 const char *title, const char *threat, u32 severity)
{
	KUNIT_EXPECT_STREQ(test, rule->name, name);
	KUNIT_EXPECT_STREQ(test, rule->title, title);
	KUNIT_EXPECT_STREQ(test, rule->threat, threat);
	KUNIT_EXPECT_EQ(test, (u32)rule->severity, severity);
}

static void the_built_in_rules_have_title_threat_and_severity(struct kunit *test)
{
	const struct shelltrap_rule *built = built_in(test)->rules;

	expect_words(test, &built[0], "webserver_shell_exec", "shell under a web server",
		     "TA0002/T1059.004 TA0003/T1505.003 TA0011/T1104",
		     SHELLTRAP_SEVERITY_CRITICAL);
	expect_words(test, &built[1], "illegitimate_shell", "web server became a shell",
		     "TA0001/T1190", SHELLTRAP_SEVERITY_MEDIUM);
	expect_words(test, &built[2], "webserver_exec", "web server started", "TA0011/T1071.001",
		     SHELLTRAP_SEVERITY_HIGH);
	expect_words(test, &built[3], "webserver_interpreter_exec",
		     "interpreter under a web server", "TA0002/T1059", SHELLTRAP_SEVERITY_HIGH);
	expect_words(test, &built[4], "webserver_nettool_exec", "network tool under a web server",
		     "TA0011/T1071 TA0011/T1105", SHELLTRAP_SEVERITY_HIGH);
	expect_words(test, &built[5], "webserver_sysutil_exec",
		     "system utility under a web server", "TA0002/T1059 TA0007/T1033 TA0007/T1082",
		     SHELLTRAP_SEVERITY_MEDIUM);
	expect_words(test, &built[6], "webserver_dropped_exec",
		     "dropped file run under a web server", "TA0003/T1505.003 TA0005/T1620",
		     SHELLTRAP_SEVERITY_CRITICAL);
	expect_words(test, &built[7], "webserver_loader_exec",
		     "dynamic loader run under a web server", "TA0002/T1059 TA0005/T1218",
		     SHELLTRAP_SEVERITY_HIGH);
	expect_words(test, &built[8], "webserver_reverse_shell",
		     "reverse shell under a web server", "TA0002/T1059.004 TA0011/T1571",
		     SHELLTRAP_SEVERITY_CRITICAL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_name_is_known_as_a_file_and_as_a_task),
	KUNIT_CASE(every_server_thread_is_known_as_a_task_alone),
	KUNIT_CASE(what_a_runtime_hosts_is_known),
	KUNIT_CASE(every_port_is_a_web_servers),
	KUNIT_CASE(every_other_holder_of_a_port_is_known_as_a_file),
	KUNIT_CASE(other_programs_of_a_runtime_are_not_known),
	KUNIT_CASE(the_policy_has_no_other_members),
	KUNIT_CASE(the_sets_have_the_names_of_the_shipped_policy),
	KUNIT_CASE(every_path_is_a_path_of_a_shell),
	KUNIT_CASE(every_name_of_the_original_recipes_is_known),
	KUNIT_CASE(similar_names_are_not_known),
	KUNIT_CASE(the_built_in_rules_fire_as_promised),
	KUNIT_CASE(the_built_in_rules_match_without_cgroup_and_command_line),
	KUNIT_CASE(the_built_in_rules_have_title_threat_and_severity),
	{}
};

struct kunit_suite shelltrap_defaults_suite = {
	.name = "shelltrap-defaults",
	.test_cases = cases,
};
