# SPDX-License-Identifier: GPL-2.0
"""What usual applications make a web server run: for each, policy learn writes exceptions that
silence it, also with names that were not seen, and policy except writes one that silences its
alert. Neither silences a ride of it: not with another variable or working directory, another
argument, another command behind it, another user, program or service, or with injected code."""

import json
import os
import pathlib
import re
import sys

import cases
import learn
import samples

FPM = ("/usr/sbin/php-fpm8.2", "/system.slice/php8.2-fpm.service", 33)
APACHE = ("/usr/sbin/apache2", "/system.slice/apache2.service", 33)
APACHE_ROOT = ("/usr/sbin/apache2", "/system.slice/apache2.service", 0)
HAPROXY = ("/usr/sbin/haproxy", "/system.slice/haproxy.service", 111)
FCGIWRAP = ("/usr/sbin/fcgiwrap", "/system.slice/fcgiwrap.service", 33)
PUMA = ("/usr/bin/puma", "/system.slice/puma.service", 998)
UWSGI = ("/usr/bin/uwsgi", "/system.slice/uwsgi.service", 33)
NGINX_ROOT = ("/usr/sbin/nginx", "/system.slice/nginx.service", 0)
TOMCAT = ("/usr/bin/tomcat", "/system.slice/tomcat9.service", 109)
NODE = ("/usr/bin/unitd", "/system.slice/unit.service", 33)

# Who runs it; the command, of a shell or, as a list, of a program that a script of the test
# stands for; what was seen in its places; something else that is right; and what an attacker
# would like to have there.
APPLICATIONS = {
    "MediaWiki makes a thumbnail": (
        FPM, "/bin/bash '/usr/share/mediawiki/limit.sh' '/usr/bin/convert -thumbnail %sx%s "
        "/srv/mw/images/%s -quality 80 /tmp/transform_%s.jpg' 'MW_CPU_LIMIT=180'",
        [("120", "90", "a/ab/Cat.jpg", "0f3a21"), ("800", "601", "3/3c/Old_map.png", "ffe012"),
         ("64", "64", "archive/a/a1/20260101-x.gif", "1188aa")],
        ("320", "240", "7/77/Dog.tiff", "0badc0de"),
        [("1", "1", "../../../etc/passwd", "00"), ("1", "1", "a.jpg;id", "00"),
         ("1", "1 -write /srv/x.php", "a.jpg", "00"), ("1", "1", "a.jpg", "$(id)")]),
    "MediaWiki compares two texts": (
        FPM, "/usr/bin/diff3 --no-ignore-file-name-case -m /tmp/mw-%s /tmp/mw-%s /tmp/mw-%s",
        [("1a", "2b", "3c"), ("4d", "5e", "6f"), ("77", "88", "99")], ("0a", "0b", "0c"),
        [("1", "2", "3 -x"), ("../x", "2", "3"), ("1", "2`id`", "3")]),
    "Nextcloud previews an office file": (
        FPM, "/usr/bin/soffice -env:UserInstallation=file:///tmp/owncloud-%s/ --headless "
        "--convert-to pdf --outdir /tmp/oc_tmp_%s /srv/nc/data/%s.docx",
        [("1", "a1", "anna/files/x"), ("2", "b2", "bob/files/y/z"), ("9", "c3", "eve/files/w")],
        ("17", "ff", "mia/files/a/b/c"),
        [("1", "a1", "x --accept=socket"), ("x/../..", "a", "b"), ("1", "a", "x|id")]),
    "Nextcloud makes a film's picture": (
        FPM, "/usr/bin/ffmpeg -y -ss %s -i /srv/nc/data/%s -f mjpeg -vframes 1 /tmp/oc_%s",
        [("1", "anna/files/a.mp4", "11"), ("5", "bob/files/b/c.mov", "a2"),
         ("10", "eve/files/d.mkv", "b3")], ("3", "joe/files/e.avi", "cc"),
        [("1", "http://evil/", "11"), ("1", "a.mp4 -f tee", "11"), ("1", "a;id", "1")]),
    "WordPress sends mail": (
        FPM, "/usr/sbin/sendmail -t -i -f%s@example.org",
        [("anna",), ("bob",), ("news.letter",)], ("wordpress",),
        [("x -X/srv/www/x.php",), ("x -OQueueDirectory=/tmp -X",), ("x;id",), ("",)]),
    "WordPress runs its jobs by WP-CLI": (
        FPM, "/usr/bin/php /usr/local/bin/wp cron event run --due-now --path=/srv/wp/site%s",
        [("1",), ("2",), ("30",)], ("4",), [("1 --require=/tmp/x.php",), ("1;id",), ("",)]),
    "Moodle makes a formula's picture": (
        FPM, "/usr/bin/latex -halt-on-error -no-shell-escape /tmp/filter/tex/%s.tex",
        [("0123456789abcdef0123456789abcdef",), ("1123456789abcdef0123456789abcde0",),
         ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",)], ("00ff00ff00ff00ff00ff00ff00ff00ff",),
        [("x -shell-escape",), ("../../srv/x",), ("0 1",)]),
    "Moodle converts an essay": (
        FPM, "/usr/bin/unoconv -f pdf -o /srv/moodle/temp/%s.pdf /srv/moodle/temp/%s.odt",
        [("1", "1"), ("22", "22"), ("303", "303")], ("4", "4"), [("1", "1 -e"), ("$x", "1")]),
    "gitweb lists commits": (
        APACHE, ["/usr/bin/git", "--git-dir=/srv/git/%s.git", "rev-list", "--header",
                 "--max-count=%s", "--skip=%s", "%s", "--"],
        [("linux", "16", "0", "a1"), ("doc/man", "101", "16", "b2"), ("x.y", "1", "32", "c3")],
        ("tools/lint", "16", "48", "d4e5"),
        [("x", "1", "0", "--output=/srv/x"), ("../../etc", "1", "0", "a1"), ("x", "1 2", "0", "a")]),
    "cgit's source filter": (
        FCGIWRAP, ["/usr/lib/cgit/filters/highlight.sh", "%s"],
        [("main.c",), ("README.md",), ("setup_x.py",)], ("Makefile",),
        [("-x",), ("a;b",), ("a b",), ("../x",)]),
    "git-http-backend receives a push": (
        FCGIWRAP, ["/usr/bin/git", "receive-pack", "--stateless-rpc", "/srv/git/%s.git"],
        [("a",), ("team/b",), ("team/c/d",)], ("e/f",),
        [("../x",), ("a.git --x",), ("a b",)]),
    "a git hook after a push": (
        FCGIWRAP, ["/srv/hooks/post-receive"], [()], None, [("--x",)]),
    "git packs objects": (
        FCGIWRAP, ["/usr/bin/git", "index-pack", "--stdin", "--fix-thin",
                   "--keep=receive-pack %s on web01"],
        [("101",), ("2002",)], ("33",), [("1 on x --exec",), ("a",)]),
    "Passenger starts an application": (
        APACHE_ROOT, ["/usr/bin/passenger-spawn", "/usr/share/passenger/SpawnPreparer",
                      "/srv/app%s", "exec /usr/bin/ruby /usr/share/passenger/rack-loader.rb"],
        [("1",), ("2",)], ("3",), [("1/../..",), ("1 x",), ("",)]),
    "haproxy's external check": (
        HAPROXY, ["/usr/local/bin/check-db", "%s.%s.%s.%s", "%s", "10.0.0.%s", "3306"],
        [("10", "0", "0", "1", "80", "7"), ("10", "0", "1", "1", "443", "8"),
         ("10", "1", "0", "2", "80", "9")], ("10", "2", "3", "4", "8443", "10"),
        [("10", "0", "0", "1", "80;id", "7"), ("10", "0", "0", "-x", "80", "7")]),
    "Apache's piped log": (
        APACHE_ROOT, "exec /usr/bin/rotatelogs -l /var/log/apache2/%s.%%Y%%m%%d.log 86400",
        [("access",), ("error",), ("shop.example_access",)], ("api",),
        [("x;id",), ("../../srv/www/x",), ("x /srv/x.php",)]),
    "Apache's RewriteMap program": (
        APACHE_ROOT, ["/usr/local/lib/rewrite-map", "/etc/apache2/map.txt"], [()], None,
        [("x",)]),
    "awstats updates its pages": (
        APACHE, ["/usr/lib/cgi-bin/awstats.pl", "-config=%s", "-update"],
        [("shop.example",), ("www.example",), ("blog",)], ("intra",),
        [("x -LogFile=|id|",), ("../x",), ("|id|",)]),
    "Zabbix' page pings a host": (
        FPM, "/usr/bin/fping -c %s -t 500 10.%s.%s.%s",
        [("3", "0", "0", "1"), ("1", "1", "2", "3"), ("4", "2", "9", "8")], ("3", "9", "9", "9"),
        [("1 -f/etc/passwd", "0", "0", "1"), ("1", "0", "0", "1;id"), ("1", "0", "0", "")]),
    "Pacemaker's agent asks Apache": (
        APACHE_ROOT, ["/usr/lib/ocf/resource.d/heartbeat/apache", "monitor"], [()], None,
        [("start",)]),
    "PHP's mail()": (
        FPM, "/usr/sbin/sendmail -t -i", [()], None, [("-X/srv/x.php",), (";id",)]),
    "exiftool reads a picture": (
        FPM, "/usr/bin/exiftool -json -fast /srv/gallery/up/%s",
        [("2026/a.jpg",), ("2026/11/b.png",), ("c.heic",)], ("2027/1/2/d.jpg",),
        [("a.jpg -config /tmp/x",), ("../../x",), ("a|id",), ("-config",)]),
    "wkhtmltopdf prints an invoice": (
        PUMA, "/usr/bin/wkhtmltopdf -q --page-size A4 /tmp/invoice-%s.html /srv/app/pdf/%s.pdf",
        [("100", "100"), ("2001", "2001"), ("30", "30")], ("7", "7"),
        [("1 --run-script x", "1"), ("1", "../../x"), ("1", "")]),
    "ImageMagick's identify": (
        PUMA, ["/usr/bin/identify", "-ping", "-format", "%%wx%%h", "/srv/app/up/%s[0]"],
        [("a.jpg",), ("b/c.png",), ("d/e/f.gif",)], ("g.webp",),
        [("../x",), ("msl:x",), ("x[0] -write",)]),
    "ghostscript makes a page's picture": (
        UWSGI, "/usr/bin/gs -q -dSAFER -dBATCH -dNOPAUSE -sDEVICE=png16m -r%s "
        "-dFirstPage=%s -sOutputFile=/srv/doc/out/%s.png /srv/doc/in/%s.pdf",
        [("72", "1", "a", "a"), ("96", "2", "b", "b"), ("150", "10", "c", "c")],
        ("300", "7", "d", "d"),
        [("72", "1", "a", "a -dNOSAFER"), ("72", "1", "%pipe%id", "a"), ("72 -c x", "1", "a", "a")]),
    "Drupal's drush cron": (
        FPM, "/usr/local/bin/drush --root=/srv/drupal --uri=%s.example cron",
        [("a",), ("shop",), ("x-y",)], ("new",), [("a --php=/tmp/x",), ("a;id #",)]),
    "Roundcube checks spelling": (
        FPM, "/usr/bin/aspell -a --lang=%s --encoding=utf-8 /tmp/rc_%s",
        [("de", "a1"), ("en", "b2"), ("fr", "c3")], ("it", "d4"),
        [("de --conf=/tmp/x", "a1"), ("de", "a;id")]),
    "phpBB scales an attachment": (
        FPM, "/usr/bin/convert -geometry %sx%s /srv/phpbb/files/%s_%s /srv/phpbb/files/thumb_%s",
        [("400", "300", "2", "0a", "0a"), ("100", "80", "33", "1b", "1b"),
         ("64", "64", "4", "2c", "2c")], ("1", "2", "3", "4d", "4d"),
        [("1", "1", "2", "a b", "c"), ("1 -write x", "1", "2", "0a", "0a")]),
    "GitLab's hook tells the server": (
        PUMA, ["/usr/bin/gitaly-hooks", "post-receive", "--repo=/srv/gitlab/@hashed/%s.git"],
        [("0a/1b/0a1b",), ("2c/3d/2c3d",), ("4e/5f/4e5f",)], ("66/77/6677",),
        [("../x",), ("a --x",)]),
    "Gitea's hook": (
        NODE, "/srv/gitea/repos/%s.git/hooks/post-receive.d/gitea",
        [("anna/a",)], None, [("eve/x",), ("a;id",)]),
    "Redmine asks git": (
        PUMA, "/usr/bin/git --git-dir /srv/redmine/%s.git -c core.quotepath=false log "
        "--raw --date=iso -n %s -- > /srv/redmine/tmp/git-%s 2>&1",
        [("a", "10", "1"), ("b", "25", "2"), ("c", "100", "3")], ("d", "5", "4"),
        [("a", "1 --output=/srv/x", "1"), ("a", "1", "1; id"), ("../x", "1", "1")]),
    "Mailman's web page": (
        UWSGI, ["/usr/lib/mailman/mail/wrapper", "post", "%s"],
        [("list-a",), ("dev",), ("users",)], ("announce",), [("-x",), ("a b",), ("a;b",)]),
    "Nagios' page runs a check": (
        APACHE, "/usr/lib/nagios/plugins/check_ping -H 10.0.%s.%s -w %s,20%% -c %s,60%% -p 5",
        [("0", "1", "100", "500"), ("0", "2", "100", "500"), ("1", "7", "200", "600")],
        ("9", "9", "150", "700"),
        [("0", "1 -s", "1", "5"), ("0", "1;id", "1", "5"), ("0", "", "1", "5")]),
    "Matomo archives its reports": (
        FPM, "/usr/bin/php -q /srv/matomo/console core:archive --force-idsites=%s --php-cli-options=",
        [("1",), ("2",), ("15",)], ("3",), [("1 --x=y",), ("1;id",), ("a",)]),
    "Jenkins asks git": (
        TOMCAT, ["/usr/bin/git", "ls-remote", "-h", "--", "https://git.example/%s.git", "HEAD"],
        [("team/a",), ("web/b",), ("infra/c",)], ("docs/d",),
        [("../x y",), ("x --upload-pack=id",), ("a;b",)]),
    "Certbot's hook reloads nginx": (
        NGINX_ROOT, "/usr/sbin/nginx -t -q -c /etc/nginx/nginx.conf", [()], None,
        [("-c /tmp/x",), ("; id",)]),
    "Icinga's page draws a graph": (
        FPM, "/usr/bin/rrdtool graph /tmp/icinga-%s.png --start -%s --end now "
        "DEF:v=/srv/rrd/%s.rrd:value:AVERAGE LINE:v#00ff00",
        [("1", "3600", "web01_load"), ("2", "86400", "db_disk"), ("3", "604800", "x_y")],
        ("4", "1800", "new_one"),
        [("1", "1 --x", "a"), ("1", "1", "../x"), ("1", "1", "a b")]),
}


# As the module puts them into an alert: what no list calls harmless.
VARIABLES = ["LD_PRELOAD=/tmp/x.so", "PATH=/tmp:/usr/bin", "HOME=/tmp", "BASH_ENV=/tmp/x",
             "MAGICK_CONFIGURE_PATH=/tmp", "GIT_DIR=/tmp/x", "PERL5OPT"]

EXAMPLES_DIRECTORY = learn.TOP / "userspace/conf/exceptions.d"
# The applications of which an example silences all that was seen.
EXAMPLES = {
    "php-mail": ["PHP's mail()", "WordPress sends mail"],
    "mediawiki": ["MediaWiki makes a thumbnail", "MediaWiki compares two texts"],
    "nextcloud": ["Nextcloud previews an office file", "Nextcloud makes a film's picture"],
    "wordpress": ["WordPress runs its jobs by WP-CLI"],
    "git": ["cgit's source filter", "a git hook after a push"],
    "apache": ["Apache's piped log", "Apache's RewriteMap program"],
    "haproxy": ["haproxy's external check"],
    "monitoring": ["Zabbix' page pings a host", "Nagios' page runs a check",
                   "Icinga's page draws a graph"],
    "documents": ["exiftool reads a picture", "wkhtmltopdf prints an invoice",
                  "ghostscript makes a page's picture"],
    # Recorded from a real one: no alert of a sample is like them.
    "passenger": [],
}


def argv_of(command, values):
    """The command with these values in its places."""
    if isinstance(command, str):
        return ["sh", "-c", command % values]
    if not isinstance(values, tuple):
        return command
    places = [part.replace("%%", "").count("%s") for part in command]
    argv, rest = [], list(values)
    for part, count in zip(command, places):
        argv.append(part % tuple(rest[:count]))
        rest = rest[count:]
    return argv + rest


class Application:
    """The alerts of one application, in a directory with its files."""

    def __init__(self, directory, name):
        (exe, cgroup, uid), self.command, seen, self.fresh, self.rides = APPLICATIONS[name]
        self.directory = directory
        self.more = {"cgroup": {"id": 1, "path": cgroup},
                     "server": {"pid": 9, "comm": os.path.basename(exe), "exe": exe,
                                "matched": "comm", "port": None}}
        self.uid = uid
        self.program = "/bin/sh"
        if not isinstance(self.command, str):
            self.program = str(directory / self.command[0].lstrip("/"))
            path = pathlib.Path(self.program)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("#!/bin/sh\n")
            self.more["interpreter"] = "/bin/sh"
        self.alerts = learn.Alerts()
        self.seen = [self.add(self.argv(values)) for values in seen for _ in range(2)]

    def argv(self, values):
        if isinstance(self.command, str) and not self.command.count("%s"):
            return ["sh", "-c", " ".join([self.command.replace("%%", "%"), *values])]
        argv = argv_of(self.command, values)
        if isinstance(self.command, str):
            return argv
        # So the kernel calls the interpreter of a script.
        return ["/bin/sh", self.program, *argv[1:]]

    def add(self, argv, uid=None, program=None, process=None, **more):
        """Returns the number of the new alert."""
        self.alerts.add(*argv, path=program or self.program, **self.more | more)
        self.alerts.records[-1]["process"] |= (process or {}) | {
            "uid": self.uid if uid is None else uid}
        return len(self.alerts.records)

    def add_rides(self, narrow=True):
        """Returns {number of the alert: what is tried}

        narrow: the exception names the user and the service
        """
        usual = self.alerts.records[0]["process"]["argv"]
        longer = [*usual[:-1], usual[-1] + ";id"]
        tried = {self.add(self.argv(values)): values for values in self.rides}
        tried[self.add(longer)] = "another command"
        tried[self.add([*usual, "x"])] = "one more argument"
        tried[self.add(usual[:-1] or ["x"])] = "one argument less"
        tried[self.add(usual, program="/usr/bin/env")] = "another program"
        for variable in VARIABLES:
            tried[self.add(usual, process={"environment": [variable]})] = variable
        tried[self.add(usual, process={"unclean": ["traced"]})] = "a tracer"
        if narrow:
            tried[self.add(usual, uid=4711)] = "another user"
            tried[self.add(usual, process={"cwd": "/tmp"})] = "another directory"
            tried[self.add(usual, cgroup={"id": 2, "path": "/user.slice"})] = "another service"
        tried[self.add(usual, rules=["webserver_shell_exec", "webserver_injected_exec"])] = (
            "injected code")
        return tried


def check_outcomes(directory, application, narrow):
    """What was seen, and what is right, is silenced by learned.conf; no ride of it is."""
    right = [*application.seen[::2]]
    if application.fresh:
        right.append(application.add(application.argv(application.fresh)))
    rides = application.add_rides(narrow)
    said = learn.outcomes(directory, application.alerts.records)
    for seq in right:
        assert "silenced by the exception" in said[seq - 1], (seq, said)
    for seq, tried in rides.items():
        assert said[seq - 1].startswith("an alert"), (tried, said[seq - 1])


def check(directory, name):
    application = Application(directory, name)
    text = learn.learned(directory, application.alerts)
    assert len(learn.lines_of(text, "argv")) == 1, text
    assert not learn.not_learned(text), text
    check_outcomes(directory, application, True)


def check_except(directory, name):
    """The exception for the first alert; what differs from that is a ride of it."""
    application = Application(directory, name)
    first, others = application.alerts.records[0], application.alerts.records[1:]
    line = json.dumps(first).encode()
    result = learn.run("except", "--policy", learn.SHIPPED, input=line)
    assert (result.returncode, result.stderr) == (0, b""), result
    (directory / "learned.conf").write_bytes(result.stdout)
    checked = learn.run("check", "--replace", learn.SHIPPED, directory / "learned.conf")
    assert checked.returncode == 0, checked
    application.fresh = None
    application.seen = application.seen[:1]
    check_outcomes(directory, application, True)
    usual = first["process"]["argv"]
    said = learn.outcomes(directory, others)
    for record, outcome in zip(others, said):
        silent = "silenced by the exception" in outcome
        assert silent == (record["process"]["argv"] == usual), (record, outcome)


def check_example(directory, name):
    text = (EXAMPLES_DIRECTORY / f"{name}.conf").read_text()
    checked = learn.run("check", "--replace", learn.SHIPPED, EXAMPLES_DIRECTORY / f"{name}.conf")
    assert checked.returncode == 0, checked
    faults = [line for line in checked.stderr.decode().splitlines()
              if "exists on this machine" not in line]
    assert not faults, faults
    for application in EXAMPLES[name]:
        application = Application(directory, application)
        if not isinstance(application.command, str):
            text = text.replace(application.command[0], application.program)
        (directory / "learned.conf").write_text(text)
        check_outcomes(directory, application, False)


def test_each_example_is_checked(_):
    there = {path.stem for path in EXAMPLES_DIRECTORY.iterdir()}
    assert there == set(EXAMPLES), there ^ set(EXAMPLES)


def make_tests():
    yield "test_each_example_is_checked", test_each_example_is_checked
    kinds = {"learned": (check, APPLICATIONS), "excepted": (check_except, APPLICATIONS),
             "example": (check_example, EXAMPLES)}
    for what, (try_it, names) in kinds.items():
        for name in names:
            def test(directory, name=name, try_it=try_it):
                try_it(directory, name)
            yield f"test_{what}_" + re.sub(r"\W+", "_", name).strip("_"), test


def main():
    return cases.run_tests(dict(make_tests()), cases.in_a_directory)


if __name__ == "__main__":
    sys.exit(main())
