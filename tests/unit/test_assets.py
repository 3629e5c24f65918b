"""Styles and scripts: built anew while the server runs, or older than the templates."""

import json
import os
import re

import pytest

from sjkg.core.errors import BrokenInput
from sjkg.web.served import PRELOADING_PARTS, STATIC, assets_version, check_bundle


@pytest.fixture
def static(tmp_path):
    (tmp_path / "bundle").mkdir()
    (tmp_path / "style.css").write_text("")
    return tmp_path


def test_the_version_is_the_same_while_no_asset_changes(static):
    assert assets_version(static) == assets_version(static)


@pytest.mark.parametrize("name", ["style.css", "bundle"])
def test_a_changed_style_sheet_or_bundle_changes_the_version(static, name):
    before = assets_version(static)
    os.utime(static / name, ns=(1, 1))
    assert assets_version(static) != before


def test_the_bundle_is_checked_for_each_part_that_a_template_preloads():
    templates = (path.read_text(encoding="utf-8") for path in (STATIC.parent / "templates").iterdir())
    used = {part for text in templates for part in re.findall(r'preloaded_scripts\("(\w+)"\)', text)}
    assert used == set(PRELOADING_PARTS)


@pytest.mark.parametrize(
    "content, cause",
    [
        ('{"site": [], "map": []}', "older than its templates"),
        ("[", "cannot be used"),
        ("[]", "cannot be used"),
        (None, "cannot be used"),
    ],
)
def test_a_bundle_older_than_the_templates_is_reported_with_the_command_that_builds_it(tmp_path, content, cause):
    preloads = tmp_path / "preload.json"
    if content is not None:
        preloads.write_text(content)
    with pytest.raises(BrokenInput, match=rf"{cause}.*pip install") as error:
        check_bundle(preloads)
    assert str(preloads) in str(error.value)


def test_a_bundle_with_all_parts_is_accepted(tmp_path):
    (tmp_path / "preload.json").write_text(json.dumps(dict.fromkeys(PRELOADING_PARTS, [])))
    check_bundle(tmp_path / "preload.json")
