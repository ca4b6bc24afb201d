"""Excel's functions of matrices, by NumPy, and sums over pairs.

Arguments are raw host values: nested lists, or one value for one cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from udfs import ExcelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Table = list[list[float]]
_NUMBERS: Final = (float, int)


def mmult(first: Any, second: Any) -> Table | float | ExcelError:
    """Return the product of two matrices."""
    left, right = _matrix(first), _matrix(second)
    if isinstance(left, ExcelError) or isinstance(right, ExcelError):
        return left if isinstance(left, ExcelError) else right  # type: ignore[return-value]
    return _table(left @ right) if left.shape[1] == right.shape[0] else ExcelError.VALUE


def minverse(matrix: Any) -> Table | float | ExcelError:
    """Return the inverse of a square matrix; #NUM! if it has none."""
    import numpy as np

    square = _square(matrix)
    if isinstance(square, ExcelError):
        return square
    try:
        return _table(np.asarray(np.linalg.inv(square), dtype=float))
    except np.linalg.LinAlgError:
        return ExcelError.NUM


def mdeterm(matrix: Any) -> float | ExcelError:
    """Return the determinant of a square matrix."""
    import numpy as np

    square = _square(matrix)
    return square if isinstance(square, ExcelError) else float(np.linalg.det(square))


def sumproduct(*tables: Any) -> float | ExcelError:
    """Return the sum of the products of ranges of the same size; what is no number counts as zero."""
    grids = [table if isinstance(table, list) else [[table]] for table in tables]
    if len({(len(grid), len(grid[0])) for grid in grids}) > 1:
        return ExcelError.VALUE
    total = []
    for rows in zip(*grids, strict=True):
        for cells in zip(*rows, strict=True):
            product = 1.0
            for cell in cells:
                if isinstance(cell, ExcelError):
                    return cell
                product *= cell if cell.__class__ in _NUMBERS else 0.0
            total.append(product)
    return math.fsum(total)


def sumx2my2(one: Any, other: Any) -> float | ExcelError:
    """Return the sum of the differences of squares."""
    return _over_pairs(lambda x, y: x * x - y * y, one, other)


def sumx2py2(one: Any, other: Any) -> float | ExcelError:
    """Return the sum of the sums of squares."""
    return _over_pairs(lambda x, y: x * x + y * y, one, other)


def sumxmy2(one: Any, other: Any) -> float | ExcelError:
    """Return the sum of the squares of differences."""
    return _over_pairs(lambda x, y: (x - y) ** 2, one, other)


def _over_pairs(function: Callable[[float, float], float], one: Any, other: Any) -> float | ExcelError:
    """Return the sum over the pairs of numbers of two ranges; pairs with text, truth values and blanks do not count."""
    left, right = (
        [cell for row in (value if isinstance(value, list) else [[value]]) for cell in row] for value in (one, other)
    )
    if len(left) != len(right):
        return ExcelError.NA
    error = next((cell for cell in (*left, *right) if isinstance(cell, ExcelError)), None)
    if error is not None:
        return error
    pairs = [(x, y) for x, y in zip(left, right, strict=True) if x.__class__ in _NUMBERS and y.__class__ in _NUMBERS]
    return math.fsum(function(x, y) for x, y in pairs) if pairs else ExcelError.DIV0


def _square(value: Any) -> NDArray[np.float64] | ExcelError:
    matrix = _matrix(value)
    return matrix if isinstance(matrix, ExcelError) or matrix.shape[0] == matrix.shape[1] else ExcelError.VALUE


def _matrix(value: Any) -> NDArray[np.float64] | ExcelError:
    """Return a range as a matrix; Excel takes numbers alone, no blanks and no truth values."""
    import numpy as np

    rows = value if isinstance(value, list) else [[value]]
    for cell in (cell for row in rows for cell in row):
        if isinstance(cell, ExcelError):
            return cell
        if not isinstance(cell, (int, float)) or isinstance(cell, bool):
            return ExcelError.VALUE
    return np.array(rows, dtype=float)


def _table(matrix: NDArray[np.float64]) -> Table | float:
    rows: Table = matrix.tolist()
    return rows[0][0] if matrix.size == 1 else rows
