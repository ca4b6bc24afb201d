"""Traced formulas: readable, and read by spreadsheets as the body computes."""

import math
import operator
import random

import pytest

from tests.formula_sheet import FormulaSheet
from udfs import FUNCTIONS, ExcelError, NativeFormError
from udfs.elementwise import level_payment, log, maximum, where
from udfs.trace import Argument, Expression, Literal, Negation, excel, weakest_operator
from workbooks.engine import Engine

# What people write for an argument, and its value with these cells. Excel and LibreOffice read -A1^2 as (-A1)^2.
CELLS = {"A1": 3.0, "A2": 4.0, "A3": 12.0, "B1": 0.5, "'My Sheet'!A1": 7.0, "'It''s + 1'!$B$2": 1.25}
NAMES = {"rate": "Sheet1!$B$1"}
WRITTEN = {
    "A1": 3.0,
    "$A$2": 4.0,
    "rate": 0.5,
    "A1+B1": 3.5,
    "A1-A2": -1.0,
    "A1*B1": 1.5,
    "A1/B1": 6.0,
    "A1/A2*B1": 0.375,
    "A1^2": 9.0,
    "-A1": -3.0,
    "--A1": 3.0,
    "-A1^2": 9.0,
    "-(A1^2)": -9.0,
    "2^-A1": 0.125,
    "+A1": 3.0,
    "A1%": 0.03,
    "50%": 0.5,
    "-50%": -0.5,
    "10%^2": 0.01,
    "A1=1": 0.0,
    "A1<>A2": 1.0,
    "A1>=B1": 1.0,
    "(A1+B1)": 3.5,
    "(A1+B1)*(A2-B1)": 12.25,
    "1E+5": 1e5,
    "1.5e-3": 1.5e-3,
    ".5": 0.5,
    "-2": -2.0,
    "A1 + B1": 3.5,
    "'My Sheet'!A1": 7.0,
    "'It''s + 1'!$B$2": 1.25,
    "'My Sheet'!A1-'It''s + 1'!$B$2": 5.75,
    "SUM(A1:A3)": 19.0,
    "SUM(A1:A2)-A3": -5.0,
    "IF(A1>A2,1+1,2-B1)": 1.5,
    'LEN("a+b-""c")': 6.0,
    'LEN("a"&"b")': 2.0,
    "SUM({1,-2;3,4})": 6.0,
    "MAX(-1,-A1)": -1.0,
}  # fmt: skip

TRUTHS = ("A1=1", "A1<>A2", "A1>=B1")

ARITHMETIC = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow,
}  # fmt: skip
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge)


class Drawn:
    """The same expression three times: of symbols, of numbers, and as people would tell it."""

    def __init__(self, symbol, number, story, truth=False):
        self.symbol, self.number, self.story, self.truth = symbol, number, story, truth


def draw(chance, depth):
    """Draw an expression; None where its value is not a number that spreadsheets agree on."""
    kind = chance.random()
    if depth == 0 or kind < 0.2:
        if chance.random() < 0.25:
            number = chance.choice([0.0, 1.0, 2.0, -1.0, -2.5, 1e-7, 1e20, 0.1])
            return Drawn(number, number, repr(number))
        text = chance.choice(list(WRITTEN))
        return Drawn(Argument(text), WRITTEN[text], f"[{text}]", truth=text in TRUTHS)
    parts = [draw(chance, depth - 1) for _ in range(4)]
    if any(part is None for part in parts):
        return None
    one, two, three, four = parts
    try:
        if kind < 0.3:
            drawn = Drawn(-one.symbol, -one.number, f"-({one.story})")
        elif kind < 0.4 and isinstance(one.symbol, Expression):
            compare = chance.choice(COMPARISONS)
            if math.isclose(one.number, two.number, rel_tol=1e-12, abs_tol=1e-12):
                return None  # spreadsheets compare fewer digits
            if one.truth or two.truth:
                return None  # in Excel a truth value is above every number
            drawn = Drawn(
                where(compare(one.symbol, two.symbol), three.symbol, lambda: four.symbol),
                where(compare(one.number, two.number), three.number, lambda: four.number),
                f"where({one.story} {compare.__name__} {two.story}, {three.story}, {four.story})",
                three.truth or four.truth,
            )
        elif kind < 0.45:
            larger = maximum(one.symbol, two.symbol), maximum(one.number, two.number)
            drawn = Drawn(*larger, f"maximum({one.story}, {two.story})")
        else:
            sign, operate = chance.choice(list(ARITHMETIC.items()))
            drawn = Drawn(
                operate(one.symbol, two.symbol),
                operate(one.number, two.number),
                f"({one.story}) {sign} ({two.story})",
            )
    except ArithmeticError:
        return None
    number = drawn.number
    if isinstance(number, complex) or not 1e-200 < abs(number) < 1e200:
        return None
    return drawn


@pytest.fixture(scope="module")
def expressions():
    chance = random.Random(20260101)
    drawn = (draw(chance, chance.choice([1, 1, 2, 3])) for _ in range(30_000))
    kept = [one for one in drawn if one is not None and isinstance(one.symbol, Expression)][:4000]
    assert len(kept) == 4000
    return kept


def assert_values(expressions, values):
    wrong = [
        f"{one.story} is {one.number!r}, but ={one.symbol.render()} gives {value!r}"
        for one, value in zip(expressions, values, strict=True)
        if not (isinstance(value, (float, bool)) and math.isclose(value, one.number, rel_tol=1e-9))
    ]
    assert not wrong, "\n".join(wrong[:10])


def test_what_people_write(libreoffice):
    """The values above are what LibreOffice makes of the texts."""
    values = libreoffice.calculate([f"({text})*1" for text in WRITTEN], CELLS, NAMES)
    assert values == pytest.approx(list(WRITTEN.values()), rel=1e-12)


def test_precedence_in_libreoffice(libreoffice, expressions):
    assert_values(expressions, libreoffice.calculate([one.symbol.render() for one in expressions], CELLS, NAMES))


def test_precedence_in_the_engine(expressions):
    sheet = FormulaSheet([one.symbol.render() for one in expressions], CELLS, NAMES)
    engine = Engine.load(sheet.package)
    engine.calculate()
    assert_values(expressions, sheet.values(lambda cell: engine.get("Sheet1", cell)))


a, b, c = Argument("a"), Argument("b"), Argument("c")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (a + b * c, "a+b*c"),
        ((a + b) * c, "(a+b)*c"),
        (a - (b - c), "a-(b-c)"),
        (a - b - c, "a-b-c"),
        (a / (b * c), "a/(b*c)"),
        (a / b / c, "a/b/c"),
        (a**b**c, "a^(b^c)"),
        ((a**b) ** c, "a^b^c"),
        ((-a) ** 2, "(-a)^2"),
        (-(a**2), "-(a^2)"),
        (a**-b, "a^-b"),
        (a - (-b), "a-(-b)"),
        (Negation(-a), "-(-a)"),
        (a * -b, "a*-b"),
        (a + 0, "a"),
        (0 + a, "a"),
        (a - 0, "a"),
        (0 - a, "-a"),
        (a * 1, "a"),
        (1 * a, "a"),
        (a / 1, "a"),
        (a**1, "a"),
        (a * 0, "a*0"),  # an error in a counts
        (1 / a, "1/a"),
        (a * 0.1, "a*0.1"),
        (a * 1e6, "a*1000000"),
        (a * 1e-7, "a*1E-07"),
        (a * 1e20, "a*1E+20"),
        (a * -2, "a*-2"),
        (2**a, "2^a"),
        (-2.0 * a, "-2*a"),
        ((a > b) & (b >= 0), "AND(a>b,b>=0)"),
        ((a < b) | (b <= 0), "OR(a<b,b<=0)"),
        ((a == b) + 1, "(a=b)+1"),
        ((a != b) * 2, "(a<>b)*2"),
        (log(a + b), "LN(a+b)"),
        (maximum(0, a), "MAX(0,a)"),
        (where(a > 0, b, ExcelError.NA), "IF(a>0,b,NA())"),
        (where(a > 0, lambda: 1 / a, 0), "IF(a>0,1/a,0)"),
        (level_payment(a, b, c, 0), "PMT(a,b,-c,0)"),
        (Argument("A1+B1") * a, "(A1+B1)*a"),
        (Argument("A1+B1") + a, "A1+B1+a"),
        (a - Argument("A1+B1"), "a-(A1+B1)"),
        (Argument("SUM(A1+B1)") * a, "SUM(A1+B1)*a"),
        (Argument("A1=1") + a, "(A1=1)+a"),
        (Argument('"x"&"y"') + a, '("x"&"y")+a'),
        (Argument("50%") ** 2, "50%^2"),
        (a ** Argument("-A1"), "a^-A1"),
        (excel("NA"), "NA()"),
        (Literal('say "so"'), '"say ""so"""'),
        (Literal(True), "TRUE"),
        (Literal(ExcelError.DIV0), "#DIV/0!"),
    ],
)
def test_text(expression, text):
    assert expression.render() == str(expression) == text


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("AIGAP", ("gpu", "mult", "margin", "revenue"), "gpu*mult/(1-margin)-revenue"),
        ("AIGAP", ("gpu",), "gpu*2/(1-0.5)"),
        ("AIGAP", ("B2", None, "B4"), "B2*2/(1-B4)"),
        ("AIGAP", ("B2+B3", "-B4", "B5%"), "(B2+B3)*-B4/(1-B5%)"),
        ("AIGAP", ("gpu", "mult", "margin", "revenue", "cloud"), "gpu*mult/((1-margin)*(1-cloud))-revenue"),
        ("AIMARGIN", ("gpu", "mult", "revenue"), "1-gpu*mult/revenue"),
        ("AICOVERAGE", ("gpu", "mult", "margin", "revenue"), "revenue/(gpu*mult/(1-margin))"),
        (
            "AIGAPYEARS",
            ("required", "revenue", "growth"),
            "IF(revenue>=required,0,IF(AND(revenue>0,growth>0),LN(required/revenue)/LN(1+growth),NA()))",
        ),
        ("CAPITALCHARGE", ("capex", "rate", "life"), "PMT(rate,life,-capex,0)"),
        ("CLUSTERCAPEX", ("gpus", "price"), "gpus*price"),
        ("TOKENPRICE", ("A1", "A2", "A3-A4"), "A1/A2^(A3-A4)"),
    ],
)
def test_formula_of_a_call(name, arguments, text):
    assert FUNCTIONS[name].formula(*arguments).text == text


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("AIGAP", (), "AIGAP needs its argument gpu"),
        ("AIGAP", ("1", "2", "0.5", "0", "0", "0"), "AIGAP takes at most 5 arguments, not 6"),
        ("AISOURCE", ("A1",), "AISOURCE has no native formula"),
        ("GPUDEP", ("A1", "A2", "A3"), "each has a formula of its own"),
        ("AIGAP", (None, "2"), "AIGAP needs its argument gpu"),
    ],
)
def test_calls_without_a_formula_say_why(name, arguments, message):
    with pytest.raises(NativeFormError, match=message):
        FUNCTIONS[name].formula(*arguments)


def test_symbols_have_no_truth_value():
    """A body that branches on a symbol is found when it is traced, not when a workbook is wrong."""
    with pytest.raises(TypeError, match="where"):
        bool(a > b)


def test_walk_yields_operands_first():
    tree = (a + b) / 2
    assert [str(node) for node in tree.walk()] == ["a", "b", "a+b", "2", "(a+b)/2"]


@pytest.mark.parametrize(
    "text", ["", " ", "A1", "(A1+B1)", "SUM(A1:B1)", "'a-b'!C1", '"a+b"', "1E-5", "#DIV/0!", "{1,-2}"]
)
def test_atoms_need_no_brackets(text):
    assert (Argument(text) ** 2).render() == f"{text}^2"
    assert weakest_operator(text) == weakest_operator("A1")
