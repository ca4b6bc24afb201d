"""Every function through xlwings' own call path: the same results as the boundary's, whatever a cell holds."""

from __future__ import annotations

import datetime
import sys
from decimal import Decimal
from typing import Any

import pytest

import udfs
from addin.excel.names import vba_name
from addin.excel.transport import MARK
from tests.addin.com import MISSING, Cells, Excel, error
from udfs import FUNCTIONS, OMITTED, Definition, ExcelError
from udfs import definition as definitions
from udfs.kinds import Money

# What a cell holds: as COM hands it over, and as the boundary knows it.
ERRORS = {
    2000: ExcelError.NULL,
    2007: ExcelError.DIV0,
    2015: ExcelError.VALUE,
    2023: ExcelError.REF,
    2029: ExcelError.NAME,
    2036: ExcelError.NUM,
    2042: ExcelError.NA,
    2045: ExcelError.SPILL,
    2050: ExcelError.CALC,
    2049: ExcelError.VALUE,  # #FIELD!, which came later: an error, whichever
}
CELLS: dict[str, tuple[Any, Any]] = {
    "blank": (None, None),
    "text": ("fifty", "fifty"),
    "empty text": ("", ""),
    "text that looks like an error": ("#N/A", "#N/A"),
    "text that looks like a number": ("0.5", "0.5"),
    "true": (True, True),
    "false": (False, False),
    "date": (datetime.datetime(2024, 6, 20, 12), 45463.5),
    "currency": (Decimal("0.4375"), 0.4375),
    "negative": (-3.0, -3.0),
    "zero": (0.0, 0.0),
    **{f"error {number}": (error(number), one) for number, one in ERRORS.items()},
}


def cell_by_cell(value: Any) -> Any:
    """Return what VBA got as the boundary's values, one row as a table of one row."""
    if isinstance(value, list):
        rows = value if isinstance(value[0], list) else [value]
        return [[cell_by_cell(cell) for cell in row] for row in rows]
    if isinstance(value, str) and value.startswith(MARK):
        return ExcelError(value[1:])
    return value


def table(value: Any) -> Any:
    """Return a result of the boundary in the same form; a table of one cell is that cell."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, list):
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
    return rows


def from_formula(value: Any) -> Any:
    """Return an example's argument as Excel passes what is written in the formula itself."""
    if value is OMITTED or value is None:
        return MISSING
    if isinstance(value, ExcelError):
        return error(next(number for number, one in ERRORS.items() if one is value))
    if isinstance(value, list):
        rows = tuple(tuple(row) if isinstance(row, list) else (row,) for row in value)
        return rows[0] if len(rows) == 1 else rows  # an array constant of one row has one dimension
    return value


def from_cells(value: Any) -> Any:
    """Return an example's argument as Excel passes a reference to cells."""
    formula = from_formula(value)
    if formula is MISSING:
        return MISSING
    if isinstance(formula, tuple) and not isinstance(formula[0], tuple):
        formula = (formula,)
    if isinstance(formula, tuple) and len(formula) == len(formula[0]) == 1:
        formula = formula[0][0]
    return Cells(formula)


def padded(definition: Definition, arguments: tuple[Any, ...]) -> list[Any]:
    """Return the arguments of a call with OMITTED for those left out at the end, as VBA always passes all."""
    return [*arguments, *[OMITTED] * (len(definition.parameters) - len(arguments))]


def usual(definition: Definition) -> list[Any]:
    """Return arguments that a function has an answer for."""
    return padded(definition, definition.examples[0].arguments if definition.examples else ())


EXAMPLES = [
    pytest.param(definition, example, id=f"{name}-{place}")
    for name, definition in FUNCTIONS.items()
    for place, example in enumerate(definition.examples)
]
POSITIONS = [
    pytest.param(definition, place, id=f"{name}-{parameter.name}")
    for name, definition in FUNCTIONS.items()
    for place, parameter in enumerate(definition.parameters)
]


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_examples_give_their_published_results(excel: Excel, definition: Definition, example: udfs.Example) -> None:
    arguments = padded(definition, example.arguments)
    expected = table(udfs.call(definition.name, *arguments))
    assert cell_by_cell(excel.call(definition.name, *map(from_formula, arguments))) == expected
    assert cell_by_cell(excel.call(definition.name, *map(from_cells, arguments))) == expected
    if isinstance(example.result, float):
        assert expected == pytest.approx(example.result, rel=1e-9)


@pytest.mark.parametrize(("definition", "place"), POSITIONS)
def test_whatever_a_cell_holds(excel: Excel, definition: Definition, place: int) -> None:
    arguments = usual(definition)
    passed = [from_cells(argument) for argument in arguments]
    expected, by_reference, by_value = {}, {}, {}
    for content, (by_com, neutral) in CELLS.items():
        arguments[place] = neutral
        expected[content] = table(udfs.call(definition.name, *arguments))
        passed[place] = Cells(by_com)
        by_reference[content] = cell_by_cell(excel.call(definition.name, *passed))
        passed[place] = by_com
        by_value[content] = cell_by_cell(excel.call(definition.name, *passed))
    assert by_reference == expected
    del expected["blank"], by_value["blank"]  # a formula can't pass a blank but by a reference
    assert by_value == expected


@pytest.mark.parametrize(("definition", "place"), POSITIONS)
def test_skipped_arguments_take_their_default(excel: Excel, definition: Definition, place: int) -> None:
    arguments = usual(definition)
    arguments[place] = OMITTED
    expected = table(udfs.call(definition.name, *arguments))
    assert cell_by_cell(excel.call(definition.name, *map(from_cells, arguments))) == expected
    if definition.parameters[place].required:
        assert expected is ExcelError.VALUE


@pytest.mark.parametrize(("definition", "place"), POSITIONS)
def test_ranges(excel: Excel, definition: Definition, place: int) -> None:
    arguments = usual(definition)
    passed = [from_cells(argument) for argument in arguments]
    first = arguments[place] if isinstance(arguments[place], (float, int, str)) else 0.25
    flat = [
        (first, first),
        (None, None),
        ("x", "x"),
        (error(2042), ExcelError.NA),
        (error(2045), ExcelError.SPILL),
        (2.0, 2.0),
    ]
    expected, got = {}, {}
    for rows, columns in ((1, 6), (6, 1), (3, 2), (2, 3), (1, 1), (1, 2), (2, 1)):
        cells = [[flat[row * columns + column] for column in range(columns)] for row in range(rows)]
        arguments[place] = [[neutral for _, neutral in row] for row in cells]
        expected[rows, columns] = table(udfs.call(definition.name, *arguments))
        by_com = tuple(tuple(value for value, _ in row) for row in cells)
        passed[place] = Cells(by_com if rows * columns > 1 else by_com[0][0])
        got[rows, columns] = cell_by_cell(excel.call(definition.name, *passed))
    assert got == expected


def test_a_row_against_a_column_makes_a_grid(excel: Excel) -> None:
    row, column = ((1.0, 2.0, 4.0),), ((0.0,), (0.5,), (1.0,))
    got = excel.call("AIREVENUE", Cells(100.0), Cells(row), Cells(column), MISSING)
    assert cell_by_cell(got) == [[100.0, 200.0, 400.0], [200.0, 400.0, 800.0], [ExcelError.NUM] * 3]


def test_an_array_constant_of_one_row_stays_a_row(excel: Excel) -> None:
    assert excel.call("AICAPEX", (1.0, 2.0, 3.0), 2.0) == [2.0, 4.0, 6.0]
    assert excel.call("AICAPEX", ((1.0,), (2.0,), (3.0,)), 2.0) == [[2.0], [4.0], [6.0]]


def test_a_format_does_not_cut_the_number(excel: Excel) -> None:
    # Range.Value gives Currency, with four decimals; the cell holds more.
    assert excel.call("AICAPEX", Cells(Decimal("0.0001"), 0.00006), 2.0) == 0.00012
    cells = Cells(((Decimal("0.0001"),), (error(2042),)), ((0.00006,), (error(2042),)))
    assert cell_by_cell(excel.call("AICAPEX", cells, 2.0)) == [[0.00012], [ExcelError.NA]]
    assert excel.call("AICAPEX", Cells(datetime.datetime(2024, 6, 20, 12), 45463.5000001), 2.0) == 90927.0000002


def test_every_function_is_registered_once_and_under_its_name(excel: Excel) -> None:
    excel.call("AICAPEX", 1.0, 2.0)
    module = sys.modules["addin.excel.functions"]
    registered = {name: one.__xlfunc__ for name, one in vars(module).items() if hasattr(one, "__xlfunc__")}
    assert list(registered) == list(FUNCTIONS)
    for name, definition in FUNCTIONS.items():
        known = registered[name]
        assert known["name"] == name
        assert known["ret"]["doc"] == definition.summary
        assert known["category"] == f"AI capex: {definition.category}"
        assert not known["volatile"]
        assert [(one["name"], one["doc"], "optional" not in one) for one in known["args"]] == [
            (vba_name(parameter.name), parameter.help, parameter.required) for parameter in definition.parameters
        ]


def test_a_new_definition_appears_by_itself(excel: Excel, monkeypatch: pytest.MonkeyPatch) -> None:
    from addin.excel import functions

    monkeypatch.setattr(definitions, "_REGISTRY", registry := dict(FUNCTIONS))
    monkeypatch.setattr(functions, "FUNCTIONS", registry)

    @definitions.udf(category="New", source="", examples=[])
    def NEWCOMER(function: Money, months: Money = 12.0) -> Money:
        """Twice as much.

        Parameters
        ----------
        function : money
            Any amount.
        months : money
            Any other.

        Returns
        -------
        money
            The product.
        """
        return function * months

    from xlwings import udfs as xlwings_udfs

    known = functions.catalogue(xlwings_udfs.xlfunc, xlwings_udfs.xlarg, xlwings_udfs.xlret)["NEWCOMER"].__xlfunc__
    assert [one["name"] for one in known["args"]] == ["function_", "months"]


def test_text_results_can_not_be_taken_for_errors() -> None:
    from addin.excel.transport import departing

    assert departing(ExcelError.NA) == [[MARK + "#N/A"]]
    assert departing("#N/A") == [["#N/A"]]
    assert departing(MARK + MARK + "#N/A") == [["#N/A"]]
    assert departing([["a", 1.0], [ExcelError.NUM, 2.0]]) == [["a", 1.0], [MARK + "#NUM!", 2.0]]


def test_results_have_only_types_that_com_carries_unchanged(excel: Excel) -> None:
    # A Decimal would become Currency and be cut; a whole number above 32 bits would fail.
    for definition in FUNCTIONS.values():
        arguments = usual(definition)
        got = excel.call(definition.name, *map(from_cells, arguments))
        rows = got if isinstance(got, list) else [got]
        flat = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
        assert {type(cell) for cell in flat} <= {float, str}


def test_where_xlwings_offers_no_decorators_the_functions_are_plain() -> None:
    from addin.excel.functions import wrapper

    plain = wrapper(FUNCTIONS["AICAPEX"], *[lambda *_, **__: lambda function: function] * 3)
    assert plain(50e9, None) == [[100e9]]
    assert plain.__signature__.parameters.keys() == {"gpu", "mult"}  # type: ignore[attr-defined]


def test_the_boundary_adds_at_most_a_fifth_to_a_call() -> None:
    from benchmarks import excel_call

    results = excel_call.measure(rounds=3)
    for call in ("four numbers", "four cells"):
        assert results[call]["AIREVENUE"] <= excel_call.LIMIT * results[call]["do-nothing xw.func"]
