"""Formulas drawn by chance, functions within functions, recalculated here and by LibreOffice."""

from __future__ import annotations

import io
import random
import re

import pytest

from tests.workbooks.data_sheet import marked, with_data
from tests.workbooks.packages import close
from udfs import ExcelError
from workbooks import recalc
from workbooks.foreign.workbook import Workbook

COLUMNS = {
    "A": [3, 1, 4, 1, 5, 9, 2, 6],
    "B": ["pear", "Apple", "fig", "apple", "kiwi", "12", None, "x y"],
    "C": [45322, 45362, 45402, 45442, 45482, 45522, 45562, 45602],
    "E": [-100, 30, 40, 50, 20, -5, 10, 2],
    "F": [0.1, 0.2, 0.05, 0.3, 0.15, 0.07, 0.02, 0.11],
    "K": [1, 2, 3, 5, 8, 13, 21, 34],
}
# What stands for an argument: number, small whole number, share, date, text, piece of text, range, criterion.
SIMPLE = {
    "n": ["1", "2.5", "0.3", "D!A1", "D!A3", "D!E2", "D!F1", "D!K3", "-3", "100"],
    "i": ["1", "2", "3", "D!A1"],
    "p": ["0.05", "0.3", "D!F2"],
    "d": ["D!C1", "D!C4", "45322", "44000"],
    "t": ['"abc"', "D!B1", "D!B2", '"Hello World"'],
    "s": ['"a"', '"o"', '"b"'],
    "r": ["D!A1:A8", "D!E1:E8", "D!F1:F8", "D!K1:K8"],
    "k": ['">2"', '"<=3"', '"<>1"', "1", '">="&D!A1'],
}
NUMBERS = re.findall(
    r"\S+",
    """
    ABS(n) SIGN(n) INT(n) SQRT(n) EXP(p) LN(n) LOG10(n) ROUND(n,i) ROUNDUP(n,i) ROUNDDOWN(n,i) TRUNC(n) POWER(n,i)
    QUOTIENT(n,n) CEILING(n,i) FLOOR(n,i) SUM(r,n) AVERAGE(r,n) MAX(r,n) MIN(r,n) COUNT(r,n) MEDIAN(r,n) STDEV(r)
    STDEV.P(r) VAR(r,n) PRODUCT(n,n) SUMSQ(r) LARGE(r,i) SMALL(r,i) PERCENTILE(r,p) QUARTILE(r,i) CORREL(r,r)
    SLOPE(r,r) INTERCEPT(r,r) COUNTIF(r,k) SUMIF(r,k,r) AVERAGEIF(r,k) SUMIFS(r,r,k,r,k) COUNTIFS(r,k,r,k)
    SUMPRODUCT(r,r) INDEX(r,i) MATCH(i,D!K1:K8,0) MATCH(n,D!K1:K8,1) VLOOKUP(i,D!A1:F8,5,FALSE) NPV(p,r,n) PMT(p,i,n)
    PV(p,i,n,n) FV(p,i,n) SLN(n,n,i) DDB(100,10,5,i) YEAR(d) MONTH(d) DAY(d) WEEKDAY(d,2) EDATE(d,i) EOMONTH(d,i)
    DAYS(d,d) YEARFRAC(d,d,1) NETWORKDAYS(d,d) LEN(t) FIND(s,t) SEARCH(s,t) NORM.DIST(n,n,2,TRUE) NORM.S.INV(p)
    EXACT(t,t)+0
    """,
)
TEXTS = re.findall(
    r"\S+",
    """
    LOWER(t) UPPER(t) PROPER(t) TRIM(t) LEFT(t,i) RIGHT(t,i) MID(t,i,i) SUBSTITUTE(t,s,"xy") REPLACE(t,i,1,s) REPT(s,i)
    TEXT(n,"0.00") TEXT(d,"d~mmm~yyyy")
    """,
)


class Drawing:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def filled(self, form: str, depth: int) -> str:
        """Return a form such as ``ROUND(n,i)`` with something drawn in place of each letter that stands alone."""
        name, bracket, inside = form.partition("(")
        drawn = [self.drawn(one, depth) if one in SIMPLE else one for one in inside.rstrip("+0").rstrip(")").split(",")]
        return f"{name}{bracket}{','.join(drawn)})".replace("~", " ") + ("+0" if form.endswith("+0") else "")

    def drawn(self, kind: str, depth: int) -> str:
        choose = self._random.choice
        if depth == 0 or kind not in "nt" or self._random.random() < 0.3:
            return choose(SIMPLE[kind])
        shapes = {
            "n": [
                lambda: f"({self.drawn('n', depth - 1)}{choose('+-*/')}{self.drawn('n', depth - 1)})",
                lambda: f"IF({self.truth(depth - 1)},{self.drawn('n', depth - 1)},{self.drawn('n', depth - 1)})",
                lambda: f"{choose(['IFERROR', 'IFNA'])}({self.drawn('n', depth - 1)},{self.drawn('n', depth - 1)})",
                lambda: f"CHOOSE(1+{self.truth(depth - 1)},{self.drawn('n', depth - 1)},{self.drawn('n', depth - 1)})",
                *[lambda: self.filled(choose(NUMBERS), depth - 1)] * 5,
            ],
            "t": [
                lambda: self.filled(choose(TEXTS), depth - 1),
                lambda: f"({self.drawn('t', 0)}&{self.drawn('i', 0)})",
            ],
        }
        return choose(shapes[kind])()

    def truth(self, depth: int) -> str:
        choose = self._random.choice
        left, right = self.drawn("n", depth), self.drawn("n", depth)
        looked = f"{choose(['ISERROR', 'ISNUMBER', 'ISNA'])}({left})"
        return choose([f"({left}{choose(['=', '<>', '<', '>', '<=', '>='])}{right})", looked, f"NOT({looked})"])


def _same(one: object, other: object) -> bool:
    """Errors are the same if both are any: LibreOffice names those of arithmetic and of arguments otherwise."""
    if isinstance(one, ExcelError) or isinstance(other, ExcelError):
        return isinstance(one, ExcelError) and isinstance(other, ExcelError)
    return close(one, other, 1e-9) or (one in (None, "") and other in (None, ""))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_drawn_formulas_show_what_libreoffice_shows(seed, libreoffice):
    draw = Drawing(seed)
    formulas = sorted({"=" + draw.drawn("nnnt"[number % 4], 4) for number in range(700)})
    book = with_data(COLUMNS)
    sheet = book.create_sheet("S")
    for row, formula in enumerate(formulas, start=1):
        sheet[f"A{row}"] = marked(formula)
    buffer = io.BytesIO()
    book.save(buffer)
    outcome = recalc(buffer.getvalue())
    assert outcome.left == ()
    ours = Workbook.open(outcome.package).cells("S").values()
    theirs = libreoffice.recalculate(buffer.getvalue())["S"]
    wrong = [
        f"{formula}: {ours.get(f'A{row}')!r} against {theirs.get(f'A{row}')!r}"
        for row, formula in enumerate(formulas, start=1)
        if not _same(ours.get(f"A{row}"), theirs.get(f"A{row}"))
    ]
    assert sorted(wrong, key=len)[:20] == []
