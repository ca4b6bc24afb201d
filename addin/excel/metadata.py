"""What Excel stores of functions beside their code: groups and argument help for the wizard, help while typing."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from addin.excel.names import group_names, vba_name
from udfs import FUNCTIONS, Definition

INTELLISENSE: Final = "http://schemas.excel-dna.net/intellisense/1.0"

_BUILT_IN_GROUPS: Final = 19
_ARGUMENT_HELP: Final = "{8193D73E-4604-4355-AFF4-8A2333D13BE4}"
_X14: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def function_groups() -> str:
    """Return the element of workbook.xml that names our groups of the function wizard."""
    groups = "".join(f"<functionGroup name={quoteattr(name)}/>" for name in group_names())
    return f'<functionGroups builtInGroupCount="{_BUILT_IN_GROUPS}">{groups}</functionGroups>'


def argument_help() -> str:
    """Return the extension of workbook.xml that holds the wizard's help on each argument."""
    names = "".join(map(_argument_descriptions, FUNCTIONS.values()))
    return f'<ext uri="{_ARGUMENT_HELP}" xmlns:x14="{_X14}"><x14:definedNames>{names}</x14:definedNames></ext>'


def _argument_descriptions(definition: Definition) -> str:
    helps = "".join(
        f'<x14:argumentDescription index="{place}">{escape(parameter.help)}</x14:argumentDescription>'
        for place, parameter in enumerate(definition.parameters)
    )
    return (
        f'<x14:definedName name="{definition.name}">'
        f'<x14:argumentDescriptions count="{len(definition.parameters)}">{helps}</x14:argumentDescriptions>'
        "</x14:definedName>"
    )


def intellisense() -> bytes:
    """Return the document from which Excel-DNA's IntelliSense add-in shows help while a formula is typed."""
    functions = "".join(map(_function, FUNCTIONS.values()))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<IntelliSense xmlns="{INTELLISENSE}">\n'
        f"<FunctionInfo>\n{functions}</FunctionInfo>\n</IntelliSense>\n"
    ).encode()


def _function(definition: Definition) -> str:
    arguments = "".join(
        f"<Argument Name={quoteattr(vba_name(parameter.name))} Description={quoteattr(parameter.help)}/>\n"
        for parameter in definition.parameters
    )
    name, description = quoteattr(definition.name), quoteattr(definition.summary)
    return f"<Function Name={name} Description={description}>\n{arguments}</Function>\n"
