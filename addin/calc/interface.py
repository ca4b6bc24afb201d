"""The UNO interface of the functions, as the text from which LibreOffice reads its types.

Every argument is ``any``: Calc then hands over a number, a text, a whole range, or nothing where an argument is left
out. Every result is rows of cells, for the same function gives one number or, over a range, a table; and Python
can't hand Calc a table as ``any``.
"""

from __future__ import annotations

from udfs import FUNCTIONS, Definition


def interface() -> str:
    """Return the interface ``aicapex.XFunctions``."""
    methods = "".join(map(_method, FUNCTIONS.values()))
    return f"module aicapex {{\n\ninterface XFunctions : com::sun::star::uno::XInterface {{\n{methods}}};\n\n}};\n"


def argument_names(definition: Definition) -> list[str]:
    """Return what the interface calls a function's arguments; some of our names are words of its language."""
    return [f"argument{place}" for place, _ in enumerate(definition.parameters, start=1)]


def _method(definition: Definition) -> str:
    arguments = ", ".join(f"[in] any {name}" for name in argument_names(definition))
    return f"    sequence< sequence<any> > {definition.name}({arguments});\n"
