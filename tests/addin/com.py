"""Stand-ins for the COM part of Windows, so that xlwings' own code for Excel runs anywhere.

xlwings is imported as on Windows. Its decorators, its COM server's ``XLPython``, ``call_udf`` and its converters are
the real ones; only pywin32 is stood in for, and on the other side Excel's cells.
"""

from __future__ import annotations

import asyncio.events  # noqa: F401  what xlwings' imports need of the standard library is there before we say "Windows"
import ctypes
import datetime
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy  # noqa: F401
import pandas  # noqa: F401

MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: how VBA passes an argument that was left out
RANGE = "{00020846-0000-0000-C000-000000000046}"


def error(number: int) -> int:
    """Return an error value as COM hands it over, from its number in VBA."""
    return -2146828288 + number


class Anything:
    """Whatever xlwings only mentions while it is imported."""

    def __getattr__(self, name: str) -> Anything:
        return Anything()

    def __call__(self, *arguments: Any, **named: Any) -> Anything:
        return Anything()


class Cells:
    """A range of Excel's, with the members that xlwings touches.

    Parameters
    ----------
    value : one cell's value, or rows of them, as ``Range.Value`` gives it.
    exact : as ``Range.Value2`` gives it, where that differs.
    """

    def __init__(self, value: Any, exact: Any = None) -> None:
        rows = value if isinstance(value, tuple) else ((value,),)
        attributes = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE))
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: attributes)
        self.Worksheet = SimpleNamespace(Name="Model", Parent=SimpleNamespace(Application=SimpleNamespace(Hwnd=1)))
        self.Row = self.Column = 1
        self.Rows, self.Columns = SimpleNamespace(Count=len(rows)), SimpleNamespace(Count=len(rows[0]))
        self.Value = value
        self.Value2 = value if exact is None else exact


class Workbook:
    """The workbook that calls: xlwings looks whether a sheet of it holds Python code."""

    def __init__(self, name: str = "aicapex.xlsm") -> None:
        self.Name = name
        self.Worksheets = [SimpleNamespace(Name="Cover"), SimpleNamespace(Name="xlwings.conf")]


class Excel:
    """Calls functions as Excel does: over xlwings' COM server."""

    def __init__(self, xlwings: ModuleType) -> None:
        self.xlwings = xlwings
        self.server = importlib.import_module("xlwings.com_server").XLPython()
        self.workbook = Workbook()
        self.caller = Cells(None)

    def call(self, name: str, *arguments: Any, module: str = "addin.excel.functions") -> Any:
        """Return what VBA gets for a call."""
        return self.server.CallUDF(module, name, arguments, self.workbook, self.caller)


def _pywin32() -> dict[str, ModuleType]:
    failure = type("com_error", (Exception,), {})
    plain = type("CDispatch", (), {})
    contents: dict[str, dict[str, Any]] = {
        "pythoncom": {
            "CoInitialize": lambda: None,
            "IID_IDispatch": 0,
            "IID_IEnumVARIANT": 1,
            "TypeIIDs": {0: plain},
            "ole_error": failure,
        },
        "pywintypes": {
            "com_error": failure,
            "error": failure,
            "IID": lambda text: text,
            "TimeType": datetime.datetime,
        },
        "win32com": {"__path__": []},
        "win32com.client": {
            "Dispatch": lambda thing, **named: thing,
            "CoClassBaseClass": plain,
            "CDispatch": plain,
            "DispatchBaseClass": plain,
            "DispatchEx": None,
        },
        "win32com.server": {"__path__": []},
        "win32process": {"GetWindowThreadProcessId": lambda window: (1, 1)},
    }
    for name in ("dispatcher", "policy", "util"):
        contents[f"win32com.server.{name}"] = {}
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32timezone"):
        contents[name] = {}
    modules = {}
    for name, attributes in contents.items():
        modules[name] = module = ModuleType(name)
        module.__dict__.update(attributes, __file__=name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    return modules


@contextmanager
def windows() -> Iterator[Excel]:
    """Import xlwings as on Windows, for as long as the context lasts."""
    stand_ins = _pywin32()
    before = {name: module for name, module in sys.modules.items() if _is_replaced(name)}
    for name in before:
        del sys.modules[name]
    sys.modules.update(stand_ins)
    try:
        yield Excel(_import_xlwings())
    finally:
        for name in [*filter(_is_replaced, sys.modules), *stand_ins]:
            sys.modules.pop(name, None)
        sys.modules.update(before)
        for name, module in before.items():
            parent, _, child = name.rpartition(".")
            if parent in sys.modules:  # some parts of xlwings remain without their package, for want of a licence
                setattr(sys.modules[parent], child, module)


def _is_replaced(name: str) -> bool:
    return name.partition(".")[0] == "xlwings" or name == "addin.excel.functions"


def _import_xlwings() -> ModuleType:
    platform, library = sys.platform, ctypes.PyDLL
    try:
        sys.platform = "win32"
        ctypes.windll = ctypes.oledll = Anything()  # type: ignore[attr-defined]
        ctypes.PyDLL = Anything()  # type: ignore[assignment,misc]
        return importlib.import_module("xlwings")
    finally:
        sys.platform = platform
        ctypes.PyDLL = library  # type: ignore[misc]
        del ctypes.windll, ctypes.oledll  # type: ignore[attr-defined]
