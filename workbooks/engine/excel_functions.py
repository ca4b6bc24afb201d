"""Excel's functions that the headless engine computes as Excel does, and which of their arguments are ranges.

Each is compared with LibreOffice in the tests. A function of Excel's that is not listed here is refused: an engine that
computes a function wrongly gives no sign of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Every argument is one value; given a range they compute one result per cell.
SINGLE: Final = _names(
    """
    ABS ACOS ACOSH ASIN ASINH ATAN ATAN2 ATANH CEILING CEILING.MATH COMBIN COMBINA COS COSH DEGREES EVEN EXP FACT
    FACTDOUBLE FLOOR FLOOR.MATH INT LN LOG LOG10 MOD MROUND ODD PERMUT POWER QUOTIENT RADIANS ROUND ROUNDDOWN ROUNDUP
    SIGN SIN SINH SQRT SQRTPI TAN TANH TRUNC
    CHAR CLEAN CODE CONCATENATE EXACT FIND FIXED LEFT LEN LOWER MID NUMBERVALUE PROPER REPLACE REPT RIGHT SEARCH
    SUBSTITUTE TEXT TRIM UNICHAR UNICODE UPPER VALUE
    DATE DATEDIF DATEVALUE DAY DAYS DAYS360 EDATE EOMONTH HOUR ISOWEEKNUM MINUTE MONTH SECOND TIME TIMEVALUE WEEKDAY
    WEEKNUM YEAR YEARFRAC
    ERROR.TYPE ISBLANK ISERR ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT NOT
    CHOOSE IFS SWITCH
    CUMIPMT CUMPRINC DB DDB DOLLARDE DOLLARFR EFFECT FV IPMT ISPMT NOMINAL NPER PDURATION PMT PPMT PV RATE RRI SLN SYD
    VDB
    BINOM.DIST CONFIDENCE EXPON.DIST GAMMALN NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NORMDIST NORMINV NORMSDIST
    NORMSINV POISSON.DIST STANDARDIZE T.DIST T.INV.2T TINV
    """
)
# Every argument is one value, and a range is refused.
NO_RANGE: Final = _names(
    """
    ADDRESS FALSE HYPERLINK INDIRECT N NA NOW PI RAND RANDBETWEEN ROMAN SEQUENCE T TODAY TRUE TYPE
    """
)
# They take ranges and make one value of them.
ONE_OF_ALL: Final = _names(
    """
    AND AVEDEV AVERAGE AVERAGEA COLUMNS CONCAT CORREL COUNT COUNTA COUNTBLANK COVAR COVARIANCE.P COVARIANCE.S DEVSQ GCD
    GEOMEAN HARMEAN INTERCEPT KURT LCM MAX MAXA MEDIAN MIN MINA MODE MODE.SNGL MULTINOMIAL OR PEARSON PRODUCT ROWS RSQ
    SKEW SLOPE STDEV STDEV.P STDEV.S STDEVP STEYX SUM SUMPRODUCT SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 VAR VAR.P VAR.S
    VARP XOR
    """
)
# They take ranges whole, or spread over them by themselves, and may give a range.
RANGE_OF_ALL: Final = _names(
    """
    FILTER FREQUENCY GROWTH HSTACK IF IFERROR IFNA LET LINEST LOGEST MDETERM MINVERSE MMULT SORTBY TOCOL TOROW TRANSPOSE
    TREND VSTACK COLUMN ROW
    """
)
# They take both: which arguments are ranges, given how many there are.
_RANGES: Final[dict[str, Callable[[int], Collection[int]]]] = {
    **dict.fromkeys(_names("COUNTIF LARGE SMALL PERCENTILE QUARTILE PERCENTRANK TRIMMEAN"), lambda n: [0]),
    **dict.fromkeys(_names("PERCENTILE.INC PERCENTILE.EXC QUARTILE.INC QUARTILE.EXC"), lambda n: [0]),
    **dict.fromkeys(_names("INDEX OFFSET SORT UNIQUE TAKE DROP CHOOSEROWS CHOOSECOLS IRR MIRR"), lambda n: [0]),
    **dict.fromkeys(_names("MATCH XMATCH VLOOKUP HLOOKUP RANK RANK.EQ RANK.AVG FVSCHEDULE"), lambda n: [1]),
    "XIRR": lambda n: [0, 1],
    **dict.fromkeys(_names("LOOKUP XLOOKUP FORECAST XNPV"), lambda n: [1, 2]),
    **dict.fromkeys(_names("SUMIF AVERAGEIF"), lambda n: [0, 2]),
    **dict.fromkeys(_names("SUMIFS AVERAGEIFS MAXIFS MINIFS"), lambda n: [0, *range(1, n, 2)]),
    "COUNTIFS": lambda n: range(0, n, 2),
    **dict.fromkeys(_names("NPV SUBTOTAL"), lambda n: range(1, n)),
    "TEXTJOIN": lambda n: range(2, n),
    **dict.fromkeys(_names("NETWORKDAYS WORKDAY"), lambda n: [2]),
    **dict.fromkeys(_names("NETWORKDAYS.INTL WORKDAY.INTL"), lambda n: [3]),
}
CHECKED: Final = SINGLE | NO_RANGE | ONE_OF_ALL | RANGE_OF_ALL | frozenset(_RANGES)

_MAY_GIVE_RANGE: Final = RANGE_OF_ALL | _names(
    "INDIRECT OFFSET SORT UNIQUE TAKE DROP CHOOSEROWS CHOOSECOLS XLOOKUP LOOKUP SEQUENCE"
)


def whole_arguments(name: str, arguments: int) -> Collection[int]:
    """Return the positions of the arguments that a function takes as ranges."""
    if name in ONE_OF_ALL or name in RANGE_OF_ALL:
        return range(arguments)
    return _RANGES[name](arguments) if name in _RANGES else ()


def gives_one_value(name: str) -> bool:
    """Return whether the result is one value as long as no range stands where one value should."""
    return name in CHECKED and name not in _MAY_GIVE_RANGE


# Of these, the engine's own take text for no number in some arguments, though Excel does: which ones.
_NUMBERS: Final[dict[str, Collection[int]]] = {
    **dict.fromkeys(_names("CHOOSE DAY MONTH YEAR HOUR MINUTE SECOND ISOWEEKNUM NPV"), (0,)),
    **dict.fromkeys(_names("DATEDIF DAYS DAYS360 NETWORKDAYS NETWORKDAYS.INTL WORKDAY WORKDAY.INTL"), (0, 1)),
    **dict.fromkeys(_names("EDATE EOMONTH WEEKDAY WEEKNUM"), (0, 1)),
    **dict.fromkeys(_names("ADDRESS TIME YEARFRAC"), (0, 1, 2)),
    **dict.fromkeys(_names("EFFECT ISPMT NOMINAL NPER PDURATION PV RATE RRI SLN SYD"), range(6)),
}
# They pass over text in ranges, but text that is given to them by itself must be a number.
OF_NUMBERS: Final = _names(
    """
    AVEDEV AVERAGE AVERAGEA DEVSQ GEOMEAN HARMEAN KURT MAX MAXA MEDIAN MIN MINA MODE MODE.SNGL PRODUCT SKEW STDEV
    STDEV.P STDEV.S STDEVP SUMSQ VAR VAR.P VAR.S VARP
    """
)
GIVE_TEXT: Final = _names(
    "CHAR CONCAT CONCATENATE FIXED LEFT LOWER MID PROPER REPLACE REPT RIGHT SUBSTITUTE TEXT TEXTJOIN TRIM UPPER"
)
# One of their arguments is cut to a whole number, which the engine does not do: which.
CUT: Final = {"CONFIDENCE": 2, "T.DIST": 1, "T.INV.2T": 1, "TINV": 1}


def number_arguments(name: str) -> Collection[int]:
    """Return the positions of arguments that a function of the engine's must get as numbers."""
    return _NUMBERS.get(name, ())
