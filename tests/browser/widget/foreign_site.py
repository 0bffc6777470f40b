"""A web site of somebody else that includes the widget's script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>别家的网站</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/site.css">
<script type="module" src="{widget}/widget.js" data-channel="web" data-position="left"></script>
</head><body><h1>别家的网站</h1><button>本站的按钮</button></body></html>"""

STYLE = (
    "* { font-size: 40px !important; letter-spacing: 1em } button, p { display: none } dialog { color: red }"
)

POLICY = "default-src 'none'; script-src {widget}; connect-src {widget}; style-src 'self'; img-src 'self'"
"""As strict as a site can be that wants the widget: no inline styles, no other hosts."""


class ForeignSite(ThreadingHTTPServer):
    """One page at every address; it listens on all names of this machine."""

    daemon_threads = True
    widget = ""

    def __init__(self) -> None:
        super().__init__(("", 0), _Handler)

    def origin(self, host: str = "127.0.0.1") -> str:
        """Return one of its origins: each name of this machine makes another."""
        return f"http://{host}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: ForeignSite

    def do_GET(self) -> None:
        is_style = self.path == "/site.css"
        body = STYLE if is_style else PAGE.format(widget=self.server.widget)
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if is_style else "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY.format(widget=self.server.widget))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Keep the tests' output free of it."""


@contextmanager
def foreign_site() -> Iterator[ForeignSite]:
    """Serve the site; ``widget`` is to be set to the address of the widget's server."""
    with ForeignSite() as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield site
        site.shutdown()
        thread.join()
