"""What LibreOffice is told of the extension: names and help of the functions, and when the job on loading runs."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from addin.calc.interface import argument_names
from udfs import FUNCTIONS, Definition, Parameter

ADD_IN: Final = "aicapex"  # the implementation name that office/functions.py registers
JOB: Final = "aicapex.NamesOnLoading"  # likewise office/load_job.py

# The group of the wizard. Calc has no groups of an add-in's own.
_GROUP: Final = "Add-In"


def functions_xcu() -> str:
    """Return the functions' names, and the wizard's help on them and on each argument."""
    functions = "".join(map(_function, FUNCTIONS.values()))
    return _component_data(
        "CalcAddIns", _node("AddInInfo", _node(ADD_IN, _node("AddInFunctions", functions), new=True))
    )


def _function(definition: Definition) -> str:
    # Calc finds an argument's help by its name in the interface.
    parameters = "".join(
        _node(name, _text("DisplayName", parameter.name) + _text("Description", _argument_help(parameter)), new=True)
        for name, parameter in zip(argument_names(definition), definition.parameters, strict=True)
    )
    return _node(
        definition.name,
        _text("DisplayName", definition.name)
        + _text("Description", f"{definition.category}: {definition.summary}")
        + _value("Category", _GROUP)
        # The name in .xlsx files; LibreOffice 7.4 does not look at it.
        + _text("CompatibilityName", definition.name)
        + _node("Parameters", parameters),
        new=True,
    )


def _argument_help(parameter: Parameter) -> str:
    """Return the help on an argument. The wizard calls every argument optional, so it says which are not."""
    if parameter.required:
        return f"{parameter.help} Required."
    default = parameter.default
    if default is None:
        return parameter.help
    return f"{parameter.help} If left out: {default if isinstance(default, str) else f'{default:g}'}."


def jobs_xcu() -> str:
    """Return when the job of ``office/load_job.py`` runs: whenever a document has been loaded."""
    job = _node("Jobs", _node(JOB, _value("Service", JOB), new=True))
    event = _node("OnLoadFinished", _node("JobList", _node(JOB, "", new=True)), new=True)
    return _component_data("Jobs", job + _node("Events", event))


def _component_data(name: str, nodes: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="{name}" oor:package="org.openoffice.Office">\n'
        f"{nodes}</oor:component-data>\n"
    )


def _node(name: str, content: str, *, new: bool = False) -> str:
    replace = ' oor:op="replace"' if new else ""
    return f"<node oor:name={quoteattr(name)}{replace}>\n{content}</node>\n"


def _value(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value>{escape(text)}</value></prop>\n'


def _text(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>\n'
