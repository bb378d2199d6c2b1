"""The databases that tests ask for are real, empty, and apart from each other."""

from __future__ import annotations

import socket

import pytest
import pytest_socket
from sqlalchemy import create_engine, inspect, text

from tests.databases import new_postgres_database


def test_each_kind_of_database_answers_and_is_empty(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert 1 == connection.scalar(text("select 1"))
        assert [] == inspect(connection).get_table_names()
        connection.execute(text("create table t (x integer)"))
    engine.dispose()


def test_two_postgresql_databases_do_not_see_each_other(
    postgres_url: str, postgres_database_url: str
) -> None:
    with new_postgres_database(postgres_url) as other_url:
        first, other = create_engine(postgres_database_url), create_engine(other_url)
        with first.begin() as connection:
            connection.execute(text("create table t (x integer)"))

        assert ["t"] == inspect(first).get_table_names()
        assert [] == inspect(other).get_table_names()
        first.dispose()
        other.dispose()


def test_no_test_reaches_another_host() -> None:
    with (
        socket.socket() as outside,
        pytest.warns(UserWarning, match="connect"),
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 80))
