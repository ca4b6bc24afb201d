"""Functions that read the ledger: who says so, and what figure to assume."""

from __future__ import annotations

from typing import Final

from udfs.assist import CATEGORY
from udfs.definition import Example, udf
from udfs.errors import ExcelError
from udfs.kinds import LedgerColumn, Number, Text
from udfs.ledger import assumptions, sources

_READS_THE_LEDGER: Final = (
    "it reads the ledger; a workbook without the functions holds the figure itself, with its source"
)


@udf(
    category=CATEGORY,
    source="aicapex",
    examples=[
        Example(
            ("tax_rate_us",), "26 U.S.C. 11(b), United States Code, 2018-01-01, law.lawstack.com/usc/26/11, primary"
        )
    ],
    no_native=_READS_THE_LEDGER,
)
def AISOURCE(key: Text) -> Text:
    """Who says so: the source of an entry of the ledger, in one line.

    Parameters
    ----------
    key : text
        Key of a source, such as cahn-2023, or of an assumption, such as pue.

    Returns
    -------
    text
        Author, title, date, where it was read; for an assumption also how far it is to be trusted.

    Errors
    ------
    #N/A for a key that is not in the ledger.

    Examples
    --------
    >>> AISOURCE("cahn-2024")
    "David Cahn, Sequoia Capital: AI's $600B Question, 2024-06-20, sequoiacap.com/article/ais-600b-question"
    """
    entry = sources().get(_key(key)) or assumptions().get(_key(key))
    return entry.citation if entry else ExcelError.NA  # type: ignore[return-value]


@udf(
    category=CATEGORY,
    source="aicapex",
    examples=[Example(("gpu_life",), 4.0), Example(("gpu_life", "LOW"), 3.0), Example(("tax_rate_us",), 0.21)],
    no_native=_READS_THE_LEDGER,
)
def AIASSUME(key: Text, which: LedgerColumn = "BASE") -> Number:
    """Value of an assumption of the ledger, in the ledger's unit.

    Parameters
    ----------
    key : text
        Key of the assumption, such as pue.
    which : text
        BASE, or the LOW or HIGH end of the published range.

    Returns
    -------
    number
        In the unit that the ledger gives; AISOURCE says where it comes from.

    Errors
    ------
    #N/A for a key that is not in the ledger, for another word than BASE, LOW and HIGH, and where no range is published.

    Examples
    --------
    >>> AIASSUME("hours_year")
    8760.0
    """
    entry = assumptions().get(_key(key))
    value = getattr(entry, which.lower()) if entry else None
    return ExcelError.NA if value is None else value  # type: ignore[return-value]


def _key(text: str) -> str:
    return text.strip().lower()
