"""The page about the linter says what the linter does."""

from pathlib import Path

from workbooks.lint.points import STANDARD
from workbooks.lint.reference import lint_markdown
from workbooks.lint.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "lint.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == lint_markdown(), "run python -m workbooks.lint.reference"


def test_every_rule_has_its_line():
    lines = lint_markdown().splitlines()
    assert all(sum(line.startswith(f"| `{rule}` |") for line in lines) == 1 for rule in RULES)


def test_every_rule_checks_a_point_of_the_standard():
    assert {rule for point in STANDARD for rule in point.rules} == RULES.keys()
    assert all(point.rules for point in STANDARD)
