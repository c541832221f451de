"""The preview as a web server: pages, their marks, and an event whenever something has changed."""

from __future__ import annotations

import asyncio
import html
import json
import mimetypes
import posixpath
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib import resources
from urllib.parse import unquote

from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler

from site_tools.serving.page import ARTICLE_ENDS, Page
from site_tools.serving.preview import Preview

OWN = "-/"
"""Where the preview's own files are; no page of a site has such an address."""

_BARE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1></main></body>
</html>
"""
"""Shown in place of a page that cannot be made; the script says why."""

_HEARTBEAT_SECONDS = 15.0


class Visitors:
    """The pages that are open in browsers."""

    def __init__(self) -> None:
        self._open: dict[asyncio.Event, str] = {}

    @property
    def addresses(self) -> list[str]:
        """Return the addresses of open pages, the last opened first."""
        return list(self._open.values())[::-1]

    def tell(self) -> None:
        """Have every open page look at its state."""
        for changed in self._open:
            changed.set()

    def enter(self, address: str) -> asyncio.Event:
        """Return the event that is set when something has changed."""
        changed = asyncio.Event()
        self._open[changed] = address
        return changed

    def leave(self, changed: asyncio.Event) -> None:
        """Forget a page that was closed."""
        self._open.pop(changed, None)


def application(preview: Preview, visitors: Visitors, look: Callable[[], object]) -> Application:
    """Return the server's application; `look` reads what has changed in the project."""
    parts = {"preview": preview, "visitors": visitors, "look": look}
    return Application(
        [
            (f"/{OWN}events", _Events, parts),
            (f"/{OWN}state", _State, parts),
            (f"/{OWN}(preview\\.(?:js|css))", _Client),
            (r"/(.*)", _Pages, parts),
        ],
        log_function=lambda _handler: None,
    )


class _Handler(RequestHandler):
    def initialize(self, preview: Preview, visitors: Visitors, look: Callable[[], object]) -> None:
        self.preview, self.visitors, self.look = preview, visitors, look

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")


class _Pages(_Handler):
    async def get(self, path: str) -> None:
        address = address_of(path)
        if not address.startswith("assets/"):  # the request of their page has just looked
            self.look()
        page = self.preview.page(address)
        is_folder = page is None and not path.endswith("/")
        if is_folder and self.preview.page(address_of(f"{path}/")) is not None:
            self.redirect(f"/{path}/")
            return
        if page is None and (moved := self.preview.moved_to(address)):
            self.redirect(f"/{moved}")
            return
        kind, _ = mimetypes.guess_type(address)
        if page is None:
            self.set_status(404)
            kind, lost = "text/html", self.preview.page("404.html")
            page = lost and replace(lost, is_lost=True)
        is_text = (kind or "").startswith("text/") or kind in {
            "application/json",
            "text/javascript",
        }
        charset = "; charset=utf-8" if is_text else ""
        self.set_header("Content-Type", f"{kind or 'application/octet-stream'}{charset}")
        if page is not None:
            self.write(with_script(page, address) if kind == "text/html" else page.content)

    head = get


class _State(_Handler):
    async def get(self) -> None:
        self.look()
        address = self.get_query_argument("address")
        page = self.preview.page(address)
        state = {
            "made": page.made if page else "",
            "marks": asdict(page.marks if page else self.preview.lost(address)),
        }
        is_other = page and page.made != self.get_query_argument("made", "")
        if page and is_other and page.frame == self.get_query_argument("frame", ""):
            state["article"] = page.article.decode("utf-8")
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps(state))


class _Events(_Handler):
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.changed = self.visitors.enter(self.get_query_argument("address"))
        self.look()
        try:
            while True:
                self.write(": still here\n\n")
                await self.flush()
                try:
                    async with asyncio.timeout(_HEARTBEAT_SECONDS):
                        await self.changed.wait()
                    self.changed.clear()
                    self.write("data: changed\n\n")
                except TimeoutError:
                    continue
        except (StreamClosedError, asyncio.CancelledError):
            pass
        finally:
            self.visitors.leave(self.changed)

    def on_connection_close(self) -> None:
        self.visitors.leave(self.changed)
        self.changed.set()  # the next write ends the answer


class _Client(RequestHandler):
    def get(self, name: str) -> None:
        content = resources.files("site_tools.serving") / "client" / name
        self.set_header("Content-Type", mimetypes.guess_type(name)[0] or "text/plain")
        self.set_header("Cache-Control", "no-store")
        self.write(content.read_bytes())


def address_of(path: str) -> str:
    """Return the file of a site that a path asks for: `posts/` is `posts/index.html`."""
    plain = posixpath.normpath(f"/{unquote(path)}").lstrip("/")
    if not plain:
        return "index.html"
    return f"{plain}/index.html" if path.endswith("/") else plain


def with_script(page: Page, address: str) -> bytes:
    """Return a page with the preview's script; the page itself is as it would be published."""
    up = "../" * address.count("/")
    tag = (
        f'<script src="{up}{OWN}preview.js" data-address="{html.escape(address)}" '
        f'data-made="{page.made}" data-frame="{page.frame}"></script>'
    ).encode()
    title = html.escape(page.marks.file or address)
    content = page.content or _BARE.format(title=title).encode("utf-8")
    if ARTICLE_ENDS in content:  # before the scripts that change what is shown
        before, end, after = content.rpartition(ARTICLE_ENDS)
        return before + end + tag + after
    before, end, after = content.rpartition(b"</body>")
    return before + tag + end + after if end else content + tag
