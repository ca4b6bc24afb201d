from __future__ import annotations

import pytest

from workbooks.engine.table_references import Table, TableReferenceError, plain_address

COSTS = Table("Costs", "Inputs", 3, 2, 8, 4, ("Item", "Power use", "x]#'y"), has_totals=True)
BARE = Table("Bare", "It's 1", 1, 1, 2, 1, ("only",), has_headers=False)
TABLES = {"COSTS": COSTS, "BARE": BARE}


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("Costs", "Inputs!$B$4:$D$7"),
        ("costs[]", "Inputs!$B$4:$D$7"),
        ("Costs[Item]", "Inputs!$B$4:$B$7"),
        ("Costs[[Item]]", "Inputs!$B$4:$B$7"),
        ("Costs[power USE]", "Inputs!$C$4:$C$7"),
        ("Costs[[Item]:[Power use]]", "Inputs!$B$4:$C$7"),
        ("Costs[x']'#''y]", "Inputs!$D$4:$D$7"),
        ("Costs[#All]", "Inputs!$B$3:$D$8"),
        ("Costs[#Headers]", "Inputs!$B$3:$D$3"),
        ("Costs[[#Headers],[Item]]", "Inputs!$B$3"),
        ("Costs[[#Totals],[Power use]]", "Inputs!$C$8"),
        ("Costs[[#Headers],[#Data],[Item]]", "Inputs!$B$3:$B$7"),
        ("Costs[[#Data],[#Totals],[Item]:[Power use]]", "Inputs!$B$4:$C$8"),
        ("Costs[@Item]", "Inputs!$B$5"),
        ("Costs[@[Power use]]", "Inputs!$C$5"),
        ("Costs[@]", "Inputs!$B$5:$D$5"),
        ("Costs[[#This Row],[Item]]", "Inputs!$B$5"),
        ("Costs[[#This Row],[Item]:[Power use]]", "Inputs!$B$5:$C$5"),
        ("Costs[[#This Row],Power use]", "Inputs!$C$5"),  # as XlsxWriter writes it
        ("Costs[[#This Row],Item:Power use]", "Inputs!$B$5:$C$5"),
        ("[Item]", "Inputs!$B$4:$B$7"),
        ("[[#This Row],Item]", "Inputs!$B$5"),
        ("Bare[only]", "'It''s 1'!$A$1:$A$2"),
        ("A1:B2", None),
        ("gpu", None),
        ("[1]Costs!A1", None),
    ],
)
def test_addresses(reference, address):
    assert plain_address(reference, TABLES, 5, COSTS) == address


@pytest.mark.parametrize(
    "reference", ["Costs[Price]", "Bare[#Totals]", "Bare[#Headers]", "Costs[#Rows]", "Bare[@only]"]
)
def test_what_a_table_does_not_have(reference):
    with pytest.raises(TableReferenceError, match=r"Costs|Bare"):
        plain_address(reference, TABLES, 5)
