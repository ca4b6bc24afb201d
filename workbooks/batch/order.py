"""What is to be made of every scenario of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbooks.book import Edition
from workbooks.layout import lay_out
from workbooks.model import Model
from workbooks.record_sheet import Reference
from workbooks.vector.model_program import headline_cells

Finish = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Order:
    """What is to be printed of every scenario.

    Parameters
    ----------
    model, edition : of which workbook.
    finish : what else is done to a finished workbook, such as adding VBA.
    finished_with : what ``finish`` depends on.
    """

    model: Model
    edition: Edition
    finish: Finish | None = None
    finished_with: str = ""

    @property
    def suffix(self) -> str:
        """How names of its files end."""
        return ".xlsm" if self.edition == "addin" else ".xlsx"

    def headline(self) -> dict[str, Reference]:
        """Return the headline figures: name -> cell."""
        return {name: (place.sheet, place.cell) for name, place in headline_cells(lay_out(self.model)).items()}
