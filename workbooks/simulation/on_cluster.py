"""A simulation's blocks of draws, computed by the workers of a Dask cluster: the same draws, whoever makes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from workbooks.cluster import mapped
from workbooks.simulation.draws import Draws
from workbooks.simulation.run import Block, compute_block
from workbooks.vector.model_program import CompiledModel

_compiling = Lock()  # a worker may have several threads


@dataclass(frozen=True)
class _Common:
    model: str
    scenario: str | None
    draws: Draws


def cluster_blocks(address: str, model: str, scenario: str | None, draws: Draws) -> Iterator[Block]:
    """Yield the inputs and figures of each block of draws, in order.

    Parameters
    ----------
    address : of the scheduler.
    model, scenario : names of the model, and of the scenario whose values the other inputs have.
    draws : what is drawn.

    Raises
    ------
    ClusterError
        The cluster can't do the work.
    VectorError
        The engine computes another value.
    """
    for _, block in mapped(address, _on_worker, _Common(model, scenario, draws), range(draws.blocks)):
        yield block


@lru_cache(maxsize=1)
def _compiled(model: str, scenario: str | None, inputs: tuple[str, ...]) -> CompiledModel:
    from workbooks.models import MODELS

    return CompiledModel(MODELS[model], scenario, inputs=inputs)


def _on_worker(common: _Common, number: int) -> Block:
    with _compiling:
        inputs = tuple(one.input.name for one in common.draws.distributions)
        return compute_block(_compiled(common.model, common.scenario, inputs), common.draws, number)
