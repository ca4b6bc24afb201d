"""Functions about functions: explain a call, solve it for an argument, rank its arguments.

They are given the name of another function as text, in any case, and its arguments in its own order. Only names in
the catalogue count, and nothing is ever evaluated as code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from udfs.boundary import call
from udfs.definition import FUNCTIONS, Definition, Example, udf
from udfs.errors import OMITTED, ExcelError
from udfs.explaining import explanation
from udfs.kinds import Anything, Number, NumberTable, Spread, Text, TextTable
from udfs.solving import AnyValueError, solutions
from udfs.values import as_number, grid, is_range

CATEGORY: Final = "Assist"

_CALLS_A_FUNCTION: Final = "it calls another function many times or takes it apart"


@udf(
    category=CATEGORY,
    source="aicapex",
    examples=[
        Example(
            ("SHAREHEADROOM", 0.5),
            [
                ["Step", "Formula", "With numbers", "Value", "Unit", "Source"],
                ["input", "share", "", 0.5, "fraction", "given"],
                [1.0, "1/share", "1/0.5", 2.0, "x", "norvig"],
            ],
        )
    ],
    no_native=_CALLS_A_FUNCTION,
)
def AIEXPLAIN(name: Text, *args: Anything) -> TextTable:
    """How a function arrives at its result, step by step; it spills.

    Parameters
    ----------
    name : text
        Name of the function to explain, such as AIGAP.
    *args : anything
        Argument of that function, in its own order, as it would be given to the function itself.

    Returns
    -------
    table
        A header, a row for each argument, a row for each step: number, formula with names, formula with the numbers put
        in, value, unit, source. The last row is the result. Where a step fails, it and those after it show the error.

    Errors
    ------
    #N/A for a name that is not in the catalogue or is one of the functions about functions; #VALUE! for too many
    arguments, or a range where one number belongs.

    Examples
    --------
    >>> for row in AIEXPLAIN("AIGAP", 50e9, 2, 0.5)[-3:]:
    ...     print(row[1:4])
    ['gpu*mult', '50000000000*2', 100000000000.0]
    ['1-margin', '1-0.5', 0.5]
    ['gpu*mult/(1-margin)', '50000000000*2/(1-0.5)', 200000000000.0]
    """
    inner = _inner(name, args)
    if isinstance(inner, ExcelError):
        return inner  # type: ignore[return-value]
    header: list[float | str | ExcelError] = ["Step", "Formula", "With numbers", "Value", "Unit", "Source"]
    return [header, *explanation(*inner)]


@udf(
    category=CATEGORY,
    source="aicapex",
    examples=[
        Example(("AIGAP", 0.0, "margin", 50e9, 2.0, OMITTED, 200e9), [[0.5]]),
        Example(("AIREVENUE", 600e9, "gpu", OMITTED, 2.0, 0.5), [[150e9]]),
    ],
    no_native=_CALLS_A_FUNCTION,
)
def AISOLVE(name: Text, target: Number, unknown: Text, *args: Anything) -> NumberTable:
    """What must be true: every value of one argument at which a function meets a target; it spills downwards.

    The whole domain of the argument is searched, at magnitudes from 1E-9 to 1E+19. Where every value of a stretch meets
    the target, the two ends of the stretch are given.

    Parameters
    ----------
    name : text
        Name of the function to solve, such as AIGAP.
    target : number
        What the function is to give.
    unknown : text
        Name of the argument to find, such as margin.
    *args : anything
        Argument of that function, in its own order. The place of the unknown is kept: leave it empty, or give any
        value, which is ignored.

    Returns
    -------
    numbers
        A column, from the smallest up; for a series such as cashflows the level amount for every year.

    Errors
    ------
    #N/A if no value does, or for an unknown name of a function or argument; #NUM! if every value does; #VALUE! if the
    argument is not a number, the function gives more than one, or there are too many arguments; the function's own
    error if it has no value at all.

    Examples
    --------
    >>> AISOLVE("AIGAP", 0, "margin", 50e9, 2, None, 200e9)
    [[0.5]]
    """
    inner = _inner(name, args)
    if isinstance(inner, ExcelError):
        return inner  # type: ignore[return-value]
    definition, arguments = inner
    names = [parameter.name.upper() for parameter in definition.parameters]
    if unknown.strip().upper() not in names:
        return ExcelError.NA  # type: ignore[return-value]
    place = names.index(unknown.strip().upper())
    kind = definition.parameters[place].kind
    if not kind.numeric or definition.result.shape == "table":
        return ExcelError.VALUE  # type: ignore[return-value]
    outcomes: set[ExcelError | None] = set()

    def function_of_unknown(x: float) -> float | None:
        result = call(definition.name, *arguments[:place], x, *arguments[place + 1 :])
        value = result if isinstance(result, float) else None
        outcomes.add(None if value is not None else result)
        return value

    others = [as_number(value) for i, value in enumerate(arguments) if i != place and not is_range(value)]
    near = [value for value in others if isinstance(value, float)]
    try:
        found = solutions(function_of_unknown, target, kind, near)
    except AnyValueError:
        return ExcelError.NUM  # type: ignore[return-value]
    if found:
        return [[x] for x in found]
    only_error = outcomes.pop() if len(outcomes) == 1 else None
    return only_error or ExcelError.NA  # type: ignore[return-value]


@udf(
    category=CATEGORY,
    source="aicapex",
    examples=[
        Example(
            ("TAXSHIELD", 0.1, 100.0, 0.2),
            [
                ["Argument", "Value", "Low", "High", "Swing"],
                ["depreciation", 100.0, 18.0, 22.0, 4.0],
                ["tax", 0.2, 18.0, 22.0, 4.0],
            ],
        )
    ],
    no_native=_CALLS_A_FUNCTION,
)
def AITORNADO(name: Text, spread: Spread, *args: Anything) -> TextTable:
    """Which argument matters most: each is moved down and up by a fraction of itself; it spills, largest swing first.

    Parameters
    ----------
    name : text
        Name of the function, such as AIGAP.
    spread : fraction
        How far each argument is moved, above 0 and at most 1; 0.1 is 10% down and 10% up.
    *args : anything
        Argument of that function, in its own order. One left out is moved from its default, a range as a whole.

    Returns
    -------
    table
        A header and a row for each argument that is a number other than 0: name, value, result with the argument lower,
        result with it higher, and the swing between the two. An argument that leaves its domain shows the error, last.

    Errors
    ------
    #N/A for a name that is not in the catalogue or is one of the functions about functions; #VALUE! for too many
    arguments, a range where one number belongs, or a function that spills; #NUM! for a spread of 0 or less or above 1;
    the function's own error if the unmoved arguments give one.

    Examples
    --------
    >>> for row in AITORNADO("AIGAP", 0.1, 50e9, 2, 0.5, 75e9):
    ...     print(row[0], row[4] if row[4] == "Swing" else round(row[4] / 1e9, 1))
    Argument Swing
    margin 40.4
    gpu 40.0
    mult 40.0
    revenue 15.0
    """
    inner = _inner(name, args)
    if isinstance(inner, ExcelError):
        return inner  # type: ignore[return-value]
    definition, arguments = inner
    if definition.result.shape == "table":
        return ExcelError.VALUE  # type: ignore[return-value]
    base = call(definition.name, *arguments)
    if isinstance(base, ExcelError):
        return base  # type: ignore[return-value]
    rows: list[list[float | str | ExcelError]] = []
    for place, parameter in enumerate(definition.parameters):
        value = parameter.default if arguments[place] is OMITTED else arguments[place]
        if not parameter.kind.numeric or value is None or not _nonzero(value):
            continue
        low, high = (
            call(definition.name, *arguments[:place], _scaled(value, factor), *arguments[place + 1 :])
            for factor in (1 - spread, 1 + spread)
        )
        failed = next((end for end in (low, high) if isinstance(end, ExcelError)), None)
        shown = f"{len(_cells(value))} years" if is_range(value) else as_number(value)
        rows.append([parameter.name, shown, low, high, failed or abs(high - low)])
    rows.sort(key=lambda row: -row[4] if isinstance(row[4], float) else 1.0)
    return [["Argument", "Value", "Low", "High", "Swing"], *rows]


def _inner(name: str, args: Sequence[Any]) -> tuple[Definition, list[Any]] | ExcelError:
    """Return the function that is named, and one raw argument for each of its parameters."""
    definition = FUNCTIONS.get(name.strip().upper())
    if definition is None or definition.category == CATEGORY:
        return ExcelError.NA
    arguments = [OMITTED if value is None else value for value in args]
    spare = len(arguments) - len(definition.parameters)
    if any(value is not OMITTED for value in arguments[len(definition.parameters) :]):
        return ExcelError.VALUE
    arguments = [*arguments, *[OMITTED] * -spare][: len(definition.parameters)]
    for place, (parameter, value) in enumerate(zip(definition.parameters, arguments, strict=True)):
        if is_range(value):
            rows = grid(value)
            if len(rows) == 1 and len(rows[0]) == 1:
                arguments[place] = rows[0][0]
            elif parameter.kind.shape != "series":
                return ExcelError.VALUE
    return definition, arguments


def _cells(value: Any) -> list[Any]:
    return [cell for row in grid(value) for cell in row]


def _nonzero(value: Any) -> bool:
    return any(map(_nonzero, _cells(value))) if is_range(value) else as_number(value) != 0


def _scaled(value: Any, factor: float) -> Any:
    """Return a number, or every number of a range, times a factor."""
    if is_range(value):
        return [[_scaled(cell, factor) for cell in row] for row in grid(value)]
    number = as_number(value)
    return number if isinstance(number, ExcelError) else number * factor
