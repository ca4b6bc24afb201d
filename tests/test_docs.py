"""What the docs say is what is there."""

import re
from pathlib import Path

import pytest

from addin.reference import functions_markdown
from udfs import FUNCTIONS
from workbooks.capex_inputs import INPUTS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_function_reference_is_current():
    assert (ROOT / "docs" / "functions.md").read_text(encoding="utf-8") == functions_markdown(), "run make docs"


def test_readme_counts_the_functions():
    assert f"[{len(FUNCTIONS)} functions]" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_names_every_input():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [item.name for item in INPUTS if f"`{item.name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
