"""A question as a face hands it over: read, checked, with the defaults of the old playground."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.chat.errors import ChatRefused
from dashboard.chat.parameters import COUNTS, RANGES, Parameters, read_parameters
from dashboard.chat.prompt import MOST_EXAMPLES, MOST_PAST_MESSAGES, Example, PromptSettings
from dashboard.chat.retrieval import SHARE_OF_BEST, TOP_N, RetrievalSettings

MOST_COMPARED: Final = 3
LONGEST_QUESTION: Final = 20_000
LONGEST_SYSTEM: Final = 20_000
LONGEST_SOURCE: Final = 64
DEFAULT_PARAMETERS: Final[Mapping[str, object]] = {
    "temperature": 0.7,
    "top_p": 0.95,
    "max_output_tokens": 800,
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Retrieval(_Strict):
    top_n: int = Field(default=5, json_schema_extra={"enum": [*TOP_N]})
    strictness: int = Field(default=3, json_schema_extra={"enum": [*SHARE_OF_BEST]})
    in_scope: bool = True


class ExampleBody(_Strict):
    """A question and the answer that it should get, shown to the model before the talk."""

    user: str
    assistant: str


class ChatBody(_Strict):
    """The body of POST chat. `parameters` left out: 0.7, 0.95, 800 tokens; null: as the server
    has it. source: `sample`, `uploads`, `none`, or the name of a connected source. Limits that
    only stand in the schema are refused by the classes that hold the values."""

    question: str = Field(max_length=LONGEST_QUESTION, json_schema_extra={"minLength": 1})
    endpoints: list[str] = Field(default_factory=list, max_length=MOST_COMPARED)
    chat: int | None = None
    replaces: int | None = None
    system: str = Field(default="", max_length=LONGEST_SYSTEM)
    source: str = Field(default="sample", max_length=LONGEST_SOURCE)
    retrieval: _Retrieval = _Retrieval()
    past_messages: int = Field(
        default=10, json_schema_extra={"minimum": 0, "maximum": MOST_PAST_MESSAGES}
    )
    examples: list[ExampleBody] = Field(
        default_factory=list, json_schema_extra={"maxItems": MOST_EXAMPLES}
    )
    parameters: dict[str, Any] = Field(default_factory=lambda: dict(DEFAULT_PARAMETERS))
    region: str = Field(default="eastus", max_length=100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One question.

    Attributes:
        endpoints: names of those that answer; empty: passages only, nothing is generated.
        chat: the chat that it belongs to; None: a new one.
        replaces: the turn of that chat that it asks anew.
        region: whose prices the answer is priced with.
    """

    question: str
    endpoints: tuple[str, ...]
    chat: int | None
    replaces: int | None
    system: str
    source: str
    retrieval: RetrievalSettings
    prompt: PromptSettings
    parameters: Parameters
    region: str

    def settings_document(self) -> dict[str, Any]:
        """What a chat keeps of how it was asked."""
        kept = self.parameters
        return {
            "system": self.system,
            "source": self.source,
            "top_n": self.retrieval.top_n,
            "strictness": self.retrieval.strictness,
            "in_scope": self.retrieval.in_scope,
            "past_messages": self.prompt.past_messages,
            "examples": [asdict(one) for one in self.prompt.examples],
            "parameters": {
                name: getattr(kept, name)
                for name in (*RANGES, *COUNTS, "stop")
                if getattr(kept, name) not in (None, ())
            },
            "region": self.region,
        }


def examples_of(bodies: Iterable[ExampleBody]) -> tuple[Example, ...]:
    """Examples as a prompt takes them."""
    return tuple(Example(user=one.user.strip(), assistant=one.assistant.strip()) for one in bodies)


def kept_prompt(settings: Mapping[str, Any]) -> PromptSettings:
    """How a prompt was put together, out of what a chat keeps of how it was asked. Chats of older
    versions keep no examples."""
    return PromptSettings(
        in_scope=settings["in_scope"],
        past_messages=settings["past_messages"],
        examples=tuple(Example(**one) for one in settings.get("examples", ())),
    )


def read_asked(values: object) -> Asked:
    """A question out of plain data. Raises ChatRefused for the first thing that is wrong."""
    try:
        body = ChatBody.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise ChatRefused("body", field=field, reason=first["msg"]) from None
    if not body.question.strip():
        raise ChatRefused("question_empty")
    if len(set(body.endpoints)) < len(body.endpoints):
        raise ChatRefused("endpoint_twice")
    retrieval = RetrievalSettings(
        top_n=body.retrieval.top_n,
        strictness=body.retrieval.strictness,
        in_scope=body.retrieval.in_scope,
    )
    return Asked(
        question=body.question,
        endpoints=tuple(body.endpoints),
        chat=body.chat,
        replaces=body.replaces,
        system=body.system,
        source=body.source,
        retrieval=retrieval,
        prompt=PromptSettings(
            in_scope=retrieval.in_scope,
            past_messages=body.past_messages,
            examples=examples_of(body.examples),
        ),
        parameters=read_parameters(body.parameters),
        region=body.region,
    )
