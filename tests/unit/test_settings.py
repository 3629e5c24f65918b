"""Tests of the table of settings: ranges, command-line options and documentation come from it."""

import re

import click
import pytest

from sjkg.cli.serve import command
from sjkg.core.errors import BadParameter
from sjkg.core.settings import SETTINGS, Settings
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
