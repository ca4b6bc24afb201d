"""Packages are written the same way every time, and read by name."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from workbooks.package import read_parts, sheet_parts, write_parts

PARTS = st.dictionaries(
    st.from_regex(r"\A[a-z]{1,8}(/[a-z]{1,8})?\.xml\Z"), st.binary(max_size=200), min_size=1, max_size=6
)


@given(PARTS)
def test_what_is_written_is_read(parts):
    assert read_parts(write_parts(parts)) == parts


@given(PARTS)
def test_order_makes_no_difference(parts):
    assert write_parts(dict(reversed(parts.items()))) == write_parts(parts)


def test_no_clock_no_system():
    package = write_parts({"[Content_Types].xml": b"<Types/>", "a.xml": b"a"})
    for entry in zipfile.ZipFile(io.BytesIO(package)).infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.create_system == 0


def test_sheets_by_name_in_order():
    parts = {
        "xl/workbook.xml": b'<sheet name="A &amp; B" sheetId="1" r:id="rId3"/><sheet name="C" r:id="rId1"/>',
        "xl/_rels/workbook.xml.rels": (
            b'<Relationship Id="rId1" Type="x/worksheet" Target="/xl/worksheets/two.xml"/>'
            b'<Relationship Id="rId3" Type="x/worksheet" Target="worksheets/one.xml"/>'
            b'<Relationship Id="rId2" Type="x/styles" Target="styles.xml"/>'
        ),
    }
    assert sheet_parts(parts) == {"A & B": "xl/worksheets/one.xml", "C": "xl/worksheets/two.xml"}
