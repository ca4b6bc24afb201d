"""Reading a definition off a plain Python function: signature, docstring, kinds."""

from typing import Optional

import pytest

from udfs import FUNCTIONS, OMITTED, Definition, Example, definition
from udfs.definition import udf
from udfs.kinds import MONEY, Margin, Money


@pytest.fixture
def registry(monkeypatch):
    """A catalogue of its own."""
    own: dict[str, Definition] = {}
    monkeypatch.setattr(definition, "_REGISTRY", own)
    return own


def enter(body, **about):
    return udf(category="Test", source="cahn-2023", examples=[Example((1.0,), 2.0)], **about)(body)


def test_a_definition_is_read_off_the_function(registry):
    def NET(amount: Money, margin: Margin = 0.25) -> Money:
        """What is left of an amount.

        More words,
        on two lines.

        Parameters
        ----------
        amount : money
            Gross amount, in currency units,
            before anything.
        margin : fraction
            What is kept: at least 0.

        Returns
        -------
        money
            The rest.

        Errors
        ------
        #NUM! if margin is
        negative.

        Examples
        --------
        >>> NET(1)
        0.75
        """
        return amount * (1 - margin)

    assert enter(NET) is NET  # stays the plain function it was
    found = registry["NET"]
    assert found.body is NET
    assert found.syntax == "NET(amount, [margin=0.25])"
    assert found.summary == "What is left of an amount."
    assert found.sections["Description"] == "More words, on two lines."
    assert found.errors == "#NUM! if margin is negative."
    assert found.sections["Examples"] == ">>> NET(1)\n0.75"
    assert [parameter.name for parameter in found.parameters] == ["amount", "margin"]
    assert [parameter.required for parameter in found.parameters] == [True, False]
    assert [parameter.default for parameter in found.parameters] == [OMITTED, 0.25]
    assert [parameter.help for parameter in found.parameters] == [
        "Gross amount, in currency units, before anything.",
        "What is kept: at least 0.",
    ]
    assert found.parameters[0].kind == MONEY
    assert found.result == MONEY
    assert found.native_formula == "amount*(1-margin)"
    assert found.formula("A1+A2").text == "(A1+A2)*(1-0.25)"


def test_what_is_not_of_a_kind_is_refused(registry):
    def LOOSE(amount: float) -> Money:
        """No kind."""
        return amount

    with pytest.raises(TypeError, match=r"float.* is not one of the kinds"):
        enter(LOOSE)
    assert not registry


def test_a_body_that_can_not_be_traced_says_so(registry):
    def BRANCHED(amount: Money) -> Money:
        """Branches on its argument."""
        return amount if amount > 0 else 0.0

    enter(BRANCHED)
    with pytest.raises(TypeError, match="no truth value"):
        registry["BRANCHED"].formula("A1")


def test_the_catalogue_is_in_order_and_sealed():
    assert list(FUNCTIONS)[:3] == ["AICAPEX", "AIREVENUE", "AIGAP"]
    assert all(name == function.name for name, function in FUNCTIONS.items())
    with pytest.raises(TypeError):
        del FUNCTIONS["AIGAP"]  # type: ignore[attr-defined]


def test_a_kind_is_found_where_an_older_python_hides_it(registry):
    """Python 3.10, which LibreOffice may bring, makes Optional[...] of a parameter that defaults to None."""

    def HALF(amount: Optional[Money] = None) -> Money:  # noqa: UP045
        """Half of it."""
        return (amount or 0.0) / 2

    enter(HALF)
    assert registry["HALF"].parameters[0].kind is MONEY
