"""What is added to every reply: security headers, a browser's name, and the language of the page."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.page.state import BROWSER_COOKIE
from ui.server.paths import own_path, public_path

_YEAR_SECONDS = 365 * 24 * 3600
# Gradio's page needs inline scripts and compiles its templates; nothing may come from or go to anywhere else.
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
        "frame-ancestors 'none'; form-action 'self'; base-uri 'self'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class ReplyHeaders:
    """The middleware. ``app``: what is behind it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its reply."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_page = own_path(scope) == "/"
        is_new = is_page and BROWSER_COOKIE not in HTTPConnection(scope).cookies

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for key, value in _HEADERS.items():
                    headers.setdefault(key, value)
                if is_new:
                    headers.append("set-cookie", _browser_cookie(scope))
            elif is_page and b'lang="en"' in message.get("body", b""):
                # Gradio's page says English before any script has run; a reader aloud would start in English.
                message["body"] = message["body"].replace(b'lang="en"', b'lang="vi"', 1)
            await send(message)

        await self._app(scope, receive, send_on)


def _browser_cookie(scope: Scope) -> str:
    """A name that the browser keeps."""
    secure = "; Secure" if scope["scheme"] == "https" else ""
    name = f"{BROWSER_COOKIE}={secrets.token_urlsafe(24)}"
    return f"{name}; Path={public_path(scope, '/')}; Max-Age={_YEAR_SECONDS}; HttpOnly; SameSite=Lax{secure}"
