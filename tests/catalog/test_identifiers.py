"""Ids that cannot be guessed."""

import secrets

import pytest

from catalog.identifiers import IDENTIFIER, new_identifier


def test_an_id_never_looks_like_an_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["-uXk3Jw9_q", "-hXk3Jw9_q", "a-Xk3Jw9_q"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(drawn))

    assert new_identifier() == "a-Xk3Jw9_q"


def test_ids_differ_and_fit_into_an_address() -> None:
    made = {new_identifier() for _ in range(1_000)}

    assert len(made) == 1_000
    assert all(IDENTIFIER.fullmatch(one) and not one.startswith("-") for one in made)
