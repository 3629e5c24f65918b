"""Tests of the table of settings: ranges, command-line options and documentation come from it."""

import re
import threading

import click
import pytest
from click.testing import CliRunner

from sjkg.cli.serve import command
from sjkg.core.errors import BadParameter
from sjkg.core.settings import SETTINGS, Settings
from sjkg.web.context import address_for
from tests.servers import PROJECT

DOCUMENTATION = PROJECT / "docs" / "configuration.md"


def documented_row(setting) -> str:
    default = {None: "", (): ""}.get(setting.default, f"`{setting.default}`")
    variable = f"SJKG_SERVE_{setting.name.upper()}"
    unit_and_range = ", ".join(filter(None, (setting.unit, setting.range_text)))
    cells = (
        f"`--{setting.option}`",
        f"`{variable}`",
        default,
        unit_and_range,
        "yes" if setting.is_limit else "",
        setting.help,
    )
    return f"| {' | '.join(cells)} |"


def test_the_documentation_lists_every_setting_with_default_range_and_help():
    rows = [line for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines() if line.startswith("| `--")]
    expected = [documented_row(setting) for setting in SETTINGS.values()]
    assert rows == expected, "write these rows into docs/configuration.md:\n" + "\n".join(expected)


def test_sjkg_serve_has_an_option_for_every_setting_with_its_default():
    options = {parameter.name: parameter for parameter in command.params}
    for setting in SETTINGS.values():
        option = options[setting.name]
        assert option.opts == [f"--{setting.option}"]
        if setting.default:
            assert option.get_default(click.Context(command)) == setting.default


@pytest.mark.parametrize("setting", [s for s in SETTINGS.values() if s.minimum is not None], ids=lambda s: s.name)
def test_a_value_below_the_minimum_is_refused_with_the_permitted_range(setting, tmp_path):
    for value in (setting.minimum - 1, float("nan")):
        with pytest.raises(
            BadParameter, match=re.escape(f"{setting.name} is {value}; it must be {setting.range_text}")
        ):
            Settings(tmp_path, tmp_path, **{setting.name: value})


def test_a_value_above_the_maximum_is_refused(tmp_path):
    with pytest.raises(BadParameter, match="port is 65536; it must be 0 to 65535"):
        Settings(tmp_path, tmp_path, port=65536)


@pytest.mark.parametrize(
    "setting", [s for s in SETTINGS.values() if isinstance(s.default, int | float)], ids=lambda s: s.name
)
@pytest.mark.parametrize("value", ["inf", "1e300", "1e23", "9" * 23, "nan", "-1"])
def test_absurd_numbers_are_refused_on_the_command_line_before_anything_is_built(setting, value):
    result = CliRunner().invoke(command, [f"--{setting.option}={value}", "--kb=/nowhere"])
    refusal = f"{result.output}{result.exception}"
    assert f"Invalid value for '--{setting.option}'" in refusal or f"{setting.name} is nan; it must be" in refusal


@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_a_server_could_be_made_with_every_number_at_its_bound(bound, tmp_path):
    numbers = {s.name: getattr(s, bound) for s in SETTINGS.values() if s.minimum is not None}
    assert len(numbers) >= 11
    settings = Settings(tmp_path, tmp_path, **numbers)
    assert all(getattr(settings, s.name) < threading.TIMEOUT_MAX for s in SETTINGS.values() if s.unit == "seconds")


def test_every_published_limit_has_a_title_and_a_value(tmp_path):
    limits = Settings(tmp_path, tmp_path).limits
    assert {limit.name for limit in limits} == {
        "max_body_bytes",
        "query_deadline_s",
        "query_wait_s",
        "check_deadline_s",
        "query_memory_bytes",
        "max_running_queries",
        "max_waiting_queries",
        "max_answer_bytes",
    }
    assert all(limit.title and limit.value for limit in limits)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a//b", "https://example.org/../x", "https://example.org/a&b", "x"],
)
def test_a_public_url_whose_path_cannot_be_put_before_links_is_refused(url, tmp_path):
    with pytest.raises(BadParameter, match="--public-url"):
        Settings(tmp_path, tmp_path, public_url=url)


@pytest.mark.parametrize(
    ("url", "path"),
    [(None, ""), ("https://example.org", ""), ("https://example.org/", ""), ("http://[::1]:81/a/b.c/", "/a/b.c")],
)
def test_the_path_of_the_site_is_that_of_its_public_url(url, path, tmp_path):
    assert Settings(tmp_path, tmp_path, public_url=url).site_path == path


@pytest.mark.parametrize(
    ("options", "host", "expected"),
    [
        ({}, "localhost:81", "http://localhost:81"),
        ({}, "evil.example", "http://127.0.0.1:8000"),
        ({}, "", "http://127.0.0.1:8000"),
        ({"host": "::1"}, "[::1]:81", "http://[::1]:81"),
        ({"host": "::1"}, "[::1]", "http://[::1]"),
        ({"host": "::"}, "evil.example", "http://localhost:8000"),
        ({"host": "0.0.0.0"}, "0.0.0.0:8000", "http://localhost:8000"),
        ({"host": "0.0.0.0"}, "127.0.0.1:8000", "http://127.0.0.1:8000"),
        ({"allowed_hosts": ("Kg.example.org",)}, "kg.Example.org", "http://kg.Example.org"),
        ({"allowed_hosts": ("kg.example.org",)}, "kg.example.org@evil.example", "http://127.0.0.1:8000"),
        ({"allowed_hosts": ("kg.example.org",)}, "kg.example.org:x", "http://127.0.0.1:8000"),
        ({"public_url": "https://example.org/kg/"}, "localhost", "https://example.org/kg"),
    ],
)
def test_addresses_have_the_host_of_a_request_only_if_it_is_known(options, host, expected, tmp_path):
    assert address_for(Settings(tmp_path, tmp_path, **options), "http", host) == expected


def test_an_allowed_host_with_a_port_is_refused(tmp_path):
    with pytest.raises(BadParameter, match="kg.example.org:80.*without port"):
        Settings(tmp_path, tmp_path, allowed_hosts=("kg.example.org:80",))
