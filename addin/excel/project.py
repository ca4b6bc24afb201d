"""The VBA project of a template: that of xlwings' own standalone workbook, with our modules put in."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal
from zipfile import BadZipFile

from pyopenvba import CFBError, ExcelFile, PyOpenVBAError, VBAModuleKind
from pyopenvba.cfb import CFB

from workbooks.package import read_parts

PART: Final = "xl/vbaProject.bin"

Document = Literal["worksheet", "chartsheet"]

# What makes a module the module of a worksheet or of a chart sheet.
_BASES: Final[dict[Document, str]] = {
    "worksheet": "0{00020820-0000-0000-C000-000000000046}",
    "chartsheet": "0{00020821-0000-0000-C000-000000000046}",
}
_OF_XLWINGS: Final = ("ThisWorkbook", "xlwings", "Dictionary")


class BaseError(Exception):
    """The installed xlwings does not bring the workbook that templates are built on."""


def base_workbook() -> bytes:
    """Return the standalone workbook of the installed xlwings; it holds the name of that version's DLL."""
    base = files("xlwings") / "quickstart_standalone.xlsm"
    if not base.is_file():
        raise BaseError(
            f"{base}: this file of xlwings is missing. Install xlwings anew: pip install --force-reinstall xlwings"
        )
    return base.read_bytes()


def vba_project(documents: Mapping[str, Document], modules: Mapping[str, str]) -> bytes:
    """Return the VBA project as a ``vbaProject.bin``.

    Parameters
    ----------
    documents : code name of each sheet -> kind of sheet; each gets its module, or Excel shows ghosts.
    modules : name -> source of our modules.

    Raises
    ------
    BaseError
        xlwings' workbook is missing, or is not what it was.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "base.xlsm"
        path.write_bytes(base_workbook())
        try:
            with ExcelFile(path) as workbook:
                _replace_modules(workbook, documents, modules)
                workbook.save()
        except (PyOpenVBAError, CFBError, BadZipFile, KeyError) as error:
            raise BaseError(f"quickstart_standalone.xlsm of the installed xlwings: {error}") from error
        return _declare(documents, read_parts(path.read_bytes())[PART])


def _replace_modules(workbook: ExcelFile, documents: Mapping[str, Document], modules: Mapping[str, str]) -> None:
    project = workbook.vba_project()
    header = project.get_module("Sheet1").source
    kept = {*_OF_XLWINGS, *(name for name, kind in documents.items() if kind == "worksheet")}
    for name in project.module_names():
        if name not in kept:
            project.delete_module(name)
    for name, kind in documents.items():
        if name not in project.module_names():
            of_sheet = header.replace('"Sheet1"', f'"{name}"').replace(_BASES["worksheet"], _BASES[kind])
            project.add_module(name, of_sheet, kind=VBAModuleKind.other)
    for name, source in modules.items():
        project.add_module(name, source)
    # It names a file in a temporary folder of whoever made the base; no module uses it.
    workbook.remove_reference("MSForms")


def _declare(documents: Mapping[str, Document], project: bytes) -> bytes:
    """Declare the modules of sheets as such, for pyOpenVBA adds them as classes; drop a blank line that it leaves."""
    file = CFB.from_bytes(project)
    declarations, heading, windows = file.get_stream("PROJECT").partition(b"[Workspace]\r\n")
    for name in documents:
        declarations = declarations.replace(
            f"\r\nClass={name}\r\n".encode(), f"\r\nDocument={name}/&H00000000\r\n".encode()
        )
    lines = [line for line in windows.split(b"\r\n") if line]
    file.write_stream("PROJECT", declarations + heading + b"".join(line + b"\r\n" for line in lines))
    changed: bytes = file.to_bytes()
    return changed
