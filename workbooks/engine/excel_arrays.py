"""Excel's functions of matrices, by NumPy. Arguments are raw host values: nested lists, or one value for one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from udfs import ExcelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Table = list[list[float]]


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
