"""The files for Excel on Windows: the model as a workbook with functions, and the functions alone as an add-in."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import quoteattr

from addin.excel import metadata, parts, vba
from addin.excel.functions import MODULE
from addin.excel.parts import MAIN, PACKAGE, RELATION, WORKBOOK, WORKBOOK_RELATIONS, Parts
from addin.excel.project import PART, vba_project
from workbooks.package import read_parts, write_parts

_WORKBOOK: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_PROJECT: Final = "application/vnd.ms-office.vbaProject"
_PROJECT_RELATION: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_CUSTOM_XML: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_CUSTOM_XML_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_CUSTOM_XML_ID: Final = "{5C1D8A52-5E0B-4D5A-9C39-6B1F4E4A7C11}"  # any, as long as it stays the same

_PACKAGE_TYPE: Final = "application/vnd.openxmlformats-package"

_SETTINGS: Final = "xlwings.conf"


def make_template(package: bytes, *, interpreter: str) -> bytes:
    """Return the model's workbook with the functions in it: an .xlsm.

    Parameters
    ----------
    package : the add-in edition of the model: formulas that call the functions, each with its stored value.
    interpreter : the Python that Excel shall start, as Windows knows it.
    """
    book = read_parts(package)
    _add_intellisense(book)
    return _with_functions(book, "aicapex.xlsm", _WORKBOOK, interpreter)


def make_addin(*, interpreter: str) -> bytes:
    """Return an add-in that brings the functions to every workbook: an .xlam.

    Parameters
    ----------
    interpreter : the Python that Excel shall start, as Windows knows it.
    """
    return _with_functions(_empty_workbook(), "aicapex.xlam", _ADDIN, interpreter)


def _with_functions(book: Parts, name: str, content_type: str, interpreter: str) -> bytes:
    rows = {
        1: ("Interpreter_Win", interpreter),
        2: ("UDF Modules", MODULE),
        3: ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
        # After a gap, for xlwings reads on as long as there are settings.
        6: ("Settings of xlwings, which runs the functions in Python. They start in A1 and have no gaps.",),
        7: ("Interpreter_Win: the python.exe that aicapex is installed for. Written by: aicapex template.",),
    }
    parts.add_text_sheet(book, _SETTINGS, rows, widths=(32, 80))
    documents = parts.name_documents(book)
    parts.add_part(book, PART, vba_project(documents, vba.modules(name)), _PROJECT)
    parts.relate(book, _PROJECT_RELATION, "vbaProject.bin")
    parts.set_workbook_type(book, content_type)
    parts.add_function_groups(book, metadata.function_groups())
    parts.add_extension(book, metadata.argument_help())
    return write_parts(book)


def _add_intellisense(book: Parts) -> None:
    properties = (
        f'<ds:datastoreItem xmlns:ds="{_CUSTOM_XML}" ds:itemID="{_CUSTOM_XML_ID}">'
        f"<ds:schemaRefs><ds:schemaRef ds:uri={quoteattr(metadata.INTELLISENSE)}/></ds:schemaRefs></ds:datastoreItem>"
    )
    book["customXml/item1.xml"] = metadata.intellisense()
    parts.add_part(book, "customXml/itemProps1.xml", parts.document(properties), _CUSTOM_XML_TYPE)
    book["customXml/_rels/item1.xml.rels"] = parts.relations({f"{RELATION}/customXmlProps": "itemProps1.xml"})
    parts.relate(book, f"{RELATION}/customXml", "../customXml/item1.xml")


def _empty_workbook() -> Parts:
    """Return a workbook without sheets, with the title and description that Excel's list of add-ins shows."""
    core = (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>aicapex</dc:title><dc:description>Worksheet functions on the payback of AI capital spending"
        "</dc:description></cp:coreProperties>"
    )
    book: Parts = {
        parts.CONTENT_TYPES: parts.document(
            f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_PACKAGE_TYPE}.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": parts.relations(
            {
                f"{RELATION}/officeDocument": WORKBOOK,
                f"{PACKAGE}/relationships/metadata/core-properties": "docProps/core.xml",
            }
        ),
        WORKBOOK_RELATIONS: parts.relations({}),
    }
    parts.add_part(
        book, WORKBOOK, parts.document(f'<workbook xmlns="{MAIN}"><workbookPr/><sheets></sheets></workbook>'), _ADDIN
    )
    parts.add_part(book, "docProps/core.xml", parts.document(core), f"{_PACKAGE_TYPE}.core-properties+xml")
    return book
