"""NumPy over whole ranges, for the cells that are plain numbers.

Cells with anything else in them (blank, text, error, a value outside the domain, a result that is not finite) are few.
They are computed one by one by the scalar call, so that both paths give the same errors by construction. An error that
the body itself chose by ``where`` is known from its NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from udfs.definition import Definition
from udfs.errors import MARKED_NAN, ExcelError
from udfs.kinds import Kind
from udfs.values import is_range, series, single

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE: Final = 1_048_576  # numbers in all arguments that are computed in one go
_CACHED: Final = 262_144  # of more, the numbers in a block: they stay in the processor's cache meanwhile
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
            values.append(_fitted(plain_floats(value), shape))
            continue
        whole = parameter.kind.shape == "series" and is_range(value)
        value = series(value, parameter.kind) if whole else single(value, parameter)
        if isinstance(value, ExcelError):
            return None
        values.append(value)

    numbers = shape[0] * shape[1] * len(spread)
    most = numbers if numbers <= _AT_ONCE else _CACHED
    result: NDArray[Any] | None = None
    one_by_one: list[tuple[int, int]] = []
    blocks = [Block(0, shape[0], 0, shape[1])]
    while blocks:
        block = blocks.pop()
        if block.cells * len(spread) > most:
            blocks += block.halves()
            continue
        inputs, odd = _inputs(function, values, spread, block)
        try:
            # An overflow or a division by zero inside may come out as a plausible number: a / (b / 0) is 0.
            with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                part = np.asarray(function.body(*inputs), dtype=float)
        except FloatingPointError:
            if block.cells > _FEW:
                blocks += block.halves()
            else:
                one_by_one += block.places()
            continue
        except Exception:  # not a body for arrays, or one that fails in every cell
            return None
        if part.shape == shape and all(part is not value for value in inputs):
            result = part
        else:
            result = np.empty(shape) if result is None else result
            result[block.rows, block.columns] = part
        if odd is not None or not np.isfinite(part.sum()):  # one reduction, in which anything not finite shows
            bad = ~np.isfinite(part) if odd is None else odd | ~np.isfinite(part)
            bad &= odd | ~marked(part) if odd is not None else ~marked(part)
            rows, columns = np.nonzero(np.broadcast_to(bad, (block.bottom - block.top, block.right - block.left)))
            one_by_one += zip((rows + block.top).tolist(), (columns + block.left).tolist(), strict=True)
    if result is None:
        return None
    single_results = [cell(row, column) for row, column in one_by_one]
    for place in one_by_one:
        result[place] = 0.0
    result = with_errors(result)
    if result.dtype != object and any(found.__class__ is not float for found in single_results):
        result = result.astype(object)
    for place, found in zip(one_by_one, single_results, strict=True):
        result[place] = found
    return result


def marked(floats: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a NaN says which error it stands for."""
    import numpy as np

    bits = np.ascontiguousarray(floats).view(np.uint64)
    found: NDArray[np.bool_] = (bits & np.uint64(0xFFFF_FFFF_0000_0000)) == np.uint64(MARKED_NAN)
    return found


def with_errors(floats: NDArray[np.float64]) -> NDArray[Any]:
    """Return floats, as objects with errors among them where a NaN says which."""
    import numpy as np

    if not np.isnan(floats.min()):  # a NaN shows in the minimum
        return floats
    errors = marked(floats)
    if not errors.any():
        return floats
    known = np.array(list(ExcelError), dtype=object)
    result = floats.astype(object)
    result[errors] = known[(np.ascontiguousarray(floats).view(np.uint64)[errors] & np.uint64(0xFFFF)).astype(int)]
    return result


class Block(NamedTuple):
    """A rectangle of the result."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def cells(self) -> int:
        """How many it has."""
        return (self.bottom - self.top) * (self.right - self.left)

    @property
    def rows(self) -> slice:
        """Its rows in the result."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """Its columns in the result."""
        return slice(self.left, self.right)

    def halves(self) -> tuple[Block, Block]:
        """Return the two halves along the longer side."""
        if self.bottom - self.top >= self.right - self.left:
            middle = (self.top + self.bottom) // 2
            return self._replace(bottom=middle), self._replace(top=middle)
        middle = (self.left + self.right) // 2
        return self._replace(right=middle), self._replace(left=middle)

    def places(self) -> Iterator[tuple[int, int]]:
        """Return row and column of each cell."""
        return product(range(self.top, self.bottom), range(self.left, self.right))


def as_array(rows: list[list[Any]]) -> NDArray[Any]:
    """Return computed cells as an array: floats, or objects where some are errors or text."""
    import numpy as np

    array = np.array(rows, dtype=object)
    return array.astype(float) if all(value.__class__ is float for value in array.flat) else array


def plain_floats(rows: Any) -> NDArray[np.float64]:
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
    if value is None:
        return 0.0
    return float("nan")


def _fitted(floats: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the array so that it broadcasts to ``shape``, with NaN where the range has no cell."""
    import numpy as np

    if all(mine in (1, whole) for mine, whole in zip(floats.shape, shape, strict=True)):
        return floats
    fitted = np.full([1 if mine == 1 else whole for mine, whole in zip(floats.shape, shape, strict=True)], np.nan)
    fitted[: floats.shape[0], : floats.shape[1]] = floats
    return fitted


def _inputs(
    function: Definition, values: Sequence[Any], spread: Sequence[int], block: Block
) -> tuple[list[Any], NDArray[np.bool_] | None]:
    """Return the arguments of a block, NaN where a number is outside its domain, and where any is; None if nowhere."""
    inputs = list(values)
    odd: NDArray[np.bool_] | None = None
    for position in spread:
        floats = values[position]
        part = floats[
            block.rows if len(floats) > 1 else slice(None), block.columns if floats.shape[1] > 1 else slice(None)
        ]
        inputs[position], wrong = _checked(part, function.parameters[position].kind)
        if wrong is not None:
            odd = wrong if odd is None else odd | wrong
    return inputs, odd


def _checked(floats: NDArray[np.float64], kind: Kind) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """Return the numbers, NaN where they are outside the domain, and where that is; None if nowhere."""
    import numpy as np

    # Two reductions are cheaper than a mask; a NaN fails both comparisons.
    inside = floats.min() >= kind.lowest and floats.max() <= kind.highest
    if inside and not (kind.whole and (floats % 1).any()):
        return floats, None
    wrong = ~((floats >= kind.lowest) & (floats <= kind.highest))
    if kind.whole:
        wrong |= np.where(wrong, 0, floats) % 1 != 0
    return np.where(wrong, np.nan, floats), wrong
