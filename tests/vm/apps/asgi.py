# SPDX-License-Identifier: GPL-2.0
"""The careless application of wsgi.py for servers of ASGI, such as uvicorn."""

import os
from urllib.parse import parse_qs

from wsgi import output_of


async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    body = output_of(scope["path"], parse_qs(scope["query_string"].decode()))
    headers = [(b"content-type", b"text/plain"), (b"x-pid", b"%d" % os.getpid())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body or b""})
