"""What routes that take a scenario share: the body as it was sent, and the reader's language."""

from fastapi import Request
from starlette.exceptions import HTTPException

from dashboard.texts import LANGUAGES


async def json_body(request: Request) -> bytes:
    """The bytes of a JSON body. Raises HTTPException 415 where it says to be anything else."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"Expected application/json, found {kind or 'no content type'}.")
    return await request.body()


def language_of(request: Request, asked: str | None) -> str:
    """The language asked for in the address, else that of the headers."""
    if asked in LANGUAGES:
        return str(asked)
    preferred = request.headers.get("accept-language", "").lower()
    return "ja" if preferred.startswith("ja") else "en"
