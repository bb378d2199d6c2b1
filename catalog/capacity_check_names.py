"""What the names in a file of measured runs lead to: shapes of models, and GPUs.

Each name is looked up once, however many rows carry it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rapidfuzz import process
from sqlalchemy import select
from sqlmodel import Session

from catalog.architectures import shape_of_model
from catalog.capacity_reason_words import Told, told_reason
from catalog.checked_shapes import checked_keys
from catalog.errors import ModelAmbiguous
from catalog.hardware_facts import gpu_of
from catalog.model_queries import known_model
from catalog.problems import cut
from catalog.records import GpuRecord
from catalog.tables import GPU
from costing.architecture import ModelShape
from costing.capacity_reasons import Reason
from costing.hardware import Gpu

_MAKERS: Final = frozenset({"nvidia", "amd", "tesla", "instinct"})
_MOST_NEAREST: Final = 5

ShapeOrTold: TypeAlias = ModelShape | Told
GpuOrTold: TypeAlias = Gpu | Told


def folded_gpu(name: str) -> str:
    """``"NVIDIA A100-SXM4-80GB"`` and ``"a100 sxm 80"`` become ``"a100sxm80"``: case, marks, the
    maker, the version of the socket and the unit of memory do not matter."""
    text = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold())
    parts = [part for part in text.split() if part not in _MAKERS and part != "gb"]
    parts = [re.sub(r"^(\d+)gb$", r"\1", re.sub(r"^sxm\d$", "sxm", part)) for part in parts]
    return "".join(parts)


@dataclass(slots=True)
class RunNames:
    """The names of one file; the session stays open as long."""

    session: Session
    _shapes: dict[tuple[str, ...], ShapeOrTold] = field(default_factory=dict)
    _gpus: dict[str, GpuOrTold] = field(default_factory=dict)
    _records: Mapping[str, GpuRecord] | None = None

    def shape(self, names: tuple[str, ...]) -> ShapeOrTold:
        """The shape of the model that goes by the first of these names that leads to one."""
        if names not in self._shapes:
            self._shapes[names] = self._find_shape(names)
        return self._shapes[names]

    def gpu(self, name: str) -> GpuOrTold:
        """The GPU of this name."""
        if name not in self._gpus:
            self._gpus[name] = self._find_gpu(name)
        return self._gpus[name]

    def _find_shape(self, names: tuple[str, ...]) -> ShapeOrTold:
        refused: Reason | None = None
        several: str | None = None
        for name in names:
            checked = checked_keys().get(name.casefold())
            if checked is not None:
                return checked.shape
            try:
                model = known_model(self.session, name)
            except ModelAmbiguous as error:
                several = several or error.message
                continue
            if model is None:
                continue
            found = shape_of_model(self.session, model).shape
            if isinstance(found, ModelShape):
                return found
            refused = refused or found
        if refused is not None:
            return told_reason(refused)
        if several is not None:
            return Told(what=several)
        shown = " or ".join(repr(cut(name)) for name in names)
        what = f"Expected a model that the catalog knows, found {shown}."
        return Told(what=what, more="Look for its id with `modelcost models WORDS`.")

    def _find_gpu(self, name: str) -> GpuOrTold:
        if self._records is None:
            found = self.session.execute(select(GPU).order_by(GPU.c.key)).mappings()
            records = [GpuRecord.model_validate(dict(row)) for row in found]
            self._records = {folded_gpu(record.key): record for record in records}
        asked = folded_gpu(name)
        record = self._records.get(asked)
        if record is None:
            what = f"Expected a GPU that the catalog knows, found {cut(name)!r}."
            return Told(what=what, more=f"Nearest: {', '.join(self._nearest(asked))}.")
        gpu = gpu_of(record)
        if gpu is None:
            what = f"Memory, bandwidth or 16-bit compute of {record.key} is not known."
            return Told(what=what)
        return gpu

    def _nearest(self, asked: str) -> list[str]:
        """Keys that begin like the name, else those that look like it."""
        assert self._records is not None
        alike = [key for key in self._records if asked and key.startswith(asked)]
        if not alike:
            alike = [key for key, _, _ in process.extract(asked, list(self._records), limit=3)]
        return [self._records[key].key for key in alike[:_MOST_NEAREST]]
