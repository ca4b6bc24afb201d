"""One definition per function: the decorator that reads it off a plain Python function, and the catalogue."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args, get_type_hints

from udfs.errors import OMITTED, ExcelError
from udfs.kinds import Kind
from udfs.trace import Argument, Expression, as_expression

if TYPE_CHECKING:
    from udfs.steps import Step

Body = TypeVar("Body", bound=Callable[..., Any])

HELP_LIMIT: Final = 255  # characters that Excel shows of a description
MOST_ARGUMENTS: Final = 8  # of a function that is handed to another one

_REGISTRY: Final[dict[str, Definition]] = {}
# name -> definition, in the order of the catalogue
FUNCTIONS: Final[Mapping[str, Definition]] = MappingProxyType(_REGISTRY)


class NativeFormError(ValueError):
    """A call that no plain Excel formula can stand for; the message says why."""


@dataclass(frozen=True)
class Example:
    """Arguments and the result that a source publishes for them, or that follows from the definition by hand."""

    arguments: tuple[Any, ...]
    result: Any


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function: name, kind, default and help.

    The default is ``OMITTED`` if the parameter is required, and None if leaving it out means something that no number
    says ("all rounds"): the body is then given None.
    """

    name: str
    kind: Kind
    default: Any
    help: str

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is OMITTED


@dataclass(frozen=True)
class NativeFormula:
    """A plain Excel formula, without ``=``, and whether it must be entered as an array formula."""

    text: str
    array: bool = False


@dataclass(frozen=True)
class Definition:
    """All that hosts need to know of a function.

    Parameters
    ----------
    name : as typed in a cell.
    body : the plain Python function.
    parameters : in order.
    result : kind of the result.
    category : the group it stands in.
    source : key of the source ledger.
    examples : calls with their published results.
    native : builds the native formula from symbols, where the body itself can't be traced.
    native_row : for a function that spills: builds the formula of one row, from its number (1, 2, ...) and the symbols.
    no_native : why no plain formula can do it; empty for all that have one.
    steps : for AIEXPLAIN: the steps of a call, from its result and the body's arguments, where no trace gives them.
    rows : for a function of a series: the body for many calls at once, from arrays of numbers and of flows by row.
    """

    name: str
    body: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    result: Kind
    category: str
    source: str
    examples: tuple[Example, ...]
    native: Callable[..., NativeFormula] | None = None
    native_row: Callable[..., NativeFormula] | None = None
    no_native: str = ""
    steps: Callable[..., list[Step]] | None = None
    rows: Callable[..., Any] | None = None
    sections: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def summary(self) -> str:
        """What it computes, in one line."""
        return self.sections["Summary"]

    @property
    def returns(self) -> str:
        """What the result means, with its unit."""
        return self.sections["Returns"]

    @property
    def errors(self) -> str:
        """Which errors it gives, and when."""
        return self.sections["Errors"]

    @cached_property
    def syntax(self) -> str:
        """The call as the wizard shows it: ``AIGAP(gpu, [mult=2], ...)``."""
        return f"{self.name}({', '.join(_syntax(parameter) for parameter in self.parameters)})"

    @cached_property
    def checks(self) -> tuple[tuple[bool, float, float, bool, Any, Parameter], ...]:
        """What the boundary looks at for each argument, at hand: a sheet may call a function a million times."""
        return tuple(
            (one.kind.numeric, one.kind.lowest, one.kind.highest, one.kind.whole, one.default, one)
            for one in self.parameters
        )

    def formula(self, *arguments: str | Argument | None) -> NativeFormula:
        """Return the native Excel formula of a call.

        Parameters
        ----------
        *arguments : formula text of each argument; None, or left out at the end, takes the default.

        Returns
        -------
        NativeFormula
            The same computation in Excel's own functions. Values out of a function's domain are not refused
            by it, see ``docs/portable.md``.

        Raises
        ------
        NativeFormError
            A required argument is missing, there are too many, or this form of call has no plain formula.
        """
        if self.no_native:
            raise NativeFormError(f"{self.name} has no native formula: {self.no_native}")
        symbols = self._symbols(arguments)
        if self.native is not None:
            return self.native(*symbols)
        if self.result.shape == "table":
            raise NativeFormError(f"{self.name} spills over several cells, and each has a formula of its own")
        return NativeFormula(self.trace(*symbols).render())

    def row_formula(self, row: int | str | Argument, *arguments: str | Argument | None) -> NativeFormula:
        """Return the native Excel formula of one row of a spilled result.

        Parameters
        ----------
        row : number of the row, from 1, or formula text that gives it.
        *arguments : formula text of each argument; None, or left out at the end, takes the default.

        Returns
        -------
        NativeFormula
            The value of that row, whatever number of rows the arguments give.

        Raises
        ------
        NativeFormError
            As for ``formula``, and for a function that has no formula by row.
        """
        if self.native_row is None:
            raise NativeFormError(f"{self.name} has no formula by row")
        number = Argument(row) if isinstance(row, str) else as_expression(row)
        return self.native_row(number, *self._symbols(arguments))

    def trace(self, *symbols: Expression | None) -> Expression:
        """Return the tree of the body's arithmetic on ``symbols``."""
        return as_expression(self.body(*symbols))

    @cached_property
    def native_formula(self) -> str:
        """The native formula with the parameters' own names, as the documentation shows it.

        Where the result spills it is the formula of the row with the number ``row``.
        """
        names = [
            Argument(parameter.name, direction="row" if parameter.kind.shape == "series" else "")
            for parameter in self.parameters
        ]
        return (self.row_formula("row", *names) if self.native_row else self.formula(*names)).text

    def _symbols(self, arguments: Sequence[str | Argument | None]) -> list[Expression | None]:
        """Return a symbol per parameter; None where a parameter without a default is left out."""
        if len(arguments) > len(self.parameters):
            raise NativeFormError(f"{self.name} takes at most {len(self.parameters)} arguments, not {len(arguments)}")
        given = [*arguments, *[None] * (len(self.parameters) - len(arguments))]
        return [
            self._default(parameter) if text is None else Argument(text) if isinstance(text, str) else text
            for parameter, text in zip(self.parameters, given, strict=True)
        ]

    def _default(self, parameter: Parameter) -> Expression | None:
        if parameter.required:
            raise NativeFormError(f"{self.name} needs its argument {parameter.name}")
        return None if parameter.default is None else as_expression(parameter.default)


def udf(
    *,
    category: str,
    source: str,
    examples: list[Example],
    native: Callable[..., NativeFormula] | None = None,
    native_row: Callable[..., NativeFormula] | None = None,
    no_native: str = "",
    steps: Callable[..., list[Step]] | None = None,
    rows: Callable[..., Any] | None = None,
) -> Callable[[Body], Body]:
    """Enter a plain Python function into the catalogue; the function itself stays as it is.

    Parameters
    ----------
    category : the group it stands in.
    source : key of the source ledger that states the definition.
    examples : calls with results that come from somewhere else.
    native : builds the native formula from symbols; needed only where the body can't be traced.
    native_row : builds the formula of one row of a spilled result, from the row's number and the symbols.
    no_native : the reason, where no plain formula can do it.
    steps : names the steps of a call from its result and the body's arguments; where the body can't be traced.
    rows : computes many calls at once, where a parameter is a series; see ``udfs/flow_rows.py``.
    """

    def enter(body: Body) -> Body:
        hints = get_type_hints(body, include_extras=True)
        sections = _docstring_sections(inspect.getdoc(body) or "")
        helps = _entries(sections.get("Parameters", ""))
        parameters: list[Parameter] = []
        for name, parameter in inspect.signature(body).parameters.items():
            kind, words = _kind(hints[name]), helps.get(name, "")
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                # Hosts need fixed lists of arguments.
                parameters += (Parameter(f"arg{place}", kind, None, words) for place in range(1, MOST_ARGUMENTS + 1))
            else:
                default = OMITTED if parameter.default is inspect.Parameter.empty else parameter.default
                parameters.append(Parameter(name, kind, default, words))
        _REGISTRY[body.__name__] = Definition(
            name=body.__name__,
            body=body,
            parameters=tuple(parameters),
            result=_kind(hints["return"]),
            category=category,
            source=source,
            examples=tuple(examples),
            native=native,
            native_row=native_row,
            no_native=no_native,
            steps=steps,
            rows=rows,
            sections=sections,
        )
        return body

    return enter


def _kind(hint: Any) -> Kind:
    # Before 3.11, which LibreOffice may bring, Python hides the kind of a parameter whose default is None in Optional.
    for one in (hint, *get_args(hint)):
        for mark in getattr(one, "__metadata__", ()):
            if isinstance(mark, Kind):
                return mark
    raise TypeError(f"{hint} is not one of the kinds of udfs.kinds")


def _syntax(parameter: Parameter) -> str:
    if parameter.required:
        return parameter.name
    default = parameter.default
    if default is None or isinstance(default, (str, ExcelError)):
        return f"[{parameter.name}={default}]" if default is not None else f"[{parameter.name}]"
    return f"[{parameter.name}={default:g}]"


def _docstring_sections(text: str) -> dict[str, str]:
    """Split a numpydoc docstring at its underlined titles; what stands before the first is the summary."""
    parts = re.split(r"^(\w+)\n-+$", text, flags=re.MULTILINE)
    summary, _, notes = parts[0].strip().partition("\n")
    sections = {"Summary": summary, "Description": _joined(notes)}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        sections[title] = body.strip("\n") if title in ("Parameters", "Examples") else _joined(body)
        if title == "Returns":  # without the type, which the kind says
            sections[title] = _joined(body.strip("\n").partition("\n")[2])
    return sections


def _entries(section: str) -> dict[str, str]:
    """Return name -> help of a Parameters section."""
    entries: dict[str, str] = {}
    for block in re.split(r"^(?=[\w*])", section, flags=re.MULTILINE):
        head, _, body = block.partition("\n")
        if head:
            entries[head.split(":")[0].strip(" *")] = _joined(body)
    return entries


def _joined(text: str) -> str:
    return " ".join(text.split())
