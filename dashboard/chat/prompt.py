"""What is sent to the model for one question: rules, examples, the talk so far, passages as data,
question.

The system text of the person stands first and whole, followed by our rules, which do not depend on
the documents, and by the person's examples. Passages stand in one block in the last message, before
the question, so that what comes before it stays the same from question to question and a server can
keep it in its cache.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dashboard.chat.citation_marks import without_marks
from dashboard.chat.errors import ChatRefused
from dashboard.chat.harmless import harmless, harmless_line
from dashboard.chat.question_language import language_of
from dashboard.texts import Texts, load_texts

BLOCK_START: Final = "<documents>"
BLOCK_END: Final = "</documents>"
MOST_PAST_MESSAGES: Final = 100
MOST_CHARACTERS_OF_TITLE: Final = 200
MOST_EXAMPLES: Final = 20
MOST_CHARACTERS_OF_EXAMPLE: Final = 4_000
"""Of each of its two texts."""


class Role(StrEnum):
    """Who speaks in a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message of a call."""

    role: Role
    content: str

    def as_sent(self) -> dict[str, str]:
        """As the chat completions API takes it."""
        return {"role": self.role.value, "content": self.content}


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A piece of a document that goes into a prompt.

    Attributes:
        number: N of its citation, `[docN]`; from 1.
        document_id: the document that it is from.
        title, place: of the document, and where in it; each may be empty.
        text: as it stands in the document.
    """

    number: int
    document_id: str
    title: str
    place: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A question of a person and the answer that the model should take as its pattern."""

    user: str
    assistant: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptSettings:
    """How a prompt is put together. Raises ChatRefused for a value outside its range.

    Attributes:
        in_scope: answer out of the passages alone; else say that the documents do not say it.
        past_messages: at most so many messages of the talk are sent again; pairs stay whole.
        examples: sent before the talk, each time; they count as none of its messages.
    """

    in_scope: bool = True
    past_messages: int = 10
    examples: tuple[Example, ...] = ()

    def __post_init__(self) -> None:
        _require_examples(self.examples)
        if not 0 <= self.past_messages <= MOST_PAST_MESSAGES:
            raise ChatRefused(
                "past_messages", most=str(MOST_PAST_MESSAGES), found=str(self.past_messages)
            )


def build_messages(
    system: str,
    passages: Sequence[Passage],
    history: Sequence[Message],
    question: str,
    settings: PromptSettings,
) -> tuple[Message, ...]:
    """The messages of one call, in order. Raises ChatRefused for an empty question, two passages
    of one number, or a past message of the system.

    history: the talk so far, oldest first, without this question. Citations in past answers are
        left out, because their numbers meant other passages. Those in examples stay: a person
        wrote them to show how to cite.
    """
    _require_sendable(passages, history, question)
    texts = load_texts(language_of(question))
    rules = _rules(settings, bool(passages), texts)
    system_text = "\n\n".join(part for part in (system, rules) if part)
    asked = harmless(question, keep_citations=True)
    if passages or settings.in_scope:
        asked = f"{_block(passages, texts)}\n\n{texts('chat.prompt.question')}\n{asked}"
    first = [Message(role=Role.SYSTEM, content=system_text)] if system_text else []
    past = _past(history, settings.past_messages)
    return (*first, *_shown(settings.examples), *past, Message(role=Role.USER, content=asked))


def _require_examples(examples: Sequence[Example]) -> None:
    if len(examples) > MOST_EXAMPLES:
        raise ChatRefused("examples_many", most=str(MOST_EXAMPLES), found=str(len(examples)))
    for number, example in enumerate(examples, start=1):
        for text in (example.user, example.assistant):
            if not text.strip():
                raise ChatRefused("example_half", number=str(number))
            if len(text) > MOST_CHARACTERS_OF_EXAMPLE:
                raise ChatRefused(
                    "example_long",
                    number=str(number),
                    most=f"{MOST_CHARACTERS_OF_EXAMPLE:,}",
                    found=f"{len(text):,}",
                )


def _shown(examples: Sequence[Example]) -> Iterator[Message]:
    """The examples as turns of a talk; text that was pasted into one opens no role of its own."""
    for one in examples:
        yield Message(role=Role.USER, content=harmless(one.user, keep_citations=True))
        yield Message(role=Role.ASSISTANT, content=harmless(one.assistant, keep_citations=True))


def _require_sendable(
    passages: Sequence[Passage], history: Sequence[Message], question: str
) -> None:
    if not question.strip():
        raise ChatRefused("question_empty")
    numbers = [passage.number for passage in passages]
    for number in numbers:
        if number < 1 or numbers.count(number) > 1:
            raise ChatRefused("passage_number", number=str(number))
    for message in history:
        if message.role is Role.SYSTEM:
            raise ChatRefused("past_role", found=message.role.value)


def _rules(settings: PromptSettings, has_passages: bool, texts: Texts) -> str:
    """Our part of the system message; the same for whatever the documents hold."""
    if settings.in_scope:
        names = ("data", "in_scope", "cite", "language")
    elif has_passages:
        names = ("data", "beyond", "cite", "language")
    else:
        return ""
    return "\n".join(texts(f"chat.prompt.{name}") for name in names)


def _block(passages: Sequence[Passage], texts: Texts) -> str:
    inside = "\n".join(map(passage_text, passages)) or texts("chat.prompt.none")
    return f"{texts('chat.prompt.block')}\n{BLOCK_START}\n{inside}\n{BLOCK_END}"


def passage_text(passage: Passage) -> str:
    """A passage as it stands in the block, with the marks around it."""
    title, place = (
        harmless_line(text, most_characters=MOST_CHARACTERS_OF_TITLE)
        for text in (passage.title, passage.place)
    )
    head = " ".join(
        part for part in (f"[doc{passage.number}]", title, place and f"({place})") if part
    )
    return f"<document>\n{head}\n{harmless(passage.text).strip()}\n</document>"


def _past(history: Sequence[Message], most: int) -> tuple[Message, ...]:
    """The last questions with their answers, as many whole pairs as fit."""
    pairs = list(_pairs(history))
    kept = pairs[max(0, len(pairs) - most // 2) :]
    return tuple(message for pair in kept for message in pair)


def _pairs(history: Sequence[Message]) -> Iterator[tuple[Message, Message]]:
    """Each question with the last answer that it got. One without an answer is left out, because
    templates want the roles to alternate."""
    asked: Message | None = None
    answer: Message | None = None
    for message in (*history, Message(role=Role.USER, content="")):
        if message.role is Role.ASSISTANT:
            answer = message
            continue
        if asked is not None and answer is not None:
            yield _said_again(asked), _said_again(answer)
        asked, answer = message, None


def _said_again(message: Message) -> Message:
    """An answer may repeat what a document smuggled in. Citations meant other passages then."""
    content = without_marks(message.content) if message.role is Role.ASSISTANT else message.content
    return Message(role=message.role, content=harmless(content))
