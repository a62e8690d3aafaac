# SPDX-License-Identifier: GPL-2.0
"""A careless Python application: /run?cmd= runs a command with a shell, /start?argv=&argv=
without a shell. A header has the worker's PID. Run directly, it is a server that the policy
does not know.
"""

import os
import subprocess
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server


def output_of(page, query):
    if page == "/run":
        return subprocess.run(query["cmd"][0], shell=True, stdout=subprocess.PIPE).stdout
    if page == "/start":
        return subprocess.run(query["argv"], stdout=subprocess.PIPE).stdout
    return b"sum %d\n" % sum(range(1001))


def application(environ, start_response):
    body = output_of(environ["PATH_INFO"], parse_qs(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Pid", str(os.getpid()))])
    return [body]


if __name__ == "__main__":
    make_server("127.0.0.1", 8000, application).serve_forever()
