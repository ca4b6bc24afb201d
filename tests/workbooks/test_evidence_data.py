"""Every published claim is reproduced: by our function, or by plain Python where it is arithmetic."""

import ast
import operator
from collections.abc import Mapping

import pytest

import udfs
from udfs.ledger import sources
from workbooks.evidence import Case, cases

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def arithmetic(text: str, inputs: Mapping[str, float]) -> float:
    """The formula by Python's own parser, with no function and no name but the inputs."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.Name):
            return inputs[node.id]
        assert isinstance(node, ast.Constant), ast.dump(node)
        return node.value

    return value(ast.parse(text.replace("^", "**"), mode="eval").body)


def computed(case: Case) -> float:
    if case.function:
        result = udfs.call(case.function, *case.inputs.values())
        return result[0][0] if isinstance(result, list) else result
    return arithmetic(case.arithmetic, case.inputs)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.id}.{case.case}")
def test_claim(case):
    result = computed(case)
    assert isinstance(result, float), result
    assert case.passes(result), (case.claim, result, case.published)


def test_all_claims_are_there():
    assert sorted({case.id for case in cases()}) == [f"E{number:02}" for number in range(1, 36)]
    assert all(case.case == 1 or cases()[i - 1].case == case.case - 1 for i, case in enumerate(cases()))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.id}.{case.case}")
def test_inputs_are_the_functions_parameters(case):
    if case.function:
        names = [parameter.name for parameter in udfs.FUNCTIONS[case.function].parameters]
        assert list(case.inputs) == names[: len(case.inputs)]
    assert bool(case.function) != bool(case.arithmetic)
    assert case.source in sources()


def test_a_wrong_figure_fails():
    """A tolerance that lets anything pass would be no check."""
    for case in cases():
        if case.published is not None:
            assert not case.passes(case.published * 1.11), case.id
            assert not case.passes(case.published * 0.89), case.id


def test_formula():
    by_id = {(case.id, case.case): case for case in cases()}
    gap = by_id["E03", 1]
    assert gap.formula({"gpu": "B2", "mult": "B3", "margin": "B4", "revenue": "B5"}) == "AIGAP(B2,B3,B4,B5)"
    schedule = by_id["E06", 1]
    assert schedule.formula({"cost": "B2", "residual": "B3", "life": "B4"}) == "INDEX(GPUDEP(B2,B3,B4),1)"
    growth = by_id["E32", 1]
    assert growth.formula({"multiple": "C2", "years": "D2"}) == "C2^(1/D2)-1"


def test_names_are_not_cell_addresses():
    """`formula` puts references in place of names; a name within a name would go wrong silently."""
    for case in cases():
        if case.arithmetic:
            spaced = case.formula({name: f"<{name}>" for name in case.inputs})
            assert all(spaced.count(f"<{name}>") >= 1 for name in case.inputs), case.id
