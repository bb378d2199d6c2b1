"""The words of Azure's meter names: what each means, and how models are spelled there.

Meter names are free text written for invoices. A word that is in no table here makes the meter
unread, which is reported; adding a word is adding a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from catalog.vocabulary import Deployment

Direction = Literal["input", "output"]

DIRECTIONS: Final[Mapping[str, Direction]] = {
    **dict.fromkeys(("in", "inp", "inpt", "input"), "input"),
    **dict.fromkeys(("opt", "out", "outp", "outpt", "output"), "output"),
}

SCOPES: Final[Mapping[str, Deployment]] = {
    **dict.fromkeys(("gl", "glbl", "global"), "global"),
    **dict.fromkeys(("dz", "dzn", "dzone"), "data_zone"),
    **dict.fromkeys(("reg", "regional", "regn", "regnl", "rg", "rgn", "rgnl"), "regional"),
}

CACHED: Final = frozenset({"cached", "cchd", "ccchd", "cd"})
BATCH: Final = frozenset({"batch"})
TUNED: Final = frozenset({"finetuned", "ft", "ftuned"})
HOSTING: Final = frozenset({"hosting", "hstng"})
SHORT_CONTEXT: Final = frozenset({"shco", "shortco"})
FILLERS: Final = frozenset({"1k", "1m", "std", "tkn", "token", "tokens"})
HOSTING_FILLERS: Final = frozenset({"deployment", "unit"})

NOT_READ: Final[Mapping[str, str]] = {
    **dict.fromkeys(("pp", "priority"), "priority processing, which has no kind of price here"),
    **dict.fromkeys(("fl", "flex"), "flexible processing, which has no kind of price here"),
    **dict.fromkeys(("grader", "grdr", "mdlgrdr"), "a grader of tuning, not the model's use"),
    **dict.fromkeys(("longco", "loco"), "prices of long prompts"),
    "l": "L may stand for long prompts",
    **dict.fromkeys(("training", "trng", "rft"), "training, not the model's use"),
    "dev": "developer tier of a tuned model",
    **dict.fromkeys(("wr", "write"), "writing into the cache, which has no kind of price here"),
    **dict.fromkeys(("realtime", "rt", "prvw", "realtimeprvw"), "speech in real time"),
    **dict.fromkeys(
        ("aud", "audio", "transcribe", "trscb", "tcrb", "tts", "whisper"), "sound, not text"
    ),
    **dict.fromkeys(("image", "img", "images", "sora", "video"), "images or video, not text"),
    "txt": "the text part of a model of sound or images",
}
"""Words of a meter that is understood and has no place in the catalog."""

MODELS: Final[Mapping[str, str]] = {
    "babbage 002": "babbage-002",
    "codestral": "Codestral",
    "codex mini": "codex-mini",
    "computer use": "computer-use-preview",
    "computer use preview": "computer-use-preview",
    "davinci 002": "davinci-002",
    "embedding ada": "text-embedding-ada-002",
    "gpt 35 turbo 16k": "gpt-35-turbo-16k",
    "gpt 35 turbo 4k": "gpt-35-turbo-4k",
    "gpt 35 turbo instruct": "gpt-35-turbo-instruct",
    "gpt 35 turbo16k": "gpt-35-turbo-16k",
    "gpt 35 turbo16k 0125": "gpt-35-turbo-0125",
    "gpt 35 turbo16k 1106": "gpt-35-turbo-1106",
    "gpt 35 turbo4k": "gpt-35-turbo-4k",
    "gpt 4 32k": "gpt-4-32k",
    "gpt 4 8k": "gpt-4-8k",
    "gpt 4 turbo vision 128k": "gpt-4-turbo-vision",
    "gpt 4 turbo128k": "gpt-4-turbo",
    "gpt 4.1": "gpt-4.1",
    "gpt 4.1 mini": "gpt-4.1-mini",
    "gpt 4.1 nano": "gpt-4.1-nano",
    "gpt 4.5 0227": "gpt-4.5-preview-2025-02-27",
    "gpt 4o 0513": "gpt-4o-2024-05-13",
    "gpt 4o 0806": "gpt-4o-2024-08-06",
    "gpt 4o 1120": "gpt-4o-2024-11-20",
    "gpt 4o mini 0718": "gpt-4o-mini-2024-07-18",
    "gpt oss 120b": "gpt-oss-120b",
    "gpt oss 20b": "gpt-oss-20b",
    "llama 3.3 70b": "Llama-3.3-70B-Instruct",
    "llama 4 maverick 17b": "Llama-4-Maverick-17B-128E-Instruct",
    "mai ds r1": "MAI-DS-R1",
    "mai thinking 1": "MAI-Thinking-1",
    "o1 1217": "o1-2024-12-17",
    "o1 mini": "o1-mini",
    "o1 preview": "o1-preview",
    "o1 pro": "o1-pro",
    "o3 0416": "o3-2025-04-16",
    "o3 deep research 0626": "o3-deep-research-2025-06-26",
    "o3 mini 0131": "o3-mini-2025-01-31",
    "o3 pro": "o3-pro",
    "o4 mini": "o4-mini",
    "o4 mini 0416": "o4-mini-2025-04-16",
    "phi 3 medium 128k instruct": "Phi-3-medium-128k-instruct",
    "phi 3 medium 4k instruct": "Phi-3-medium-4k-instruct",
    "phi 3 mini 128k instruct": "Phi-3-mini-128k-instruct",
    "phi 3 mini 4k instruct": "Phi-3-mini-4k-instruct",
    "phi 3 small 128k instruct": "Phi-3-small-128k-instruct",
    "phi 3 small 8k instruct": "Phi-3-small-8k-instruct",
    "phi 3.5 mini 128k instruct": "Phi-3.5-mini-instruct",
    "phi 3.5 moe 128k instruct": "Phi-3.5-MoE-instruct",
    "phi 3.5 moe instruct": "Phi-3.5-MoE-instruct",
    "phi 3.5 vision 128k instruct": "Phi-3.5-vision-instruct",
    "phi 3.5 vision instruct": "Phi-3.5-vision-instruct",
    "phi 4": "Phi-4",
    "phi 4 mini": "Phi-4-mini-instruct",
    "phi 4 mini instruct": "Phi-4-mini-instruct",
    "phi 4 mini reasoning": "Phi-4-mini-reasoning",
    "phi 4 multimodal instruct": "Phi-4-multimodal-instruct",
    "phi 4 reasoning": "Phi-4-reasoning",
    "phi 4 reasoning plus": "Phi-4-reasoning-plus",
    "text embedding 3 large": "text-embedding-3-large",
    "text embedding 3 small": "text-embedding-3-small",
    "text embedding ada 002": "text-embedding-ada-002",
}
"""Words of a meter, small letters, to the model as the bundled offers spell it."""

EMBEDDINGS: Final = frozenset(
    {"text-embedding-3-large", "text-embedding-3-small", "text-embedding-ada-002"}
)
"""Models that are paid by what goes in, so that their meters name no direction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Models of one product whose meters leave out the name of the family.

    Attributes:
        prefix: the family as the model's name begins.
        version: what the first word must look like.
        words: words that may follow, as they are spelled in the name.
    """

    prefix: str
    version: re.Pattern[str]
    words: Mapping[str, str]


def _as_is(*words: str) -> dict[str, str]:
    return {word.casefold(): word for word in words}


_NUMBER = re.compile(r"[1-9](?:\.\d{1,2})?")
_GPT = Family(
    prefix="gpt",
    version=re.compile(r"(?:[5-9]|\d{2})(?:\.\d)?"),
    words=_as_is("mini", "nano", "pro", "chat", "codex", "max", "sol", "luna", "terra", "astra"),
)
FAMILIES_OF_PRODUCT: Final[Mapping[str, Family]] = {
    "azure openai gpt5": _GPT,
    "azure openai gpt6": _GPT,
    "azure deepseek models": Family(
        prefix="DeepSeek",
        version=re.compile(r"[rv]\d(?:\.\d)?"),
        words=_as_is("Pro", "Flash"),
    ),
    "azure grok models": Family(
        prefix="grok", version=_NUMBER, words=_as_is("mini", "fast", "reasoning", "non", "code")
    ),
    "azure kimi": Family(
        prefix="Kimi", version=re.compile(r"k\d(?:\.\d)?"), words=_as_is("Thinking", "Code")
    ),
}
"""Product, small letters, to the family that its meters mean."""

MONTH_AND_DAY: Final = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
"""A version date as meters write it; the year is not named there, so it is not made up."""

_MODEL_PRODUCT = re.compile(
    r"^azure openai|^phi\b|\bmodels?$|^azure kimi$|model family$"
    r"|provisioned throughput reservation$"
)


def is_of_models(product: str) -> bool:
    """Whether a product sells language models; the others are speech, vision, search and so on."""
    return _MODEL_PRODUCT.search(product.strip().casefold()) is not None
