"""Unit economics of a cluster, against published worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import (
    BREAKEVENPRICE,
    BREAKEVENUTIL,
    BUYVSRENT,
    CAPITALCHARGE,
    CLUSTERCAPEX,
    CLUSTERPOWER,
    COLOCOST,
    ENERGYCOST,
    GPUHOURCOST,
    GPUREVENUE,
    ExcelError,
)

money = st.floats(1e3, 1e11)
gpus = st.integers(1, 100_000)
shares = st.floats(0.01, 1)
lives = st.floats(0.5, 20)
rates = st.one_of(st.just(0.0), st.floats(-0.2, 0.5))


def test_capex_of_a_fleet():
    """aiinframap.com/tools/energy/cluster-buildout-sizer: 32,051 B200 at about $40,000 are $1.28 B."""
    assert CLUSTERCAPEX(32051, 40000) == pytest.approx(1.28e9, rel=5e-3)


def test_capex_by_the_megawatt():
    """cliffcenter.com/research/inference-economics: 20 MW at the $25M a megawatt of hyperscalers are $500M."""
    assert CLUSTERCAPEX(0, 0, 0, 20, 25e6) == 500e6


def test_power_of_ten_thousand_h100():
    """aiinframap.com/tools/energy/datacenter-power-calculator: GPUs, with servers, with cooling, and their energy."""
    assert CLUSTERPOWER(10000, 700) == 7000
    it = CLUSTERPOWER(10000, 700, 0.3)
    assert it == pytest.approx(9100)
    assert CLUSTERPOWER(10000, 700, 0.3, 1.3) == pytest.approx(11830)
    assert ENERGYCOST(it, 1.3, 0.08) == pytest.approx(8.3e6, abs=0.05e6)


def test_power_of_a_node():
    """lynx-cortex.pages.dev, datacentre economics: 5.6 kW of GPUs, 600 W beside them, PUE 1.2: about 7.4 kW."""
    assert CLUSTERPOWER(8, 700, 600 / 5600, 1.2) == pytest.approx(7.4, abs=0.05)


def test_energy_of_a_hall():
    """calculator5.snowdaycalculatornow.com, data center energy cost: 500 kW, PUE 1.45, $0.12: $762,120 a year."""
    assert ENERGYCOST(500, 1.45, 0.12) == pytest.approx(762120, rel=1e-12)


def test_energy_of_a_rack():
    """idacore, colocation power costs: 10 kW at $0.10 are $876 a month, at $0.15 $5,256 a year more. Its PUE is 1.2."""
    assert ENERGYCOST(10, 1.2, 0.10) == pytest.approx(876 * 12)
    assert ENERGYCOST(10, 1.2, 0.15) - ENERGYCOST(10, 1.2, 0.10) == pytest.approx(5256)


def test_energy_that_new_machines_save():
    """r/MachineLearning, 2024-04-01: ten machines at 1 MW against five at 0.5 MW; evidence E27, the price is ours."""
    assert ENERGYCOST(1000, 1, 0.08) - ENERGYCOST(500, 1, 0.08) == pytest.approx(350400)


def test_rent_of_a_megawatt():
    """515engine.com/what-does-1-megawatt-of-data-center-space-cost: $150 per kW, 1,000 kW: $150,000 a month."""
    assert COLOCOST(1000, 150) == 150000 * 12


@pytest.mark.parametrize(("life", "published"), [(3, 1.64), (5, 0.98)])
def test_hardware_cost_of_an_hour(life, published):
    """computetape.com/learn/how-fast-does-an-h100-depreciate: $30,000, 70% of the hours; it rounds them to 6,100."""
    assert GPUHOURCOST(30000, 0, 1, 0.7, life) == pytest.approx(published, abs=0.01)


class TestPublishedComparison:
    """legitlads.com, accelerator ROI calculator: 64 accelerators for 4 years, owned or rented.

    $1.92M of capital and $728,681 of energy and operation, against $3,139,584 of cloud at 70% utilisation; the same
    capacity at $2 an hour. It gives 3.2 years until owning pays and 59% as the utilisation that breaks even.
    """

    capex, opex, cloud = 1.92e6, 728681 / 4, 3139584 / 4

    def test_what_the_cloud_charges(self):
        assert GPUREVENUE(64, 2, 0.7) == pytest.approx(self.cloud)

    def test_breakeven_utilisation(self):
        assert BREAKEVENUTIL(2, self.capex, self.opex, 64, 4) == pytest.approx(0.59, abs=0.005)

    def test_months_until_owning_pays(self):
        assert BUYVSRENT(self.capex, self.opex / 12, self.cloud / 12) / 12 == pytest.approx(3.2, abs=0.05)

    def test_owning_is_cheaper_by_the_hour(self):
        saved = 490903  # over the four years, as published
        hours = 64 * 8760 * 4 * 0.7
        assert GPUHOURCOST(self.capex, self.opex, 64, 0.7, 4) == pytest.approx(2 - saved / hours, rel=1e-5)


def test_price_that_leaves_a_margin():
    """Cahn 2023: $100B of cost at a margin of a half needs $200B."""
    assert BREAKEVENPRICE(100e9, 0.5) == 200e9


@given(money, money, gpus, shares, lives, rates, st.floats(0, 1))
def test_cost_of_an_hour_times_hours_is_the_cost_of_a_year(capex, opex, number, utilisation, life, rate, part):
    hour = GPUHOURCOST(capex, opex, number, utilisation, life, rate, part * capex)
    year = CAPITALCHARGE(capex, rate, life, part * capex) + opex
    assert GPUREVENUE(number, hour, utilisation) == pytest.approx(year, rel=1e-9)


@given(money, money, gpus, shares, lives, rates)
def test_breakeven_utilisation_solves_the_cost_of_an_hour(capex, opex, number, utilisation, life, rate):
    price = GPUHOURCOST(capex, opex, number, utilisation, life, rate)
    assert BREAKEVENUTIL(price, capex, opex, number, life, rate) == pytest.approx(utilisation, rel=1e-9)


@given(money, money, gpus, st.floats(0.01, 0.5), lives, st.floats(0, 0.4))
def test_what_makes_an_hour_dearer(capex, opex, number, utilisation, life, rate):
    cost = GPUHOURCOST(capex, opex, number, utilisation, life, rate)
    assert GPUHOURCOST(capex, opex, number, utilisation * 2, life, rate) < cost
    assert GPUHOURCOST(capex, opex, number, utilisation, life, rate + 0.1) > cost
    assert GPUHOURCOST(capex, opex, number, utilisation, life, rate, 0.3 * capex) < cost
    assert GPUHOURCOST(capex, opex * 1.1, number, utilisation, life, rate) > cost


@given(money, st.floats(0, 1e8), st.floats(1, 1e8))
def test_owning_and_renting_cost_the_same_then(capex, own, more):
    months = BUYVSRENT(capex, own, own + more)
    assert capex + months * own == pytest.approx(months * (own + more), rel=1e-6)


@given(gpus, st.floats(0, 2000), st.floats(0, 2), st.floats(1, 3), st.floats(0, 1), st.floats(0.01, 0.5))
def test_energy_of_the_facility_is_energy_of_its_power(number, watts, overhead, pue, load, price):
    facility = CLUSTERPOWER(number, watts, overhead, pue)
    it = CLUSTERPOWER(number, watts, overhead)
    assert ENERGYCOST(it, pue, price, load) == pytest.approx(ENERGYCOST(facility, 1, price, load), rel=1e-12)


def test_utilisation_beyond_all_hours_is_shown():
    assert BREAKEVENUTIL(1, 35040, 8760, 1, 4) == 2


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("CLUSTERCAPEX", (-1.0, 40000.0), ExcelError.NUM),
        ("CLUSTERCAPEX", (1.0, 40000.0, -0.1), ExcelError.NUM),
        ("CLUSTERPOWER", (8.0, 700.0, 0.0, 0.9), ExcelError.NUM),
        ("ENERGYCOST", (500.0, 0.9, 0.1), ExcelError.NUM),
        ("ENERGYCOST", (500.0, 1.2, 0.1, 1.1), ExcelError.NUM),
        ("ENERGYCOST", (500.0, 1.2, 0.1, -0.1), ExcelError.NUM),
        ("ENERGYCOST", (500.0, 1.2, 0.1, 1.0, 9000.0), ExcelError.NUM),
        ("GPUHOURCOST", (1e6, 1e5, 8.0, 0.0, 4.0), ExcelError.DIV0),
        ("GPUHOURCOST", (1e6, 1e5, 0.0, 0.5, 4.0), ExcelError.DIV0),
        ("GPUHOURCOST", (1e6, 1e5, 8.0, 70.0, 4.0), ExcelError.NUM),  # 70 for 70%
        ("GPUHOURCOST", (1e6, 1e5, 8.0, 0.5, 0.0), ExcelError.NUM),
        ("BREAKEVENPRICE", (1.0, 1.0), ExcelError.NUM),
        ("BREAKEVENUTIL", (0.0, 1e6, 1e5, 8.0, 4.0), ExcelError.DIV0),
        ("BUYVSRENT", (1e6, 100.0, 100.0), ExcelError.NA),
        ("BUYVSRENT", (1e6, 101.0, 100.0), ExcelError.NA),
        ("BUYVSRENT", (-1.0, 1.0, 100.0), ExcelError.NUM),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error


def test_a_column_of_utilisations():
    """Ranges spread; each cell has its own error."""
    column = udfs.call("GPUHOURCOST", 30660.0, 0.0, 1.0, [[0.7], [0.0], [0.35]], 5.0)
    assert column == [[pytest.approx(1)], [ExcelError.DIV0], [pytest.approx(2)]]
