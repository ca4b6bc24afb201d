"""Names that Excel and VBA accept: of parameters in the VBA module, and of the groups in the function wizard."""

from __future__ import annotations

from typing import Final

from udfs import FUNCTIONS

# Words that VBA's grammar keeps for itself, and those that the generated wrappers use with their own meaning. A
# parameter of such a name would keep the whole module from compiling, or break the wrapper it stands in.
RESERVED: Final = frozenset(
    """
    abs addressof alias and any as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec
    cint circle clng clnglng clngptr close const csng cstr currency cvar cverr date debug decimal declare
    defbool defbyte defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj defsng defstr defvar
    dim do doevents double each else elseif empty end endif enum eqv erase error event exit false fix for friend
    function get global go gosub goto if imp implements in input inputb int integer is lbound len lenb let lib
    like line linput lock long longlong longptr loop lset me mid midb mod new next not nothing null object on
    open option optional or paramarray preserve print private property pset ptrsafe public put raiseevent redim
    rem resume return rset scale seek select set sgn shared single spc static step stop string sub tab then to
    true type typeof ubound unlock until variant vb_name wend while width with withevents write xor
    array application thisworkbook activeworkbook range failed err xlpy xlwings callwitherrors caller
    """.split()  # noqa: SIM905
)


def vba_name(parameter: str) -> str:
    """Return the name that a parameter has in VBA, and so in the wizard."""
    return f"{parameter}_" if parameter.lower() in RESERVED else parameter


def group_name(category: str) -> str:
    """Return the group of the function wizard that holds a category."""
    return f"AI capex: {category}"


def group_names() -> list[str]:
    """Return the groups in the order of the catalogue."""
    return list(dict.fromkeys(group_name(definition.category) for definition in FUNCTIONS.values()))
