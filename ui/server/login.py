"""Who may in: the login page where there are accounts, and keys for programs.

An ASGI middleware of our own, because Gradio's login page is in English and its session cookies know no end.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.accounts import SESSION_SECONDS, Accounts, TooManyTries
from ui.server.openai_format import error_body
from ui.server.paths import HEALTH, LOGIN, LOGOUT, METRICS, OPENAI, own_path, public_path

SESSION_COOKIE = "hoidap_session"
_STARTED = "/gradio_api/startup-events"  # Gradio asks this of itself when it starts; it says no more than "true"
API_USER = "api "  # who shows the key; names of accounts never end in a space
_USER = "hoidap_user"  # key of an ASGI scope
_LOGIN_BYTES = 4096
_CLOSING = "Máy chủ đang tắt. Hãy thử lại sau khi máy chủ chạy lại."
_NO_KEY = (
    "Thiếu hoặc sai khóa. Người quản trị đặt khóa bằng HOIDAP_API_KEY, chương trình gửi Authorization: Bearer KHÓA."
)


class Login:
    """The middleware.

    Args:
        app: What is behind it.
        accounts: Who may come in.
        api_key: The key that programs may show instead; "" for none.
        own_machine: Whether only this machine can reach the server. Elsewhere programs need a key or an account.
        is_closing: Whether the server is ending and takes nothing new.
    """

    def __init__(
        self, app: ASGIApp, accounts: Accounts, api_key: str = "", own_machine: bool = True,
        is_closing: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._app = app
        self._accounts = accounts
        self._api_key = api_key
        self._own_machine = own_machine
        self._is_closing = is_closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "websocket" and self._accounts:  # Gradio uses none; nothing may go past the login
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = await self._before(Request(scope, receive)) or self._app
        await response(scope, receive, send)

    async def _before(self, request: Request) -> Response | None:
        """The reply to who may not pass, or None."""
        path = own_path(request.scope)
        if self._is_closing() and request.method == "POST":
            return _refusal(path, 503, _CLOSING, "server_error", "shutting_down", {"retry-after": "10"})
        if self._accounts and path == LOGIN:
            return await self._log_in(request)
        if self._accounts and path == LOGOUT and request.method == "POST":
            self._accounts.log_out(request.cookies.get(SESSION_COOKIE, ""))
            response: Response = RedirectResponse(public_path(request.scope, LOGIN), status_code=303)
            response.delete_cookie(SESSION_COOKIE, public_path(request.scope, "/"))
            return response
        request.scope[_USER] = user = await self._user(request)
        if user is not None or path in (_STARTED, HEALTH):
            return None
        if request.method == "GET" and "text/html" in request.headers.get("accept", "") and self._accounts:
            return RedirectResponse(public_path(request.scope, LOGIN), status_code=303)
        challenge = {"www-authenticate": 'Basic realm="hoidap"' if self._accounts else 'Bearer realm="hoidap"'}
        message = "Hãy đăng nhập." if self._accounts else _NO_KEY
        return _refusal(path, 401, message, "invalid_request_error", "invalid_api_key", challenge)

    async def _user(self, request: Request) -> str | None:
        """Who sent the request; "" for anybody where anybody may, None for somebody who may not."""
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        if (
            self._api_key
            and kind.lower() == "bearer"
            and secrets.compare_digest(shown.encode(), self._api_key.encode())
        ):
            return API_USER
        if self._accounts:  # in a thread, for checking a password takes a tenth of a second
            return await run_in_threadpool(user_of, self._accounts, request)
        path = own_path(request.scope)
        for_programs = path == METRICS or path.startswith(f"{OPENAI}/")
        return None if for_programs and (self._api_key or not self._own_machine) else ""

    async def _log_in(self, request: Request) -> Response:
        if request.method != "POST":
            return HTMLResponse(login_html())
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LOGIN_BYTES:
                return HTMLResponse(login_html("Yêu cầu quá dài."), status_code=413)
        form = parse_qs(body.decode("utf-8", "replace"))
        name, password = form.get("name", [""])[0].strip(), form.get("password", [""])[0]
        address = request.client.host if request.client else ""
        try:  # in a thread, as in ``_user``
            token = await run_in_threadpool(self._accounts.log_in, name, password, address)
        except TooManyTries as error:
            return HTMLResponse(login_html(str(error), name), status_code=429)
        if token is None:
            return HTMLResponse(login_html("Tên hoặc mật khẩu không đúng.", name), status_code=401)
        page = public_path(request.scope, "/")
        response = RedirectResponse(page, status_code=303)
        response.set_cookie(
            SESSION_COOKIE, token, SESSION_SECONDS, path=page, httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return response


def signed_in(request: HTTPConnection) -> str | None:
    """Who sent a request that has passed the login; "" for anybody, None for somebody who would have to log in."""
    user: str | None = request.scope.get(_USER)
    return user


def client_of(request: HTTPConnection) -> str:
    """Who sent a request, for a fair share: the user, else the address."""
    return signed_in(request) or (request.client.host if request.client else "")


def user_of(accounts: Accounts, request: HTTPConnection) -> str | None:
    """Who sent a request: by the cookie of a login, or by name and password as HTTP Basic, for programs."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        return accounts.user_of(token)
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        token = accounts.log_in(name, password, request.client.host if request.client else "")
    except (ValueError, TooManyTries):  # not Base64, not ASCII, not UTF-8
        return None
    if token is None:
        return None
    accounts.log_out(token)
    return name


def _refusal(path: str, status: int, message: str, kind: str, code: str, headers: Mapping[str, str]) -> Response:
    """A refusal in the form that the clients of ``path`` read."""
    body = error_body(message, kind, code) if path.startswith(f"{OPENAI}/") else {"detail": message}
    return JSONResponse(body, status, headers)


def login_html(problem: str = "", name: str = "") -> str:
    """The login page."""
    line = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    page = (Path(__file__).parent / "login.html").read_text(encoding="utf-8")
    return page.replace("<!-- problem -->", line).replace("<!-- name -->", escape(name))
