"""The house style: one font, a small palette safe for the colour-blind, a number format per kind of figure."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

FONT: Final = "Calibri"

# Distinguishable with any colour vision: after Okabe and Ito, darkened for print.
NAVY: Final = "1F3A5F"
BLUE: Final = "2F6DB5"
ORANGE: Final = "E08E0B"
GREEN: Final = "1B8A6B"
RED: Final = "C2451E"
GREY: Final = "8A8F98"
LIGHT: Final = "E3E6EA"
INK: Final = "222222"

INPUT_TEXT: Final = "0000FF"
LINK_TEXT: Final = "00752E"
INPUT_FILL: Final = PatternFill("solid", fgColor="FFF8E1")
HEADER_FILL: Final = PatternFill("solid", fgColor=NAVY)
LIVE_FILL: Final = PatternFill("solid", bgColor=ORANGE)
PASS_FILL: Final = PatternFill("solid", bgColor="D5EFE6")
FAIL_FILL: Final = PatternFill("solid", bgColor="F8D7CD")

FORMATS: Final = {
    "money": '$#,##0.0,,,"B";($#,##0.0,,,"B");"–"',
    # Part of a stacked column: nothing where there is nothing, so that its label is empty too.
    "part": '$#,##0.0,,,"B";($#,##0.0,,,"B");""',
    "price": "$#,##0;($#,##0)",
    "cents": "$#,##0.00;($#,##0.00)",
    "energy_price": "$0.000;($0.000)",
    "fraction": "0.0%;(0.0%)",
    "multiple": '0.00"×";(0.00"×")',
    "years": "0.0;(0.0)",
    "count": "#,##0;(#,##0)",
    "kilowatts": "#,##0;(#,##0)",
    "power": "0.000",
    "year": "0",
    "flag": "0",
    "text": "General",
    "share": '0.00;(0.00);"–"',
    "factor": "0.0000",
    "figure": '[>=1000000000]#,##0.0##,,,"B";[>=1000000]#,##0.0##,,"M";#,##0.####',
    "difference": '[>=1000000]#,##0.0##,,"M";[<=-1000000](#,##0.0##,,"M");#,##0.####',
}

# Money is kept in dollars and shown in billions; smaller amounts by these, largest limit first.
SMALLER_MONEY: Final = (
    (999_500, '$#,##0;($#,##0);"–"'),
    (999_500_000, '$#,##0.0,,"M";($#,##0.0,,"M");"–"'),
)
AXIS_MONEY: Final = '[>=1000000000]$#,##0,,,"B";[<=-1000000000]($#,##0,,,"B");$#,##0,,"M"'
LABEL_MONEY: Final = '[>=1000000000]$#,##0.0,,,"B";[>=500000]$#,##0.0,,"M";""'

TITLE: Final = Font(FONT, size=18, bold=True, color=NAVY)
QUESTION: Final = Font(FONT, size=11, italic=True, color=GREY)
SECTION: Final = Font(FONT, size=11, bold=True, color=NAVY)
HEADER: Final = Font(FONT, size=10, bold=True, color="FFFFFF")
BODY: Final = Font(FONT, size=10, color=INK)
STRONG: Final = Font(FONT, size=10, bold=True, color=INK)
NOTE: Final = Font(FONT, size=9, italic=True, color=GREY)
UNIT_FONT: Final = Font(FONT, size=9, color=GREY)
INPUT: Final = Font(FONT, size=10, color=INPUT_TEXT)
LINK: Final = Font(FONT, size=10, color=LINK_TEXT)
STRONG_LINK: Final = Font(FONT, size=10, bold=True, color=LINK_TEXT)
HYPERLINK: Final = Font(FONT, size=10, color=BLUE, underline="single")
TILE_LABEL: Final = Font(FONT, size=9, color=GREY)
TILE: Final = Font(FONT, size=18, bold=True, color=NAVY)
TILE_LINK: Final = Font(FONT, size=18, bold=True, color=LINK_TEXT)

RIGHT: Final = Alignment(horizontal="right", vertical="center")
LEFT: Final = Alignment(horizontal="left", vertical="center")
INDENTED: Final = Alignment(horizontal="left", vertical="center", indent=1)
TOP_LEFT: Final = Alignment(horizontal="left", vertical="top")
TOP_RIGHT: Final = Alignment(horizontal="right", vertical="top")
CENTRE: Final = Alignment(horizontal="center", vertical="center")
WRAP: Final = Alignment(horizontal="left", vertical="top", wrap_text=True)
WRAP_HEADER: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)

RULE: Final = Border(bottom=Side("thin", color=NAVY))
TOTAL_RULE: Final = Border(top=Side("thin", color=GREY))
UNLOCKED: Final = Protection(locked=False)


def number_format_style(code: str) -> DifferentialStyle:
    """Return a conditional style that only changes how a number is shown."""
    return DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=code))


def money_format(amount: float) -> str:
    """Return the number format of an amount that will not change."""
    return next((code for limit, code in SMALLER_MONEY if abs(amount) < limit), FORMATS["money"])
