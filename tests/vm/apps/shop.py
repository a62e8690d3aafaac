# SPDX-License-Identifier: GPL-2.0
"""The careless application of wsgi.py in Flask, for "flask run"."""

import os

from flask import Flask, make_response, request

from wsgi import output_of

app = Flask(__name__)


@app.route("/<page>")
def answer(page):
    response = make_response(output_of("/" + page, request.args.to_dict(flat=False)))
    response.headers["X-Pid"] = str(os.getpid())
    return response
