"""The ledger shipped with the package: who said what, and every assumption with its source."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True)
class Source:
    """Who said something, where and when.

    Parameters
    ----------
    key : what definitions and sheets refer to it by.
    who, title, date : author, title and date of publication; the date as far as it is known.
    reported_in : where it was read, if not in the original: words, or the key of another source.
    address : without ``https://``; empty if it is not on the web.
    """

    key: str
    who: str
    title: str
    date: str
    reported_in: str
    address: str

    @property
    def citation(self) -> str:
        """The source in one line."""
        reported = sources().get(self.reported_in)
        through = f"{reported.who}: {reported.title}" if reported else self.reported_in
        parts = [
            f"{self.who}: {self.title}",
            self.date,
            f"reported in {through}" if through else "",
            self.address,
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Assumption:
    """A figure that a model may start from.

    Parameters
    ----------
    key : what models refer to it by.
    low, base, high : the figure and its published range; None where none is published.
    unit, as_of : unit and date of the figure; the date as far as it is known.
    source, publisher, address : the document, who published it, and where.
    confidence : "primary" (the document itself, or quoted from it), "secondary", "vendor", "opinion"
        or "convention".
    default_of : the parameter whose default it is; empty for all others.
    note : what a user should know of it.
    """

    key: str
    low: float | None
    base: float
    high: float | None
    unit: str
    as_of: str
    source: str
    publisher: str
    address: str
    confidence: str
    default_of: str
    note: str

    @property
    def citation(self) -> str:
        """Where the figure comes from, in one line."""
        parts = (self.source, self.publisher, self.as_of, self.address, self.confidence)
        return ", ".join(part for part in parts if part)


@cache
def sources() -> Mapping[str, Source]:
    """Return key -> source."""
    return MappingProxyType({row["key"]: Source(**row) for row in _rows("sources.csv")})


@cache
def assumptions() -> Mapping[str, Assumption]:
    """Return key -> assumption."""
    return MappingProxyType({row["key"]: _assumption(row) for row in _rows("assumptions.csv")})


def base(key: str) -> float:
    """Return the figure that the ledger assumes, without its range."""
    return assumptions()[key].base


def _assumption(row: dict[str, str]) -> Assumption:
    low, base, high = (row.pop(column) for column in ("low", "base", "high"))
    return Assumption(
        low=float(low) if low else None,
        base=float(base),
        high=float(high) if high else None,
        **row,
    )


def _rows(name: str) -> csv.DictReader[str]:
    return csv.DictReader(files("udfs").joinpath("data", name).read_text(encoding="utf-8").splitlines())
