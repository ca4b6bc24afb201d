"""Files that are no workbook, or a dangerous one, are refused with a message that names the remedy."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile

import openpyxl
import pytest

import workbooks
from tests.workbooks.foreign.full import full, packed, parts
from workbooks.foreign.container import Container, UnusableFileError, data_of
from workbooks.foreign.package import Package
from workbooks.foreign.workbook import Workbook
from workbooks.package import read_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


SOUND = saved(openpyxl.Workbook())
SHEET = "xl/worksheets/sheet1.xml"


def zipped(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return zipped({**parts(SOUND), name: content})


def twice(name: str) -> bytes:
    buffer = io.BytesIO(SOUND)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"<a/>")
    return buffer.getvalue()


def locked() -> bytes:
    """Return the workbook as a zip whose entries say that they are encrypted."""
    data = bytearray(SOUND)
    place = data.rindex(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def overlapping() -> bytes:
    """Return the workbook with one entry that claims half of the file for itself."""
    data = bytearray(SOUND)
    for place in (found for found in range(len(data)) if data.startswith(b"PK\x01\x02", found)):
        struct.pack_into("<I", data, place + 20, len(data) // 3)
    return bytes(data)


def opened(data: bytes) -> None:
    book = Workbook.open(data)
    assert book.ending
    for sheet in book.worksheets:
        book.cells(sheet)


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"Price,Amount\n1,2\n", "is no .xlsx workbook"),
        (SOUND[: len(SOUND) // 2], "is cut off or damaged.*save it anew"),
        (SOUND[:-1], "is cut off or damaged"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password.*take the password away"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "is an .xls workbook.*save it as .xlsx"),
        (OLE + bytes(600), "password, or of Excel 97"),
        (zipped({"xl/workbook.bin": b""}), r"\(.xlsb\).*save it as .xlsx"),
        (zipped({"mimetype": b"", "content.xml": b"<a/>"}), "OpenDocument.*save it as .xlsx"),
        (zipped({"word/document.xml": b"<document/>"}), "is no .xlsx workbook"),
        (locked(), "zip with a password"),
        (overlapping(), "overlap"),
        (twice("XL/Worksheets/SHEET1.xml"), "holds a part twice"),
        (with_part("xl/../../evil.xml", b"<a/>"), "outside of it"),
        (with_part("xl\\..\\evil.xml", b"<a/>"), "outside of it"),
        (with_part("xl/media/../../../x", b""), "outside of it"),
        (with_part(SHEET, b'<?xml version="1.0"?>' + DOCTYPE + parts(SOUND)[SHEET]), "declares entities"),
        (with_part("customXml/item1.xml", b"<!-- a -->\n <?b?>" + DOCTYPE + b"<a/>"), "declares entities in customXml"),
        (with_part("docProps/x.xml", b"<!--" + b" " * 9000 + b"-->" + DOCTYPE + b"<a/>"), "declares entities"),
        (with_part("docProps/x.xml", ("\ufeff" + DOCTYPE.decode() + "<a/>").encode("utf-16-le")), "declares entities"),
        (with_part("xl/bomb.xml", b"<a>" + b" " * 3_000_000 + b"</a>"), "unpacks to 3 MB"),
        (zipped({f"{number}.xml": b"" for number in range(10_001)}), "10001 parts"),
        (with_part(SHEET, parts(SOUND)[SHEET][:-9]), "is damaged"),
        (with_part("xl/_rels/workbook.xml.rels", b"<Relationships/>"), "lacks its sheet"),
        (with_part("[Content_Types].xml", b"not XML"), "is damaged"),
    ],
)
def test_what_can_not_be_used_is_refused(data, message):
    with pytest.raises(UnusableFileError, match=message):
        opened(data)


def test_a_real_xls_file_is_told_by_its_kind(libreoffice):
    with pytest.raises(UnusableFileError, match=r"is an .xls workbook"):
        Workbook.open(libreoffice.convert(SOUND, "xls"))


def test_half_a_gigabyte_is_refused_unread(tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate((1 << 29) + 1)  # no block of it is on the disk
    with pytest.raises(UnusableFileError, match="larger than half a gigabyte"):
        data_of(path)


def test_no_file_is_told_so(tmp_path):
    with pytest.raises(UnusableFileError, match="No such file"):
        data_of(tmp_path / "missing.xlsx")
    with pytest.raises(TypeError, match="binary mode"):
        data_of(io.StringIO("a"))


def test_text_that_looks_like_a_document_type_is_none():
    """In a comment or a CDATA section behind the first element it declares nothing."""
    content = b"<a><![CDATA[" + DOCTYPE + b"]]></a>"
    package = Package(with_part("customXml/item1.xml", content))
    assert package["customXml/item1.xml"] == content


def test_a_picture_may_pack_as_well_as_it_likes():
    white = bytes(5_000_000)
    assert parts(Container(with_part("xl/media/image1.bmp", white)).written({}))["xl/media/image1.bmp"] == white


def test_unchanged_parts_are_copied_as_they_are_compressed():
    before = full()
    container = Container(before)
    after = container.written({"xl/comments1.xml": b"<new/>", "xl/calcChain.xml": None, "xl/added.xml": b"<a/>"})
    one, other = packed(before), packed(after)
    kept = [name for name in one if name not in ("xl/comments1.xml", "xl/calcChain.xml")]
    assert {name: other[name] for name in kept} == {name: one[name] for name in kept}
    assert list(other) == [*(name for name in one if name != "xl/calcChain.xml"), "xl/added.xml"]
    assert parts(after)["xl/comments1.xml"] == b"<new/>"


def test_a_zip_written_as_a_stream_is_copied_too():
    """Its sizes stand behind the contents, as .NET and Java write them, and with room for four gigabytes."""

    class Stream(io.RawIOBase):
        data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(SOUND).items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(content)
    assert parts(Container(stream.data).written({"new.xml": b"<a/>"})) == {**parts(SOUND), "new.xml": b"<a/>"}


def test_parts_are_found_whatever_the_case_of_their_names():
    package = Package(SOUND)
    assert package["XL/Workbook.xml"] == parts(SOUND)["xl/workbook.xml"]
    package["XL/workbook.XML"] = b"<new/>"
    assert parts(package.save())["xl/workbook.xml"] == b"<new/>"


def test_machines_for_which_there_is_no_isal() -> None:
    """zlib packs there; what comes out holds the same parts."""
    program = (
        "import sys; sys.modules['isal'] = None\n"
        "import workbooks\n"
        "sys.stdout.buffer.write(workbooks.recalc(sys.stdin.buffer.read()).package)"
    )
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"], book.active["A2"] = "=AIGAP(50,2,0.5)", "x" * 10_000
    package = saved(book)
    done = subprocess.run([sys.executable, "-c", program], input=package, capture_output=True, check=True)
    assert read_parts(done.stdout) == read_parts(workbooks.recalc(package).package)
    assert openpyxl.load_workbook(io.BytesIO(done.stdout), data_only=True).active["A1"].value == 200
