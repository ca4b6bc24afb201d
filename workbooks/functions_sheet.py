"""The Functions sheet: every function with its syntax, arguments, unit, a live example and its source."""

from __future__ import annotations

from typing import Any, Final

from udfs import FUNCTIONS, OMITTED, Definition, NativeFormError
from udfs.trace import Literal
from workbooks import style
from workbooks.book import Book
from workbooks.layout import LABEL
from workbooks.native import to_native
from workbooks.reference_sheets import FIRST_ROW, write_headers
from workbooks.sheets import head

_COLUMNS: Final = (
    ("What it computes", 62), ("Function", 17), ("Syntax", 50), ("Arguments", 54), ("Example", 50), ("Its result", 14),
    ("Unit", 13), ("Category", 13), ("Source", 20),
)  # fmt: skip
_RESULT: Final = LABEL + 5


def write_functions(book: Book) -> None:
    """Write the Functions sheet."""
    sheet = book.add_sheet("Functions")
    head(book, sheet, "Every function: what to type, and what comes back", LABEL + len(_COLUMNS) - 1, FIRST_ROW - 1)
    write_headers(book, sheet, _COLUMNS)
    for row, function in enumerate(FUNCTIONS.values(), start=FIRST_ROW):
        example = example_formula(function)
        texts = (
            function.summary, function.name, function.syntax, arguments_text(function), f"={example}", None,
            function.result.unit, function.category, function.source,
        )  # fmt: skip
        for column, text in enumerate(texts, start=LABEL):
            if text is not None:
                font = style.STRONG if column == LABEL + 1 else style.BODY if column == LABEL else style.UNIT_FONT
                book.put(
                    sheet, row, column, text, font, align=style.INDENTED_WRAP if column == _RESULT + 1 else style.WRAP
                )
        if book.edition == "portable" and not _has_native(example):
            cell = book.put(sheet, row, _RESULT, example_result(function))
        else:
            cell = book.compute(sheet, row, _RESULT, example, f"Example of {function.name}")
        cell.alignment = style.TOP_RIGHT
        if isinstance(example_result(function), float):
            cell.number_format = style.figure_format(example_result(function))
        widest = max(
            len(str(text)) / width for text, (_, width) in zip(texts, _COLUMNS, strict=True) if text is not None
        )
        sheet.row_dimensions[row].height = 14 * (1 + int(widest * 0.98))


def arguments_text(function: Definition) -> str:
    """Return the arguments with their units: ``gpu ($), margin (fraction)``."""
    first_open = next((p.name for p in function.parameters if p.name == "arg1"), None)
    named = [p for p in function.parameters if first_open is None or not p.name.startswith("arg")]
    words = [f"{p.name} ({p.kind.unit})" if p.kind.unit else p.name for p in named]
    return ", ".join([*words, "then that function's arguments"] if first_open else words)


def call_text(function: Definition, arguments: tuple[Any, ...]) -> str:
    """Return a call as it is typed in a cell."""
    return f"{function.name}({','.join(map(_argument_text, arguments))})"


def example_formula(function: Definition) -> str:
    """Return a formula that shows one figure of the function's first example."""
    example = function.examples[0]
    call = call_text(function, example.arguments)
    if not isinstance(example.result, list):
        return call
    row, column = _telling_cell(example.result)
    return f"INDEX({call},{row})" if len(example.result[0]) == 1 else f"INDEX({call},{row},{column})"


def example_result(function: Definition) -> Any:
    """Return the figure that ``example_formula`` gives, as the source publishes it."""
    result = function.examples[0].result
    if not isinstance(result, list):
        return result
    row, column = _telling_cell(result)
    return result[row - 1][column - 1]


def _telling_cell(table: list[list[Any]]) -> tuple[int, int]:
    """Return row and column of the last number in the last row."""
    last = table[-1]
    return len(table), max(place for place, value in enumerate(last, start=1) if isinstance(value, (int, float)))


def _argument_text(value: Any) -> str:
    if value is OMITTED:
        return ""
    if isinstance(value, list):
        return "{" + ";".join(",".join(_argument_text(cell) for cell in row) for row in value) + "}"
    return Literal(value).render()


def _has_native(formula: str) -> bool:
    try:
        to_native(f"={formula}")
    except NativeFormError:
        return False
    return True
