"""The cells of a sheet, found at once: as an XML parser finds them, and nothing is taken for XML that is none."""

from __future__ import annotations

from random import Random
from xml.etree import ElementTree as ET
from xml.parsers import expat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter

from workbooks.columns.scan import Scan, scan
from workbooks.foreign.xml_text import text_of

MARKS = ["", ' s="3"', ' t="n"', ' s="12" t="str"', ' t="b" cm="1"']
FORMULAS = [
    "", "<f>A1*2</f>", "<f>IF(A1&gt;2,&quot;x&quot;,1)</f>", '<f t="shared" si="0"/>', '<f aca="false">SUM(B1:B9)</f>',
    '<f t="array" ref="C1:C2">A1:A2*2</f>', "<f/>",
]  # fmt: skip
VALUES = ["", "<v>1</v>", "<v>-0.25E-3</v>", "<v/>", "<v />", "<v></v>", "<v>größer</v>"]
TEXTS = ["<is><t>text</t></is>", '<is><t xml:space="preserve"> x </t></is>', "<is><t></t></is>"]
ODD = ["<is><r><t>text</t></r></is>", "<is><rPh/></is>", '<v xml:space="preserve"> x </v>', "<f>1</f><v>2</v><extLst/>"]


@st.composite
def sheets(draw: st.DrawFn, odd: bool = False) -> str:
    """Rows as programs write them."""
    rows = []
    for number in sorted(draw(st.sets(st.integers(1, 1_048_576), min_size=1, max_size=6))):
        cells = []
        for column in sorted(draw(st.sets(st.integers(1, 16_384), max_size=6))):
            address = f'r="{get_column_letter(column)}{number}"{draw(st.sampled_from(MARKS))}'
            value = draw(st.sampled_from(FORMULAS)) + draw(st.sampled_from(VALUES))
            inside = draw(st.sampled_from([*TEXTS, value, value, value]))
            if odd and draw(st.booleans()):
                inside = draw(st.sampled_from(ODD))
            cells.append(f"<c {address}>{inside}</c>" if inside or draw(st.booleans()) else f"<c {address}/>")
        marks = draw(st.sampled_from(["", ' spans="1:9"', ' ht="15" hidden="1"']))
        end = "".join(cells)
        rows.append(f'<row r="{number}"{marks}>{end}</row>' if end else f'<row r="{number}"{marks}/>')
    return "".join(rows)


def is_xml(text: bytes | None) -> bool:
    """Whether a parser takes it, between two tags."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(b"<all>%s</all>" % (b"&" if text is None else text), True)
    except expat.ExpatError:
        return False
    return True


def found_by_parser(rows: str) -> list[tuple[str, str | None, str | None]]:
    """Address, formula and value of each cell; None where there is no such element."""
    cells = ET.fromstring(f"<all>{rows}</all>").iter("c")
    return [(cell.attrib["r"], *(_text(cell.find(name)) for name in ("f", "v"))) for cell in cells]


def _text(element: ET.Element | None) -> str | None:
    return None if element is None else element.text or ""


def found_at_once(found: Scan) -> list[tuple[str, str | None, str | None]]:
    addresses = [f"{get_column_letter(c)}{r}" for r, c in zip(found.row.tolist(), found.column.tolist(), strict=True)]
    formulas, values = (
        [text_of(text) for text in found.texts(start, end)]
        for start, end in ((found.formula_start, found.formula_end), (found.value_start, found.value_end))
    )
    return [
        (address, formula if has_formula else None, value if has_value else None)
        for address, formula, value, has_formula, has_value in zip(
            addresses, formulas, values, found.has_formula.tolist(), found.has_value.tolist(), strict=True
        )
    ]


@given(sheets())
def test_cells_are_those_that_a_parser_finds(rows: str) -> None:
    found = scan(rows.encode())
    expected = found_by_parser(rows)
    if found is None:
        assert not expected
        return
    assert is_xml(found.sample())
    assert found_at_once(found) == expected
    assert found.formulas == sum(formula is not None for _, formula, _ in expected)


@given(sheets(odd=True))
def test_odd_cells_are_marked_and_the_others_are_right(rows: str) -> None:
    found = scan(rows.encode())
    if found is None:
        return
    odd = [cell for cell in ET.fromstring(f"<all>{rows}</all>").iter("c") if _is_odd(cell)]
    places = np.flatnonzero(found.odd)
    assert [coordinate_from_string(cell.attrib["r"]) for cell in odd] == [
        (get_column_letter(int(found.column[place])), int(found.row[place])) for place in places
    ]
    assert (found.sample() is None) == bool(odd)
    one_by_one = [(one, other) for one, other in zip(found_at_once(found), found_by_parser(rows), strict=True)]
    assert all(one == other for place, (one, other) in enumerate(one_by_one) if not found.odd[place])


def _is_odd(cell: ET.Element) -> bool:
    tags = [child.tag for child in cell.iter()][1:]
    return tags not in ([], ["f"], ["v"], ["f", "v"], ["is", "t"]) or any(child.attrib for child in cell.iter("v"))


@settings(max_examples=1000)
@given(sheets(), st.integers(0, 2**32))
def test_rows_are_xml_where_their_sample_is(rows: str, seed: int) -> None:
    """A few bytes are changed, taken away or doubled: no error comes, and what is taken for XML is XML."""
    random = Random(seed)
    damaged = bytearray(rows.encode())
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(damaged))
        end = place + random.randint(1, 12)
        damaged[place:end] = random.choice(
            [b"", b"<", b">", b"&", b"/", b'"', b"\0", b"\xff", b"<v>", b"</c>", b"<c ", damaged[place:end] * 2]
        )
    found = scan(bytes(damaged))
    if found is not None and is_xml(found.sample()):
        assert is_xml(bytes(damaged))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1"><c><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1"><c s="1" r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><c r="B1"><v>2</v></c><row r="2"><c r="A2"/></row>',
        '<row r="1"><c r="A1"><f>A2>3</f><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c><c r="B1048577"><v>2</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c><c r="XFF1"><v>2</v></c><c r="XFG1"><v>2</v></c></row>',
        '<row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>\n<x/><c r="B1"><v>2</v></c><c r="C1"><v>1</v></c></row>',
        '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row>',
        "",
    ],
)
def test_what_is_not_in_order_is_left_to_whoever_reads_cell_by_cell(rows: str) -> None:
    assert scan(rows.encode()) is None


def test_spaces_between_elements() -> None:
    rows = '\n <row r="9">\n  <c r="A9">\n   <f>B9*2</f>\n   <v>4</v>\n  </c>\n  <c r="B9"><v>2</v></c> </row>\n'
    found = scan(rows.encode())
    assert found is not None
    assert is_xml(found.sample())
    assert found_at_once(found) == [("A9", "B9*2", "4"), ("B9", None, "2")]
    assert column_index_from_string("B") == found.column[1]
