"""What meter names mean, in the spellings that Azure uses."""

from __future__ import annotations

import pytest

from catalog.sources.azure_meter_words import MODELS, NOT_READ, is_of_models
from catalog.sources.azure_meters import MeterUnread, read_hosting_meter, read_token_meter

OPENAI = "Azure OpenAI"
GPT5 = "Azure OpenAI GPT5"
GROK = "Azure Grok Models"

READ = """
Azure OpenAI:
  gpt-4o-1120-Inp-regnl Tokens | 1K | gpt-4o-2024-11-20 input regional
  gpt 4o 1120 Outp glbl Tokens | 1K | gpt-4o-2024-11-20 output global
  gpt 4o 0806 Outp Data Zone Tokens | 1K | gpt-4o-2024-08-06 output data_zone
  gpt 4o 0513 Input regional Tokens | 1K | gpt-4o-2024-05-13 input regional
  gpt 4.1 cached Inp DZone Tokens | 1K | gpt-4.1 cached_input data_zone
  gpt 4.1 mini Outp DataZone Tokens | 1K | gpt-4.1-mini output data_zone
  gpt-4-8K-Batch-Outp-glbl Tokens | 1K | gpt-4-8k batch_output global
  gpt-35-turbo-4k-Input-regional | 1K | gpt-35-turbo-4k input regional
  gpt-35-turbo16K-0125 Inp-glbl Tokens | 1K | gpt-35-turbo-0125 input global
  gpt-4-turbo-Vision-128K Inp-glbl | 1K | gpt-4-turbo-vision input global
  o3 mini 0131 cached input glbl | 1K | o3-mini-2025-01-31 cached_input global
  o4-mini 0416 Outp glbl Tokens | 1K | o4-mini-2025-04-16 output global
  text-embedding-3-large-glbl Tokens | 1K | text-embedding-3-large input global
  text embedding 3 small DZ Tokens | 1K | text-embedding-3-small input data_zone
  computer-use-outp-glbl Tokens | 1K | computer-use-preview output global
Azure OpenAI OSS Models:
  gpt-oss-120B Inp glbl Tokens | 1K | gpt-oss-120b input global
Azure OpenAI GPT5:
  GPT 5 Inpt Glbl 1M Tokens | 1M | gpt-5 input global
  GPT 5 Mini cchd Inpt DZone 1M Tokens | 1M | gpt-5-mini cached_input data_zone
  GPT 5 Nano Batch Inpt cchd Dzone 1M Tokens | 1M | gpt-5-nano batch_cached_input data_zone
  gpt-5-codex-ccchd-inp-glbl Tokens | 1K | gpt-5-codex cached_input global
  gpt 5 pro out glbl Tokens | 1K | gpt-5-pro output global
Azure OpenAI Reasoning:
  o3-deep research 0626-inp-glbl 1M Tokens | 1M | o3-deep-research-2025-06-26 input global
Azure OpenAI GPT5:
  5.4 opt Gl 1M Tokens | 1M | gpt-5.4 output global
  5.4 mini cd Inp Dz 1M Tokens | 1M | gpt-5.4-mini cached_input data_zone
  5.2 chat 0210 inp Gl 1M Tokens | 1M | gpt-5.2-chat-0210 input global
  GPT 5.1 inp Rg 1M Tokens | 1M | gpt-5.1 input regional
  5.6 sol ShortCo Inp Std Gl 1M Tokens | 1M | gpt-5.6-sol input global short
Azure Deepseek Models:
  R1 Outp glbl Tokens | 1K | DeepSeek-R1 output global
  V3-0324 Inp DZone Tokens | 1K | DeepSeek-V3-0324 input data_zone
  V4 Flash 0731 cached glbl Tokens | 1K | DeepSeek-V4-Flash-0731 cached_input global
Azure Grok Models:
  Grok 4.2 Inp glbl Tokens | 1K | grok-4.2 input global
  4.3 Outp DZ Tokens | 1K | grok-4.3 output data_zone
Azure Kimi:
  K2.5 Thinking Outp DZ Tokens | 1K | Kimi-K2.5-Thinking output data_zone
Azure Llama Models:
  Llama 3.3 70B Inp Dzone Tokens | 1K | Llama-3.3-70B-Instruct input data_zone
MAI Models:
  MAI-DS-R1 Inp glbl Tokens | 1K | MAI-DS-R1 input global
Azure Phi Models:
  Phi-4-Input Tokens | 1K | Phi-4 input unknown
  Phi-3.5-Mini-128K-Instruct-Output Tokens | 1K | Phi-3.5-mini-instruct output unknown
Azure OpenAI:
  gpt-4o-0806-cached-FT-inp-glbl Tokens | 1K | gpt-4o-2024-08-06 cached_input global tuned
Azure Phi Models:
  Phi-4-Output-Finetuned Tokens | 1K | Phi-4 output unknown tuned
"""

UNREAD = """
Azure OpenAI GPT5:
  5.4 pp inp Gl 1M Tokens | 1M | priority
  56luna LoCo Cd Wr Fl Gl 1M Tokens | 1M | long prompts
  5.4 longco inp Gl 1M Tokens | 1M | long prompts
Azure Grok Models:
  4.6 Outp DZ L Tokens | 1K | long prompts
Azure OpenAI GPT5:
  5.6 sol ShortCo Cd Wr Std Gl 1M Tokens | 1M | cache
Azure OpenAI:
  o4-mini-ft model grdr output Tokens | 1K | grader
  gpt 4.1 dev ft training glbl Tokens | 1K | developer
  gpt-4o-0806-FT-Trng-glbl tkn Tokens | 1K | training
  gpt-4o-rt-txt-1217 Inp glbl Tokens | 1K | real time
  gpt-4o-mini-tts-txt-inp-glbl Tokens | 1K | sound
  gpt-image-1-inp-txt-glbl Tokens | 1K | images
Azure OpenAI GPT5:
  5.4 mystery inp Gl 1M Tokens | 1M | mystery
  chat-latest 08062026 inp Gl 1M Tokens | 1M | no version
Azure Fireworks Models:
  FW GLM 5.2 Inp DZ Tokens | 1K | no model known
Azure Deepseek Models:
  V3.2 SP Inp glbl Tokens | 1K | 'sp'
Azure OpenAI:
  babbage-002-base-glbl Tokens | 1K | no model known
  gpt 4.1 glbl Tokens | 1K | neither input nor output
  gpt 4.1 Inp Outp glbl Tokens | 1K | both input and output
  gpt 4.1 Inp glbl regnl Tokens | 1K | two deployments
  gpt 4.1 cached Outp glbl Tokens | 1K | cached output
Azure OpenAI GPT5:
  GPT 5 Inpt Glbl 1M Tokens | 1K | 1M tokens, the unit '1K'
Azure OpenAI:
  gpt 4.1 Inp glbl Tokens | 100 | no number of tokens
  gpt 4.1 hosting glbl Tokens | 1K | hosting fee by the token
Azure OpenAI GPT5:
  Inp glbl Tokens | 1M | no model known
   | 1M | no model known
"""


def rows_of(table: str) -> list[tuple[str, str, str, str]]:
    """Name, product, unit and what is expected; lines that end in a colon name the product."""
    rows, product = [], ""
    for line in table.strip().splitlines():
        if line.endswith(":"):
            product = line.removesuffix(":")
            continue
        name, unit, expected = (cell.strip() for cell in line.split("|"))
        rows.append((name, product, unit, expected))
    return rows


@pytest.mark.parametrize(("name", "product", "unit", "expected"), rows_of(READ))
def test_a_meter_says_model_direction_place_and_variant(
    name: str, product: str, unit: str, expected: str
) -> None:
    meter = read_token_meter(name, product, unit)
    says = f"{meter.model} {meter.kind} {meter.deployment}"
    says += " tuned" * (meter.variant == "fine_tuned") + " short" * meter.short_context
    assert says == expected


@pytest.mark.parametrize(("name", "product", "unit", "why"), rows_of(UNREAD))
def test_a_meter_that_is_not_understood_says_why(
    name: str, product: str, unit: str, why: str
) -> None:
    with pytest.raises(MeterUnread, match=why):
        read_token_meter(name, product, unit)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt-4.1-ft hosting regional Unit", "gpt-4.1 regional"),
        ("gpt-4o-0806-FT-Hstng-glbl Unit", "gpt-4o-2024-08-06 global"),
        ("o4 mini ft hosting Dz Unit", "o4-mini data_zone"),
        ("Phi-4 FT Deployment Hosting Unit", "Phi-4 unknown"),
    ],
)
def test_a_hosting_meter_names_the_tuned_model(name: str, expected: str) -> None:
    meter = read_hosting_meter(name, OPENAI)
    assert (meter.kind, meter.variant) == ("hosting", "fine_tuned")
    assert f"{meter.model} {meter.deployment}" == expected


def test_an_hourly_meter_that_is_no_hosting_is_unread() -> None:
    with pytest.raises(MeterUnread, match="no hosting"):
        read_hosting_meter("gpt 4.1 something glbl Unit", OPENAI)


def test_a_bare_number_means_another_model_in_another_product() -> None:
    assert read_token_meter("5 Inp glbl", GPT5, "1M").model == "gpt-5"
    assert read_token_meter("5 Inp glbl", GROK, "1M").model == "grok-5"
    with pytest.raises(MeterUnread):
        read_token_meter("5 Inp glbl", "Azure Llama Models", "1M")


def test_no_word_means_two_things() -> None:
    for words in MODELS:
        assert not set(words.split()) & NOT_READ.keys()


@pytest.mark.parametrize(
    ("product", "is_ours"),
    [
        ("Azure OpenAI", True),
        ("Azure OpenAI Reasoning", True),
        ("Azure Deepseek Models", True),
        ("Deepseek model family", True),
        ("Azure AI Foundry Provisioned Throughput Reservation", True),
        ("Speech", False),
        ("Translator Text", False),
        ("", False),
    ],
)
def test_products_of_language_models_are_told_from_speech_and_vision(
    product: str, is_ours: bool
) -> None:
    assert is_of_models(product) is is_ours
