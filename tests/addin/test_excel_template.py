"""The files themselves: read back by olevba, LibreOffice, openpyxl and Microsoft's Open XML SDK."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import olefile
import openpyxl
import pytest
import xlwings
from openpyxl.utils import FORMULAE
from pyopenvba import ExcelFile
from pyopenvba.apps.excel import ExcelApplication

from addin.excel import metadata, vba
from addin.excel.names import RESERVED, group_names, vba_name
from addin.excel.project import PART, base_workbook
from addin.excel.template import make_addin, make_template
from tests.addin.interpreter import readable
from tests.tools import soffice_binary, uno_python, validate_package
from udfs import FUNCTIONS
from udfs.definition import HELP_LIMIT
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build
from workbooks.package import read_parts, write_parts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # olevba uses names that pyparsing wants to give up
    from oletools.olevba import VBA_Parser

PYTHON = r"C:\Users\Ann Lee\venv\Scripts\python.exe"
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
OF_XLWINGS = {"xlwings", "Dictionary"}


@cache
def model() -> bytes:
    return build(CAPEX_MODEL, "addin")


@cache
def template() -> bytes:
    return make_template(model(), interpreter=PYTHON)


@cache
def addin() -> bytes:
    return make_addin(interpreter=PYTHON)


FILES = pytest.mark.parametrize(("package", "suffix"), [(template, ".xlsm"), (addin, ".xlam")], ids=["xlsm", "xlam"])


@cache
def modules(package: bytes) -> dict[str, str]:
    """Return the modules as olevba reads them; it lists the project's streams, whatever the project says of them."""
    parser = VBA_Parser("file", data=package)
    try:
        found = {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()
    return {name: code.replace("\r\n", "\n") for name, code in found.items()}


def body(source: str) -> str:
    """Return a module as the editor and LibreOffice show it: without attributes, its own and those of procedures."""
    return re.sub(r"^Attribute [\w.]+ = .*\n", "", source, flags=re.MULTILINE).strip("\n")


def documents(package: bytes) -> dict[str, str]:
    """Return sheet name -> code name, from the parts of the sheets."""
    parts = read_parts(package)
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    found = {}
    for sheet in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{X}sheet"):
        key = sheet.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        target = relations[key]
        root = ElementTree.fromstring(parts[target[1:] if target.startswith("/") else f"xl/{target}"])
        head = root[0]
        assert head.tag == f"{X}sheetPr"
        found[str(sheet.get("name"))] = str(head.get("codeName"))
    return found


@FILES
def test_olevba_reads_back_exactly_the_modules_that_were_written(package: Any, suffix: str) -> None:
    found = modules(package())
    base = modules(base_workbook())
    sheets = documents(package()).values()
    ours = vba.modules(f"aicapex{suffix}")
    assert set(found) == {"ThisWorkbook", *sheets, *OF_XLWINGS, *ours}
    assert {name: found[name] for name in ours} == {name: code.replace("\r\n", "\n") for name, code in ours.items()}
    assert {name: found[name] for name in OF_XLWINGS} == {name: base[name] for name in OF_XLWINGS}
    assert all(not body(found[name]) for name in ("ThisWorkbook", *sheets))


@FILES
def test_each_sheet_has_its_document_module_and_no_other(package: Any, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"book{suffix}"
    path.write_bytes(package())
    with ExcelFile(path) as file:
        assert file.validate() == []
        assert [reference.name for reference in file.references()] == ["Office"]
        project = file.vba_project()
        for name in documents(package()).values():
            assert '"0{00020820-0000-0000-C000-000000000046}"' in project.get_module(name).source
    stream = read_parts(package())[PART]
    declared = re.findall(rb"^Document=(\w+)/&H00000000\r$", stream, re.MULTILINE)
    assert sorted(declared) == sorted(name.encode() for name in ("ThisWorkbook", *documents(package()).values()))
    assert re.findall(rb"^Class=(\w+)\r$", stream, re.MULTILINE) == [b"Dictionary"]


def test_a_chart_sheet_is_a_chart_in_the_project(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("Picture", 0)
    buffer = io.BytesIO()
    book.save(buffer)
    package = make_template(buffer.getvalue(), interpreter=PYTHON)
    assert documents(package) == {"Picture": "Chart1", "Sheet": "Sheet2", "xlwings.conf": "Sheet3"}
    path = tmp_path / "book.xlsm"
    path.write_bytes(package)
    with ExcelFile(path) as file:
        assert '"0{00020821-0000-0000-C000-000000000046}"' in file.get_module("Chart1")
        assert set(file.module_names()) >= {"Chart1", "Sheet2", "Sheet3"}


@FILES
def test_nothing_runs_on_opening(package: Any, suffix: str) -> None:
    parser = VBA_Parser(f"file{suffix}", data=package())
    try:
        kinds = {kind for kind, _, _ in parser.analyze_macros()}
    finally:
        parser.close()
    assert "AutoExec" not in kinds


@cache
def in_libreoffice() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "aicapex.xlsm"
        path.write_bytes(template())
        reader = str(Path(__file__).with_name("uno_reader.py"))
        done = subprocess.run(
            [uno_python(), reader, soffice_binary(), f"{folder}/profile", str(path)],
            capture_output=True,
            text=True,
            timeout=180,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_libreoffice_lists_the_modules_with_the_same_source() -> None:
    found = in_libreoffice()["modules"]
    ours = modules(template())
    assert set(found) == set(ours)
    for name in (vba.WRAPPERS, vba.HELPER, vba.CHECK, "xlwings"):
        head, _, source = found[name].partition("Option VBASupport 1\n")
        assert head == "Rem Attribute VBA_ModuleType=VBAModule\n"
        assert source.strip("\n") == body(ours[name])
    for name in ("ThisWorkbook", *documents(template()).values()):
        assert found[name].startswith("Rem Attribute VBA_ModuleType=VBADocumentModule\n")


def test_libreoffice_shows_all_sheets_and_stored_values() -> None:
    found = in_libreoffice()
    assert found["code names"] == documents(template())
    book = openpyxl.load_workbook(io.BytesIO(template()), data_only=True)
    assert list(found["sheets"]) == book.sheetnames
    compared = 0
    for sheet in book.worksheets:
        rows = found["sheets"][sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
                    assert rows[cell.row - 1][cell.column - 1] == pytest.approx(cell.value, rel=1e-12), cell.coordinate
                    compared += 1
    assert compared > 100


def test_openpyxl_loads_it_with_its_macros_and_values() -> None:
    kept = openpyxl.load_workbook(io.BytesIO(template()), keep_vba=True)
    assert kept.vba_archive is not None
    assert PART in kept.vba_archive.namelist()
    values = openpyxl.load_workbook(io.BytesIO(template()), data_only=True)
    calls = 0
    for sheet in kept.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert values[sheet.title][cell.coordinate].value is not None, f"{sheet.title}!{cell.coordinate}"
                    calls += any(f"{name}(" in str(cell.value) for name in FUNCTIONS)
    assert calls > 5


def test_nothing_of_the_model_is_changed_but_what_has_to_be() -> None:
    before, after = read_parts(model()), read_parts(template())
    changed = {name for name in before if before[name] != after[name]}
    sheets = {name for name in before if name.startswith("xl/worksheets/sheet")}
    assert changed == {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", *sheets}
    for name in sheets:
        assert re.sub(rb' codeName="\w+"', b"", after[name]) == before[name]
    assert {*after} - {*before} == {
        PART,
        f"xl/worksheets/sheet{len(sheets) + 1}.xml",
        "customXml/item1.xml",
        "customXml/itemProps1.xml",
        "customXml/_rels/item1.xml.rels",
    }


def test_the_open_xml_sdk_finds_nothing_that_it_does_not_find_in_the_base() -> None:
    known = {error["description"] for error in validate_package(base_workbook(), ".xlsm")}
    assert [error for error in validate_package(template(), ".xlsm") if error["description"] not in known] == []
    assert [error for error in validate_package(addin(), ".xlam") if error["description"] not in known] == []


def test_the_open_xml_sdk_reads_what_it_validates() -> None:
    parts = read_parts(template())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"functionGroup name=", b"functionGroup title=")
    assert any("functionGroup" in str(error) for error in validate_package(write_parts(parts), ".xlsm"))


@FILES
def test_groups_and_argument_help(package: Any, suffix: str) -> None:
    root = ElementTree.fromstring(read_parts(package())["xl/workbook.xml"])
    tags = [child.tag.removeprefix(X) for child in root]
    order = ["workbookPr", "bookViews", "sheets", "functionGroups", "definedNames", "calcPr", "extLst"]
    assert [tag for tag in order if tag in tags] == [tag for tag in tags if tag in order]
    groups = root.find(f"{X}functionGroups")
    assert groups is not None
    assert [group.get("name") for group in groups] == group_names()
    helps = {name.get("name"): name for name in root.iter(f"{X14}definedName")}
    assert list(helps) == list(FUNCTIONS)
    for name, definition in FUNCTIONS.items():
        [descriptions] = helps[name]
        assert descriptions.get("count") == str(len(definition.parameters))
        got = [(one.get("index"), one.text) for one in descriptions]
        assert got == [(str(place), parameter.help) for place, parameter in enumerate(definition.parameters)]
    module = modules(package())[vba.WRAPPERS]
    for name, definition in FUNCTIONS.items():
        number = 20 + group_names().index(f"AI capex: {definition.category}")
        description = definition.summary.replace('"', '""')
        assert f'Attribute {name}.VB_Description = "{description}"\n' in module
        assert f'Attribute {name}.VB_ProcData.VB_Invoke_Func = " \\n{number}"\n' in module


def test_help_while_typing() -> None:
    parts = read_parts(template())
    assert parts["customXml/item1.xml"] == metadata.intellisense()
    space = "{http://schemas.excel-dna.net/intellisense/1.0}"
    root = ElementTree.fromstring(metadata.intellisense())
    assert root.tag == f"{space}IntelliSense"
    [information] = root
    assert information.tag == f"{space}FunctionInfo"
    got = {
        one.get("Name"): (one.get("Description"), [dict(argument.items()) for argument in one]) for one in information
    }
    assert got == {
        name: (
            definition.summary,
            [{"Name": vba_name(one.name), "Description": one.help} for one in definition.parameters],
        )
        for name, definition in FUNCTIONS.items()
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_complete(name: str) -> None:
    definition = FUNCTIONS[name]
    assert 0 < len(definition.summary) <= HELP_LIMIT
    assert 0 < len(definition.category) <= 200
    for text in (definition.summary, *(parameter.help for parameter in definition.parameters)):
        assert 0 < len(text) <= HELP_LIMIT
        text.encode("cp1252")  # the code page of the VBA project
    # No cell address up to XFD1048576 or R1C1, nothing that VBA or Excel already knows.
    assert re.fullmatch(r"[A-Z]{2,}", name)
    assert len(name) > 3 or name > "XFD"
    assert name.lower() not in RESERVED
    # A module of the same name would hide the function from Excel.
    assert name.lower() not in {one.lower() for package in (template(), addin()) for one in modules(package)}
    assert name not in FORMULAE
    parameters = [vba_name(parameter.name).lower() for parameter in definition.parameters]
    assert not set(parameters) & {*RESERVED, name.lower()}
    assert len(set(parameters)) == len(parameters)
    assert all(re.fullmatch(r"[a-z]\w*", parameter) for parameter in parameters)


@FILES
def test_the_settings_are_what_xlwings_reads(package: Any, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"book{suffix}"
    path.write_bytes(package())
    # xlwings' own VBA reads the sheet. The function above it needs Windows' shell to expand %VARIABLES%.
    application = ExcelApplication.open(path, with_vba=False)
    with ExcelFile(path) as file:
        application.add_module(readable(file.get_module("xlwings")), name="xlwings")
    read = {
        key: application.evaluate(f'GetConfigFromSheet(ThisWorkbook).Item("{key}")')
        for key in ("INTERPRETER_WIN", "UDF MODULES", "ADD_WORKBOOK_TO_PYTHONPATH")
    }
    assert read == {
        "INTERPRETER_WIN": PYTHON,
        "UDF MODULES": "addin.excel.functions",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    }
    assert application.evaluate("GetConfigFromSheet(ThisWorkbook).Count") == 3


@FILES
def test_the_module_of_xlwings_is_that_of_the_installed_one(package: Any, suffix: str) -> None:
    assert f'XLWINGS_VERSION As String = "{xlwings.__version__}"' in modules(package())["xlwings"]


def test_opening_does_not_call_python() -> None:
    [calculation] = ElementTree.fromstring(read_parts(template())["xl/workbook.xml"]).iter(f"{X}calcPr")
    assert calculation.get("fullCalcOnLoad", "0") == "0"
    assert calculation.get("calcId") == "191029"  # of an Excel as new as any: an older one would calculate


def test_two_runs_give_the_same_bytes() -> None:
    script = (
        "import hashlib; from tests.addin.test_excel_template import template, addin;"
        "print(hashlib.sha256(template() + addin()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "12345", "PATH": "", "TZ": "Asia/Tokyo"},
    )
    assert done.stdout.strip() == hashlib.sha256(template() + addin()).hexdigest()


@FILES
def test_no_name_of_whoever_made_a_part_of_it(package: Any, suffix: str) -> None:
    for part, content in read_parts(package()).items():
        for text in (content, content.replace(b"\0", b"")):
            assert b"felix" not in text.lower(), part
            assert b"/home/" not in text, part


@FILES
def test_the_project_is_a_sound_compound_file(package: Any, suffix: str) -> None:
    file = olefile.OleFileIO(read_parts(package())[PART], raise_defects=olefile.DEFECT_UNSURE)
    try:
        streams = {"/".join(path) for path in file.listdir()}
        names = {"ThisWorkbook", *documents(package()).values(), *OF_XLWINGS, vba.HELPER, vba.CHECK, vba.WRAPPERS}
        assert streams == {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", *(f"VBA/{name}" for name in names)}
        for stream in streams:
            assert file.openstream(stream).read()
        text = file.openstream("PROJECT").read().decode("cp1252")
    finally:
        file.close()
    assert "\r\n\r\n[Workspace]\r\n" in text
    windows = text.partition("[Workspace]\r\n")[2].removesuffix("\r\n").split("\r\n")
    assert sorted(window.partition("=")[0] for window in windows) == sorted(names)
