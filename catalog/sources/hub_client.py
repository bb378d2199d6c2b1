"""One request to the Hub, and what its answer means: through huggingface-hub's public functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import (  # type: ignore[attr-defined]
    build_hf_headers,
    hf_raise_for_status,
)

from catalog.errors import SourceFailed
from catalog.sources.hub_transport import REQUESTS_TAKEN, hub_client
from catalog.sources.origins import HIDDEN, place_of
from catalog.sources.raw_rows import json_of
from catalog.sources.wire import Wire

_PROGRAM: Final = "modelcost"
_LONGEST_MESSAGE: Final = 200
_NOT_FOUND = (RemoteEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError)


class NotGiven(Exception):
    """The Hub does not give this one thing; the rest of the walk is not touched.

    Attributes:
        reason: ``not_found``, ``gated`` or ``disabled``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class HubClient:
    """Asks the Hub. The token goes to its own host only, and nobody else's is used.

    Attributes:
        requests: sent since this was last set to 0.
    """

    def __init__(self, wire: Wire, *, token: str | None, timeout_seconds: float) -> None:
        self.requests = 0
        self._token = token
        self._timeout_seconds = timeout_seconds
        self._client = hub_client(wire)
        # Without a token: False. None would look for one that is saved on this machine.
        self._headers = build_hf_headers(token=token or False, library_name=_PROGRAM)

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    def get(self, url: str, query: Sequence[tuple[str, str]] = ()) -> httpx2.Response:
        """An answer of any status.

        Raises:
            SourceFailed: of the wire.
        """
        full = f"{url}?{urlencode(query)}" if query else url
        answer = self._client.get(full, headers=self._headers, timeout=self._timeout_seconds)
        self.requests += int(answer.extensions.get(REQUESTS_TAKEN, 1))
        return answer

    def json(self, answer: httpx2.Response) -> Any:
        """The JSON of an answer that is a success.

        Raises:
            NotGiven: the one thing is missing, gated or disabled.
            SourceFailed: ``unauthorized``, ``bad_status``, ``not_json``.
        """
        where = f"GET {place_of(str(answer.url))}"
        if answer.status_code != httpx2.codes.OK:
            raise self._failure(answer, where)
        return json_of(answer.content, where)

    def _failure(self, answer: httpx2.Response, where: str) -> Exception:
        """What an answer without success means."""
        said: str | None = None
        try:
            hf_raise_for_status(answer)
        except GatedRepoError:
            return NotGiven("gated", f"{where}: access must be asked for on the model's page.")
        except DisabledRepoError:
            return NotGiven("disabled", f"{where}: disabled by the Hub.")
        except _NOT_FOUND:
            return NotGiven("not_found", f"{where}: not there.")
        except HfHubHTTPError as error:
            said = error.server_message
        except (AttributeError, TypeError):  # the library takes every error for a JSON object
            said = None
        status = answer.status_code
        words = f", saying {self._without_token(said)!r}" if said else ""
        if status in (401, 403):
            return SourceFailed(
                f"{where}: refused with {status}{words}. Check MODELCOST_HUGGINGFACE_TOKEN, or "
                "unset it: public models need none.",
                reason="unauthorized",
            )
        return SourceFailed(
            f"{where}: expected an answer with status 200, found {status}{words}.",
            reason="bad_status",
        )

    def _without_token(self, text: str) -> str:
        hidden = text.replace(self._token, HIDDEN) if self._token else text
        return hidden[:_LONGEST_MESSAGE]
