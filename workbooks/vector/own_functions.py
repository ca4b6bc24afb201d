"""Our functions over cells in many scenarios: one call for all of them, by the boundary that every host uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from udfs import OMITTED, Definition, Parameter, call, call_rows
from workbooks.vector.aggregates import constant_error
from workbooks.vector.cells import (
    BLANK,
    NUMBER,
    VALUE,
    Cells,
    NotComputedError,
    coded,
    encoded,
)
from workbooks.vector.operators import fitted


def call_own(function: Definition, arguments: Sequence[Cells | None]) -> Cells:
    """Call one of our functions; None is an argument that is skipped."""
    given = [one for one in arguments if one is not None]
    scenarios = max((max(one.numbers.shape[2], one.all_codes().shape[2]) for one in given), default=1)
    if scenarios == 1:
        return _table(call(function.name, *map(_range, arguments)))
    if function.result.shape == "table" or any(one.shape == "any" for one in _kinds(function, arguments)):
        return _one_by_one(function, arguments, scenarios)
    pairs = list(zip(function.parameters, arguments, strict=False))
    spread = [one for parameter, one in pairs if one is not None and _spreads(parameter, one)]
    height, width = (max((one.shape[side] for one in spread), default=1) for side in (0, 1))
    if any(one.shape not in ((height, width), (1, 1), (height, 1), (1, width)) for one in spread):
        spread_cells = iter(fitted(*spread))
        pairs = [(p, next(spread_cells) if one is not None and _spreads(p, one) else one) for p, one in pairs]
    whole: list[Any] = []
    for parameter, one in pairs:
        if one is None:
            whole.append(OMITTED)
        elif parameter.kind.shape == "series" and one.shape != (1, 1):
            if 1 not in one.shape:
                return constant_error(VALUE)
            if height * width > 1:
                raise NotComputedError(f"calls {function.name} for several cells at once, each with a range")
            whole.append(_flat(one, (*one.shape, scenarios)).reshape(-1, scenarios).T)
        elif one.constant and one.shape == (1, 1):
            whole.extend(one.values(1))
        else:
            whole.append(_flat(one, (height, width, scenarios)).reshape(-1))
    result = call_rows(function.name, *whole)
    shape = (height, width, scenarios)
    if result.dtype != object:
        return Cells(result.reshape(shape))
    pairs_found = [encoded(value) for value in result.tolist()]
    return coded((number for number, _ in pairs_found), (code for _, code in pairs_found), shape)


def _kinds(function: Definition, arguments: Sequence[Cells | None]) -> list[Any]:
    return [parameter.kind for parameter, _ in zip(function.parameters, arguments, strict=False)]


def _spreads(parameter: Parameter, cells: Cells) -> bool:
    return parameter.kind.shape == "scalar" and cells.shape != (1, 1)


def _flat(cells: Cells, shape: tuple[int, int, int]) -> NDArray[Any]:
    """Return all elements in order: floats, or values where some are neither numbers nor blank."""
    codes = cells.codes
    if codes is None or not ((codes != NUMBER) & (codes != BLANK)).any():
        return np.broadcast_to(cells.numbers, shape)
    numbers, kinds = np.broadcast_to(cells.numbers, shape), np.broadcast_to(codes, shape)
    values: NDArray[Any] = np.empty(shape, object)
    for row in range(shape[0]):
        for place in range(shape[1]):
            cell = Cells(numbers[row : row + 1, place : place + 1], kinds[row : row + 1, place : place + 1])
            values[row, place, :] = cell.values(shape[2])
    return values


def _range(cells: Cells | None) -> Any:
    """Return an argument that is the same in all scenarios as hosts have it."""
    if cells is None:
        return OMITTED
    rows = _flat(Cells(cells.numbers, cells.all_codes()), (*cells.shape, 1))[:, :, 0].tolist()
    return rows[0][0] if cells.shape == (1, 1) else rows


def _table(result: Any) -> Cells:
    rows = result if isinstance(result, list) else [[result]]
    pairs = [encoded(value) for row in rows for value in row]
    return coded((n for n, _ in pairs), (c for _, c in pairs), (len(rows), len(rows[0]), 1))


def _one_by_one(function: Definition, arguments: Sequence[Cells | None], scenarios: int) -> Cells:
    """Call for each scenario on its own: results of several rows, and functions that are given functions."""
    parts = [_scenarios(one, scenarios) for one in arguments]
    tables = [_rows(call(function.name, *given)) for given in zip(*parts, strict=True)]
    heights = np.array([len(table) for table in tables])
    height, width = int(heights.max()), max(len(table[0]) for table in tables)
    blank = [None] * width
    numbers = np.zeros((height, width, scenarios))
    codes = np.full((height, width, scenarios), BLANK, np.uint8)
    for place, table in enumerate(tables):
        pairs = [[encoded(value) for value in (*row, *blank[len(row) :])] for row in table]
        numbers[: len(table), :, place] = [[number for number, _ in row] for row in pairs]
        codes[: len(table), :, place] = [[code for _, code in row] for row in pairs]
    same = bool((heights == height).all())
    return Cells(numbers, codes if codes.any() else None, heights=None if same else heights)


def _rows(result: Any) -> list[list[Any]]:
    return result if isinstance(result, list) else [[result]]


def _scenarios(cells: Cells | None, scenarios: int) -> list[Any]:
    """Return an argument as hosts have it, in each scenario."""
    if cells is None:
        return [OMITTED] * scenarios
    if cells.shape == (1, 1):
        return list(cells.values(scenarios))
    return [_range(cells.part(place, place + 1)) for place in range(scenarios)]
