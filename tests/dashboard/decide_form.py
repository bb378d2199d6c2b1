"""The Decide form without a browser: what is typed and clicked goes the way the page sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft, with_values
from dashboard.pages.decide.form import form
from dashboard.pages.decide.reshape import reshaped
from dashboard.pages.decide.state import Judged, PageState
from dashboard.pages.decide.steps import with_step
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, parts, words
from tests.dashboard.page_results import Shown, show, vars_of


class DecideForm:
    """One visit: the question as it stands, the fields that are drawn for it, and what was before.

    Attributes:
        draft: the question with everything typed so far.
        history: the question after each step, for undo.
    """

    def __init__(self, state: PageState, draft: Draft, language: str = "en") -> None:
        self._state, self._language = state, language
        self.draft = draft
        self.history = [draft]

    def drawn(self) -> list[Component]:
        """The form as it is drawn for the question."""
        texts = load_texts(self._language)
        return form(self.draft, texts, self._state.lists(self.draft, texts))

    def fields(self) -> dict[str, Mapping[str, Any]]:
        """The fields that are drawn, by path."""
        kinds = ("TextInput", "Select")
        found = [vars_of(one) for kind in kinds for one in of_kind(self.drawn(), kind)]
        return {one["id"]["path"]: one for one in found if "path" in (one.get("id") or {})}

    def buttons(self) -> list[tuple[str, int]]:
        """The buttons that change the question, by name and index."""
        ids = [vars_of(one).get("id") for one in of_kind(self.drawn(), "Button")]
        return [(one["name"], one["index"]) for one in ids if isinstance(one, dict)]

    def modes(self) -> dict[str, str]:
        """What each switch shows, by path."""
        found = [vars_of(one) for one in of_kind(self.drawn(), "SegmentedControl")]
        return {one["id"]["path"]: one["value"] for one in found}

    def summaries(self) -> list[str]:
        """The titles of what is folded."""
        return [words(one) for one in parts(self.drawn()) if getattr(one, "_type", "") == "Summary"]

    def type(self, path: str, value: str) -> None:
        """Type into a field that is drawn."""
        values = {at: field["value"] for at, field in self.fields().items()}
        assert path in values, f"no field {path} among {sorted(values)}"
        self._become(with_values(self.draft, [*(values | {path: value}).items()]))

    def click(self, name: str, index: int = 0) -> None:
        """Click a button that is drawn."""
        assert (name, index) in self.buttons(), f"no button {name} {index}"
        self._trigger({"type": "action", "name": name, "index": index}, 1)

    def switch(self, path: str, mode: str) -> None:
        """Choose another value of a switch that is drawn."""
        assert path in self.modes(), f"no switch {path} among {sorted(self.modes())}"
        self._trigger({"type": "mode", "path": path}, mode)

    def undo(self) -> None:
        """Go back by one step."""
        texts = load_texts(self._language)
        new = reshaped(self._state, self.draft, [("undo", 1)], self.history, texts)
        assert new is not None
        self.draft, self.history = new, self.history[:-1]

    def judged(self) -> Judged:
        """The answer, or what stands in its way."""
        return self._state.judge(self.draft)

    def shown(self) -> Shown:
        """What the page shows for it."""
        return show(self.judged(), language=self._language, paths=list(self.fields()))

    def errors(self) -> dict[str, str]:
        """The messages that stand at fields, by path."""
        said = zip(self.fields(), self.shown().errors, strict=True)
        return {path: message for path, message in said if message}

    def _trigger(self, trigger: Any, value: Any) -> None:
        texts = load_texts(self._language)
        shown = [(path, field["value"]) for path, field in self.fields().items()]
        now = with_values(self.draft, shown)
        new = reshaped(self._state, now, [(trigger, value)], self.history, texts)
        assert new is not None, f"{trigger} changed nothing"
        self._become(new)

    def _become(self, draft: Draft) -> None:
        self.draft = draft
        self.history = with_step(self.history, draft)
