"""Who is asking: nobody in particular on loopback, else a reader who signed in or whom a trusted proxy names.

The guard tells what is found here to everything behind it in one header, which no caller can set.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from app.accounts import NAME, Users
from app.kept.sessions import Sessions
from app.web.rates import Rates
from ingest.errors import SettingsError
from ingest.settings import Settings

HEADER = "x-advisor-reader"
COOKIE = "advisor"
NOBODY = "local"
_TRIES_A_MINUTE = 10
_REMEMBERED_S = 300.0
_REMEMBERED_MAX = 1_000


class Readers:
    """Tells readers apart as the settings want it; raises SettingsError when they contradict each other."""

    def __init__(self, settings: Settings) -> None:
        if settings.users and settings.trusted_header:
            raise SettingsError("ADVISOR_USERS and ADVISOR_TRUSTED_HEADER are both set; expected one of them")
        self._users = Users(Path(settings.users).expanduser().absolute()) if settings.users else None
        if self._users:
            self._users.names()  # a file that cannot be read is told at once
        self._header = settings.trusted_header.lower()
        self._proxies = _networks(settings.trusted_proxy)
        self._editors = frozenset(filter(None, (e.strip() for e in settings.editors.split(","))))
        self._sessions = Sessions(settings.data)
        self._tries = Rates(_TRIES_A_MINUTE)
        self._remembered: dict[str, tuple[str, float]] = {}

    @property
    def asked(self) -> bool:
        """Whether readers are told apart at all."""
        return bool(self._users or self._header)

    @property
    def here(self) -> bool:
        """Whether readers sign in with us, rather than with a proxy."""
        return self._users is not None

    def edits(self, reader: str) -> bool:
        """Whether a reader may change the corpus and review feedback: everybody where nobody signs in."""
        return not self.asked or reader in self._editors

    def named(self, headers: Mapping[str, str], peer: str) -> str | None:
        """Who sends a request with these headers (names in lower case) from address `peer`; None when it is not told.

        May take a quarter of a second: a password is checked on purpose slowly.
        """
        if not self.asked:
            return NOBODY
        if self._header:
            name = headers.get(self._header, "").strip()
            return name if self._trusted(peer) and NAME.fullmatch(name) else None
        if token := cookie_of(headers):
            owner = self._sessions.owner(token)
            if owner is not None and self._users and owner in self._users.names():
                return owner
        return self._by_password(headers.get("authorization", ""), peer)

    def sign_in(self, name: str, password: str, peer: str) -> str | None:
        """A token for the right password, None for a wrong one; raises TooOften."""
        if wait_s := self._tries.wait_s(f"{peer} {name}"):
            raise TooOften(wait_s)
        if self._users is None or not self._users.are(name, password):
            return None
        return self._sessions.begin(name)

    def sign_out(self, headers: Mapping[str, str]) -> None:
        """End the session of whoever sends these headers."""
        if token := cookie_of(headers):
            self._sessions.end(token)

    def _trusted(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _by_password(self, told: str, peer: str) -> str | None:
        """Programs send `Basic` (RFC 7617), or as a bearer's key `name:password`."""
        kind, _, value = told.partition(" ")
        if kind.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode()
            except (binascii.Error, ValueError):
                return None
        elif kind.lower() != "bearer":
            return None
        name, colon, password = value.partition(":")
        if not (colon and self._users and NAME.fullmatch(name)):
            return None
        proof = hashlib.sha256(value.encode()).hexdigest()
        owner, until = self._remembered.get(proof, ("", 0.0))
        if owner and until > time.monotonic() and owner in self._users.names():
            return owner
        if self._tries.wait_s(f"{peer} {name}") or not self._users.are(name, password):
            return None
        if len(self._remembered) > _REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[proof] = (name, time.monotonic() + _REMEMBERED_S)
        return name


class TooOften(Exception):
    """Passwords were tried too often."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many tries; wait {wait_s:.0f} s")


def reader_of(headers: Mapping[str, str]) -> str:
    """The reader whom the guard told."""
    return headers.get(HEADER) or NOBODY


def cookie_of(headers: Mapping[str, str]) -> str | None:
    """The token in a request's cookie."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def _networks(told: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(t.strip(), strict=False) for t in told.split(",") if t.strip()]
    except ValueError:
        raise SettingsError(
            f"ADVISOR_TRUSTED_PROXY is {told!r}; expected addresses or networks, such as 127.0.0.1,10.0.0.0/8"
        ) from None
