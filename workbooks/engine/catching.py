"""Errors as values: some functions of the engine throw an error that comes in, past those that look for errors.

``IFERROR`` catches what is thrown, but ``ISERROR(MEDIAN(A1:A9))`` would be the error itself. So the functions that look
for errors get such calls in a form that hands errors on.
"""

from __future__ import annotations

from typing import Final

from workbooks.formulas import Call, calls, rewrite


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Calls of them throw the errors among their arguments, ...
_THROW: Final = _names(
    """
    ACOSH ATANH AVEDEV AVERAGEA DEGREES DEVSQ FREQUENCY GEOMEAN HARMEAN KURT LARGE MAXA MEDIAN MINA MODE MODE.SNGL NPV
    PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTRANK PRODUCT QUARTILE QUARTILE.EXC QUARTILE.INC RADIANS RANK
    RANK.AVG RANK.EQ SKEW SMALL STDEV STDEV.P STDEV.S STDEVP SUMSQ TRIMMEAN VAR VAR.P VAR.S VARP
    """
)
# ... of these those in the criteria (the first, and how many arguments lie between them), ...
_THROW_CRITERIA: Final = {
    **dict.fromkeys(_names("AVERAGEIF COUNTIF SUMIF"), (1, 3)),
    **dict.fromkeys(_names("AVERAGEIFS MAXIFS MINIFS SUMIFS"), (2, 2)),
    "COUNTIFS": (1, 2),
}
# ... and of these #NUM! for what is no date.
_THROW_DATES: Final = _names(
    """
    DAY DAYS DAYS360 EDATE EOMONTH HOUR ISOWEEKNUM MINUTE MONTH NETWORKDAYS NETWORKDAYS.INTL SECOND WEEKDAY WEEKNUM
    WORKDAY WORKDAY.INTL YEAR YEARFRAC
    """
)
# What looks for errors, with what it finds in something thrown; None where that depends on the error.
_CATCH: Final[dict[str, str | None]] = {
    "ISERROR": "TRUE",
    "ISNONTEXT": "TRUE",
    **dict.fromkeys(_names("ISBLANK ISLOGICAL ISNUMBER ISTEXT"), "FALSE"),
    **dict.fromkeys(_names("ERROR.TYPE IFNA ISERR ISNA"), None),
}
_PASS_OVER: Final = {"COUNT": '""', "COUNTA": "1"}  # errors among their arguments, as if they were this


def with_errors_handed_on(text: str) -> str:
    """Return a formula, from ``=`` on, in which functions that look for errors find them.

    >>> with_errors_handed_on("=IF(ISERROR(MEDIAN(A1:A9)),0,ISNA(B1))")
    '=IF(IFERROR(ISERROR(MEDIAN(A1:A9)),TRUE),0,ISNA(B1))'
    """
    return rewrite(text, _replaced)


def _replaced(call: Call) -> str | None:
    arguments = [argument or "" for argument in call.arguments]
    if call.name in _PASS_OVER:
        instead = _PASS_OVER[call.name]
        passed = [f"IFERROR({one},{instead})" if _computes(one) else one for one in arguments]
        return None if passed == arguments else f"{call.name}({','.join(passed)})"
    if call.name in _CATCH and arguments and _computes(arguments[0]):
        found = _CATCH[call.name]
        if found is not None:
            return f"IFERROR({call.name}({arguments[0]}),{found})" if _throws(arguments[0]) else None
        arguments[0] = rewrite(f"={arguments[0]}", _handing_on)[1:]
        return f"{call.name}({','.join(arguments)})"
    return None


def _computes(argument: str) -> bool:
    return any(sign in argument for sign in "(/*^&%")


def _throws(argument: str) -> bool:
    return any(
        call.name in _THROW or call.name in _THROW_CRITERIA or call.name in _THROW_DATES
        for call in calls(f"={argument}")
    )


def _handing_on(call: Call) -> str | None:
    """Return a call that throws nothing; None if it does not anyway."""
    arguments = [argument or "" for argument in call.arguments]
    plain = f"{call.name}({','.join(arguments)})"
    if call.name in _THROW:
        looked_at = arguments
    elif call.name in _THROW_CRITERIA:
        first, step = _THROW_CRITERIA[call.name]
        looked_at = arguments[first::step]
    elif call.name in _THROW_DATES:
        looked_at, plain = arguments, f"IFERROR({plain},#NUM!)"
    else:
        return None
    for one in looked_at if call.name in _THROW_CRITERIA else [f"SUM({','.join(one for one in looked_at if one)})"]:
        plain = f"IF(ISERROR({one}),{one},{plain})"
    return plain
