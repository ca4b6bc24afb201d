"""Every rule finds what breaks it, and nothing else."""

import pytest

from tests.workbooks.lint.fixtures import BAD, GOOD, MORE_BAD
from workbooks.lint.reading import read
from workbooks.lint.rules import RULES, UnknownRuleError, check, chosen


def findings(package, *ids):
    return check(read(package), chosen(ids))


def test_every_rule_has_fixtures():
    assert BAD.keys() == GOOD.keys() == RULES.keys()


@pytest.mark.parametrize(("rule", "case"), [*BAD.items(), *MORE_BAD])
def test_what_breaks_a_rule_is_found(rule, case):
    found = findings(case.package(), rule)
    assert case.place in [one.place for one in found]
    assert {one.rule.id for one in found} == {rule}


@pytest.mark.parametrize("rule", GOOD)
def test_what_keeps_a_rule_keeps_all(rule):
    assert [(one.place, one.found.what) for one in findings(GOOD[rule].package())] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if RULES[rule].ours])
def test_a_rule_for_our_workbooks_leaves_others_alone(rule):
    """Without the name master_check the workbook is somebody else's."""
    case = BAD[rule]
    original = case.change

    def change(book):
        original(book)
        del book.defined_names["master_check"]

    package = type(case)(case.cells, change=change, values=case.values, marked=True).package()
    assert findings(package, rule) == []


def test_unknown_rules_are_refused():
    with pytest.raises(UnknownRuleError, match="there is no rule 'spelling'"):
        chosen(["hidden", "spelling"])
