"""Names of files that every system can store: rules of Windows, of Excel, and of file systems without cases."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.batch.names import file_key, file_stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Bold", "Bold"),
        ("été 中 😀", "été 中 😀"),
        ("GPUs: 50% / 75%", "GPUs_ 50% _ 75%"),
        ("a<b>c|d?e*f\\g\"h", "a_b_c_d_e_f_g_h"),
        ("[draft]", "_draft_"),  # Excel opens no file with brackets in its name
        ("ends with a dot.", "ends with a dot"),
        ("...", "_"),
        (".hidden", "_hidden"),
        ("..", "_"),
        ("a.b", "a.b"),
        ("CON", "CON_"),
        ("nul.xlsx", "nul_.xlsx"),
        ("Com1", "Com1_"),
        ("LPT²", "LPT²_"),
        ("Console", "Console"),
        ("e\u0301", "é"),  # two forms of one letter
    ],
)  # fmt: skip
def test_stems(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@given(st.text(max_size=40))
def test_any_name_gives_a_safe_stem(name: str) -> None:
    stem = file_stem(name)
    # https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', stem)
    assert stem == stem.strip()
    assert not stem.endswith(".")
    assert not stem.startswith(".")
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem)
    assert file_stem(stem) == stem
    assert len(f"{stem}.xlsx".encode()) <= 255


def test_keys() -> None:
    assert file_key("Straße.xlsx") == file_key("STRASSE.XLSX")
    assert file_key("e\u0301.xlsx") == file_key("É.xlsx")
    assert file_key("a.xlsx") != file_key("b.xlsx")
