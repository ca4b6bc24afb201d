"""The rows that explain one call: what went in, each step of the computation, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from udfs.boundary import call
from udfs.definition import Definition, NativeFormError, Parameter
from udfs.errors import OMITTED, ExcelError
from udfs.ledger import assumptions
from udfs.steps import Step, Value, traced_steps
from udfs.trace import Argument, Expression, Literal
from udfs.values import is_range, series, single

Row = list[float | str | ExcelError]

_NEUTRAL = (0.0, 1.0)  # a default that adds nothing or multiplies by nothing is left out of the formulas


def explanation(function: Definition, raw: Sequence[Any]) -> list[Row]:
    """Return the rows, without a header: step, formula with names, formula with numbers, value, unit, source.

    Parameters
    ----------
    function : what was called.
    raw : its arguments as a host has them, one for each parameter.
    """
    values = [_value(parameter, value) for parameter, value in zip(function.parameters, raw, strict=True)]
    rows = [
        _input(parameter, given, value)
        for parameter, given, value in zip(function.parameters, raw, values, strict=True)
        if value is not None
    ]
    result = call(function.name, *raw)
    for number, step in enumerate(_steps(function, raw, values, result), start=1):
        rows.append([float(number), _safe(step.formula), _safe(step.numbers), step.value, step.unit, function.source])
    return rows


def _value(parameter: Parameter, raw: Any) -> Any:
    whole = parameter.kind.shape == "series" and is_range(raw)
    return series(raw, parameter.kind) if whole else single(raw, parameter)


def _input(parameter: Parameter, given: Any, value: Any) -> Row:
    refused = ""
    if given is not OMITTED:
        source = "given"
    elif parameter.required:
        source = "missing"
    else:
        entries = (
            entry.key for entry in assumptions().values() if (entry.default_of, entry.base) == _default(parameter)
        )
        source = ", ".join(["default", *entries])
    if isinstance(value, ExcelError) and isinstance(given, (int, float, str)):
        refused = _safe(Literal(given).render())
        if parameter.kind.domain:
            source = f"{source}: must be {parameter.kind.domain}"
    shown = f"{len(value)} years" if isinstance(value, tuple) else value
    return ["input", parameter.name, refused, shown, parameter.kind.unit, source]


def _default(parameter: Parameter) -> tuple[str, Any]:
    return parameter.name, parameter.default


def _steps(function: Definition, raw: Sequence[Any], values: Sequence[Any], result: Any) -> list[Step]:
    """Return the steps; the last one shows the result."""
    if isinstance(result, list):
        return _rows_of_table(function, values, result)
    steps = []
    if not any(isinstance(value, ExcelError) for value in values):
        if function.steps is not None:
            steps = function.steps(result, *values)
        elif function.native is None:
            steps = _traced(function, raw, values)
    if not steps:
        return [_whole_formula(function, values, result)]
    return [*steps[:-1], steps[-1]._replace(value=result, unit=function.result.unit)]


def _traced(function: Definition, raw: Sequence[Any], values: Sequence[Any]) -> list[Step]:
    symbols: list[Expression | None] = []
    for parameter, given, value in zip(function.parameters, raw, values, strict=True):
        if value is None:
            symbols.append(None)
        elif given is OMITTED and value in _NEUTRAL:
            symbols.append(Literal(value))
        else:
            symbols.append(Argument(parameter.name))
    names = [parameter.name for parameter in function.parameters]
    kinds = {parameter.name: parameter.kind.unit for parameter in function.parameters}
    return traced_steps(function.trace(*symbols), dict(zip(names, values, strict=True)), kinds)


def _rows_of_table(function: Definition, values: Sequence[Any], table: list[list[Value]]) -> list[Step]:
    """Return one step for each row of a spilled result, from its formula by row."""
    return [
        Step(
            function.row_formula(number, *_names(function, values)).text,
            function.row_formula(number, *_numbers(values)).text,
            row[0],
            function.result.unit,
        )
        for number, row in enumerate(table, start=1)
    ]


def _whole_formula(function: Definition, values: Sequence[Any], result: Value) -> Step:
    """Return the native formula as one step; for arguments that it can't be written for, the call itself."""
    try:
        formula = function.formula(*_names(function, values)).text
        numbers = function.formula(*_numbers(values)).text
    except NativeFormError:
        formula = numbers = function.syntax
    return Step(formula, numbers, result, function.result.unit)


def _names(function: Definition, values: Sequence[Any]) -> list[Argument | None]:
    """Return the parameters' names as arguments of a formula; text as it is, since it chooses the formula."""
    return [
        None
        if value is None
        else Argument(Literal(value).render())
        if isinstance(value, str)
        else Argument(parameter.name, _direction(parameter, value))
        for parameter, value in zip(function.parameters, values, strict=True)
    ]


def _direction(parameter: Parameter, value: Any) -> str:
    if parameter.kind.shape != "series":
        return ""
    return "row" if isinstance(value, tuple) else "level"


def _numbers(values: Sequence[Any]) -> list[str | None]:
    return [
        None
        if value is None
        else "{" + ",".join(Literal(number).render() for number in value) + "}"
        if isinstance(value, tuple)
        else Literal(value).render()
        for value in values
    ]


def _safe(formula: str) -> str:
    """Return formula text that no program takes for a formula of its own."""
    return f"({formula})" if formula.startswith(("+", "-", "=", "@")) else formula
