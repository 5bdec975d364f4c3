"""Where things are, under whatever path a proxy serves them (``HOIDAP_ROOT_PATH``)."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

LOGIN, LOGOUT = "/dang-nhap", "/dang-xuat"
HEALTH, METRICS, OPENAI = "/health", "/metrics", "/v1"


class RootPath:
    """A middleware that puts a path that the proxy has cut off back, as ASGI wants it. ``app``: what is behind it.

    Starlette looks for what is mounted, /v1 and MCP, behind it only.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if "path" in scope:
            root = urlsplit(scope.get("root_path", "")).path.rstrip("/")  # Gradio's own setting may be a whole address
            is_cut_off = not f"{scope['path']}/".startswith(f"{root}/")
            scope = {**scope, "root_path": root, "path": root * is_cut_off + scope["path"]}
        await self._app(scope, receive, send)


def own_path(scope: Scope) -> str:
    """The path of a request without what a proxy or another application has put before it."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def public_path(scope: Scope, path: str) -> str:
    """Where a browser that sent this request finds ``path``."""
    return f"{scope.get('root_path', '')}{path}"
