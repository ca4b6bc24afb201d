"""One call per row of many: what a model over thousands of scenarios asks for.

``call`` takes a range for a series whole and spreads over ranges for single values. Here every argument may differ
from row to row, a series too: its range has a row of flows for each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from udfs.boundary import call
from udfs.definition import FUNCTIONS, Definition
from udfs.errors import OMITTED, ExcelError
from udfs.values import single
from udfs.vectorised import marked, plain_floats, with_errors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEW = 64  # rows that are not worth another call of NumPy


def call_rows(name: str, *arguments: Any) -> NDArray[Any]:
    """Call a function once per row.

    Parameters
    ----------
    name : function name, in capitals.
    *arguments : per argument a number, text, ``OMITTED`` or ``ExcelError`` that all calls share; a 1-D array with a
        value for each call; or, for a series, a 2-D array with a row of flows for each call. Arrays hold floats, or
        values as hosts have them.

    Returns
    -------
    numpy.ndarray
        The result of each call, as ``udfs.call`` gives it: floats, or objects where some are errors or text.

    Examples
    --------
    >>> import numpy as np
    >>> call_rows("MOIC", np.array([100.0, 200.0]), np.array([[150.0, 50.0], [300.0, 0.0]]))
    array([2. , 1.5])
    """
    import numpy as np

    function = FUNCTIONS[name]
    arguments += (OMITTED,) * (len(function.parameters) - len(arguments))
    count = max(len(one) for one in arguments if isinstance(one, np.ndarray))
    series = [place for place, parameter in enumerate(function.parameters) if parameter.kind.shape == "series"]
    if not any(isinstance(arguments[place], np.ndarray) for place in series):
        columns = [one.reshape(-1, 1) if isinstance(one, np.ndarray) else one for one in arguments]
        result: NDArray[Any] = call(name, *columns)
        return result.reshape(-1)
    if function.rows is None or any(getattr(arguments[place], "ndim", 0) != 2 for place in series):
        return _alone(function, arguments, range(count))
    return _at_once(function, arguments, count)


def _alone(function: Definition, arguments: Sequence[Any], rows: Sequence[int]) -> NDArray[Any]:
    import numpy as np

    results = [call(function.name, *(_of_row(one, row) for one in arguments)) for row in rows]
    array = np.empty(len(results), object)
    array[:] = results
    return array.astype(float) if all(value.__class__ is float for value in results) else array


def _of_row(argument: Any, row: int) -> Any:
    if not hasattr(argument, "ndim"):
        return argument
    value = argument[row].tolist() if hasattr(argument[row], "tolist") else argument[row]
    return [value] if isinstance(value, list) else value


def _at_once(function: Definition, arguments: Sequence[Any], count: int) -> NDArray[Any]:
    """Call the body for all rows whose arguments are numbers of their domains, and each other row alone."""
    import numpy as np

    values: list[Any] = []
    odd = np.zeros(count, bool)
    for parameter, argument in zip(function.parameters, arguments, strict=True):
        if not isinstance(argument, np.ndarray):
            value = single(argument, parameter)
            if isinstance(value, ExcelError):
                return _alone(function, arguments, range(count))
            values.append(np.full(count, value))
            continue
        floats = plain_floats(argument.reshape(count, -1)).reshape(argument.shape)
        kind = parameter.kind
        wrong = ~((floats >= kind.lowest) & (floats <= kind.highest))
        if kind.whole:
            wrong |= np.where(wrong, 0, floats) % 1 != 0
        odd |= wrong.any(axis=1) if wrong.ndim == 2 else wrong
        values.append(floats)
    good = np.nonzero(~odd)[0]
    result = np.full(count, np.nan)
    _fill(function, values, good, result)
    left = np.nonzero(~np.isfinite(result) & ~marked(result))[0].tolist()
    result[left] = 0.0
    found = with_errors(result)
    if left:
        singles = _alone(function, arguments, left)
        if singles.dtype == object and found.dtype != object:
            found = found.astype(object)
        found[left] = singles
    return found


def _fill(function: Definition, values: Sequence[Any], rows: NDArray[np.intp], result: NDArray[np.float64]) -> None:
    """Compute some rows; NaN stays where an overflow or a division by zero may be inside."""
    import numpy as np

    assert function.rows is not None
    if not rows.size:
        return
    everything = rows.size == result.size
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            result[rows] = function.rows(*(values if everything else [value[rows] for value in values]))
    except FloatingPointError:
        if rows.size > _FEW:
            half = rows.size // 2
            _fill(function, values, rows[:half], result)
            _fill(function, values, rows[half:], result)
