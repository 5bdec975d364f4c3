"""Accounts of the page: names and hashed passwords in one file, and the sessions of those who logged in."""

import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

from index import HoidapError

SESSION_SECONDS = 14 * 24 * 3600
MIN_PASSWORD_CHARACTERS = 10
# scrypt with 2^15 rounds takes 32 MiB and about 0.1 s: little to a reader, much to one who guesses.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
# Wrong passwords within the window, for one name or from one address, before the next has to wait.
_TRIES = 5
_WINDOW_SECONDS = 300.0


class TooManyTries(HoidapError):
    """Too many wrong passwords; the message says how long to wait."""


class Accounts:
    """The accounts in the file at ``path``; there is no login while it names nobody.

    Args:
        path: A JSON file, made by ``add``; readable by its owner only.
        clock: Seconds that only go forward.

    Raises:
        HoidapError: The file is damaged.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[str, float]] = {}
        self._wrong: dict[str, list[float]] = {}
        self._hashes = _read(path) if path.exists() else {}

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def names(self) -> list[str]:
        """Who may log in."""
        return sorted(self._hashes)

    def add(self, name: str, password: str) -> None:
        """Make an account, or give one another password.

        Raises:
            HoidapError: The name is empty or the password too short.
        """
        if not name.strip():
            raise HoidapError("Tên tài khoản đang trống.")
        if len(password) < MIN_PASSWORD_CHARACTERS:
            raise HoidapError(f"Mật khẩu phải có ít nhất {MIN_PASSWORD_CHARACTERS} ký tự.")
        self._hashes[name.strip()] = _hashed(password, secrets.token_hex(16))
        self._write()

    def remove(self, name: str) -> bool:
        """Delete an account; whether it was there."""
        removed = self._hashes.pop(name, None) is not None
        if removed:
            self._write()
        return removed

    def log_in(self, name: str, password: str, address: str) -> str | None:
        """A new session's token, or None when name or password is wrong.

        Raises:
            TooManyTries: Too many were wrong lately, for this name or from this address.
        """
        keys = (f"address:{address}", f"name:{name}")  # in this order: one blocked address can block few names
        with self._lock:
            now = self._clock()
            recent = ((key, [at for at in tries if now - at < _WINDOW_SECONDS]) for key, tries in self._wrong.items())
            self._wrong = {key: tries for key, tries in recent if tries}
            for key in keys:
                lately = self._wrong.setdefault(key, [])
                if len(lately) >= _TRIES:
                    wait = int(_WINDOW_SECONDS - (now - lately[0])) + 1
                    raise TooManyTries(f"Sai quá nhiều lần. Hãy đợi {wait} giây rồi thử lại.")
                lately.append(now)  # counts as wrong until it turns out to be right: side by side is no way round
        if not self.matches(name, password):
            return None
        with self._lock:
            for key in keys:
                self._wrong.pop(key, None)
            token = secrets.token_urlsafe(32)
            self._sessions[token] = (name, self._clock() + SESSION_SECONDS)
            return token

    def matches(self, name: str, password: str) -> bool:
        """Whether the password is that of the account; takes as long when there is no such account."""
        stored = self._hashes.get(name, _NOBODY)
        return secrets.compare_digest(stored, _hashed(password, stored.split("$")[0])) and name in self._hashes

    def log_out(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(token, None)

    def user_of(self, token: str) -> str | None:
        """Who the session belongs to, or None when it has ended."""
        with self._lock:
            name, until = self._sessions.get(token, ("", 0.0))
            if until <= self._clock():
                self._sessions.pop(token, None)
                return None
            return name

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(self._hashes, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(self._path)


def _read(path: Path) -> dict[str, str]:
    try:
        hashes = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        hashes = None
    if not isinstance(hashes, dict) or not all(isinstance(one, str) and "$" in one for one in hashes.values()):
        raise HoidapError(f"Tệp tài khoản {path} bị hỏng. Hãy xóa tệp và tạo lại tài khoản bằng: hoidap user add TÊN")
    return hashes


def _hashed(password: str, salt: str) -> str:
    digest = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_SCRYPT)
    return f"{salt}${digest.hex()}"


_NOBODY = f"{'00' * 16}${'00' * 32}"
