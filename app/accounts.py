"""Who may sign in: a file of names with hashed passwords, and the commands that change it.

One reader a line, `name:hash`, the hash as bcrypt makes it (Provos and Mazières, 1999); lines that begin with # are
left alone. The file is read again whenever it changes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from ingest import settings as settings_of
from ingest.errors import AdvisorError, SettingsError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
PASSWORD_MIN_CHARS, PASSWORD_MAX_BYTES = 10, 72
_ROUNDS = 12


class Users:
    """The readers of a users file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._hashes: dict[str, str] = {}
        self._idle = _hashed("nobody signs in with this")

    def names(self) -> list[str]:
        """Who may sign in; raises SettingsError."""
        return list(self._current())

    def are(self, name: str, password: str) -> bool:
        """Whether this is a reader's password; takes as long for a name that is not there. Raises SettingsError."""
        import bcrypt

        given = password.encode()
        kept = self._current().get(name)
        fits = bcrypt.checkpw(given[:PASSWORD_MAX_BYTES], (kept or self._idle).encode())
        return fits and kept is not None and len(given) <= PASSWORD_MAX_BYTES

    def put(self, name: str, password: str) -> None:
        """Add a reader, or set the password of one; raises SettingsError."""
        if not NAME.fullmatch(name):
            raise SettingsError(f"{name!r} is no name; expected letters, digits and . _ @ + -, at most 64 of them")
        if len(password) < PASSWORD_MIN_CHARS or len(password.encode()) > PASSWORD_MAX_BYTES:
            raise SettingsError(
                f"the password has {len(password)} characters; expected at least {PASSWORD_MIN_CHARS} "
                f"and at most {PASSWORD_MAX_BYTES} bytes"
            )
        kept = self._current() if self._path.exists() else {}
        self._write({**kept, name: _hashed(password)})

    def drop(self, name: str) -> None:
        """Take a reader out; raises SettingsError when there is none of this name."""
        kept = dict(self._current())
        if kept.pop(name, None) is None:
            raise SettingsError(
                f"there is no reader {name!r} in {self._path}; its readers: {', '.join(kept) or 'none'}"
            )
        self._write(kept)

    def _current(self) -> dict[str, str]:
        try:
            told = self._path.stat()
            if self._read_at != (told.st_mtime_ns, told.st_size):
                self._hashes = dict(_entries(self._path.read_text(encoding="utf-8"), self._path))
                self._read_at = (told.st_mtime_ns, told.st_size)
        except OSError as error:
            raise SettingsError(
                f"the users file {self._path} cannot be read ({error.strerror}); make it: advisor users add NAME"
            ) from None
        return self._hashes

    def _write(self, hashes: dict[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(self._path.name + ".new")
        beside.touch(mode=0o600)
        beside.write_text("".join(f"{n}:{h}\n" for n, h in sorted(hashes.items())), encoding="utf-8")
        os.replace(beside, self._path)


def _hashed(password: str) -> str:
    import bcrypt

    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(_ROUNDS)).decode()


def _entries(text: str, path: Path) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, kept = line.strip().partition(":")
        if not NAME.fullmatch(name) or not kept.startswith("$2"):
            raise SettingsError(
                f"{path}, line {number} is no reader; expected name:bcrypt-hash: advisor users add NAME"
            )
        entries.append((name, kept))
    return entries


@click.group("users")
def users_command() -> None:
    """Who may sign in: the file that ADVISOR_USERS names."""


@users_command.command("add")
@click.argument("name")
@click.option("--password", help="For scripts; without it, it is asked for.")
def add_command(name: str, password: str | None) -> int:
    """Add the reader NAME, or give them another password."""
    users, path = _users()
    users.put(name, password or click.prompt("Password", hide_input=True, confirmation_prompt=True))
    click.echo(f"{name} may sign in ({path})")
    return 0


@users_command.command("remove")
@click.argument("name")
def remove_command(name: str) -> int:
    """Take the reader NAME out; what they have open is closed."""
    from app.kept.sessions import Sessions

    users, path = _users()
    users.drop(name)
    Sessions(settings_of.load().data).end_all(name)
    click.echo(f"{name} may no longer sign in ({path})")
    return 0


@users_command.command("list")
def list_command() -> int:
    """List who may sign in."""
    click.echo("\n".join(_users()[0].names()) or "nobody")
    return 0


def _users() -> tuple[Users, Path]:
    told = settings_of.load().users
    if not told:
        raise AdvisorError("no users file is set; name one: export ADVISOR_USERS=users.txt")
    path = Path(told).expanduser().absolute()
    return Users(path), path
