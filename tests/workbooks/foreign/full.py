"""A workbook with all that programs other than ours must not touch: macros, pivot cache, picture, notes, custom XML."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import xlsxwriter
import xlwings

from tests.tools import ROOT
from workbooks.foreign.package import Package

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_CACHE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_RELATIONS}" r:id="rId1" refreshedBy="a" refreshedDate="45000" \
createdVersion="6" refreshedVersion="6" minRefreshableVersion="3" recordCount="2"><cacheSource type="worksheet">\
<worksheetSource ref="A1:B3" sheet="Model"/></cacheSource><cacheFields count="2"><cacheField name="item" numFmtId="0">\
<sharedItems count="2"><s v="gpu"/><s v="power"/></sharedItems></cacheField><cacheField name="price" numFmtId="0">\
<sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1" minValue="5" \
maxValue="6"/></cacheField></cacheFields></pivotCacheDefinition>"""
_RECORDS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<pivotCacheRecords xmlns="{_MAIN}" count="2"><r><x v="0"/><n v="5"/></r><r><x v="1"/><n v="6"/></r>\
</pivotCacheRecords>"""
_TABLE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<pivotTableDefinition xmlns="{_MAIN}" name="Pivot" cacheId="7" dataCaption="Values" updatedVersion="6" \
minRefreshableVersion="3" createdVersion="6" indent="0" outline="1" outlineData="1"><location ref="J1:K4" \
firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0">\
<items count="3"><item x="0"/><item x="1"/><item t="default"/></items></pivotField><pivotField dataField="1" \
showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields><rowItems count="3"><i><x/></i><i><x v="1"/>\
</i><i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems><dataFields count="1"><dataField \
name="Sum of price" fld="1" baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>"""


def full() -> bytes:
    """Return an .xlsm package: sheets Model, Frozen, Chart, Hidden and Very hidden, with our functions in cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Model")
    sheet.write_row("A1", ["item", "price"])
    sheet.write_row("A2", ["gpu", 5])
    sheet.write_row("A3", ["power", 6])
    sheet.write_formula("D1", "=AIGAP(B2,2,0.5)", None, 1)
    sheet.write_formula("D2", '=IF(D1>1,"more, <&>",0)', None, "old")
    sheet.write_formula("D3", "=D1+B3", book.add_format({"num_format": "0.00", "bold": True}), 2)
    sheet.write_comment("A2", "What a GPU costs")
    sheet.insert_image("F1", str(ROOT / "docs" / "images" / "cover.png"), {"x_scale": 0.1, "y_scale": 0.1})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Model!$B$2:$B$3"})
    sheet.insert_chart("F10", chart)
    sheet.conditional_format("B2:B3", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B2", {"validate": "decimal", "criteria": ">", "value": 0})
    book.add_worksheet("Plain").write("A1", "no formula")
    chart_sheet = book.add_chartsheet("Chart")
    drawn = book.add_chart({"type": "line"})
    drawn.add_series({"values": "=Model!$B$2:$B$3"})
    chart_sheet.set_chart(drawn)
    hidden = book.add_worksheet("Hidden")
    hidden.write_formula("A1", "=Model!D1*2", None, 0)
    hidden.hide()
    very = book.add_worksheet("Very hidden")
    very.write_formula("A1", "=_xll.AIGAP(Model!B3,2,0.5)", None, 0)
    very.very_hidden()
    with zipfile.ZipFile(Path(xlwings.__file__).parent / "quickstart.xlsm") as base:
        book.add_vba_project(io.BytesIO(base.read("xl/vbaProject.bin")), is_stream=True)
    book.set_custom_property("Client", "A bank")
    book.close()
    return _with_parts(Package(buffer.getvalue()))


def _with_parts(package: Package) -> bytes:
    main, sheet = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
    cache = "xl/pivotCache/pivotCacheDefinition1.xml"
    identity = package.add(
        cache, _CACHE.encode(), f"{_CONTENT}.pivotCacheDefinition+xml", part=main, kind="pivotCacheDefinition"
    )
    package.add(
        "xl/pivotCache/pivotCacheRecords1.xml",
        _RECORDS.encode(),
        f"{_CONTENT}.pivotCacheRecords+xml",
        part=cache,
        kind="pivotCacheRecords",
    )
    table = "xl/pivotTables/pivotTable1.xml"
    package.add(table, _TABLE.encode(), f"{_CONTENT}.pivotTable+xml", part=sheet, kind="pivotTable")
    package[f"{table.replace('Tables/', 'Tables/_rels/')}.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/pivotCacheDefinition" Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>'
    ).encode()
    pivots = f'<pivotCaches><pivotCache cacheId="7" r:id="{identity}"/></pivotCaches></workbook>'
    package[main] = package[main].replace(b"</workbook>", pivots.encode())
    package.add("customXml/item1.xml", b"<note xmlns='urn:a-bank'>keep me</note>", "", part=main, kind="customXml")
    chain = f'<calcChain xmlns="{_MAIN}"><c r="D3" i="1"/><c r="D2" i="1"/><c r="D1" i="1"/></calcChain>'
    package.add("xl/calcChain.xml", chain.encode(), f"{_CONTENT}.calcChain+xml", part=main, kind="calcChain")
    return package.save()


def parts(package: bytes) -> dict[str, bytes]:
    """Return the parts of a package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def packed(package: bytes) -> dict[str, bytes]:
    """Return the parts as they are compressed."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        found = {}
        for entry in archive.infolist():
            head = package[entry.header_offset : entry.header_offset + 30]
            start = (
                entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:], "little")
            )
            found[entry.filename] = package[start : start + entry.compress_size]
        return found
