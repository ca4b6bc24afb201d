"""One pass of NumPy over whole ranges, for the cells that are plain numbers.

Cells with anything else in them (blank, text, error, a value outside the domain, a result that is not finite) are few.
They are computed one by one by the scalar call, so that both paths give the same errors by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from udfs.definition import Definition
from udfs.errors import ExcelError
from udfs.values import single

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def vectorised(
    function: Definition,
    arguments: Sequence[Any],
    spread: Sequence[int],
    shape: tuple[int, int],
    cell: Callable[[int, int], Any],
) -> NDArray[Any] | None:
    """Call the body once with arrays.

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
    odd = np.zeros(shape, dtype=bool)
    anything_odd = False
    values: list[Any] = []
    for position, (parameter, value) in enumerate(zip(function.parameters, arguments, strict=True)):
        kind = parameter.kind
        if position not in spread:
            if kind.shape == "series":
                return None
            value = single(value, parameter)
            if isinstance(value, ExcelError):
                return None
            values.append(value)
            continue
        if not kind.numeric:
            return None
        floats = _fitted(_floats(value), shape)
        # Two reductions are cheaper than a mask; a NaN fails both comparisons.
        if not (floats.min() >= kind.lowest and floats.max() <= kind.highest):
            odd |= ~((floats >= kind.lowest) & (floats <= kind.highest))
            anything_odd = True
        if kind.whole and (floats % 1).any():
            odd |= floats % 1 != 0
            anything_odd = True
        values.append(floats)
    with np.errstate(all="ignore"):
        try:
            result = np.broadcast_to(np.asarray(function.body(*values), dtype=float), shape)
        except (TypeError, ValueError):
            return None
    # Anything that is not finite shows in the sum, one reduction.
    if not np.isfinite(result.sum()):
        odd |= ~np.isfinite(result)
        anything_odd = True
    if not anything_odd:
        return result
    mixed = result.astype(object)
    for row, column in zip(*(places.tolist() for places in np.nonzero(odd)), strict=True):
        mixed[row, column] = cell(row, column)
    return mixed


def _floats(rows: Any) -> NDArray[np.float64]:
    """Return a grid as floats, with NaN for what is not a plain number."""
    import numpy as np

    if not isinstance(rows, list):
        if rows.dtype.kind in "fiu":
            return rows.astype(float, copy=False)  # type: ignore[no-any-return]
        rows = rows.tolist()
    if {kind for row in rows for kind in set(map(type, row))} <= {float}:
        return np.array(rows, dtype=float)
    return np.array([[v if v.__class__ is float or v.__class__ is int else np.nan for v in row] for row in rows], float)


def _fitted(floats: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the array so that it broadcasts to ``shape``, with NaN where the range has no cell."""
    import numpy as np

    if all(mine in (1, whole) for mine, whole in zip(floats.shape, shape, strict=True)):
        return floats
    fitted = np.full([1 if mine == 1 else whole for mine, whole in zip(floats.shape, shape, strict=True)], np.nan)
    fitted[: floats.shape[0], : floats.shape[1]] = floats
    return fitted
