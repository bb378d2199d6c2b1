"""Which model a name in another system means: rules without database, in order, each with a name.

A join is ``exact`` (the same id), ``typed`` (a person read it, :mod:`catalog.identity_words`),
``stated`` (the source says so) or made by a ``rule``. A fine-tune, quantized or distilled version
is never the same model: where it is known what it was made from, that is its ``base``. A name that
no rule joins becomes a model of its own, ``publisher/name``.

Names are compared by their runs of letters and of digits: ``llama3-1-70b`` is ``Llama-3.1-70B``,
and ``gemma-29b`` is not ``gemma-2-9b``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.identity_words import (
    CLOSED_PUBLISHERS,
    FAMILIES,
    HUB_SHORT_OWNERS,
    HUB_SHORT_REASON,
    PUBLISHERS,
    RENAMED,
    TYPED,
    TYPED_BASES,
)
from catalog.vocabulary import Evidence

SAME_ID = "the same id"
SAME_ID_BUT_CASE = "the same id but for capitals"
SAME_NAME = "same name after the slash, publisher known"
WITHOUT_FORMAT_MARK = "same name without -hf, publisher known"
WITHOUT_META = "same name with or without Meta- before it, publisher known"
ONE_DATED = "version date stripped: only one dated version is known"
ONE_VERSION = "version stripped: only one version is known"
BASE_OR_INSTRUCT = "version stripped: the base or the instruct model may be meant"
SERVED_AS = "a serving variant of it: {suffix} at the end of the name"
STATED = "the source states this Hub id"
OWN_MODEL = "a model of its own: publisher and name as the source writes them"
HUB_ROUTER = "an id of the Hub, named by its router"
MOVES = "a name that moves from model to model"

_RUN = re.compile(r"[a-z]+|\d+")
_DATE = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|20\d{6})$")
_VERSION = re.compile(r"-v\d+(?:\.\d+)*$")
_SERVING = re.compile(
    r"(?:-fp8-fast|-turbo|-lite|-fast|-ultrafast|-highspeed|-fp8|-bf16|-awq|-int8|-nvfp4|-us"
    r"|-specdec|-fp8-dynamic)$"
)
_QUANTIZED = ("-fp8", "-awq", "-int8", "-nvfp4")
_MOVING = re.compile(r"(?:^|[-/])(?:chat-)?latest$")
_V_WITHOUT_POINT = re.compile(r"(?<=[-_])v0(\d)(?=$|-)")


@dataclass(frozen=True, kw_only=True)
class PublishedName:
    """A name of a model as a system writes it.

    Attributes:
        system, key: where, and the id there.
        publisher: as the source states it; None where it does not.
        name: the model's name in the key, without the system's own ornaments.
        provider: who sells it; owns the serving variants of its own making.
        is_hub_id: the system uses Hub ids as its keys.
    """

    system: str
    key: str
    publisher: str | None
    name: str
    provider: str
    is_hub_id: bool = False


@dataclass(frozen=True, kw_only=True)
class Join:
    """The outcome for one name.

    Attributes:
        model_id: None where the name is none of one model.
        evidence, reason: why; the reason is the name of the rule or statement.
        is_new: the model is of this name only, so far.
        base: model that it was made from, evidence and reason; None where nobody says.
        candidates: several models that fit equally, then ``model_id`` is None.
        flags: words of warning.
    """

    model_id: str | None
    evidence: Evidence
    reason: str
    is_new: bool = False
    base: tuple[str, Evidence, str] | None = None
    candidates: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def compared(name: str) -> str:
    """A name as it is compared: its runs of letters and digits, lower case."""
    return ".".join(_RUN.findall(name.casefold()))


def publisher_of(name: PublishedName) -> str | None:
    """The publisher's name as ids carry it: as stated, else by the family of the name."""
    if name.publisher is not None:
        stated = name.publisher.replace(" ", "-")
        return PUBLISHERS.get(name.publisher.casefold(), stated)
    folded = name.name.casefold()
    return next((owner for start, owner in FAMILIES if folded.startswith(start)), None)


class KnownModels:
    """The models known so far, found by what is compared of their names."""

    def __init__(self, model_ids: Iterable[str]) -> None:
        self.ids: set[str] = set()
        self._folded: dict[str, str] = {}
        self._named: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._unversioned: dict[tuple[str, str], set[str]] = defaultdict(set)
        for model_id in sorted(model_ids):
            self.add(model_id)

    def add(self, model_id: str) -> None:
        """Make one more model known."""
        if model_id in self.ids:
            return
        publisher, _, name = model_id.partition("/")
        self.ids.add(model_id)
        self._folded.setdefault(model_id.casefold(), model_id)
        self._named[publisher.casefold(), compared(name)].append(model_id)
        for pattern in (_DATE, _VERSION):
            stem = pattern.sub("", name.casefold())
            if stem != name.casefold():
                self._unversioned[publisher.casefold(), compared(stem)].add(model_id)

    def by_id(self, model_id: str) -> str | None:
        """The known spelling of an id; capitals do not matter."""
        return model_id if model_id in self.ids else self._folded.get(model_id.casefold())

    def by_name(self, publisher: str, name: str) -> list[str]:
        """Models of one publisher that compare equal; the newer id where the Hub renamed one."""
        found = self._named.get((publisher.casefold(), compared(name)), [])
        return sorted({self.newest(model_id) for model_id in found})

    def newest(self, model_id: str) -> str:
        """The id under which the Hub keeps a model now, where that is known too."""
        renamed = RENAMED.get(model_id, model_id)
        return renamed if renamed in self.ids else model_id

    def versions_of(self, publisher: str, name: str) -> list[str]:
        """Models whose name is this one and a version or a date."""
        return sorted(self._unversioned.get((publisher.casefold(), compared(name)), ()))


def join_price_name(name: PublishedName, known: KnownModels) -> Join:
    """Which model a key of a price list means."""
    typed = TYPED.get((name.system, name.key))
    if typed is not None:
        return _based(Join(model_id=typed[0], evidence="typed", reason=typed[1]))
    if _MOVING.search(name.name.casefold()):
        return Join(model_id=None, evidence="rule", reason=MOVES, flags=("moving_name",))
    if name.key in known.ids:
        newest = known.newest(name.key)
        if newest == name.key:
            return _based(Join(model_id=name.key, evidence="exact", reason=SAME_ID))
    spelled = known.by_id(name.key)
    if spelled is not None:
        return _based(
            Join(model_id=known.newest(spelled), evidence="rule", reason=SAME_ID_BUT_CASE)
        )
    publisher = publisher_of(name)
    if publisher is not None:
        found = _by_rules(publisher, name.name, known)
        if found is not None:
            return found
        served = _served(publisher, name, known)
        if served is not None:
            return served
    return own_model(name, publisher)


def join_registry_name(
    name: PublishedName, stated_id: str | None, other_names: Sequence[str], known: KnownModels
) -> Join:
    """Which model an asset of a registry is, with the Hub id that it states.

    Args:
        name: the asset.
        stated_id: as written there; None where it states none.
        other_names: names of all other assets of the registry.
        known: models known so far.
    """
    typed = TYPED.get((name.system, name.key))
    if typed is not None:
        flags = ("stated_id_glued",) if stated_id and stated_id.count("/") > 1 else ()
        return Join(model_id=typed[0], evidence="typed", reason=typed[1], flags=flags)
    flags = ()
    if stated_id and stated_id.count("/") > 1:
        flags = ("stated_id_glued",)
    elif stated_id and _is_of_another(name.key, stated_id, other_names):
        flags = ("stated_id_suspect",)
    elif stated_id:
        return _stated(name, stated_id, known)
    short = _with_owner(name.key)
    if short is not None:
        return Join(
            model_id=known.by_id(short) or short,
            evidence="typed",
            reason=HUB_SHORT_REASON,
            is_new=known.by_id(short) is None,
            flags=flags,
        )
    publisher = publisher_of(name)
    found = None if publisher is None else _by_rules(publisher, name.name, known)
    if found is None:
        found = own_model(name, publisher)
    return Join(**{**found.__dict__, "flags": tuple(sorted({*flags, *found.flags}))})


def own_model(name: PublishedName, publisher: str | None) -> Join:
    """A model of its own."""
    owner = publisher or PUBLISHERS.get(name.provider, name.provider)
    if name.is_hub_id:
        hub = Join(model_id=name.key, evidence="stated", reason=HUB_ROUTER, is_new=True)
        return _based(hub)
    model_id = f"{owner}/{name.name}"
    return _based(Join(model_id=model_id, evidence="rule", reason=OWN_MODEL, is_new=True))


def with_point(name: str) -> str:
    """``Mistral-7B-v01`` as ``Mistral-7B-v0.1``: Azure drops the point of a version."""
    return _V_WITHOUT_POINT.sub(r"v0.\1", name)


def _by_rules(publisher: str, name: str, known: KnownModels) -> Join | None:
    meta = name[5:] if name.casefold().startswith("meta-") else f"Meta-{name}"
    for candidates, reason in (
        (known.by_name(publisher, name), SAME_NAME),
        (known.by_name(publisher, f"{name}-hf"), WITHOUT_FORMAT_MARK),
        (known.by_name(publisher, meta) if publisher == "meta-llama" else [], WITHOUT_META),
    ):
        if len(candidates) == 1:
            return _based(Join(model_id=candidates[0], evidence="rule", reason=reason))
        if candidates:
            return _ambiguous(candidates, reason)
    versions = known.versions_of(publisher, name)
    if len(versions) == 1:
        instruct = known.versions_of(publisher, f"{name}-instruct")
        if instruct:
            return _ambiguous([*versions, *instruct], BASE_OR_INSTRUCT)
        reason = ONE_DATED if _DATE.search(versions[0]) else ONE_VERSION
        return _based(Join(model_id=versions[0], evidence="rule", reason=reason))
    return None


def _ambiguous(candidates: Sequence[str], reason: str) -> Join:
    return Join(
        model_id=None,
        evidence="rule",
        reason=reason,
        candidates=tuple(sorted(candidates)),
        flags=("ambiguous",),
    )


def _served(publisher: str, name: PublishedName, known: KnownModels) -> Join | None:
    """A variant that a provider serves (faster, quantized, in one country) of a known model."""
    ending = _SERVING.search(name.name.casefold())
    if ending is None or (publisher in CLOSED_PUBLISHERS and not _is_open(name.name)):
        return None
    base = _by_rules(publisher, name.name[: ending.start()], known)
    if base is None or base.model_id is None:
        return None
    suffix = ending.group()
    is_published = suffix in _QUANTIZED and name.key.startswith(f"{publisher}/")
    owner = publisher if name.is_hub_id or is_published else name.provider
    model_id = f"{owner}/{name.name}"
    return Join(
        model_id=known.by_id(model_id) or model_id,
        evidence="stated" if name.is_hub_id else "rule",
        reason=HUB_ROUTER if name.is_hub_id else OWN_MODEL,
        is_new=known.by_id(model_id) is None,
        base=(base.model_id, "rule", SERVED_AS.format(suffix=suffix)),
    )


def _is_open(name: str) -> bool:
    return name.casefold().startswith(("gpt-oss", "gemma"))


def _based(join: Join) -> Join:
    base = TYPED_BASES.get(join.model_id or "")
    if base is None:
        return join
    return Join(**{**join.__dict__, "base": (base[0], "typed", base[1])})


def _stated(name: PublishedName, stated_id: str, known: KnownModels) -> Join:
    full = stated_id if "/" in stated_id else _with_owner(stated_id)
    if full is None:
        return own_model(name, publisher_of(name))
    spelled = known.by_id(full)
    model_id = spelled or full
    words = set(_RUN.findall(full.partition("/")[2].casefold()))
    differs = not words <= set(_RUN.findall(f"{name.key} {name.name}".casefold()))
    return Join(
        model_id=model_id,
        evidence="stated",
        reason=STATED if "/" in stated_id else f"{STATED}; {HUB_SHORT_REASON}",
        is_new=spelled is None,
        flags=("stated_name_differs",) if differs else (),
    )


def _is_of_another(key: str, stated_id: str, other_names: Sequence[str]) -> bool:
    """The stated id is another asset's own name, and says what this asset's name does not."""
    words = set(_RUN.findall(stated_id.rpartition("/")[2].casefold()))
    return not words <= set(_RUN.findall(key.casefold())) and any(
        compared(other) == compared(stated_id) for other in other_names if other != key
    )


def _with_owner(short_id: str) -> str | None:
    """``gpt2`` as ``openai-community/gpt2``; None where it is no such short id."""
    fits = [start for start in HUB_SHORT_OWNERS if short_id.casefold().startswith(start)]
    return f"{HUB_SHORT_OWNERS[max(fits, key=len)]}/{short_id}" if fits else None
