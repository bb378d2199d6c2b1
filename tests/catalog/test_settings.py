"""Settings: defaults, environment, refusals, and that no password is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.errors import SettingInvalid
from catalog.settings import describe, load_settings


def test_an_empty_environment_gives_the_embedded_database_on_this_machine() -> None:
    """Without any variable: SQLite in the user's data folder, 127.0.0.1, port 8050."""
    settings = load_settings({})
    assert settings.host == "127.0.0.1"
    assert settings.port == 8050
    assert settings.data_dir.name == "modelcost"
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'modelcost.db'}"


def test_the_database_follows_the_data_folder(tmp_path: Path) -> None:
    """Setting only the data folder moves the embedded database into it."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'modelcost.db'}"


def test_an_empty_variable_counts_as_not_set() -> None:
    """Container files often pass empty variables; they mean the default."""
    assert load_settings({"MODELCOST_PORT": "", "MODELCOST_HOST": "  "}) == load_settings({})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_becomes_the_one_driver(scheme: str) -> None:
    """Hosting services hand out postgres:// URLs; SQLAlchemy needs the driver's name."""
    settings = load_settings({"MODELCOST_DATABASE_URL": f"{scheme}://user:word@host:5432/name"})
    assert settings.database_url == "postgresql+psycopg://user:word@host:5432/name"


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("MODELCOST_PORT", "70000", "from 0 to 65535, found '70000'"),
        ("MODELCOST_PORT", "abc", "found 'abc'"),
        ("MODELCOST_PORT", "-1", "found '-1'"),
        ("MODELCOST_PORT", "80.5", "found '80.5'"),
        ("MODELCOST_DATABASE_URL", "mysql://user:secret@host/name", "the scheme 'mysql'"),
        ("MODELCOST_DATABASE_URL", "secret nonsense", "text that is no URL"),
        ("MODELCOST_DATABASE_URL", "postgres://user:secret@host:port/name", "no URL"),
        ("MODELCOST_DATABASE_URL", "sqlite://", "without a file"),
        ("MODELCOST_DATABASE_URL", "sqlite:///:memory:", "without a file"),
        ("MODELCOST_HUGGINGFACE_URL", "ftp://host", "the scheme 'ftp'"),
        ("MODELCOST_HUGGINGFACE_URL", "mirror", "text that is no URL"),
        ("MODELCOST_HUGGINGFACE_URL", "https://ho st", "text that is no URL"),
        ("MODELCOST_HUGGINGFACE_URL", "https://host:99999", "text that is no URL"),
        ("MODELCOST_HUGGINGFACE_URL", "http://mirror.example", "only this machine may use"),
        ("MODELCOST_ROUTER_URL", "https://me:secret@host", "a user or password"),
        ("MODELCOST_LITELLM_URL", "https://host/map.json?token=secret", "a query"),
        ("MODELCOST_ECB_URL", "http://mirror.example/rates.xml", "only this machine may use"),
        ("MODELCOST_HUGGINGFACE_TOKEN", "hf_ secret", "a token of plain letters"),
        ("MODELCOST_HUGGINGFACE_TOKEN", "hf_secret\r\nX: y", "a token of plain letters"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(
    variable: str, value: str, part: str
) -> None:
    """The message names the variable and what was found, and repeats no password."""
    with pytest.raises(SettingInvalid) as caught:
        load_settings({variable: value})
    assert caught.value.variable == variable
    assert variable in caught.value.message
    assert part in caught.value.message
    assert "secret" not in caught.value.message


def test_the_list_of_settings_tells_origins_and_masks_passwords() -> None:
    """``modelcost settings`` prints these lines; both places of a password are masked."""
    url = "postgres://user:secret@host/name?password=secret"
    lines = {
        line.name: line
        for line in describe(load_settings({"MODELCOST_DATABASE_URL": url, "OTHER": "1"}))
    }
    assert set(lines) >= {
        "MODELCOST_DATA_DIR",
        "MODELCOST_DATABASE_URL",
        "MODELCOST_ECB_URL",
        "MODELCOST_ENDPOINTS_FILE",
        "MODELCOST_HOST",
        "MODELCOST_HUGGINGFACE_TOKEN",
        "MODELCOST_HUGGINGFACE_URL",
        "MODELCOST_LITELLM_URL",
        "MODELCOST_PORT",
        "MODELCOST_ROUTER_URL",
    }
    assert lines["MODELCOST_DATABASE_URL"].origin == "environment"
    assert lines["MODELCOST_PORT"].origin == "default"
    assert lines["MODELCOST_PORT"].value == "8050"
    assert "secret" not in str(lines)
    assert "user:***@host/name" in lines["MODELCOST_DATABASE_URL"].value


def test_the_live_sources_are_the_public_ones_until_others_are_set() -> None:
    """A mirror of one's own may be this machine; a slash at the end makes no difference."""
    settings = load_settings({"MODELCOST_ROUTER_URL": "http://127.0.0.1:8000/hub/"})
    assert settings.huggingface_url == "https://huggingface.co"
    assert settings.router_url == "http://127.0.0.1:8000/hub"
    assert settings.litellm_url.endswith("/model_prices_and_context_window.json")
    assert settings.huggingface_token is None


def test_a_token_is_known_and_never_shown() -> None:
    """Not in the list of settings, not in what is printed of the object."""
    settings = load_settings({"MODELCOST_HUGGINGFACE_TOKEN": " hf_secret "})
    lines = {line.name: line.value for line in describe(settings)}
    assert settings.huggingface_token is not None
    assert settings.huggingface_token.get_secret_value() == "hf_secret"
    assert lines["MODELCOST_HUGGINGFACE_TOKEN"] == "***"
    assert "hf_secret" not in f"{settings!r} {lines}"


def test_the_file_of_endpoints_is_none_until_it_is_set_and_then_a_whole_path() -> None:
    """Without it, the test chat looks into the data folder."""
    lines = {line.name: line.value for line in describe(load_settings({}))}
    settings = load_settings({"MODELCOST_ENDPOINTS_FILE": "mine.yaml"})
    assert lines["MODELCOST_ENDPOINTS_FILE"] == ""
    assert settings.endpoints_file == Path("mine.yaml").absolute()
