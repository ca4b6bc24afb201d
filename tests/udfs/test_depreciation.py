"""Depreciation against textbook schedules and the SLN, SYD and VDB of Excel and LibreOffice."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from tests.libreoffice import LibreOffice
from udfs import (
    FUNCTIONS,
    GPUDEP,
    GPUNBV,
    GPUVALUE,
    LIFECHANGE,
    REPLACEGAIN,
    TAXSHIELD,
    ExcelError,
)

METHODS = ("SL", "SYD", "DDB")

costs = st.floats(1, 1e12)
parts = st.floats(0, 1)
lives = st.integers(1, 60)
methods = st.sampled_from(METHODS)


def column(*arguments):
    return [row[0] for row in GPUDEP(*arguments)]


@pytest.mark.parametrize(
    ("method", "charges"),
    [("SL", [6000] * 5), ("SYD", [10000, 8000, 6000, 4000, 2000]), ("DDB", [14000, 8400, 5040, 2560, 0])],
)
def test_textbook_schedule(method, charges):
    """coursehero.com/file/25307466, Depreciation Methods: 35,000 to 5,000 over 5 years by three methods."""
    assert column(35000, 5000, 5, method) == pytest.approx(charges, rel=1e-12)


def test_cahns_chips_over_four_years():
    """Yangqing Jia, 2024-04-01: $50B over four years is about $13B a year."""
    assert column(50e9, 0, 4) == [12.5e9] * 4


def test_h100_over_three_and_five_years():
    """computetape.com/learn/how-fast-does-an-h100-depreciate: $30,000 is $10,000 or $6,000 a year."""
    assert column(30000, 0, 3) == [10000] * 3
    assert column(30000, 0, 5) == [6000] * 5


@pytest.mark.parametrize(
    ("cost", "residual", "life", "year", "charge", "source"),
    [
        (30000, 7500, 10, 1, 4090.90909090909, "MicrosoftDocs/query-docs, syd-function-dax.md"),
        (30000, 7500, 10, 10, 409.090909090909, "MicrosoftDocs/query-docs, syd-function-dax.md"),
        (100, 5, 5, 5, 6.333333333333333, "cached by Excel, ironcalc/IronCalc SLN_SYD.xlsx Sheet1!F9"),
    ],
)
def test_syd_is_excels(cost, residual, life, year, charge, source):
    assert column(cost, residual, life, "SYD")[year - 1] == pytest.approx(charge, rel=1e-12), source


@pytest.mark.parametrize(
    ("cost", "residual", "life", "start", "end", "charge", "tolerance", "source"),
    [
        (2400, 300, 10, 0, 1, 480, 1e-6, "Excel's documentation, in ironcalc/IronCalc test_fn_depreciation.rs"),
        (2400, 300, 120, 0, 1, 40, 1e-9, "Excel's documentation, in LibreOffice/core vdb.fods Sheet2!A6"),
        (
            2400,
            300,
            120,
            6,
            18,
            396.306138,
            1e-3,
            "Excel's documentation, in ironcalc/IronCalc test_fn_depreciation.rs",
        ),
        (100000, 20000, 10, 0, 1, 20000, 1e-9, "LibreOffice/core vdb.fods Sheet2!A34"),
        (100000, 20000, 10, 1, 2, 16000, 1e-9, "LibreOffice/core vdb.fods Sheet2!A35"),
        (100000, 20000, 10, 2, 3, 12800, 1e-9, "LibreOffice/core vdb.fods Sheet2!A36"),
        (100000, 20000, 10, 5, 6, 6553.6, 1e-9, "LibreOffice/core vdb.fods Sheet2!A39"),
        (100000, 20000, 10, 6, 7, 5242.88, 1e-9, "LibreOffice/core vdb.fods Sheet2!A40"),
        (100000, 20000, 10, 7, 8, 971.52, 1e-9, "LibreOffice/core vdb.fods Sheet2!A11"),
        (100000, 20000, 10, 8, 9, 0, 1e-9, "LibreOffice/core vdb.fods Sheet2!A42"),
        (100000, 20000, 10, 0, 3, 48800, 1e-9, "LibreOffice/core vdb.fods Sheet2!A56"),
        (100000, 20000, 10, 0, 7, 79028.48, 1e-9, "LibreOffice/core vdb.fods Sheet2!A60"),
        (100000, 20000, 10, 0, 8, 80000, 1e-9, "LibreOffice/core vdb.fods Sheet2!A61"),
        (35000, 7500, 36, 10, 20, 8603.80245372397, 1e-8, "LibreOffice/core vdb.fods Sheet2!A13"),
    ],
)
def test_ddb_is_vdb_with_its_switch(cost, residual, life, start, end, charge, tolerance, source):
    """Charges between two ages, by the schedule and by the book values."""
    assert sum(column(cost, residual, life, "DDB")[start:end]) == pytest.approx(charge, abs=tolerance), source
    values = [GPUNBV(cost, residual, life, age, "DDB") for age in (start, end)]
    assert values[0] - values[1] == pytest.approx(charge, abs=max(tolerance, 1e-10 * cost)), source


@given(costs, parts, lives, methods)
def test_schedule_takes_cost_to_residual(cost, part, life, method):
    charges = column(cost, part * cost, life, method)
    assert len(charges) == life
    assert all(charge >= 0 for charge in charges)
    assert sum(charges) == pytest.approx(cost - part * cost, rel=1e-9, abs=1e-9 * cost)


@given(costs, parts, lives, methods)
def test_book_values_and_schedule_are_one(cost, part, life, method):
    residual = part * cost
    values = [GPUNBV(cost, residual, life, age, method) for age in range(life + 3)]
    steps = [before - after for before, after in pairwise(values)]
    assert values[0] == pytest.approx(cost, rel=1e-12)
    assert values[life:] == [residual] * 3
    assert steps == pytest.approx([*column(cost, residual, life, method), 0, 0], abs=1e-9 * cost)


@given(costs, parts, lives, st.integers(0, 60))
def test_declining_balance_in_one_line(cost, part, life, age):
    """The best moment for the switch is the one that leaves least: no loop over the years is needed to know it."""
    residual = part * cost
    if age >= life:
        return
    left = min((cost * max(1 - 2 / life, 0) ** k - residual) / (life - k) for k in range(age + 1))
    expected = residual + max(0, (life - age) * left)
    assert GPUNBV(cost, residual, life, age, "DDB") == pytest.approx(expected, rel=1e-9)


@given(costs, parts, lives, st.integers(0, 60), st.sampled_from(("SYD", "DDB")))
def test_accelerated_methods_are_ahead_of_straight_line(cost, part, life, age, method):
    assert GPUNBV(cost, part * cost, life, age, method) <= GPUNBV(cost, part * cost, life, age) * (1 + 1e-12)


def test_straight_line_takes_any_age_and_life():
    assert GPUNBV(100, 20, 5.5, 2.75) == pytest.approx(60)
    # SLN(100,5,5.5), cached by Excel, ironcalc/IronCalc SLN_SYD.xlsx Sheet1!E12
    assert 100 - GPUNBV(100, 5, 5.5, 1) == pytest.approx(17.272727272727273, rel=1e-12)


def test_half_in_three_years():
    """r/MachineLearning, 2024-04-01; by the year that is 20.63%, evidence E07."""
    assert GPUVALUE(1, 3, 3) == 0.5
    assert 1 - GPUVALUE(1, 1) == pytest.approx(0.2063, abs=5e-5)


@given(costs, st.floats(0, 20), st.floats(0.1, 10))
def test_a_half_life_later_it_is_half(cost, age, halflife):
    assert GPUVALUE(cost, age + halflife, halflife) == pytest.approx(GPUVALUE(cost, age, halflife) / 2, rel=1e-9)


def test_longer_life_of_a_machine():
    """simplestudies.com, increase in useful life: $150,000 over 15 years, after 5 set to 20: 10,000 becomes 6,667."""
    assert LIFECHANGE(150000, 15, 20, 5) == pytest.approx(6667 - 10000, abs=0.5)


def test_shorter_life_of_a_machine():
    """Intermediate accounting notes: life of 10 years, after 3 set to 8: what is left goes over 5 years."""
    assert LIFECHANGE(100, 10, 8, 3) == pytest.approx(70 / 5 - 10)


@given(costs, st.floats(0.5, 20), st.floats(0.5, 20), parts, parts)
def test_new_life_writes_off_what_is_left(cost, old, new, part, when):
    residual, age = part * cost, when * min(old, new) * 0.99
    charge = (cost - residual) / old + LIFECHANGE(cost, old, new, age, residual)
    assert GPUNBV(cost, residual, old, age) - charge * (new - age) == pytest.approx(residual, abs=1e-9 * cost)


@given(costs, st.floats(0.5, 20), st.floats(0.1, 20))
def test_change_of_life_at_the_start_and_no_change(cost, old, more):
    assert LIFECHANGE(cost, old, old, old / 2) == pytest.approx(0, abs=1e-9 * cost / old)
    assert LIFECHANGE(cost, old, old + more, old / 2) < 0
    assert LIFECHANGE(cost, old, more, 0) == pytest.approx(cost / more - cost / old, rel=1e-9, abs=1e-9 * cost)


def test_nothing_left_to_change():
    assert LIFECHANGE(100, 4, 6, 4) == 0
    assert LIFECHANGE(100, 4, 6, 5) == 0


@pytest.mark.parametrize(
    ("depreciation", "tax", "shield", "source"),
    [
        (9e6, 0.27, 2430000, "accountingformanagement.org/depreciation-tax-shield"),
        (9e6, 0.37, 3330000, "accountingformanagement.org/depreciation-tax-shield"),
        (9e6, 0.50, 4500000, "accountingformanagement.org/depreciation-tax-shield"),
        (100000, 0.21, 21000, "mymathtables.com, depreciation tax shield calculator"),
    ],
)
def test_tax_shield(depreciation, tax, shield, source):
    assert TAXSHIELD(depreciation, tax) == pytest.approx(shield), source


def test_replacing_is_the_difference_of_equivalent_annual_costs():
    """liquisearch.com/equivalent_annual_cost/a_practical_example: 31,360 a year against 30,708 for machine B."""
    assert REPLACEGAIN(31360, 7500, 150000, 8, 0.05) == pytest.approx(31360 - 30708, abs=1)


def test_replacing_power_hungry_machines():
    """r/MachineLearning, 2024-04-01: half the energy for the same work pays for the machine that is cheap enough."""
    saved = udfs.ENERGYCOST(1000, 1, 0.08) - udfs.ENERGYCOST(500, 1, 0.08)
    assert REPLACEGAIN(udfs.ENERGYCOST(1000, 1, 0.08), udfs.ENERGYCOST(500, 1, 0.08), saved * 4, 4) == pytest.approx(0)


@given(costs, costs, costs, st.floats(0.5, 20), st.floats(0, 0.5), costs)
def test_resale_is_as_good_as_a_lower_price(old, new, price, life, rate, resale):
    gain = REPLACEGAIN(old, new, price, life, rate, resale)
    assert gain == REPLACEGAIN(old, new, price - resale, life, rate)
    assert gain > REPLACEGAIN(old, new, price, life, rate) or resale < 1e-9 * price


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("GPUDEP", (100.0, 0.0, 0.0), ExcelError.NUM),
        ("GPUDEP", (100.0, 0.0, 4.5), ExcelError.NUM),
        ("GPUDEP", (100.0, 0.0, 1001.0), ExcelError.NUM),
        ("GPUDEP", (100.0, 101.0, 4.0), ExcelError.NUM),
        ("GPUDEP", (100.0, 0.0, 4.0, "DB"), ExcelError.NA),
        ("GPUDEP", (100.0, 0.0, 4.0, 1.0), ExcelError.VALUE),
        ("GPUDEP", (100.0, 0.0, [[4.0], [5.0]]), ExcelError.VALUE),  # no cell can hold a spill of its own
        ("GPUNBV", (100.0, 101.0, 4.0, 1.0), ExcelError.NUM),
        ("GPUNBV", (100.0, -1.0, 4.0, 1.0), ExcelError.NUM),
        ("GPUNBV", (100.0, 0.0, 4.0, -1.0), ExcelError.NUM),
        ("GPUNBV", (100.0, 0.0, 0.0, 1.0), ExcelError.NUM),
        ("GPUNBV", (100.0, 0.0, 4.0, 1.5, "SYD"), ExcelError.NUM),
        ("GPUNBV", (100.0, 0.0, 4.5, 1.0, "DDB"), ExcelError.NUM),
        ("GPUNBV", (100.0, 0.0, 4.0, 1.0, "MACRS"), ExcelError.NA),
        ("GPUVALUE", (100.0, 1.0, 0.0), ExcelError.NUM),
        ("GPUVALUE", (100.0, -1.0), ExcelError.NUM),
        ("LIFECHANGE", (100.0, 4.0, 3.0, 3.0), ExcelError.NUM),
        ("LIFECHANGE", (100.0, 4.0, 2.0, 3.0), ExcelError.NUM),
        ("LIFECHANGE", (100.0, 4.0, 6.0, 2.0, 101.0), ExcelError.NUM),
        ("TAXSHIELD", (100.0, 21.0), ExcelError.NUM),  # 21 for 21%
        ("REPLACEGAIN", (100.0, 50.0, 200.0, 0.0), ExcelError.NUM),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error


def test_method_in_any_writing():
    assert udfs.call("GPUNBV", 100.0, 0.0, 4.0, 1.0, " ddb ") == udfs.call("GPUNBV", 100.0, 0.0, 4.0, 1.0, "DDB") == 50


def test_ranges_of_ages_and_methods():
    ages = udfs.call("GPUNBV", 100.0, 0.0, 4.0, [[0.0, 1.0, 1.5, 5.0]], "SYD")
    assert ages == [[100, 60, ExcelError.NUM, 0]]
    assert udfs.call("GPUNBV", 100.0, 0.0, 4.0, 1.0, [["SL"], ["SYD"], ["DDB"], ["?"]]) == [
        [75],
        [60],
        [50],
        [ExcelError.NA],
    ]
    many = udfs.call("GPUNBV", [[100.0]] * 2000, 0.0, [[2.0, 4.0]], 1.0, "DDB")
    assert many == [[0, 50]] * 2000


def test_native_form_names_the_method():
    value, charge = FUNCTIONS["GPUNBV"], FUNCTIONS["GPUDEP"]
    assert value.formula("B2", "B3", "B4", "B5").text == "B3+(B2-B3)*MAX(1-B5/B4,0)"
    assert value.formula("B2", "B3", "B4", "B5", '"ddb"').text == "B2-VDB(B2,B3,B4,0,MIN(B5,B4))"
    assert "CHOOSE(MATCH(TRIM(B6)," in value.formula("B2", "B3", "B4", "B5", "B6").text
    assert charge.row_formula(3, "B2", "B3", "B4").text == "IF(3>B4,0,SLN(B2,B3,B4))"
    assert charge.row_formula(3, "B2", "B3", "B4", '"SYD"').text == "IF(3>B4,0,SYD(B2,B3,B4,3))"
    assert charge.row_formula("A9", "B2", "B3", "B4", '"DDB"').text == "IF(A9>B4,0,VDB(B2,B3,B4,A9-1,A9))"
    with pytest.raises(udfs.NativeFormError, match="formula of its own"):
        charge.formula("B2", "B3", "B4")


def test_native_forms_in_libreoffice(libreoffice: LibreOffice):
    """Schedules and book values from LibreOffice's own SLN, SYD and VDB."""
    formulas, expected = [], []
    cells = {"B1": 35000, "B2": 5000, "B3": 7, "B4": "SL", "B5": "SYD", "B6": "DDB"}
    for written, place in (('"SL"', "B4"), ('"SYD"', "B5"), ('"DDB"', "B6")):
        for method in (written, place):
            for year in range(1, 9):
                formulas.append(FUNCTIONS["GPUDEP"].row_formula(year, "B1", "B2", "B3", method).text)
                expected.append([*column(35000, 5000, 7, cells[place]), 0][year - 1])
                formulas.append(FUNCTIONS["GPUNBV"].formula("B1", "B2", "B3", str(year), method).text)
                expected.append(GPUNBV(35000, 5000, 7, year, cells[place]))
    assert libreoffice.calculate(formulas, cells) == pytest.approx(expected, abs=1e-7)
