"""What routes that take a scenario share: the body as it was sent, and the reader's language."""

from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from dashboard.texts import LANGUAGES, preferred_language


async def json_body(request: Request) -> bytes:
    """The bytes of a JSON body. Raises HTTPException 415 where it says to be anything else."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"Expected application/json, found {kind or 'no content type'}.")
    return await request.body()


def language_of(request: Request, asked: str | None) -> str:
    """The language asked for in the address, else that of the headers."""
    return str(asked) if asked in LANGUAGES else preferred_language(request.headers)


def inlined(schema: dict[str, Any]) -> Any:
    """A JSON Schema with its own definitions in their places: inside the API description a
    reference would be looked up at the root of that description, where they are not."""
    definitions, left_out = schema.get("$defs", {}), ("$defs", "discriminator")

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(one) for one in part]
        if not isinstance(part, dict):
            return part
        if isinstance(part.get("$ref"), str):
            name = part["$ref"].rpartition("/")[2]
            return resolved(definitions[name])
        return {key: resolved(one) for key, one in part.items() if key not in left_out}

    return resolved(schema)
