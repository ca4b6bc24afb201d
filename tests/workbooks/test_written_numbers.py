"""Numbers as people write them: what each text means is stated here by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.written_numbers import number

CLEAR = {
    "50e9": 50e9,
    "5E+10": 50e9,
    "1,5E+10": 15e9,
    "0.5": 0.5,
    "0,5": 0.5,
    ".5": 0.5,
    "5.": 5.0,
    "-0.25": -0.25,
    "+3": 3.0,
    "\N{MINUS SIGN}5": -5.0,
    "(12.5)": -12.5,
    "(10%)": -0.1,
    "($1,234.50)": -1234.5,
    "50%": 0.5,
    "12,5 %": 0.125,
    "12.3%": 0.123,
    "$50,000": 50_000.0,
    "$1.275": 1.275,
    "-$5": -5.0,
    "$-5": -5.0,
    "$ 1,234,567.89": 1_234_567.89,
    "1,234,567": 1_234_567.0,
    "1.234.567": 1_234_567.0,
    "1.234,5": 1234.5,
    "1,234.5": 1234.5,
    "50 000 000": 50e6,
    "50\N{NARROW NO-BREAK SPACE}000,75": 50_000.75,
    "50\N{NO-BREAK SPACE}000": 50_000.0,
    "1'234'567": 1_234_567.0,
    "0,125": 0.125,
    "1234,567": 1234.567,
    " 7 ": 7.0,
}
UNCLEAR = ("1,275", "1.275", "12.500", "(1,275)", "1,234e3", "1.275%")
NONSENSE = (
    "fifty", "", "-", "$", "%", ".", "e5", "1e", "1,00,000", "1.2.3", "1,2,3", "1.234.5", "1 2", "1_000", "0x10",
    "nan", "inf", "Infinity", "-inf", "1e999", "1e9999", "TRUE", "#N/A", "2024-05-01", "1/2", "--5", "5-", "5%%",
    "(-5)", "=1+1", "\N{ARABIC-INDIC DIGIT THREE}", "\N{FULLWIDTH DIGIT ONE}", "1.5.", "(5", "5)",
)  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CLEAR.items())
@pytest.mark.parametrize("decimal", [None, ".", ","])
def test_clear_numbers_mean_the_same_in_every_file(text: str, value: float, decimal: str | None) -> None:
    assert number(text, decimal) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("text", UNCLEAR)
def test_two_readings_are_refused_where_nothing_decides(text: str) -> None:
    with pytest.raises(ValueError, match="could be"):
        number(text)


def test_the_decimal_mark_of_the_file_decides() -> None:
    assert number("1,275", ".") == 1275
    assert number("1.275", ".") == 1.275
    assert number("1,275", ",") == 1.275
    with pytest.raises(ValueError, match=r"could be 1\.275 or 1275. Write 1275, or with one more digit 1\.2750"):
        number("1.275", ",")
    assert number("1.2750", ",") == 1.275  # what the message advises


@pytest.mark.parametrize("text", NONSENSE)
@pytest.mark.parametrize("decimal", [None, ".", ","])
def test_nonsense_is_refused(text: str, decimal: str | None) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number(text, decimal)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["€5", "5 £", "¥1,000"])
def test_other_money_is_not_taken_for_dollars(text: str) -> None:
    with pytest.raises(ValueError, match="not in US dollars"):
        number(text)


@pytest.mark.parametrize("text", ["50bn", "50B", "50M", "$50k", "1.5 trillion", "3 mm"])
def test_abbreviations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is abbreviated"):
        number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_and_excel_write_is_read_back(value: float) -> None:
    assert number(repr(value), ".") == value
    assert number(f"{value:.17E}".replace(".", ","), ",") == value


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([(",", "."), (".", ",")]))
def test_grouped_numbers(value: object, marks: tuple[str, str]) -> None:
    group, mark = marks
    written = f"{value:,.2f}".translate(str.maketrans({",": group, ".": mark}))
    assert number(written) == float(str(value))


@given(st.text(alphabet="0123456789.,-+$%eE ()'’", max_size=12), st.sampled_from([None, ".", ","]))
def test_any_text_is_a_number_or_refused(text: str, decimal: str | None) -> None:
    try:
        value = number(text, decimal)  # type: ignore[arg-type]
    except ValueError as error:
        assert repr(text) in str(error) or "could be" in str(error)  # noqa: PT017
    else:
        assert abs(value) < float("inf")
