"""What a batch test will ask: questions x endpoints x settings x repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from dashboard.chat.asked import LONGEST_SYSTEM
from dashboard.chat.batch.question_file import Question, QuestionSet
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.parameters import Parameters
from dashboard.chat.prompt import Message, Passage, PromptSettings, build_messages
from dashboard.chat.rendered import prompt_passage
from dashboard.chat.retrieval import RetrievalSettings
from dashboard.chat.sources.libraries import Asked, retrieve_from
from dashboard.chat.token_estimate import estimate_messages

MOST_ANSWERS: Final = 100_000
MOST_REPEATS: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One way to choose passages; values as `RetrievalSettings` offers them.

    chunk_tokens: how long passages are at most; None: as the documents were cut when added.
    """

    top_n: int
    strictness: int
    chunk_tokens: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One answer to be asked for. question: its place in the set, from 0. repeat: from 1."""

    question: int
    endpoint: str
    setting: Setting
    repeat: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What is sent for one question, and the passages that stand in it, with their ids in the
    index."""

    messages: tuple[Message, ...]
    passages: tuple[Passage, ...]
    passage_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a batch test is made of.

    Attributes:
        questions: the set.
        endpoints: who is asked; each name once.
        settings: ways to choose passages.
        repeats: how often each question is asked.
        index: the documents that it is asked about.
        cuts: the same documents in passages of other lengths, by `chunk_tokens`.
        system: system message of the person; our rules follow it.
        prompt_settings: how prompts are put together, with examples.
        parameters: settings of each answer.
        region: whose prices count where an endpoint names none.
        judge: a model that judges each answer as well; None: rules alone do.

    Raises ChatRefused for a plan of nothing, too many answers, or a setting that is not offered.
    """

    questions: QuestionSet
    endpoints: tuple[Endpoint, ...]
    settings: tuple[Setting, ...]
    repeats: int
    index: Asked
    system: str
    parameters: Parameters
    region: str
    judge: Endpoint | None = None
    prompt_settings: PromptSettings = field(default_factory=PromptSettings)
    cuts: Mapping[int, PassageIndex] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [one.name for one in self.endpoints]
        if not names:
            raise ChatRefused("batch_endpoints")
        if len(set(names)) < len(names):
            raise ChatRefused("endpoint_twice")
        if not 1 <= self.repeats <= MOST_REPEATS:
            raise ChatRefused("batch_repeats", most=str(MOST_REPEATS), found=str(self.repeats))
        if len(self.system) > LONGEST_SYSTEM:
            raise ChatRefused("batch_system", most=f"{LONGEST_SYSTEM:,}")
        for one in self.settings:
            _retrieval(one)
        if len(set(self.settings)) < len(self.settings):
            raise ChatRefused("batch_settings")
        if self.answers > MOST_ANSWERS:
            raise ChatRefused("batch_answers", most=f"{MOST_ANSWERS:,}", found=f"{self.answers:,}")

    @property
    def answers(self) -> int:
        """How many answers the whole plan asks for."""
        each = len(self.questions.questions) * len(self.settings) * self.repeats
        return each * len(self.endpoints)

    def jobs(self, endpoint: str) -> Iterator[Job]:
        """What one endpoint is asked, in order: repeats of a question lie far apart, so that a
        server's cache helps them no more than it must."""
        for repeat in range(1, self.repeats + 1):
            for setting in self.settings:
                for question in range(len(self.questions.questions)):
                    yield Job(question=question, endpoint=endpoint, setting=setting, repeat=repeat)

    def question(self, job: Job) -> Question:
        """The question of a job."""
        return self.questions.questions[job.question]

    def index_of(self, setting: Setting) -> Asked:
        """The documents as a setting wants them cut."""
        return self.index if setting.chunk_tokens is None else self.cuts[setting.chunk_tokens]

    def prompt(self, question: Question, setting: Setting) -> Prompt:
        """The prompt of a question: the passages and messages of the pane, without a past."""
        index = self.index_of(setting)
        found = retrieve_from(index, question.question, _retrieval(setting))
        passages = tuple(prompt_passage(one.number, one.hit) for one in found.kept)
        messages = build_messages(
            self.system, passages, [], question.question, self.prompt_settings
        )
        return Prompt(
            messages=messages,
            passages=passages,
            passage_ids=tuple(one.hit.passage_id for one in found.kept),
        )

    @cached_property
    def input_tokens(self) -> dict[tuple[int, Setting], int]:
        """Planned input tokens of each prompt: about a quarter more than estimated."""
        return {
            (number, setting): estimate_messages(
                one.content for one in self.prompt(question, setting).messages
            ).planned
            for setting in self.settings
            for number, question in enumerate(self.questions.questions)
        }


def settings_of(
    top_n: Sequence[int], strictness: Sequence[int], chunk_tokens: Sequence[int] = ()
) -> tuple[Setting, ...]:
    """Every combination. chunk_tokens: none: as the documents were cut."""
    return tuple(
        Setting(top_n=most, strictness=strict, chunk_tokens=length)
        for length in (chunk_tokens or (None,))
        for most in top_n
        for strict in strictness
    )


def _retrieval(setting: Setting) -> RetrievalSettings:
    """Raises ChatRefused for a value that is not offered."""
    given = RetrievalSettings(top_n=setting.top_n, strictness=setting.strictness)
    if setting.chunk_tokens is None:
        return given
    return replace(given, chunk_tokens=setting.chunk_tokens)
