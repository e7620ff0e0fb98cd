"""Every platform: what it declares, what it reads from the file and the environment, and that the contract holds it."""

import inspect
from pathlib import Path

import pytest
from pydantic import Field

import publishers
from newswire.errors import ConfigError
from newswire.secret import Secret, Secrets
from publishers._base import Config, from_env

HERE = Path(__file__).parent


@pytest.mark.parametrize("platform", publishers.known())
def test_a_platform_is_its_file_and_has_its_contract(platform):
    kind = publishers.load(platform)
    assert kind.name == platform
    assert kind.title
    assert kind.limits.text > 0
    assert "Contract(" in (HERE / f"test_{platform}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("platform", publishers.known())
def test_every_option_is_described_and_every_secret_comes_from_the_environment(platform):
    config = publishers.load(platform).Config
    assert all(field.description for field in config.model_fields.values())
    secret = {name for name, field in config.model_fields.items() if field.annotation in (Secret, Secret | None)}
    assert secret == set(config.secret_fields())
    assert all(env.startswith(platform.upper()) for env in config.secret_fields().values())


def test_a_platform_that_is_not_there_is_no_platform():
    assert publishers.known() == sorted(publishers.known())
    for name in ("_base", "nowhere", ""):
        with pytest.raises(KeyError):
            publishers.load(name)


class SomeConfig(Config):
    """As a platform has."""

    to: str = Field(description="where")
    often: int = Field(default=1, ge=0, description="how often")
    token: Secret = from_env("SOME_TOKEN", description="what opens it")
    extra: Secret | None = from_env("SOME_EXTRA", description="what may open more", required=False)


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        ({"to": "a"}, {}, "SOME_TOKEN is not set; put it into .env (or MY_ONE_TOKEN, for this channel alone)"),
        (
            {"to": "a", "token": "abc"},
            {"SOME_TOKEN": "t"},
            "'token' is a secret: put it into .env as SOME_TOKEN, not into the file",
        ),
        ({"to": "a", "extra": "abc"}, {"SOME_TOKEN": "t"}, "'extra' is a secret"),
        ({}, {"SOME_TOKEN": "t"}, "'to' is missing"),
        ({"to": "a", "tow": "b"}, {"SOME_TOKEN": "t"}, "unknown setting 'tow'; did you mean 'to'?"),
        ({"to": "a", "often": -1}, {"SOME_TOKEN": "t"}, "often: must be greater than or equal to 0"),
    ],
)
def test_a_mistake_in_the_options_says_the_thing_and_the_way_out(options, environment, words):
    with pytest.raises(ConfigError) as caught:
        SomeConfig.read("my-one", "some", options, Secrets(environment))
    assert words in str(caught.value)
    assert "abc" not in str(caught.value)


def test_publishers_that_wait_say_what_they_wait_for():
    base = publishers.Publisher
    waiting = {name for name, _ in inspect.getmembers(base, inspect.iscoroutinefunction)}
    assert {name for name in waiting if not name.startswith("_")} == {
        "open", "close", "verify", "publish", "edit", "delete", "find", "named",
    }  # fmt: skip
