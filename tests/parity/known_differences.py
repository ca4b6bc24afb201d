"""Where a host gives something else than our functions, and why: the list that the test allows and the docs show."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from tests.parity.draws import Draw
from udfs import OMITTED, ExcelError, NativeFormError, Parameter, call

NATIVE: Final = ("native formula in LibreOffice", "native formula in the engine")
LIBREOFFICE, ENGINE = NATIVE[:1], NATIVE[1:]
CALC: Final = ("LibreOffice Calc with the extension",)

# What is beyond these is no amount of money and no length of time, but a slip of the hand.
_HUGE, _TINY, _AGES, _RATE = 1e30, 1e-30, 1e3, 1e-6


@dataclass(frozen=True)
class KnownDifference:
    """One difference.

    Parameters
    ----------
    name : in a few words.
    hosts : where it shows.
    ours, theirs : what comes out, in words.
    why : the reason.
    example : name of a function and its arguments, for which it shows.
    shown : what those hosts give for the example.
    explains : whether a call, its result at the boundary and that of the host are a case of it.
    """

    name: str
    hosts: tuple[str, ...]
    ours: str
    theirs: str
    why: str
    example: tuple[Any, ...]
    shown: Any
    explains: Callable[[Draw, Any, Any], bool]


def _kinds_of_wrong(draw: Draw) -> list[str]:
    """Return what is wrong with the arguments, in their order: a word for each cell that is no number of its domain."""
    found = []
    for parameter, value in zip(draw.function.parameters, draw.arguments, strict=True):
        for cell in [cell for row in value for cell in row] if isinstance(value, list) else [value]:
            word = _wrong(parameter, cell)
            if word:
                found.append(word)
    return found


def _wrong(parameter: Parameter, cell: Any) -> str:
    if cell is OMITTED or (isinstance(cell, str) and not parameter.kind.numeric):
        return ""
    if parameter.kind.choices and not isinstance(cell, ExcelError):
        return "no word"
    if isinstance(cell, ExcelError):
        return "error"
    if isinstance(cell, bool):
        return "truth value"
    if isinstance(cell, str):
        return "number as text" if cell.replace(".", "").isdigit() else "text"
    return "" if parameter.kind.holds(cell or 0.0) else "outside"


def _only_wrong(*words: str) -> Callable[[Draw, Any, Any], bool]:
    """Return whether the argument that decides our error is of that kind."""
    return lambda draw, ours, theirs: isinstance(ours, ExcelError) and _kinds_of_wrong(draw)[:1] in [[w] for w in words]


def _several(draw: Draw, ours: Any, theirs: Any) -> bool:
    return isinstance(ours, ExcelError) and len(_kinds_of_wrong(draw)) > 1 and _any_error(theirs)


def _any_error(result: Any) -> bool:
    cells = [cell for row in result for cell in row] if isinstance(result, list) else [result]
    return any(isinstance(cell, ExcelError) for cell in cells)


def _beyond_measure(draw: Draw) -> bool:
    for parameter, value in zip(draw.function.parameters, draw.arguments, strict=True):
        largest = _AGES if parameter.kind.unit == "years" else _HUGE
        smallest = _RATE if parameter.kind.unit == "fraction/year" else _TINY
        for cell in [cell for row in value for cell in row] if isinstance(value, list) else [value]:
            if isinstance(cell, float) and cell and not smallest < abs(cell) < largest:
                return True
    return False


def _changes_of_sign(draw: Draw) -> int:
    capex, flows, residual = draw.arguments
    if not isinstance(flows, list):
        return 0
    cash = [cell or 0.0 for row in flows for cell in row]
    cash[-1] += 0.0 if residual is OMITTED else residual or 0.0
    positive = [flow > 0 for flow in (-(capex or 0.0), *cash) if flow]
    return sum(one != other for one, other in pairwise(positive))


def _chooses(draw: Draw) -> bool:
    if draw.function.native_row:
        return True
    try:
        form = draw.function.formula(*draw.texts())
    except NativeFormError:
        return False
    return any(f"{name}(" in form.text for name in ("IF", "CHOOSE", "MATCH"))


def _sound(draw: Draw) -> bool:
    return not _kinds_of_wrong(draw)


NATIVE_DIFFERENCES: Final = (
    KnownDifference(
        "A number outside the domain",
        NATIVE,
        "`#NUM!`",
        "the arithmetic done as it stands",
        "A formula that refused every impossible input would be too long to read. The Inputs sheet refuses them.",
        ("AIREVENUE", 100.0, 2.0, 1.5),
        -400.0,
        _only_wrong("outside"),
    ),
    KnownDifference(
        "Arguments that do not go together",
        NATIVE,
        "`#NUM!`, as for a residual value above the cost",
        "the arithmetic done as it stands",
        "As above.",
        ("GPUNBV", 100.0, 120.0, 4.0, 1.0),
        105.0,
        lambda draw, ours, theirs: (
            ours is ExcelError.NUM and _sound(draw) and draw.function.name in ("GPUDEP", "GPUNBV")
        ),
    ),
    KnownDifference(
        "A truth value where a number belongs",
        NATIVE,
        "`#VALUE!`",
        "1 or 0; left out of a range that is summed",
        "So Excel's own operators do.",
        ("AICAPEX", 50.0, True),
        50.0,
        _only_wrong("truth value"),
    ),
    KnownDifference(
        "A number typed as text",
        NATIVE,
        "`#VALUE!`",
        "the number; left out of a range that is summed",
        "So Excel's own operators do. A figure that does not sum is better found.",
        ("AICAPEX", "5", 2.0),
        10.0,
        _only_wrong("number as text"),
    ),
    KnownDifference(
        "A blank cell or a number where a word belongs",
        NATIVE,
        "`#VALUE!`",
        "`#N/A`",
        "`MATCH` does not find it among the words.",
        ("GPUNBV", 100.0, 20.0, 4.0, 1.0, None),
        ExcelError.NA,
        _only_wrong("no word"),
    ),
    KnownDifference(
        "Text in a formula that is nothing but its argument",
        NATIVE,
        "`#VALUE!`",
        "the text",
        "With the margin left out, `cost/(1-0)` is written as `cost`.",
        ("BREAKEVENPRICE", "fifty"),
        "fifty",
        lambda draw, ours, theirs: isinstance(theirs, str) and theirs in draw.arguments,
    ),
    KnownDifference(
        "Text in a range that is summed",
        NATIVE,
        "`#VALUE!`",
        "the sum without it",
        "So Excel's `SUM` does.",
        ("MOIC", 100.0, [[50.0, "fifty", 100.0]]),
        1.5,
        lambda draw, ours, theirs: draw.function.name == "MOIC" and _only_wrong("text")(draw, ours, theirs),
    ),
    KnownDifference(
        "Several arguments with something wrong",
        NATIVE,
        "the error of the first argument",
        "the error that the formula meets first",
        "Excel's operators work from left to right through the formula, not through the arguments.",
        ("TOKENMARGIN", "fifty", ExcelError.DIV0),
        ExcelError.DIV0,
        _several,
    ),
    KnownDifference(
        "An argument that does not matter",
        NATIVE,
        "its error",
        "the result without it; of text in a comparison, that it is more than every number",
        "`IF` and `CHOOSE` compute only what they choose; the formula of one row of a table needs no number of rows.",
        ("AIGAPYEARS", 100.0, 200.0, ExcelError.REF),
        0.0,
        lambda draw, ours, theirs: (
            _chooses(draw)
            and draw.function.name != "PAYBACK"
            and isinstance(ours, ExcelError)
            and bool({"text", "error"} & set(_kinds_of_wrong(draw)[:1]))
        ),
    ),
    KnownDifference(
        "An error or text among the flows of PAYBACK",
        NATIVE,
        "its error",
        "`#N/A`",
        "The native form looks for the first year with `MATCH`, which passes over errors.",
        ("PAYBACK", 100.0, [[60.0, ExcelError.REF, 60.0]]),
        ExcelError.NA,
        lambda draw, ours, theirs: (
            draw.function.name == "PAYBACK"
            and isinstance(ours, ExcelError)
            and bool({"text", "error"} & set(_kinds_of_wrong(draw)))
        ),
    ),
    KnownDifference(
        "Rates of return that are not one rate from −50% to 1000%",
        NATIVE,
        "the rate; `#N/A` where there is none, `#NUM!` where there are several",
        "the rate that `IRR` finds first, or its `#NUM!` when it gives up",
        "`IRR` looks from one guess. Our function looks for all rates above −100% and up to 1000%.",
        ("CLUSTERIRR", 100.0, [[100.0, 0.0, -7.0]]),
        -0.0833,
        lambda draw, ours, theirs: (
            draw.function.name == "CLUSTERIRR"
            and _sound(draw)
            and (ours in (ExcelError.NA, ExcelError.NUM) or _changes_of_sign(draw) > 1 or ours < -0.5)
        ),
    ),
    KnownDifference(
        "The last digits of a rate of return",
        ENGINE,
        "all of them",
        "right to 0.00001%",
        "So far Excel says that its `IRR` goes, and the engine's goes no further.",
        ("CLUSTERIRR", 0.166369, [[0.352112, 1.33045, 1.11855, 0.0506975]]),
        3.3272926437,
        lambda draw, ours, theirs: (
            draw.function.name == "CLUSTERIRR"
            and isinstance(ours, float)
            and isinstance(theirs, float)
            and abs(ours - theirs) < 1e-7
        ),
    ),
    KnownDifference(
        "Amounts beyond 1E+30 or below 1E-30, more than 1000 years, rates of less than 0.0001%",
        NATIVE,
        "a result, or `#NUM!`",
        "an error where an intermediate result is beyond what a spreadsheet holds; fewer digits at such rates",
        "Nothing of this field comes near; a slip of the hand does.",
        ("CAPITALCHARGE", 5e9, 0.4, 1e100, 3e9),
        ExcelError.NUM,
        lambda draw, ours, theirs: _beyond_measure(draw),
    ),
    KnownDifference(
        "Powers below 1E-308",
        LIBREOFFICE,
        "the result: such a power is 0",
        "`#NUM!`",
        "LibreOffice 7.4 takes the vanishing power for an error; Excel counts it as 0.",
        ("GPULOOP", 1000.0, 0.5, 1128.0),
        ExcelError.NUM,
        lambda draw, ours, theirs: (
            draw.function.name in ("GPULOOP", "GPUVALUE", "TOKENPRICE", "RENTCURVE")
            and isinstance(ours, float)
            and theirs is ExcelError.NUM
        ),
    ),
)

CALC_DIFFERENCES: Final = (
    KnownDifference(
        "A truth value where a number belongs",
        CALC,
        "`#VALUE!`",
        "the result with 1 or 0",
        "Calc knows no truth values, only numbers that are shown as such.",
        ("AICAPEX", 50.0, True),
        50.0,
        lambda draw, ours, theirs: same(call(draw.function.name, *_as_numbers(draw.arguments)), theirs),
    ),
    KnownDifference(
        "An error in a range",
        CALC,
        "that error",
        "`Err:504`, an error like `#VALUE!`",
        "Calc does not pass such a range on.",
        ("PAYBACK", 100.0, [[60.0, ExcelError.REF, 60.0]]),
        ExcelError.VALUE,
        lambda draw, ours, theirs: (
            theirs is ExcelError.VALUE
            and any(
                isinstance(cell, ExcelError)
                for one in draw.arguments
                if isinstance(one, list)
                for row in one
                for cell in row
            )
        ),
    ),
    KnownDifference(
        "Several arguments with something wrong",
        CALC,
        "the error of the first argument",
        "the error of the last one that holds an error",
        "Calc looks for errors in the arguments from the last to the first, before it calls a function.",
        ("TOKENMARGIN", "fifty", ExcelError.DIV0),
        ExcelError.DIV0,
        lambda draw, ours, theirs: (
            isinstance(ours, ExcelError)
            and theirs in [one for one in draw.arguments if isinstance(one, ExcelError)][-1:]
        ),
    ),
)

KNOWN_DIFFERENCES: Final = (*NATIVE_DIFFERENCES, *CALC_DIFFERENCES)


def _as_numbers(value: Any) -> Any:
    """Return arguments with truth values as Calc has them."""
    if isinstance(value, (list, tuple)):
        return [_as_numbers(one) for one in value]
    return float(value) if isinstance(value, bool) else value


def same(ours: Any, theirs: Any) -> bool:
    """Whether two results are the same: numbers to 1E-9 of their size, all else exactly."""
    ours, theirs = _alone(ours), _alone(theirs)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(
            len(one) == len(other) and all(map(same, one, other)) for one, other in zip(ours, theirs, strict=True)
        )
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return type(ours) is type(theirs) and bool(ours == theirs)


def _alone(result: Any) -> Any:
    return result[0][0] if isinstance(result, list) and len(result) == len(result[0]) == 1 else result
