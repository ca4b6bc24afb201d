"""NumPy over whole ranges, for the cells that are plain numbers.

Cells with anything else in them (blank, text, error, a value outside the domain, a result that is not finite) are few.
They are computed one by one by the scalar call, so that both paths give the same errors by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from udfs.definition import Definition
from udfs.errors import ExcelError
from udfs.kinds import LARGEST, Kind
from udfs.values import is_range, series, single

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CACHED: Final = 262_144  # numbers that stay in the processor's cache while a block is computed
_FEW: Final = 64  # cells that are not worth another call of NumPy
_EXACT: Final = 2**53  # whole numbers up to here are floats without loss


def vectorised(
    function: Definition,
    arguments: Sequence[Any],
    spread: Sequence[int],
    shape: tuple[int, int],
    cell: Callable[[int, int], Any],
) -> NDArray[Any] | None:
    """Call the body with arrays, block by block.

    Parameters
    ----------
    function : what to call.
    arguments : one value or grid per parameter.
    spread : positions of the grids that broadcast.
    shape : rows and columns of the result.
    cell : computes one cell of the result from the raw values.

    Returns
    -------
    numpy.ndarray of shape ``shape``, or None
        Floats; objects where some are errors. None if NumPy is not installed or the body can't take arrays.
    """
    try:
        import numpy as np
    except ImportError:
        return None
    values: list[Any] = []
    for position, (parameter, value) in enumerate(zip(function.parameters, arguments, strict=True)):
        if position in spread:
            if not parameter.kind.numeric:
                return None
            values.append(_fitted(_floats(value), shape))
            continue
        whole = parameter.kind.shape == "series" and is_range(value)
        value = series(value, parameter.kind) if whole else single(value, parameter)
        if isinstance(value, ExcelError):
            return None
        values.append(value)

    result = np.empty(shape)
    one_by_one: list[tuple[int, int]] = []
    blocks = [(0, shape[0], 0, shape[1])]
    while blocks:
        top, bottom, left, right = blocks.pop()
        height, width = bottom - top, right - left
        if height * width * len(spread) <= _CACHED:
            inputs = list(values)
            odd: NDArray[np.bool_] | None = None
            for position in spread:
                kind = function.parameters[position].kind
                inputs[position], wrong = _checked(_part(values[position], top, bottom, left, right), kind)
                if wrong is not None:
                    odd = wrong if odd is None else odd | wrong
            try:
                # An overflow or a division by zero inside may come out as a plausible number: a / (b / 0) is 0.
                with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                    part = np.asarray(function.body(*inputs), dtype=float)
            except FloatingPointError:
                if height * width <= _FEW:
                    one_by_one += [(row, column) for row in range(top, bottom) for column in range(left, right)]
                    continue
            except Exception:  # not a body for arrays, or one that fails in every cell
                return None
            else:
                result[top:bottom, left:right] = part
                if odd is None and _moderate(part):
                    continue
                bad = ~np.isfinite(part) if odd is None else odd | ~np.isfinite(part)
                rows, columns = np.nonzero(np.broadcast_to(bad, (height, width)))
                one_by_one += zip((rows + top).tolist(), (columns + left).tolist(), strict=True)
                continue
        if height >= width:
            middle = top + height // 2
            blocks += [(top, middle, left, right), (middle, bottom, left, right)]
        else:
            middle = left + width // 2
            blocks += [(top, bottom, left, middle), (top, bottom, middle, right)]
    single_results = [cell(row, column) for row, column in one_by_one]
    if any(found.__class__ is not float for found in single_results):
        result = result.astype(object)
    for place, found in zip(one_by_one, single_results, strict=True):
        result[place] = found
    return result


def as_array(rows: list[list[Any]]) -> NDArray[Any]:
    """Return computed cells as an array: floats, or objects where some are errors or text."""
    import numpy as np

    array = np.array(rows, dtype=object)
    return array.astype(float) if all(value.__class__ is float for value in array.flat) else array


def _floats(rows: Any) -> NDArray[np.float64]:
    """Return a grid as floats, with NaN for what is not a plain number."""
    import numpy as np

    if not isinstance(rows, list):
        if rows.dtype.kind in "fiu":
            return rows.astype(float, copy=False)  # type: ignore[no-any-return]
        rows = rows.tolist()
    shape = len(rows), len(rows[0])
    if set(map(type, chain.from_iterable(rows))) != {float}:
        return np.fromiter(map(_plain, chain.from_iterable(rows)), float, shape[0] * shape[1]).reshape(shape)
    return np.fromiter(chain.from_iterable(rows), float, shape[0] * shape[1]).reshape(shape)


def _plain(value: Any) -> float:
    kind = value.__class__
    if kind is float or (kind is int and -_EXACT <= value <= _EXACT):
        return value  # type: ignore[no-any-return]
    return float("nan")


def _fitted(floats: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the array so that it broadcasts to ``shape``, with NaN where the range has no cell."""
    import numpy as np

    if all(mine in (1, whole) for mine, whole in zip(floats.shape, shape, strict=True)):
        return floats
    fitted = np.full([1 if mine == 1 else whole for mine, whole in zip(floats.shape, shape, strict=True)], np.nan)
    fitted[: floats.shape[0], : floats.shape[1]] = floats
    return fitted


def _part(floats: NDArray[np.float64], top: int, bottom: int, left: int, right: int) -> NDArray[np.float64]:
    """Return what falls on a block of the result."""
    return floats[
        slice(top, bottom) if len(floats) > 1 else slice(None),
        slice(left, right) if floats.shape[1] > 1 else slice(None),
    ]


def _moderate(floats: NDArray[np.float64]) -> bool:
    """Return whether every number is finite and well below ``LARGEST``: the sum of squares, the fastest look at all."""
    import numpy as np

    with np.errstate(all="ignore"):
        return bool(np.vdot(floats, floats) < LARGEST**2 / 10)


def _checked(floats: NDArray[np.float64], kind: Kind) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """Return the numbers, NaN where they are outside the domain, and where that is; None if nowhere."""
    import numpy as np

    if kind.low == -LARGEST and kind.high == LARGEST and _moderate(floats):
        inside = True
    else:  # two reductions are cheaper than a mask; a NaN fails both comparisons
        inside = floats.min() >= kind.lowest and floats.max() <= kind.highest
    if inside and not (kind.whole and (floats % 1).any()):
        return floats, None
    wrong = ~((floats >= kind.lowest) & (floats <= kind.highest))
    if kind.whole:
        wrong |= np.where(wrong, 0, floats) % 1 != 0
    return np.where(wrong, np.nan, floats), wrong
