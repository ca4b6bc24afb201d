"""The house style: one font, a small palette safe for the colour-blind, a number format per kind of figure."""

from __future__ import annotations

from typing import Final

from openpyxl.formatting.rule import ColorScaleRule, Rule
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
    "figure": "#,##0.####;(#,##0.####);0",
}

# From this size on an amount is shown in billions, in millions, in full. No format has conditions: in a section
# for "all other numbers" some programs drop the minus sign.
_SIZES: Final = ((999_500_000, ',,,"B"'), (999_500, ',,"M"'), (0, ""))

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
TILE_LINK: Final = Font(FONT, size=18, bold=True, color=LINK_TEXT)

# A figure that is larger than anybody thought is shown small rather than as ####.
RIGHT: Final = Alignment(horizontal="right", vertical="center", shrink_to_fit=True)
LEFT: Final = Alignment(horizontal="left", vertical="center")
INDENTED: Final = Alignment(horizontal="left", vertical="center", indent=1)
TOP_RIGHT: Final = Alignment(horizontal="right", vertical="top")
TOP_RIGHT_WRAP: Final = Alignment(horizontal="right", vertical="top", wrap_text=True)
CENTRE: Final = Alignment(horizontal="center", vertical="center")
WRAP: Final = Alignment(horizontal="left", vertical="top", wrap_text=True)
INDENTED_WRAP: Final = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)

RULE: Final = Border(bottom=Side("thin", color=NAVY))
TOTAL_RULE: Final = Border(top=Side("thin", color=GREY))
UNLOCKED: Final = Protection(locked=False)

ROUNDING: Final = DifferentialStyle(numFmt=NumberFormat(numFmtId=210, formatCode="0;0"))


def colour_scale(high_is_good: bool) -> Rule:
    """Return the rule that colours figures from orange, bad, over white to blue, good."""
    ends = ("F6C98B", "9DC3EA") if high_is_good else ("9DC3EA", "F6C98B")
    rule: Rule = ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="min", start_color=ends[0], mid_type="percentile", mid_value=50, mid_color="FFFFFF",
        end_type="max", end_color=ends[1],
    )  # fmt: skip
    return rule


def money_format(amount: float, zero: str = '"–"') -> str:
    """Return the number format in which an amount of this size is shown."""
    suffix = _suffix(amount)
    code = f"$#,##0{'.0' if suffix else ''}{suffix}"
    return f"{code};({code});{zero}"


def figure_format(amount: float) -> str:
    """Return the number format in which a figure of any unit is shown: up to four decimals."""
    suffix = _suffix(amount)
    code = f"#,##0{'.0##' if suffix else '.####' if amount % 1 else ''}{suffix}"
    return f"{code};({code});0"


def _suffix(amount: float) -> str:
    return next(suffix for limit, suffix in _SIZES if abs(amount) >= limit)


def smaller_money() -> list[tuple[float, DifferentialStyle]]:
    """Return the styles that show smaller amounts in smaller units, with the size below which each applies."""
    limits = [limit for limit, _ in _SIZES[:-1]]
    formats = [money_format(limit / 1000) for limit in limits]
    return [
        (limit, DifferentialStyle(numFmt=NumberFormat(numFmtId=200 + number, formatCode=code)))
        for number, (limit, code) in enumerate(sorted(zip(limits, formats, strict=True)))
    ]
