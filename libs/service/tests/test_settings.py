"""Settings: read from the environment only, every fault told in one sentence, no value repeated."""

from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.service.process_settings import SettingsError, load_or_exit
from guiyan.service.settings import Settings


class RegistrySettings(Settings):
    """Settings as a service declares them."""

    service: ClassVar[str] = "registry"
    default_port: ClassVar[int] = 8101


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A complete, right environment."""
    for name in ("seed.nk", "mac.json", "master.json", "jwks.json"):
        (tmp_path / name).write_text("{}")
    return {
        "GUIYAN_NATS_URL": "nats://127.0.0.1:4222",
        "GUIYAN_NATS_NKEY_SEED_FILE": str(tmp_path / "seed.nk"),
        "GUIYAN_MONGO_URL": "mongodb://127.0.0.1:27017/?replicaSet=rs0",
        "GUIYAN_MAC_KEYS_FILE": str(tmp_path / "mac.json"),
        "GUIYAN_MASTER_KEYS_FILE": str(tmp_path / "master.json"),
        "GUIYAN_JWKS": str(tmp_path / "jwks.json"),
    }


def test_a_right_environment_gives_the_services_own_port_and_database(environ: dict[str, str]) -> None:
    """Port and database need not be set: they are the service's own."""
    settings = RegistrySettings.load(environ)
    assert (settings.port, settings.mongo_database) == (8101, "guiyan_registry")


def test_what_is_set_wins_over_the_defaults(environ: dict[str, str]) -> None:
    """A variable that is set is taken; an empty one counts as unset."""
    settings = RegistrySettings.load(
        environ | {"GUIYAN_PORT": "9", "GUIYAN_MONGO_DATABASE": "", "GUIYAN_STREAM_PREFIX": "t1_"}
    )
    assert (settings.port, settings.mongo_database, settings.stream("LEDGER")) == (9, "guiyan_registry", "t1_LEDGER")


def test_every_fault_is_told_at_once_naming_its_variable(environ: dict[str, str]) -> None:
    """An operator corrects all faults in one go: each sentence names the variable and what is expected."""
    bad = environ | {"GUIYAN_CLOCK": "sundial", "GUIYAN_PORT": "ninety", "GUIYAN_JWKS": "/nowhere/at/all"}
    del bad["GUIYAN_NATS_URL"]
    with pytest.raises(SettingsError) as caught:
        RegistrySettings.load(bad)
    told = "\n".join(caught.value.sentences)
    assert len(caught.value.sentences) == 4
    for name in ("GUIYAN_CLOCK", "GUIYAN_PORT", "GUIYAN_JWKS", "GUIYAN_NATS_URL"):
        assert name in told
    assert "expected:" in told


def test_a_wrong_value_is_never_repeated(environ: dict[str, str]) -> None:
    """A wrong address may hold a password: the sentence does not show it."""
    with pytest.raises(SettingsError) as caught:
        RegistrySettings.load(environ | {"GUIYAN_NATS_URL": "http://user:hunter2@nats"})
    assert "hunter2" not in str(caught.value)


def test_a_bad_setting_ends_the_process_with_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A service that cannot start says why on stderr and exits with 2, without a traceback."""
    for name in RegistrySettings.model_fields:
        monkeypatch.delenv(f"GUIYAN_{name.upper()}", raising=False)
    with pytest.raises(SystemExit) as caught:
        load_or_exit(RegistrySettings)
    told = capsys.readouterr().err
    assert caught.value.code == 2
    assert "GUIYAN_MONGO_URL is missing" in told
    assert "Traceback" not in told


@given(st.dictionaries(st.sampled_from([f"GUIYAN_{name.upper()}" for name in Settings.model_fields]), st.text()))
def test_any_environment_gives_settings_or_sentences(environ: dict[str, str]) -> None:
    """Whatever the environment holds, the answer is settings or SettingsError, never another error."""
    try:
        Settings.load(environ)
    except SettingsError as error:
        assert all(sentence.startswith("GUIYAN_") for sentence in error.sentences)  # noqa: PT017 - either way is right


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUIYAN_NATS_URL", "nats://[::1"),
        ("GUIYAN_NATS_URL", "nats://a:0"),
        ("GUIYAN_NATS_URL", "nats://a:99999"),
        ("GUIYAN_NATS_URL", "nats://a,nats://:4222"),
        ("GUIYAN_MONGO_URL", "http://a"),
        ("GUIYAN_MONGO_URL", "mongodb://a:99999"),
        ("GUIYAN_MONGO_URL", "mongodb://user:secret-word@"),
        ("GUIYAN_NATS_CA_FILE", "mac.json"),
        ("GUIYAN_NATS_CA_FILE", "x" * 300),
    ],
)
def test_an_address_or_file_that_no_driver_could_use_is_told_at_start(
    name: str, value: str, environ: dict[str, str], tmp_path: Path
) -> None:
    """What the drivers would answer with a traceback is one sentence before; a password in it is not repeated."""
    with pytest.raises(SettingsError, match=name) as caught:
        RegistrySettings.load(environ | {name: str(tmp_path / value) if name.endswith("_FILE") else value})
    assert len(caught.value.sentences) == 1
    assert "secret-word" not in str(caught.value)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_no_text_in_an_address_is_a_traceback(text: str) -> None:
    """Any text is an address or a sentence that names its variable."""
    for name, head in (("GUIYAN_NATS_URL", "nats://"), ("GUIYAN_MONGO_URL", "mongodb://")):
        with pytest.raises(SettingsError) as told:  # the key files are missing in any case
            RegistrySettings.load({name: head + text})
        assert all(sentence.startswith("GUIYAN_") for sentence in told.value.sentences)
