"""Reading and rewriting formula text: which functions it calls, with which arguments.

A formula is text that starts with ``=``, in Excel's English notation, as a file stores it. openpyxl's tokenizer tells
calls from strings, quoted sheet names, array constants and table references.

>>> [(call.name, call.arguments) for call in calls("=SUM(AIGAP(A1,,0.5),1)")]
[('SUM', ('AIGAP(A1,,0.5)', '1')), ('AIGAP', ('A1', None, '0.5'))]
>>> rewrite("=1+AICAPEX(B2,2)", lambda call: "*".join(call.arguments) if call.name == "AICAPEX" else None)
'=1+B2*2'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

# Excel stores functions younger than the file format, and names of LET and LAMBDA, with a mark of their age.
_MARKS: Final = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xlpm\.)+", re.IGNORECASE)
_OWN_NAME: Final = re.compile(r"_xlpm\.", re.IGNORECASE)
# The tokenizer takes what stands before a function's name without a space for a part of the name: A1:INDEX(, @SUM(.
_FUNCTION: Final = re.compile(r"(.*[:@])?([^:@]+)\(", re.DOTALL)
_DEEPEST: Final = 200  # brackets in brackets; Excel takes 64
_SPACES: Final = re.compile(r"\s+")
_COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})


class FormulaError(ValueError):
    """A text that is no formula; the message says where it breaks."""


@dataclass(frozen=True)
class Call:
    """A function call in a formula.

    Parameters
    ----------
    name : in capitals, without marks such as ``_xlfn.``; of a name that LET or LAMBDA gives, with its ``_XLPM.``.
    arguments : text of each argument, None for one that is skipped; ``F()`` has none.
    start, end : place of the call in the formula.
    alone : whether the formula is this call and nothing else.
    whole : whether it is the whole formula or the whole argument of another call, so that it needs no brackets.
    """

    name: str
    arguments: tuple[str | None, ...]
    start: int
    end: int
    alone: bool
    whole: bool = False


@dataclass
class _Leaf:
    """A token that is no bracket."""

    text: str
    kind: str
    subkind: str


@dataclass
class _Group:
    """Brackets and what stands in them; the whole formula is a group without brackets."""

    opening: str
    start: int
    kind: str = ""
    parts: list[list[_Leaf | _Group]] = field(default_factory=lambda: [[]])
    separators: list[str] = field(default_factory=list)
    closing: str = ""
    end: int = 0


def calls(formula: str) -> list[Call]:
    """Return every function call of a formula, in the order of the text: the outer call before those inside it."""
    found: list[Call] = []

    def note(call: Call) -> None:
        found.append(call)

    rewrite(formula, note)
    return sorted(found, key=lambda call: call.start)


def rewrite(formula: str, replace: Callable[[Call], str | None]) -> str:
    """Return the formula with some of its calls replaced.

    Parameters
    ----------
    formula : starts with ``=``.
    replace : gives the text that stands for a call, or None to leave it. Called for inner calls first; the arguments
        of an outer call are texts in which the inner ones are replaced already. Brackets that the new text
        needs in its surroundings are the caller's to add.

    Raises
    ------
    FormulaError
        The text is no formula.
    """
    root = _tree(formula)
    alone = _only(root.parts[0]) if len(root.parts) == 1 else None

    def text(node: _Leaf | _Group, whole: bool = False) -> str:
        if isinstance(node, _Leaf):
            return node.text
        parts = []
        for part in node.parts:
            only = _only(part) if node is root or node.kind == Token.FUNC else None
            parts.append("".join(text(inner, inner is only) for inner in part))
        if node.kind == Token.FUNC:
            before, call = _call(node, parts, alone=node is alone, whole=whole)
            new = replace(call)
            if new is not None:
                return before + new
        return _joined(node, parts)

    return "=" + text(root)


def rename_calls(formula: str, rename: Callable[[str], str | None]) -> str:
    """Return the formula with some of its functions called by another name.

    Parameters
    ----------
    formula : starts with ``=``.
    rename : gives the new text for what stands before a call's bracket, marks, workbook and all; None leaves it.

    Raises
    ------
    FormulaError
        The text is no formula.

    Examples
    --------
    >>> rename_calls("=[1]!AIGAP(A1)+SUM(B1)", {"[1]!AIGAP": "AIGAP"}.get)
    '=AIGAP(A1)+SUM(B1)'
    """

    def text(node: _Leaf | _Group) -> str:
        if isinstance(node, _Leaf):
            return node.text
        new = rename(node.opening[:-1]) if node.kind == Token.FUNC else None
        opening = node.opening if new is None else f"{new}("
        return opening + _joined(node, ["".join(map(text, part)) for part in node.parts])[len(node.opening) :]

    return "=" + text(_tree(formula))


def wrap_operands(
    formula: str, *, joined: Callable[[str], str], compared: Callable[[str, str], tuple[str, str]]
) -> str:
    """Return the formula with what stands beside ``&`` and comparison signs replaced.

    Parameters
    ----------
    formula : starts with ``=``.
    joined : gives the text for an operand of ``&``.
    compared : gives the texts for the two sides of a comparison.

    Examples
    --------
    >>> in_text, rounded = (lambda side: f"T({side})"), (lambda left, right: (f"D({left})", right))
    >>> wrap_operands('=IF(A1+B1>=1,"x"&A2,3)', joined=in_text, compared=rounded)
    '=IF(D(A1+B1)>=1,T("x")&T(A2),3)'
    """

    def part_text(part: list[_Leaf | _Group]) -> str:
        sides: list[list[str]] = [[""]]
        signs = []
        for node in part:
            if isinstance(node, _Leaf) and node.kind == Token.OP_IN and node.text in _COMPARISONS:
                signs.append(node.text)
                sides.append([""])
            elif isinstance(node, _Leaf) and node.kind == Token.OP_IN and node.text == "&":
                sides[-1].append("")
            else:
                sides[-1][-1] += text(node)
        texts = [side[0] if len(side) == 1 else "&".join(joined(piece.strip()) for piece in side) for side in sides]
        whole = texts[0]
        for sign, side in zip(signs, texts[1:], strict=True):
            left, right = compared(whole.strip(), side.strip())
            whole = left + sign + right
        return whole

    def text(node: _Leaf | _Group) -> str:
        return node.text if isinstance(node, _Leaf) else _joined(node, [part_text(part) for part in node.parts])

    return "=" + text(_tree(formula))


def operands(expression: str) -> list[Call | str]:
    """Return what an expression combines by operators: calls, and as text references, names and constants.

    Brackets are looked into, calls are not; ``A1:INDEX(B:B,2)`` is a reference. The expression has no leading ``=``.

    >>> [operand if isinstance(operand, str) else operand.name for operand in operands("(A1:A3+{1;2})*SUM(B1,gpu)")]
    ['A1:A3', '{1;2}', 'SUM']
    """
    found: list[Call | str] = []

    def look(group: _Group) -> None:
        for node in (node for part in group.parts for node in part):
            if isinstance(node, _Leaf):
                if node.kind == Token.OPERAND:
                    found.append(node.text)
            elif node.kind == Token.PAREN:
                look(node)
            elif node.kind == Token.FUNC:
                before, call = _call(node, [_text(part) for part in node.parts], alone=False)
                # A1:INDEX(...) is one range, from its first cell to its last.
                found.append(_text([node]) if before.endswith(":") else call)
            else:
                found.append(_text([node]))

    look(_tree("=" + expression))
    return found


def references(formula: str) -> list[str]:
    """Return the references and names that a formula mentions: ``A1``, ``'My sheet'!A1:B2``, ``gpu``."""
    found = []
    for token in _tokens(formula):
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            found.append(token.value)
        elif token.type == Token.FUNC and token.subtype == Token.OPEN:
            before = _FUNCTION.fullmatch(token.value)
            found.append((before.group(1) or "").rstrip(":@") if before else "")
    return [reference for reference in found if reference]


def replace_references(formula: str, replace: Callable[[str], str | None]) -> str:
    """Return the formula with some of its references and names replaced; None leaves one as it is.

    >>> replace_references("=SUM(Costs[a])+gpu", {"gpu": "B2"}.get)
    '=SUM(Costs[a])+B2'
    """

    def text(node: _Leaf | _Group) -> str:
        if isinstance(node, _Group):
            return _joined(node, ["".join(map(text, part)) for part in node.parts])
        new = replace(node.text) if node.kind == Token.OPERAND and node.subkind == Token.RANGE else None
        return node.text if new is None else new

    return "=" + text(_tree(formula))


def replace_within(
    formula: str,
    replace: Callable[[str, int], str | None],
    wanted: Callable[[str, int, int, int, bool], int],
    *,
    whole: int = 0,
) -> str:
    """Return the formula with some of its references and names replaced, by what is wanted where they stand.

    Parameters
    ----------
    formula : starts with ``=``.
    replace : gives the new text for a reference and what is wanted there; None leaves it.
    wanted : gives what is wanted in an argument: of a function by its name in capitals, the argument's place, how many
        there are, what is wanted of the call, and whether the argument is computed by operators.
    whole : what is wanted of the whole formula. The numbers that stand for what is wanted are the caller's own.

    Raises
    ------
    FormulaError
        The text is no formula.
    """

    def text(nodes: list[_Leaf | _Group], want: int) -> str:
        return "".join(one(node, want) for node in nodes)

    def one(node: _Leaf | _Group, want: int) -> str:
        if isinstance(node, _Leaf):
            reference = node.kind == Token.OPERAND and node.subkind == Token.RANGE
            new = replace(node.text, want) if reference else None
            return node.text if new is None else new
        if node.kind != Token.FUNC:
            return _joined(node, [text(part, want) for part in node.parts])
        _, call = _call(node, [_text(part) for part in node.parts], alone=False)
        parts = []
        for place, part in enumerate(node.parts):
            computed = _is_computed(part)
            parts.append(text(part, wanted(call.name, place, len(node.parts), want, computed)))
        return _joined(node, parts)

    root = _tree(formula)
    return "=" + _joined(root, [text(part, whole) for part in root.parts])


def _is_computed(part: list[_Leaf | _Group]) -> bool:
    """Return whether there are operators in a part, or in its brackets."""
    operators = (Token.OP_IN, Token.OP_PRE, Token.OP_POST)
    return any(
        node.kind in operators
        if isinstance(node, _Leaf)
        else node.kind == Token.PAREN and any(map(_is_computed, node.parts))
        for node in part
    )


def joins_ranges(formula: str) -> bool:
    """Return whether a formula joins ranges, as in ``SUM((A1,C1))``, or intersects them, as in ``A1:C3 B2:B9``."""
    tokens = _tokens(formula)
    if any(token.type == Token.OP_IN and token.value == "," for token in tokens):
        return True
    return any(
        space.type == Token.WSPACE
        and (before.type == Token.OPERAND or before.subtype == Token.CLOSE)
        and (after.type == Token.OPERAND or after.subtype == Token.OPEN)
        for before, space, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def bare_name(name: str) -> str:
    """Return a function's name as people type it: ``_xlfn.SEQUENCE`` is ``SEQUENCE``."""
    return _MARKS.sub("", name).upper()


def _only(part: list[_Leaf | _Group]) -> _Group | None:
    """Return what stands in a part besides spaces, if it is one group."""
    nodes = [node for node in part if isinstance(node, _Group) or node.kind != Token.WSPACE]
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], _Group) else None


def _call(group: _Group, parts: list[str], *, alone: bool, whole: bool = False) -> tuple[str, Call]:
    """Return the call that a group is, and the text before it that the tokenizer took for a part of the name."""
    found = _FUNCTION.fullmatch(group.opening)
    before, name = (found.group(1) or "", found.group(2)) if found else ("", group.opening)
    arguments = tuple(part.strip() or None for part in parts)
    call = Call(
        name=name.upper() if _OWN_NAME.match(name) else bare_name(name),
        arguments=() if arguments == (None,) else arguments,
        start=group.start + len(before),
        end=group.end,
        alone=alone and not before,
        whole=whole and not before,
    )
    return before, call


def _text(nodes: list[_Leaf | _Group]) -> str:
    return "".join(
        node.text if isinstance(node, _Leaf) else _joined(node, [_text(part) for part in node.parts]) for node in nodes
    )


def _joined(group: _Group, parts: list[str]) -> str:
    inside = "".join(part + separator for part, separator in zip(parts, [*group.separators, ""], strict=True))
    return group.opening + inside + group.closing


@lru_cache(maxsize=32)  # a formula is looked at from several sides, one after the other
def _tokens(formula: str) -> list[Token]:
    if not formula.startswith("="):
        raise FormulaError(f"a formula starts with =, not with {formula[:1]!r}")
    try:
        tokens: list[Token] = Tokenizer(formula).items
    except (TokenizerError, IndexError, AssertionError) as error:
        raise FormulaError(str(error) if isinstance(error, TokenizerError) else "its brackets do not match") from None
    return tokens


@lru_cache(maxsize=32)
def _tree(formula: str) -> _Group:
    root = _Group("", start=1)
    open_groups = [root]
    place = 1
    for token in _tokens(formula):
        group = open_groups[-1]
        if token.type == Token.WSPACE:  # of several spaces the token keeps one
            spaces = _SPACES.match(formula, place)
            token.value = spaces.group() if spaces else token.value
        if token.subtype == Token.OPEN:
            if len(open_groups) > _DEEPEST:
                raise FormulaError("its brackets are nested too deeply")
            inner = _Group(token.value, start=place, kind=token.type)
            group.parts[-1].append(inner)
            open_groups.append(inner)
        elif token.subtype == Token.CLOSE:
            group.closing, group.end = token.value, place + len(token.value)
            open_groups.pop()
        elif token.type == Token.SEP:
            group.separators.append(token.value)
            group.parts.append([])
        else:
            group.parts[-1].append(_Leaf(token.value, token.type, token.subtype))
        place += len(token.value)
    if len(open_groups) > 1:
        raise FormulaError(f"the bracket after {open_groups[-1].opening!r} is not closed")
    root.end = place
    return root
