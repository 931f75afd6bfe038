from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator

import pytest

from dashboard import settings
from dashboard.settings import Endpoint, Settings, SettingsError
from model.registry import conventions

Read = Callable[..., Settings]


@pytest.fixture
def read() -> Iterator[Read]:
    """read(NAME=value, …): the settings in an environment that has these and no other."""
    before = dict(os.environ)

    def in_environment(**variables: str) -> Settings:
        for name in list(os.environ):
            if name.startswith(("MLFLOW_", "BEDSIDE_")):
                del os.environ[name]
        os.environ.update(variables)
        return settings.read()

    yield in_environment
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize(
    ("text", "endpoints"),
    [
        ("", ()),
        ("  ", ()),
        (",", ()),
        ("ward=http://127.0.0.1:5001", [("ward", "http://127.0.0.1:5001")]),
        (" ward = http://127.0.0.1:5001/ ", [("ward", "http://127.0.0.1:5001")]),
        ("ward=https://models.example/heart", [("ward", "https://models.example/heart")]),
        ("Ward 7 (new)=http://[::1]:5001", [("Ward 7 (new)", "http://[::1]:5001")]),
        ("a=http://h:1,b=http://h:2", [("a", "http://h:1"), ("b", "http://h:2")]),
        ("a=http://h:1, ,b=http://h:2,", [("a", "http://h:1"), ("b", "http://h:2")]),
    ],
)
def test_endpoints_are_name_and_address_in_the_order_given(
    read: Read, text: str, endpoints: list[tuple[str, str]]
) -> None:
    assert read(BEDSIDE_ENDPOINTS=text).endpoints == tuple(Endpoint(*each) for each in endpoints)


def test_without_settings_the_store_is_the_app_s_own(read: Read) -> None:
    found = read()
    assert found.endpoints == ()
    assert found.is_embedded
    assert found.address == conventions.EMBEDDED_STORE


def test_a_tracking_server_is_the_one_configured(read: Read) -> None:
    found = read(MLFLOW_TRACKING_URI="http://127.0.0.1:5000")
    assert not found.is_embedded
    assert found.address == "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:5001",
        "ward",
        "ward=",
        "=http://127.0.0.1:5001",
        "ward=127.0.0.1:5001",
        "ward=http://127.0.0.1:5001,ward=http://127.0.0.1:5002",
        "ward=file:///etc/passwd",
        "ward=ftp://127.0.0.1",
        "ward=http://",
        "ward=http:///invocations",
        "ward=javascript:alert(1)",
        "ward=http://[::1",
        "good=http://127.0.0.1:5001,bad",
    ],
)
def test_what_is_not_a_name_and_an_address_is_refused_in_a_sentence(read: Read, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(BEDSIDE_ENDPOINTS=text)
    message = str(refused.value)
    assert message.startswith("The settings cannot be used: ")
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize(
    "address",
    [
        "http://nurse:s3cret@127.0.0.1:5001",
        "http://s3cret@127.0.0.1:5001",
        "https://h/?token=s3cret",
        "nurse:s3cret@127.0.0.1:5001",
        "ftp://nurse:s3cret@127.0.0.1",
        "http://nurse:s3cret@ho℀st",
    ],
)
def test_a_login_in_an_address_is_refused_and_never_repeated(read: Read, address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(BEDSIDE_ENDPOINTS=f"ward={address}")
    assert "BEDSIDE_ENDPOINTS" in str(refused.value)
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_mlflow_s_client_gets_its_limits_unless_the_operator_chose(read: Read) -> None:
    read(MLFLOW_HTTP_REQUEST_TIMEOUT="60")
    assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "60"
    for name, value in conventions.CLIENT_SETTINGS.items():
        if name != "MLFLOW_HTTP_REQUEST_TIMEOUT":
            assert os.environ[name] == value


@pytest.mark.parametrize(
    ("set_to", "may_adopt", "may_run_code"),
    [
        ({}, False, False),
        ({"BEDSIDE_WORKERS": "true"}, False, False),
        ({"BEDSIDE_ALLOW_ADOPTION": "true"}, True, False),
        ({"BEDSIDE_ALLOW_ADOPTION": "true", "BEDSIDE_WORKERS": "true"}, True, True),
    ],
)
def test_adopting_is_off_until_it_is_set_and_code_of_a_model_needs_both(
    read: Read, set_to: dict[str, str], may_adopt: bool, may_run_code: bool
) -> None:
    found = read(**set_to)
    assert (found.allow_adoption, found.may_run_original_code) == (may_adopt, may_run_code)
