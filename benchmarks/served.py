"""The applications that benchmarks/pages.py compares, each served by a web server of its own."""

import os
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path


def reprise():
    """The site, with or without the page cache as PAGECACHE_MIB says, and a constant view behind its middleware."""
    from config.wsgi import application

    constant = path("constant/", lambda request: HttpResponse("The same for everybody."))
    settings.ROOT_URLCONF = (constant, path("", include("config.urls")))
    return application


def bare():
    """The same bytes as the cached page with the same headers, and nothing else."""
    folder = Path(os.environ["DATA_DIR"])
    body = (folder / "page").read_bytes()
    headers = [tuple(line.split(": ", 1)) for line in (folder / "headers").read_text().splitlines()]

    def application(environ, start_response):
        start_response("200 OK", headers)
        return [body]

    return application


application = {"reprise": reprise, "bare": bare}[os.environ.get("SERVED", "reprise")]()
