"""The models that come with aicapex, by the name that ``--model`` takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workbooks.capex_model import CAPEX_MODEL
from workbooks.model import Model

MODELS: Final[Mapping[str, Model]] = {CAPEX_MODEL.name: CAPEX_MODEL}
