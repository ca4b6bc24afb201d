"""The VBA of a template in pyOpenVBA's interpreter, with a stand-in for the module that reaches COM."""

from __future__ import annotations

import re
from typing import Any

from pyopenvba.interpreter import (
    EMPTY,
    HostBridge,
    Interpreter,
    VBAArray,
    VBAErrorValue,
    VBAObject,
    VBARuntimeError,
    member,
    method,
)
from pyopenvba.interpreter import MISSING as LEFT_OUT

from tests.addin.com import MISSING, Cells, Excel, error


class Range(VBAObject):
    """The cell that holds the formula."""


class Application(VBAObject):
    """Excel, as far as the wrappers ask."""

    @member
    def Caller(self) -> Range:
        return Range()


class Server(VBAObject):
    """The COM server: xlwings' own, with the values taken over as COM does."""

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    @method
    def CallUDF(self, script: str, fname: str, args: VBAArray, book: object, caller: object) -> Any:
        try:
            return to_vba(self.excel.call(fname, *map(to_com, args.items), module=script))
        except Exception as failure:  # whatever happens in Python reaches VBA as an error
            raise VBARuntimeError(1000, str(failure)) from failure

    @method
    def Module(self, name: str) -> str:
        if name == "nowhere":
            raise VBARuntimeError(1000, "no module")
        return name

    @method
    def GetAttr(self, thing: str, name: str) -> str:
        return f"{thing}.{name}"

    @method
    def Str(self, thing: str) -> str:
        return thing


class XlwingsModule(VBAObject):
    """The VBA module ``xlwings``: its function XLPy starts the COM server through a DLL."""

    def __init__(self, excel: Excel) -> None:
        self.server = Server(excel)
        self.broken = False

    @member
    def XLPy(self) -> Server:
        if self.broken:
            raise VBARuntimeError(1, "Could not load xlwings64.dll from either of the following folders")
        return self.server


class Bridge(HostBridge):
    """What the modules find outside themselves."""

    def __init__(self, excel: Excel) -> None:
        self.xlwings = XlwingsModule(excel)
        self.known = {"xlwings": self.xlwings, "application": Application(), "thisworkbook": Range()}

    def global_object(self, name: str) -> object:
        return self.known[name] if name in self.known else super().global_object(name)


class Module(VBAObject):
    """A module of the project, where it is named in front of its function: the interpreter does not know such names."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @method
    def CallUDF(self, script: str, fname: str, args: object, book: object, caller: object) -> Any:
        return self.project.interpreter.run("CallUDF", [script, fname, args, book, caller])


class Project:
    """The modules, ready to run."""

    def __init__(self, excel: Excel, *sources: str) -> None:
        self.bridge = Bridge(excel)
        self.interpreter = Interpreter(host=self.bridge)
        for source in sources:
            self.interpreter.add_module(readable(source))

    def run(self, name: str, *arguments: Any) -> Any:
        """Return what a function gives: a value, error numbers as ``("error", n)``, arrays as lists."""
        return plain(self.interpreter.run(name, list(arguments)))


def readable(source: str) -> str:
    """Return a module without what the interpreter can't read: attributes of procedures, comments behind directives."""
    source = re.sub(r"^Attribute \w+\.VB_.*\r?\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^(\s*#(?:Const|If|ElseIf)\b[^'\r\n]*)'[^\r\n]*", r"\1", source, flags=re.MULTILINE)


def to_com(value: Any) -> Any:
    """Return an argument as COM hands it to Python."""
    if value is LEFT_OUT:
        return MISSING
    if isinstance(value, VBAErrorValue):
        return error(value.number)
    if value is EMPTY:
        return None
    return value if isinstance(value, (Cells, float, str, bool)) else float(value)


def to_vba(value: Any) -> Any:
    """Return a result as COM hands it to VBA: rows are an array of two dimensions, a flat list of one."""
    if not isinstance(value, list):
        return value
    if not isinstance(value[0], list):
        return VBAArray([(0, len(value) - 1)], items=list(value))
    columns = range(len(value[0]))
    return VBAArray(
        [(0, len(value) - 1), (0, len(columns) - 1)], items=[row[column] for column in columns for row in value]
    )


def plain(value: Any) -> Any:
    """Return a VBA value as Python's."""
    if isinstance(value, VBAErrorValue):
        return "error", value.number
    if not isinstance(value, VBAArray):
        return value
    (first, last), *rest = value.bounds
    if not rest:
        return [plain(value.get([at])) for at in range(first, last + 1)]
    low, high = rest[0]
    return [[plain(value.get([row, column])) for column in range(low, high + 1)] for row in range(first, last + 1)]
