"""The ledger is complete and safe to write into a sheet, and no default stands outside it."""

import csv
from importlib.resources import files

import pytest

import udfs
from udfs.ledger import Assumption, assumptions, sources

# 0 adds nothing, 1 multiplies by nothing, no value and a method's name assume no figure.
NEUTRAL = (0.0, 1.0, None, udfs.OMITTED)


def defaults():
    for function in udfs.FUNCTIONS.values():
        for parameter in function.parameters:
            if not isinstance(parameter.default, str) and parameter.default not in NEUTRAL:
                yield pytest.param(parameter, id=f"{function.name}.{parameter.name}")


@pytest.mark.parametrize("parameter", list(defaults()))
def test_every_default_has_an_entry(parameter):
    entries = [entry for entry in assumptions().values() if entry.default_of == parameter.name]
    assert parameter.default in [entry.base for entry in entries]


def test_every_default_entry_is_a_default():
    known = {(p.name, p.default) for function in udfs.FUNCTIONS.values() for p in function.parameters}
    for entry in assumptions().values():
        assert not entry.default_of or (entry.default_of, entry.base) in known, entry.key


@pytest.mark.parametrize("function", udfs.FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_source_of_a_definition_is_there(function):
    assert function.source in sources()


@pytest.mark.parametrize("entry", assumptions().values(), ids=lambda entry: entry.key)
def test_assumption(entry):
    assert (entry.low or entry.base) <= entry.base <= (entry.high or entry.base)
    assert entry.unit
    assert entry.publisher
    assert entry.confidence in ("primary", "secondary", "vendor", "opinion", "convention")
    assert entry.as_of or entry.confidence == "convention"
    assert entry.address or entry.confidence in ("opinion", "convention") or entry.source.startswith("Computed:")
    assert entry.note


def test_keys():
    """One key names one thing: AISOURCE takes both."""
    assert not set(sources()) & set(assumptions())
    for key in [*sources(), *assumptions()]:
        assert key == key.strip().lower()
    for path, entries in (("data/sources.csv", sources()), ("data/assumptions.csv", assumptions())):
        text = files("udfs").joinpath(path).read_text(encoding="utf-8")
        assert len(list(csv.reader(text.splitlines()))) == 1 + len(entries), "a key twice"


def test_reported_in_resolves():
    assert "Kechuangban Daily" in sources()["tesla-2024"].citation
    assert sources()["kcb-2024"].citation.count("Kechuangban Daily") == 1


@pytest.mark.parametrize(
    ("package", "path"), [("udfs", "data/sources.csv"), ("udfs", "data/assumptions.csv"), ("workbooks", "evidence.csv")]
)
def test_no_text_can_become_a_formula(package, path):
    with files(package).joinpath(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert None not in row
        for text in row.values():
            assert not text.startswith(("=", "+", "-", "@", "\t", "\r")), text
            assert text == text.strip()
            assert len(text) <= 400


def test_read_once():
    assert sources() is sources()
    assert assumptions() is assumptions()


def test_read_only():
    with pytest.raises(TypeError):
        assumptions()["pue"] = None
    with pytest.raises(AttributeError):
        assumptions()["pue"].base = 2.0


def test_figures_elsewhere_published():
    """Read here from the documents themselves, not from the file under test."""
    figures = assumptions()
    # 21 percent of taxable income: 26 U.S.C. 11(b)
    assert figures["tax_rate_us"].base == 0.21
    # 10x every year: a16z
    assert figures["token_price_fall"].base == 10
    # days of a common year
    assert figures["hours_year"].base == 365 * 24
    assert figures["hours_month"].base * 12 == figures["hours_year"].base
    assert isinstance(figures["pue"], Assumption)


def test_computed_figures_of_2026():
    """What the ledger calls computed is the sum or the product that it says."""
    base = {key: entry.base for key, entry in assumptions().items()}
    spent = base["capex_2026_consensus"] * base["ai_share_2026"] * base["server_share_2026"]
    assert base["gpu_spending_2026"] == pytest.approx(spent)
    assert assumptions()["gpu_spending_2026"].low == pytest.approx(4 * 75.2e9)  # Nvidia's quarter to April 2026
    assert base["capex_multiple_2026"] == pytest.approx(1 / base["server_share_2026"], abs=0.005)
    sellers = ("anthropic", "microsoft", "openai", "amazon")
    assert base["ai_revenue_2026"] == sum(base[f"ai_revenue_2026_{seller}"] for seller in sellers)
    # four companies at $10B and six at $5B: Cahn, who has $75B in 2023 and 600 less 500 in 2024
    named = 4 * base["ai_revenue_cahn_large"] + 6 * base["ai_revenue_cahn_small"]
    assert named == 70e9 < base["ai_revenue_2023"] < base["ai_revenue_2024"] == 600e9 - 500e9
