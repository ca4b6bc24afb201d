"""How a headline figure spreads over the scenarios of a run: counted by the database, however many there are."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The numbers of one headline figure, of the scenarios that have one.

    Parameters
    ----------
    database : with the plan and the journal of the run.
    figure : its place among the headline figures.
    """

    database: sqlite3.Connection
    figure: int

    @property
    def _numbers(self) -> str:
        column = f"f{self.figure}"
        return (
            f"SELECT {column} AS number FROM plan p JOIN journal.done d ON d.key = p.key AND d.digest = p.digest "
            f"WHERE typeof({column}) IN ('real', 'integer')"
        )

    def count(self) -> int:
        """Return how many scenarios have a number."""
        return int(self.database.execute(f"SELECT COUNT(*) FROM ({self._numbers})").fetchone()[0])

    def ordered(self, places: Sequence[int]) -> list[float]:
        """Return the numbers at places, from 0, among all of them in rising order."""
        query = f"SELECT number FROM ({self._numbers}) ORDER BY number LIMIT 1 OFFSET ?"
        return [float(self.database.execute(query, (place,)).fetchone()[0]) for place in places]

    def histogram(self, edges: Sequence[float]) -> list[int]:
        """Return how many numbers lie between edges; the last bin holds its upper edge."""
        counts = []
        for low, high in itertools.pairwise(edges):
            below = "<=" if high == edges[-1] else "<"
            query = f"SELECT COUNT(*) FROM ({self._numbers}) WHERE number >= ? AND number {below} ?"
            counts.append(int(self.database.execute(query, (low, high)).fetchone()[0]))
        return counts
