"""A tested set-up of the chat: all that it takes to ask the same question the same way elsewhere.

Read from a turn of a session's own history. It holds no key, no address and no variable of the
operator's: where a file needs them it names two environment variables of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from dashboard.chat.asked import kept_prompt
from dashboard.chat.endpoints import Endpoint, Endpoints, Kind
from dashboard.chat.errors import ChatRefused
from dashboard.chat.harmless import harmless
from dashboard.chat.history import History, Turn
from dashboard.chat.index import HoldsPassages
from dashboard.chat.parameters import body_of, read_parameters
from dashboard.chat.prompt import Message, Passage, PromptSettings, build_messages
from dashboard.chat.rendered import prompt_passage
from dashboard.chat.retrieval import RetrievalSettings
from dashboard.chat.talk import said_before

BASE_URL_VARIABLE: Final = "CHAT_BASE_URL"
KEY_VARIABLE: Final = "CHAT_API_KEY"
ADDRESS_SHAPES: Final[Mapping[Kind, str]] = {
    "azure": "https://RESOURCE.openai.azure.com/openai/v1",
    "huggingface_router": "https://router.huggingface.co/v1",
    "openai_compatible": "https://HOST/v1",
}
"""What addresses of a kind look like, as the providers document them; never the operator's own."""
NOT_SETTINGS: Final = ("model", "messages", "stream", "stream_options")


class Sources(Protocol):
    """Data sources by their names."""

    def get(self, name: str, /) -> HoldsPassages | None:
        """The source of a name; None where there is none any more."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatSetup:
    """How one question was asked of one endpoint.

    Attributes:
        chat, turn: where it stands in the session's history.
        kind, model: of the endpoint: its dialect, and the name that is sent.
        system: the person's own system text, without our rules.
        source: whose documents were searched; `none`: nobody's.
        sent: settings of the model as they were sent, by the names of the chat completions API.
        past: the talk before it, as this endpoint knows it, oldest first.
        passages: what was found for it, in the order of its citations; None where a document has
            been deleted since.
    """

    chat: int
    turn: int
    kind: Kind
    model: str
    system: str
    source: str
    retrieval: RetrievalSettings
    prompt: PromptSettings
    sent: Mapping[str, Any]
    question: str
    past: tuple[Message, ...]
    passages: tuple[Passage, ...] | None

    def messages(self) -> tuple[Message, ...]:
        """The messages of the call, as the pane sent them.

        Raises:
            ChatRefused: a document that it was answered from is gone.
        """
        if self.passages is None:
            raise ChatRefused("export_passage_gone")
        return build_messages(self.system, self.passages, self.past, self.question, self.prompt)

    def asked_text(self) -> str:
        """The question as it ends the last message."""
        return harmless(self.question, keep_citations=True)


def setup_of_turn(
    history: History,
    place: tuple[int, int],
    endpoints: Endpoints,
    endpoint: str | None,
    indexes: Sources,
) -> ChatSetup:
    """The set-up of one turn.

    Args:
        history: of the session that asks.
        place: chat and turn.
        endpoints: those that there are now.
        endpoint: whose answer is meant; None: the first that answered.
        indexes: data sources by their names.

    Raises:
        ChatRefused: no such chat or turn of this session, no model answered it, another endpoint
            is meant than answered, or that endpoint is no longer set up.
    """
    chat, number = place
    if not history.has_chat(chat):
        raise ChatRefused("chat_unknown", found=str(chat))
    turns = history.turns(chat)
    turn = next((one for one in turns if one.id == number), None)
    if turn is None:
        raise ChatRefused("turn_unknown", found=str(number))
    asked = _asked_endpoint(turn, endpoints, endpoint)
    before = [one for one in turns if one.id < turn.id]
    return _setup(turn, asked, said_before(before, asked.name), indexes)


def _asked_endpoint(turn: Turn, endpoints: Endpoints, wanted: str | None) -> Endpoint:
    answered = list(dict.fromkeys(one.endpoint for one in turn.answers))
    if not answered:
        raise ChatRefused("export_no_answer")
    name = answered[0] if wanted is None else wanted
    if name not in answered:
        raise ChatRefused("export_endpoint", known=", ".join(answered))
    found = next((one for one in endpoints.items if one.name == name), None)
    if found is None:
        raise ChatRefused("export_endpoint_gone", name=name)
    return found


def _setup(turn: Turn, endpoint: Endpoint, past: Sequence[Message], indexes: Sources) -> ChatSetup:
    settings = turn.settings
    source: str = settings["source"]
    prompt = kept_prompt(settings)
    if source == "none":
        prompt = replace(prompt, in_scope=False)
    body = body_of(endpoint, (), read_parameters(settings["parameters"]))
    return ChatSetup(
        chat=turn.chat_id,
        turn=turn.id,
        kind=endpoint.kind,
        model=endpoint.model,
        system=settings["system"],
        source=source,
        retrieval=RetrievalSettings(
            top_n=settings["top_n"],
            strictness=settings["strictness"],
            in_scope=settings["in_scope"],
        ),
        prompt=prompt,
        sent={name: value for name, value in body.items() if name not in NOT_SETTINGS},
        question=turn.question,
        past=tuple(past),
        passages=_passages(turn, indexes.get(source)),
    )


def _passages(turn: Turn, index: HoldsPassages | None) -> tuple[Passage, ...] | None:
    found = [None if index is None else index.passage(one) for one in turn.passages]
    shown = [prompt_passage(at, hit) for at, hit in enumerate(found, start=1) if hit is not None]
    return tuple(shown) if len(shown) == len(found) else None
