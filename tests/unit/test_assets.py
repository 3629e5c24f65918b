"""Styles and scripts built anew while the server runs."""

import os

import pytest

from sjkg.web.assets import assets_version


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
