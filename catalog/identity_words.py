"""Reviewed tables for `catalog.identity`: who publishes what, and joins that no rule finds.

Each typed join carries its reason. What is not here and follows from no rule is not joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PUBLISHERS: Final[Mapping[str, str]] = {
    "ai21": "ai21labs",
    "alibaba": "Qwen",
    "allenai": "allenai",
    "baai": "BAAI",
    "baidu": "baidu",
    "cohere": "cohere",
    "compvis": "CompVis",
    "databricks": "databricks",
    "deci ai": "Deci",
    "deepseek": "deepseek-ai",
    "deepseek-ai": "deepseek-ai",
    "google": "google",
    "meta": "meta-llama",
    "meta-llama": "meta-llama",
    "microsoft": "microsoft",
    "minimax": "MiniMaxAI",
    "minimaxai": "MiniMaxAI",
    "mistral": "mistralai",
    "mistral ai": "mistralai",
    "mistralai": "mistralai",
    "moonshot": "moonshotai",
    "moonshotai": "moonshotai",
    "nousresearch": "NousResearch",
    "nvidia": "nvidia",
    "openai": "openai",
    "qwen": "Qwen",
    "runway": "runwayml",
    "salesforce": "Salesforce",
    "snowflake": "Snowflake",
    "stability ai": "stabilityai",
    "tiiuae": "tiiuae",
    "x-ai": "x-ai",
    "xai": "x-ai",
    "xiaomi": "XiaomiMiMo",
    "xiaomimimo": "XiaomiMiMo",
    "z-ai": "zai-org",
    "zai": "zai-org",
    "zai-org": "zai-org",
}
"""A publisher's name or prefix, folded, to the owner's name on the Hub, or to ours where it has
none there."""

FAMILIES: Final[tuple[tuple[str, str], ...]] = (
    ("gpt-oss", "openai"),
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4-", "openai"),
    ("codex-", "openai"),
    ("computer-use", "openai"),
    ("text-embedding-", "openai"),
    ("babbage-", "openai"),
    ("davinci-", "openai"),
    ("llama", "meta-llama"),
    ("meta-llama", "meta-llama"),
    ("qwen", "Qwen"),
    ("qwq", "Qwen"),
    ("deepseek", "deepseek-ai"),
    ("gemma", "google"),
    ("gemini", "google"),
    ("claude-", "anthropic"),
    ("grok-", "x-ai"),
    ("mistral", "mistralai"),
    ("mixtral", "mistralai"),
    ("ministral", "mistralai"),
    ("codestral", "mistralai"),
    ("devstral", "mistralai"),
    ("magistral", "mistralai"),
    ("pixtral", "mistralai"),
    ("voxtral", "mistralai"),
    ("glm-", "zai-org"),
    ("kimi-", "moonshotai"),
    ("minimax-", "MiniMaxAI"),
    ("phi-", "microsoft"),
    ("mai-", "microsoft"),
    ("command", "cohere"),
    ("cohere-", "cohere"),
    ("nova-", "amazon"),
    ("titan-", "amazon"),
    ("nemotron", "nvidia"),
    ("bge-", "BAAI"),
    ("inkling", "thinkingmachines"),
    ("muse-", "meta-models"),
    ("jais-", "core42"),
)
"""Start of a name, folded, to its publisher; the first that fits counts."""

CLOSED_PUBLISHERS: Final = frozenset({"openai", "anthropic", "x-ai", "amazon", "cohere", "google"})
"""Their names end in words such as turbo and fast, which are models there, not ways of serving."""

RENAMED: Final[Mapping[str, str]] = {
    "meta-llama/Meta-Llama-3.1-8B-Instruct": "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Meta-Llama-3.1-70B-Instruct": "meta-llama/Llama-3.1-70B-Instruct",
}
"""Ids that the Hub renamed; both stand in the catalog, a key from elsewhere joins the newer."""

HUB_SHORT_OWNERS: Final[Mapping[str, str]] = {
    "bert-": "google-bert",
    "camembert-base": "almanach",
    "distilbert-": "distilbert",
    "distilgpt2": "distilbert",
    "distilroberta-": "distilbert",
    "gpt2": "openai-community",
    "roberta-base-openai-": "openai-community",
    "roberta-large-openai-": "openai-community",
    "roberta-": "FacebookAI",
    "t5-": "google-t5",
}
"""Start of an id without an owner to the owner under which the Hub keeps it now."""

HUB_SHORT_REASON: Final = "an id without owner, kept by the Hub under this owner now"

_GROQ = "Groq's name of Meta's instruct model, one size and version of which exists"
_TOGETHER = "Together's name of Meta's instruct model; the Hub has no such id"
_EXPERTS = "the number of experts is left out; Meta published one such instruct model"

TYPED: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("azureml", "mistral-community-Mixtral-8x22B-v0-1"): (
        "mistral-community/Mixtral-8x22B-v0.1",
        "the stated id is two ids glued together; this is the one that the asset's name spells",
    ),
    ("genai_prices/groq", "llama-3.3-70b-versatile"): ("meta-llama/Llama-3.3-70B-Instruct", _GROQ),
    ("genai_prices/groq", "llama-3.1-8b-instant"): ("meta-llama/Llama-3.1-8B-Instruct", _GROQ),
    ("genai_prices/groq", "llama-3.1-70b-versatile"): ("meta-llama/Llama-3.1-70B-Instruct", _GROQ),
    ("genai_prices/groq", "llama3-70b-8192"): ("meta-llama/Meta-Llama-3-70B-Instruct", _GROQ),
    ("genai_prices/groq", "llama3-8b-8192"): ("meta-llama/Meta-Llama-3-8B-Instruct", _GROQ),
    ("genai_prices/groq", "llama2-70b-4096"): ("meta-llama/Llama-2-70b-chat-hf", _GROQ),
    ("genai_prices/groq", "mixtral-8x7b-32768"): (
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "Groq's name with the context in it; one instruct version of this size exists",
    ),
    ("genai_prices/groq", "meta-llama/llama-4-maverick-17b-128e-instruct"): (
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        "the same id but for capitals",
    ),
    ("genai_prices/aws", "meta.llama4-maverick-17b-instruct-v1:0"): (
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        _EXPERTS,
    ),
    ("genai_prices/aws", "meta.llama4-scout-17b-instruct-v1:0"): (
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
        _EXPERTS,
    ),
    ("genai_prices/aws", "mistral.mistral-7b-instruct-v0:2"): (
        "mistralai/Mistral-7B-Instruct-v0.2",
        "Bedrock writes v0:2 for v0.2",
    ),
    ("genai_prices/aws", "mistral.mixtral-8x7b-instruct-v0:1"): (
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "Bedrock writes v0:1 for v0.1",
    ),
    ("genai_prices/aws", "qwen.qwen3-coder-30b-a3b-v1:0"): (
        "Qwen/Qwen3-Coder-30B-A3B-Instruct",
        "the only model of this size, an instruct one; Bedrock shows it under that name",
    ),
    ("genai_prices/aws", "qwen.qwen3-coder-480b-a35b-v1:0"): (
        "Qwen/Qwen3-Coder-480B-A35B-Instruct",
        "the only model of this size, an instruct one; Bedrock shows it under that name",
    ),
    ("genai_prices/aws", "qwen.qwen3-vl-235b-a22b-v1:0"): (
        "Qwen/Qwen3-VL-235B-A22B-Instruct",
        "Bedrock shows it under the name with Instruct",
    ),
    ("genai_prices/aws", "deepseek.r1-v1:0"): (
        "deepseek-ai/DeepSeek-R1",
        "Bedrock names the publisher once; it shows it as DeepSeek-R1",
    ),
    ("genai_prices/aws", "nvidia.nemotron-nano-9b-v2:0"): (
        "nvidia/NVIDIA-Nemotron-Nano-9B-v2",
        "NVIDIA- before the name is left out",
    ),
    ("genai_prices/together", "meta-llama/Llama-3-70b-chat-hf"): (
        "meta-llama/Meta-Llama-3-70B-Instruct",
        _TOGETHER,
    ),
    ("genai_prices/together", "meta-llama/Llama-3-8b-chat-hf"): (
        "meta-llama/Meta-Llama-3-8B-Instruct",
        _TOGETHER,
    ),
    ("genai_prices/cerebras", "llama-3.3-70b"): (
        "meta-llama/Llama-3.3-70B-Instruct",
        "Meta published the instruct model only",
    ),
    ("genai_prices/cerebras", "llama3.1-8b"): (
        "meta-llama/Llama-3.1-8B-Instruct",
        "Cerebras serves the instruct model; the Hub's router names it",
    ),
    ("genai_prices/ovhcloud", "Meta-Llama-3_3-70B-Instruct"): (
        "meta-llama/Llama-3.3-70B-Instruct",
        "Meta- before the name; the Hub's router names it for the same provider",
    ),
}
"""(system, key) to the model it is and why: read by a person, where a rule would have to guess."""

TYPED_BASES: Final[Mapping[str, tuple[str, str]]] = {
    "microsoft/MAI-DS-R1": (
        "deepseek-ai/DeepSeek-R1",
        "trained further from DeepSeek-R1 by Microsoft: another model",
    ),
    "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8": (
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        "its 8-bit version",
    ),
}
"""Model id to the model that it was made from, and why."""

NO_MODEL: Final[Mapping[str, str]] = {
    "model-router": "a router's own fee on top of the price of the model it picks",
    "model_router": "a router's own fee on top of the price of the model it picks",
}
"""Names that are sold like a model and are none."""


def spelled(model: str) -> str:
    """``gpt-35-turbo`` as ``gpt-3.5-turbo``: Azure drops the point."""
    return model.replace("gpt-35", "gpt-3.5")
