"""Whose chat is whose: a session is a signed cookie, and only its holder opens its space."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from itsdangerous import BadSignature, TimestampSigner

COOKIE: Final = "modelcost_session"
KEY_FILE: Final = "session.key"
KEEP_DAYS: Final = 30
KEEP_SECONDS: Final = KEEP_DAYS * 24 * 3600


@dataclass(frozen=True, slots=True)
class SessionId:
    """One browser session. Its text is a secret of that browser: never log or show it."""

    _text: str

    def __repr__(self) -> str:
        return "SessionId(***)"

    @property
    def folder(self) -> str:
        """The name of its folder, out of which the session cannot be computed."""
        return hashlib.sha256(self._text.encode()).hexdigest()


class Sessions:
    """Makes and reads cookies, signed with a key that never leaves the data folder."""

    def __init__(self, key: bytes) -> None:
        self._signer = TimestampSigner(key, salt="modelcost.session", digest_method=hashlib.sha256)

    def begin(self) -> tuple[SessionId, str]:
        """A new session and the value of its cookie."""
        text = secrets.token_urlsafe(32)
        return SessionId(text), self._signer.sign(text).decode()

    def renew(self, session: SessionId) -> str:
        """The cookie of a session, valid from now on again."""
        return self._signer.sign(session._text).decode()

    def read(self, cookie: str) -> SessionId | None:
        """The session of a cookie; None where we did not sign it, or more than 30 days ago."""
        try:
            return SessionId(self._signer.unsign(cookie, max_age=KEEP_SECONDS).decode())
        except (BadSignature, UnicodeError):
            return None


def load_key(data_dir: Path) -> bytes:
    """The key of this installation; made where there is none, readable by its owner alone."""
    path = data_dir / KEY_FILE
    draft = data_dir / f"{KEY_FILE}.{secrets.token_hex(8)}"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_bytes(secrets.token_bytes(32))
        try:
            os.link(draft, path)  # whole or not at all; of two processes the first one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
