# SPDX-License-Identifier: GPL-2.0
"""What a careless Python application does, for any WSGI server: /run?cmd= by a shell,
/start?argv=&argv= without one. The header tells the truth about the worker. By
itself it is a server, too, if one that nobody knows."""

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
