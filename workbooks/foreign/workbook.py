"""Somebody's workbook: its sheets, names and strings, and its cells as they are changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workbooks.foreign.cells import SheetCells
from workbooks.foreign.container import Source, UnusableFileError
from workbooks.foreign.package import Package
from workbooks.foreign.xml_text import parse, plain, rewrite_elements, shown, string_text

_IDENTITY: Final = re.compile(r"\{.*/relationships\}id")
# what the content type of the workbook's part says -> the ending of the file's name that goes with it
_ENDINGS: Final = {
    "sheet.macroEnabled": ".xlsm",
    "template.macroEnabled": ".xltm",
    "addin.macroEnabled": ".xlam",
    "template": ".xltx",
}


@dataclass(frozen=True)
class Sheet:
    """A sheet of any kind.

    Parameters
    ----------
    name, part : its name, and the part that holds it.
    state : "visible", "hidden" or "veryHidden".
    kind : "worksheet", "chartsheet", "dialogsheet" or "xlMacrosheet"; only the first has cells that are read here.
    """

    name: str
    part: str
    state: str
    kind: str


@dataclass(frozen=True)
class Name:
    """A defined name: what it stands for (without ``=``), and the sheet that it is limited to, if it is."""

    name: str
    text: str
    scope: str | None


class Workbook:
    """A workbook that is being changed. ``save`` gives the new package.

    Parameters
    ----------
    package : the parts.

    Raises
    ------
    UnusableFileError
        It is no workbook.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        main = package.related("", "officeDocument")
        if not main or main[0] not in package:
            raise UnusableFileError("is no .xlsx workbook. Name an .xlsx or .xlsm file")
        self.main = main[0]
        xml = parse(package[self.main])
        if xml.tag.rpartition("}")[2] != "workbook":
            raise UnusableFileError("is no .xlsx workbook. Name an .xlsx or .xlsm file")
        related = {one.identity: one for one in package.relations(self.main)}
        self.sheets: list[Sheet] = []
        for entry in xml.iterfind("{*}sheets/{*}sheet"):
            identity = next((value for key, value in entry.items() if _IDENTITY.fullmatch(key)), "")
            relation = related.get(identity)
            if relation is None or relation.target not in package:
                raise UnusableFileError(f"lacks its sheet {entry.get('name')}. Open it in Excel and save it anew")
            self.sheets.append(
                Sheet(entry.get("name", ""), relation.target, entry.get("state", "visible"), relation.kind)
            )
        self.dates_from_1904 = any(entry.get("date1904") in ("1", "true") for entry in xml.iterfind("{*}workbookPr"))
        self.precision_as_shown = any(
            entry.get("fullPrecision") in ("0", "false") for entry in xml.iterfind("{*}calcPr")
        )
        self.names = []
        for entry in xml.iterfind("{*}definedNames/{*}definedName"):
            scope = entry.get("localSheetId", "")
            title = self.sheets[int(scope)].name if scope.isdigit() and int(scope) < len(self.sheets) else None
            self.names.append(Name(entry.get("name", ""), entry.text or "", title))
        self._cells: dict[str, SheetCells] = {}

    @classmethod
    def open(cls, source: Source) -> Workbook:
        """Open a path, bytes, or a file opened in binary mode.

        Raises
        ------
        UnusableFileError
            It is no workbook that can be used; the message says why and what to do.
        """
        return cls(Package.open(source))

    @cached_property
    def ending(self) -> str:
        """What the file's name must end in, or Excel would not open it: ``.xlsx``, ``.xlsm``, ..."""
        content_type = self.package.content_type(self.main)
        return next((ending for what, ending in _ENDINGS.items() if f".{what}.main+xml" in content_type), ".xlsx")

    @property
    def worksheets(self) -> list[Sheet]:
        """The sheets that have cells."""
        return [sheet for sheet in self.sheets if sheet.kind == "worksheet"]

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, as they show."""
        parts = [self.package[part] for part in self.package.related(self.main, "sharedStrings")]
        return [shown(string_text(item)) for part in parts for item in parse(part).iterfind("{*}si")]

    def cells(self, sheet: Sheet | str) -> SheetCells:
        """Return a worksheet's cells, to be read and changed."""
        found = next(one for one in self.sheets if one == sheet or one.name == sheet)
        if found.name not in self._cells:
            self._cells[found.name] = SheetCells(self.package[found.part], self.strings)
        return self._cells[found.name]

    def rewrite_names(self, change: dict[Name, str]) -> None:
        """Let defined names stand for something else."""
        part = plain(self.package[self.main])
        todo = [change.get(name) for name in self.names]
        texts = iter(todo)
        new = rewrite_elements(part, ["definedName"], lambda _: next(texts, None))
        if new != part:
            self.package[self.main] = new

    def save(self) -> bytes:
        """Return the package with all changes; the very bytes it came as if there are none.

        Where formulas have gone, the list of the order in which to calculate them goes too: Excel writes a new one.
        """
        gone = False
        for sheet in self.worksheets:
            cells = self._cells.get(sheet.name)
            if cells is not None and cells.changed:
                part = cells.xml()
                if part != cells.original:
                    self.package[sheet.part] = part
                gone = gone or cells.lost_formulas
        if gone:
            for chain in self.package.related(self.main, "calcChain"):
                self.package.remove(chain, part=self.main)
        return self.package.save()
