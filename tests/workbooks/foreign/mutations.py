"""Workbooks broken on purpose: bytes, XML, relations, the zip around them, and formulas that nobody should write.

Each mutation has a number, and is the same whenever it is made.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from random import Random
from xml.etree import ElementTree as ET

import xlsxwriter

from tests.workbooks.foreign.full import full
from workbooks.package import read_parts

Parts = dict[str, bytes]

_ODD = (
    "", "0", "-1", "1", "true", "4294967296", "99999999999999999999", "1e400", "NaN", "inf", "0x10", "é\u202e", "A0",
    "A1", "A1:A1048576", "XFD1048576", "XFE1", "A1048577", "B2:A1", "A:A", "1:1", "A1:XFD1048576", "../../etc/passwd",
    "/xl/workbook.xml", "rId1", "rId999", "shared", "array", "dataTable", "str", "inlineStr", "s", "e", "b", "d",
    "2026-02-30", "_x0000_", "_xFFFF_", "#REF!", "a" * 5000, "http://example.org/", "'", '"', "<", "&amp;", "\t\n",
    "[1]", "Plan!A1", "veryHidden", "9" * 400,
)  # fmt: skip
_FORMULAS = (
    "", "=", "(", ")", "1+", "((((1", "1))", '"', "'", "{", "{1,2;3}", "{{1}}", "[", "]", "#REF!", "#N/A", "A1:",
    ":A1", "!A1", "Nope!A1", "Plan!", "'Plan'!A1", "[1]Plan!A1", "[9]!AIGAP(1)", "AIGAP", "AIGAP(", "AIGAP()",
    "AIGAP(,,,,)", "AIGAP(1,2,0.5,4,5,6,7,8,9)", "AIGAP(A:A,1:1,0.5)", "AIGAP(AIGAP(AIGAP(1,2,0.5),2,0.5),2,0.5)",
    "AIGAP({1,2;3,4},{1;2},0.5)", "_xll.AIGAP(B4:B6)", "_xlfn._xlws.SORT(A1:C9)", "SUM(A1:XFD1048576)",
    "MOIC(B4,1:1048576)", "PAYBACK(100,A:XFD)", "SEQUENCE(1000000,100)", "REPT(\"a\",1E9)", "A1", "B9",
    "OFFSET(A1,-1,-1)", "INDIRECT(\"A\"&1E9)", "1/0", "10^400", "-(-(-1))", "1=1=1", "TABLE(A1,B1)",
    "LET(_xlpm.x,AIGAP(1,2,0.5),_xlpm.x+_xlpm.x)", "LAMBDA(x,x)(1)", "_xleta.AIGAP", "MAP(A1:A3,_xleta.AIGAP)",
    "Costs[", "Costs[[#This Row],[x]]", "Costs[x]", "total", "total total", "A1 A1", "A1,A1", "(A1,A1)", "@A1", "A1#",
    "é", "\u202e", "1E+", "1.2.3", "AISOLVE(\"AIGAP\",1,1)", "AITORNADO(\"AIGAP\")", "CLUSTERIRR(1,{1})", "FACT(1E9)",
    "VLOOKUP(1,A:XFD,99)", "(" * 3000 + "1" + ")" * 3000, "-" * 5000 + "1", "A1+" * 3000 + "A1",
    "IF(" * 400 + "1" + ",1,0)" * 400, "AIGAP(" * 60 + "1" + ",2,0.5)" * 60, "SUM(" + "A1," * 2000 + "A1)",
    "B4&" * 2000 + "B4", "AIGAP(" + "A1+" * 1000 + "A1,2,0.5)",
)  # fmt: skip


_TOO_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ET.ParseError, ValueError, LookupError, OverflowError,
    NotImplementedError,
    RuntimeError, EOFError, OSError,
)  # fmt: skip


@cache
def sound() -> dict[str, bytes]:
    """Return workbooks that are in order, small ones with much in them."""
    small = xlsxwriter_book()
    return {"xlsxwriter": small, "by hand": _by_hand(small), "full": full()}


def xlsxwriter_book() -> bytes:
    """Return a workbook with our functions in cells, a table, names, formats, validations, a chart and notes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Plan")
    sheet.write_column("A1", ["Plan", "Price", "Hours", "Revenue", "Gap", "Spilled"])
    sheet.write_row("B1", [2026, 2027, 2028])
    for column in "BCD":
        sheet.write(f"{column}2", 2.5)
        sheet.write(f"{column}3", 8760)
        sheet.write_formula(f"{column}4", f"={column}2*{column}3", None, 21900)
        sheet.write_formula(f"{column}5", f"=IF({column}4>0,_xll.AIGAP({column}4,2,0.5)+1,0)", None, 87601)
    sheet.write_dynamic_array_formula("B6:B8", "=AIGAP(TRANSPOSE(B2:D2),2)", None, 10)
    sheet.write_array_formula("C6:C7", "{=AIREVENUE(B2:B3,2)}", None, 10)
    sheet.write_formula("D6", "=_xlfn.LET(_xlpm.x,AIGAP(B2,2,0.5),_xlpm.x*2)", None, 20)
    sheet.write_formula("D7", "=NOW()+total", None, 1)
    sheet.write_formula("D8", '=PAYBACK(100,B2:D2)&AIEXPLAIN("AIGAP")', None, "x")
    sheet.add_table("F1:G4", {
        "name": "Costs", "total_row": True,
        "columns": [{"header": "x", "total_function": "sum"}, {"header": "y", "formula": "=AIGAP([@x],2)"}],
        "data": [[1], [2]],
    })  # fmt: skip
    book.define_name("total", "=SUM(Plan!$B$4:$D$4)")
    book.define_name("ours", "=AIGAP(Plan!$B$4,2)")
    sheet.conditional_format("B4:D4", {"type": "formula", "criteria": "=AIGAP(B4,2)>5"})
    sheet.data_validation("B2", {"validate": "custom", "value": "=AIGAP(B2,2)>0"})
    sheet.write_comment("A2", "per hour")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Plan!$B$4:$D$4"})
    sheet.insert_chart("F8", chart)
    hidden = book.add_worksheet("Hidden sheet")
    hidden.write_formula("A1", "='Plan'!B5*2", None, 1)
    hidden.write_rich_string("A2", "two ", book.add_format({"bold": True}), "parts")
    hidden.write_boolean("A3", True)
    hidden.write_formula("A4", "=#N/A", None, "#N/A")
    hidden.hide()
    book.close()
    return buffer.getvalue()


def _by_hand(package: bytes) -> bytes:
    """Return the same with forms that other programs write: shared formulas, data tables, dates as text, a link."""
    parts = read_parts(package)
    rows = (
        '<row r="20"><c r="A20" t="inlineStr"><is><t xml:space="preserve"> in line </t></is></c>'
        '<c r="B20"><f t="shared" ref="B20:D20" si="0">AIGAP(B2,2)+$A$21</f><v>1</v></c>'
        '<c r="C20"><f t="shared" si="0"/><v>2</v></c>'
        '<c r="D20"><f t="shared" si="0"/></c></row>'
        '<row r="21"><c r="A21" t="d"><v>2026-01-31</v></c>'
        '<c r="B21"><f t="dataTable" ref="B21:C22" dt2D="1" dtr="1" r1="B2" r2="B3"/>'
        '<v>1</v></c><c r="C21"><v>2</v></c></row>'
        "<row><c><v>7</v></c>"
        '<c t="str"><f>[1]!AIGAP(B2,2)&amp;"a"</f><v>x</v></c><c vm="1"><f>B22</f><v>3</v></c></row>'
    )
    name = "xl/worksheets/sheet1.xml"
    parts[name] = (
        parts[name]
        .replace(b"</sheetData>", rows.encode() + b"</sheetData>")
        .replace(b"<sheetData>", b"<!-- c --><sheetData>")
    )
    hidden = "xl/worksheets/sheet2.xml"
    parts[hidden] = ET.tostring(ET.fromstring(parts[hidden]), encoding="utf-16", xml_declaration=True)
    main = "xl/workbook.xml"
    parts[main] = (
        parts[main]
        .replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
        .replace(
            b"<definedNames>",
            b'<externalReferences><externalReference r:id="rId99"/></externalReferences><definedNames>',
        )
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="{kinds}/externalLink" Target="externalLinks/externalLink1.xml"/>'.encode()
        + b"</Relationships>",
    )
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<externalBook xmlns:r="{kinds}" r:id="rId1"/>'
        "</externalLink>"
    ).encode()
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{kinds}/externalLinkPath" Target="aicapex.xlam" TargetMode="External"/></Relationships>'
    ).encode()
    return zipped(parts)


def mutated(number: int) -> tuple[str, bytes]:
    """Return what was done to a workbook, and the workbook."""
    chance = Random(number)
    whose = chance.choice(sorted(sound()))
    package = sound()[whose]
    done = []
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        kind = chance.choice([*_OF_PARTS, *_OF_PACKAGES])
        done.append(kind)
        try:
            if kind in _OF_PACKAGES:
                package = _OF_PACKAGES[kind](package, chance)
            else:
                parts = read_parts(package)
                _OF_PARTS[kind](parts, chance)
                package = zipped(parts)
        except _TOO_BROKEN:  # for another mutation
            break
    return f"{whose}: {', '.join(done)}", package


def zipped(parts: Parts, **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **{"compression": zipfile.ZIP_DEFLATED, **options}) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _some_part(parts: Parts, chance: Random, ending: str = ".xml") -> str:
    """Return a part's name; sheets and the workbook more often than others."""
    names = sorted(name for name in parts if name.endswith(ending))
    central = [name for name in names if "worksheets/sheet" in name or name.startswith("xl/workbook")]
    return chance.choice(central if central and chance.random() < 0.6 else names)


def _garbled(data: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    width = chance.choice([1, 1, 2, 8, 100])
    new = chance.choice(
        [chance.randbytes(width), b"\0" * width, b"", data[place : place + width] * 2, b"<", b"&", b"\xff"]
    )
    return data[:place] + new + data[place + chance.choice([0, width]) :]


def _bytes_of_part(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance, chance.choice([".xml", ".rels", ""]))
    for _ in range(chance.choice([1, 1, 3, 20])):
        parts[name] = _garbled(parts[name], chance)


def _cut_part(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance)
    parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]


def _attribute(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance, chance.choice([".xml", ".xml", ".rels"]))
    found = list(re.finditer(rb'\s([\w:]+)="([^"]*)"', parts[name]))
    if found:
        one = chance.choice(found)
        new = chance.choice([*_ODD, None])
        text = b"" if new is None else b" " + one[1] + b'="' + _escaped(new) + b'"'
        parts[name] = parts[name][: one.start()] + text + parts[name][one.end() :]


def _text(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance)
    found = list(re.finditer(rb">([^<]+)<", parts[name]))
    if found:
        one = chance.choice(found)
        text = _escaped(chance.choice([*_ODD, *_FORMULAS]))
        parts[name] = parts[name][: one.start(1)] + text + parts[name][one.end(1) :]


def _formula(parts: Parts, chance: Random) -> None:
    sheets = sorted(name for name in parts if re.search(r"worksheets/sheet|workbook\.xml$|tables/|styles\.xml$", name))
    name = chance.choice(sheets)
    found = list(
        re.finditer(rb"(<(?:f|definedName|formula|formula1|calculatedColumnFormula)\b[^>]*>)([^<]*)<", parts[name])
    )
    if found:
        one = chance.choice(found)
        parts[name] = parts[name][: one.start(2)] + _escaped(chance.choice(_FORMULAS)) + parts[name][one.end(2) :]


def _element(parts: Parts, chance: Random) -> None:
    """Remove, repeat, move, rename or nest an element."""
    name = _some_part(parts, chance, chance.choice([".xml", ".xml", ".rels"]))
    root = ET.fromstring(parts[name])
    parents = [parent for parent in root.iter() if len(parent)]
    if not parents:
        return
    parent = chance.choice(parents)
    child = chance.choice(list(parent))
    what = chance.choice(["remove", "repeat", "move", "rename", "empty", "nest"])
    inside = list(child.iter())
    outside = [one for one in parents if not any(one is within for within in inside)]  # never moved into itself
    if what in ("remove", "move"):
        parent.remove(child)
    if what in ("move", "repeat"):
        other = chance.choice(outside)
        for _ in range(chance.choice([1, 1, 50])):
            other.insert(chance.randrange(len(other) + 1), child)
    if what == "rename":
        child.tag = chance.choice([other.tag for other in root.iter()])
    if what == "empty":
        child.clear()
    if what == "nest":
        child.append(ET.fromstring(ET.tostring(child)))
    parts[name] = ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _deep(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance)
    depth = chance.choice([100, 5000, 20_000])
    place = parts[name].rfind(b"</")
    parts[name] = parts[name][:place] + b"<a>" * depth + b"</a>" * depth + parts[name][place:]


def _encoding(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance, chance.choice([".xml", ".rels"]))
    text = parts[name].decode("utf-8", "replace")
    encoding = chance.choice(["utf-16", "utf-8-sig", "latin-1", "utf-32", "ascii", "cp1252", "utf-7"])
    named = chance.choice([encoding, "UTF-8", "utf-16", "no-such", "ISO-8859-1"])
    parts[name] = re.sub(r"encoding=\"[^\"]*\"", f'encoding="{named}"', text).encode(encoding, "replace")


def _doctype(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance, chance.choice([".xml", ".rels"]))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 20}">' for before, after in zip("abcdef", "bcdefg", strict=True)
    )
    text = parts[name].decode("utf-8", "replace")
    start = text.find("?>") + 2 if text.startswith("<?") else 0
    outside = chance.choice(
        [f"{bomb}]>", '<!DOCTYPE x SYSTEM "file:///etc/passwd">', "<!DOCTYPE x>", "<!-- " + "-" * 9000 + " -->"]
    )
    parts[name] = (text[:start] + outside + text[start:].replace("</v>", "&g;</v>", chance.choice([0, 1]))).encode()


def _relation(parts: Parts, chance: Random) -> None:
    name = _some_part(parts, chance, ".rels")
    root = ET.fromstring(parts[name])
    if not len(root):
        return
    one = chance.choice(list(root))
    what = chance.choice(["target", "type", "id", "external", "gone", "twice", "cycle"])
    if what == "target":
        one.set(
            "Target",
            chance.choice([*_ODD, *sorted(parts), "..\\..\\x", "%2e%2e/%2e%2e/x", "./", "worksheets/sheet1.xml"]),
        )
    elif what == "type":
        one.set("Type", chance.choice([*_ODD, *(other.get("Type", "") for other in root)]))
    elif what == "id":
        one.set("Id", chance.choice([*_ODD, *(other.get("Id", "") for other in root)]))
    elif what == "external":
        one.set("TargetMode", "External")
    elif what == "gone":
        root.remove(one)
    elif what == "twice":
        root.append(ET.fromstring(ET.tostring(one)))
    else:
        one.set("Target", "/" + name.replace("_rels/", "").removesuffix(".rels"))
    parts[name] = ET.tostring(root, encoding="utf-8")


def _part(parts: Parts, chance: Random) -> None:
    """Remove, rename, empty, swap or bring in parts."""
    names = sorted(parts)
    name, other = chance.choice(names), chance.choice(names)
    what = chance.choice(["gone", "renamed", "empty", "swapped", "foreign", "case", "outside"])
    if what == "empty":
        parts[name] = b""
    elif what == "swapped":
        parts[name], parts[other] = parts[other], parts[name]
    elif what == "foreign":
        others = read_parts(sound()[chance.choice(sorted(sound()))])
        parts[name] = others[chance.choice(sorted(others))]
    else:
        content = parts.pop(name)
        if what != "gone":
            outside = chance.choice(["../../outside.xml", "/tmp/outside.xml", "C:\\outside.xml", "xl\\workbook.xml"])
            parts[{"renamed": f"xl/{other}", "case": name.upper(), "outside": outside}[what]] = content


def _bomb(parts: Parts, chance: Random) -> None:
    name = chance.choice([_some_part(parts, chance), "xl/media/image9.png", "xl/more.xml"])
    size = chance.choice([1 << 20, 30 << 20])
    filler = chance.choice([b" ", b"\0", b"<c/>"])
    parts[name] = parts.get(name, b"<a></a>").replace(b"</", filler * (size // len(filler)) + b"</", 1)


def _many_cells(parts: Parts, chance: Random) -> None:
    """Put cells far away from all others, or ranges that cover all."""
    cell = chance.choice([
        b'<row r="1048576"><c r="XFD1048576"><f>SUM(A1:XFD1048575)</f></c></row>',
        b'<row r="900"><c r="A900"><f t="array" ref="A900:XFD1048576">AIGAP(A1,2)</f><v>1</v></c></row>',
        b'<row r="900"><c r="A900"><f t="shared" si="77" ref="A900:A901">A900+AIGAP(A1,2)</f></c></row>',
        b'<row r="900"><c r="A900"><f>A901</f></c></row><row r="901"><c r="A901"><f>AIGAP(A900,2)</f></c></row>',
        b'<row r="2"><c r="B2"><v>7</v></c></row><row r="1"><c r="A1"><v>8</v></c></row>',
        b"<row><c/></row>" * 3000,
    ])  # fmt: skip
    name = chance.choice(sorted(name for name in parts if "worksheets/sheet" in name and name.endswith(".xml")))
    parts[name] = parts[name].replace(b"</sheetData>", cell + b"</sheetData>")


def _bytes(package: bytes, chance: Random) -> bytes:
    for _ in range(chance.choice([1, 1, 3, 20, 200])):
        package = _garbled(package, chance)
    return package


def _ends(package: bytes, chance: Random) -> bytes:
    """Change the directory at the end of the zip, which all reading starts from."""
    place = package.rfind(b"PK\x01\x02", 0, chance.randrange(len(package) - 2000, len(package)))
    at = max(place, 0) + chance.randrange(46)
    return package[:at] + chance.randbytes(chance.choice([1, 2, 4])) + package[at + chance.choice([1, 2, 4]) :]


def _cut(package: bytes, chance: Random) -> bytes:
    place = chance.choice([chance.randrange(len(package)), len(package) - chance.randrange(100)])
    return chance.choice(
        [package[:place], package[place:], package + chance.randbytes(50), chance.randbytes(50) + package]
    )


def _twice(package: bytes, chance: Random) -> bytes:
    """Repeat members under the same name, as it is or in other letters."""
    parts = read_parts(package)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
        name = chance.choice(sorted(parts))
        archive.writestr(
            zipfile.ZipInfo(chance.choice([name, name.upper(), f"{name}/"])), chance.choice([b"", parts[name]])
        )
    return buffer.getvalue()


def _flags(package: bytes, chance: Random) -> bytes:
    """Mark a member as encrypted or as packed in another way, or give it another size."""
    data = bytearray(package)
    entries = [found.start() for found in re.finditer(rb"PK\x01\x02", package)]
    at = chance.choice(entries)
    if chance.random() < 0.5:
        data[at + 8] |= chance.choice([1, 8, 0x20, 0x40])
    elif chance.random() < 0.5:
        struct.pack_into("<H", data, at + 10, chance.choice([0, 1, 9, 12, 14, 99]))
    else:
        struct.pack_into("<I", data, at + chance.choice([20, 24, 42]), chance.choice([0, 1, 1 << 20, 0xFFFFFFFF]))
    return bytes(data)


def _other_kind(package: bytes, chance: Random) -> bytes:
    return chance.choice([
        b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + package,
        b"%PDF-1.7", b"a;b\n1;2\n",
        b"<?xml version='1.0'?><Workbook/>", zipped({}), zipped({"xl/workbook.bin": b"1"}),
        zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}),
    ])  # fmt: skip


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").encode("utf-8", "surrogatepass")


# More often than others what a program may well write wrong.
_OF_PARTS: dict[str, Callable[[Parts, Random], None]] = {
    "bytes of a part": _bytes_of_part, "part cut off": _cut_part, "attribute": _attribute, "attribute ": _attribute,
    "text": _text, "formula": _formula, "formula ": _formula, "element": _element, "element ": _element,
    "deep": _deep, "encoding": _encoding, "doctype": _doctype, "relation": _relation, "relation ": _relation,
    "part": _part, "bomb": _bomb, "far cells": _many_cells,
}  # fmt: skip
_OF_PACKAGES: dict[str, Callable[[bytes, Random], bytes]] = {
    "bytes": _bytes, "directory": _ends, "cut": _cut, "twice": _twice, "flags": _flags, "other kind": _other_kind,
}  # fmt: skip
