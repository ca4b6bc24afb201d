"""The errors a cell can show. They are values: computed, passed on, never raised."""

from __future__ import annotations

import struct
from enum import Enum
from typing import Final, cast


class ExcelError(Enum):
    """An Excel error value; ``str()`` gives what the cell shows."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    SPILL = "#SPILL!"
    CALC = "#CALC!"

    def __str__(self) -> str:
        return self.value


# What a function body returns where no answer exists (it never pays back), and where arguments that are each in
# their domain do not go together (a residual above the cost). Bodies are written as arithmetic on floats, so the
# errors are typed as floats; the boundary turns them into the cell's #N/A and #NUM!.
NA: Final = cast(float, ExcelError.NA)
NUM: Final = cast(float, ExcelError.NUM)


class Omitted:
    """The type of ``OMITTED``: an argument that the caller skipped, as in ``AIGAP(A1,,0.5)``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = Omitted()

# In an array of floats an error that a body chose is a NaN that says which: these bits, and its place among the errors.
MARKED_NAN: Final = 0x7FF8_A1CA_0000_0000


def as_nan(error: ExcelError) -> float:
    """Return the NaN that stands for an error in an array of floats."""
    place = list(ExcelError).index(error)
    return cast(float, struct.unpack("<d", struct.pack("<Q", MARKED_NAN | place))[0])
