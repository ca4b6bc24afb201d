"""The plan of a run, and the journal of what is finished: both on disk, so that neither is bounded by memory.

The plan is made anew from the table of scenarios at every run, in a temporary file: nothing stands in the folder
before the whole table has been found good. The journal stays in the folder. It says of each file from which inputs, by
which version of the program, it was made, and what its content is; a resumed run trusts it only as far as the files
bear it out.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from udfs import ExcelError
from workbooks.batch.fingerprint import content_hash, fingerprint
from workbooks.batch.names import file_key, file_stem
from workbooks.batch.order import Order
from workbooks.batch.press import Print
from workbooks.batch.spread import Spread
from workbooks.engine import Value
from workbooks.inputs_file import InputsError, ScenarioRow, refuse_double, scenario_rows
from workbooks.model import Scenario
from workbooks.table_file import Table

JOURNAL: Final = ".aicapex-batch.sqlite"
SUMMARY: Final = "summary"  # stem of the files that tell of all scenarios
MOST: Final = 1_000_000  # rows that a sheet of the summary holds
_FEW: Final = 60


class PlanError(Exception):
    """The run can't be started; the message says why, and what to do."""


@dataclass(frozen=True)
class Task:
    """A report that is to be made.

    Parameters
    ----------
    number : its place in the table, from 1.
    row : the row it stands in.
    scenario, file, digest : what it is made of, its name, and what tells it from a report of something else.
    """

    number: int
    row: int
    scenario: Scenario
    file: str
    digest: str


@dataclass(frozen=True)
class Line:
    """What the summary says of a scenario; ``figures`` is empty where it failed."""

    row: int
    name: str
    note: str
    file: str
    inputs: tuple[float, ...]
    figures: tuple[Value, ...]
    problem: str


class Plan:
    """All scenarios of a table, checked and with the names of their files; and the journal of a folder.

    Parameters
    ----------
    order : what is made of each.
    """

    def __init__(self, order: Order) -> None:
        self._inputs = [one.name for one in order.model.inputs]
        self.figures = list(order.headline())
        self._pack = struct.Struct(f"<{len(self._inputs)}d")
        self._suffix = order.suffix
        self._version = fingerprint(order)
        self._folder = tempfile.TemporaryDirectory(prefix="aicapex-")
        self._database = sqlite3.connect(Path(self._folder.name) / "plan.sqlite", timeout=1, isolation_level=None)
        self._database.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
            "CREATE TABLE plan (number INTEGER PRIMARY KEY, row INTEGER, name TEXT, note TEXT, file TEXT,"
            " called TEXT UNIQUE, key TEXT UNIQUE, digest TEXT, inputs BLOB, problem TEXT);"
        )

    def __enter__(self) -> Plan:
        """Return the plan."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the journal and forget the plan."""
        self._database.close()
        self._folder.cleanup()

    def read(self, table: Table, order: Order) -> None:
        """Take in a table.

        Raises
        ------
        InputsError
            A row of it can't be used, or two would make the same file.
        """
        self._database.execute("BEGIN")
        for number, one in enumerate(scenario_rows(table, order.model), start=1):
            if number > MOST:
                raise InputsError(f"{table.place}: has more than {MOST:,} scenarios. Split the table.")
            self._add(table.place, number, one)
        # Arrays and the engine may differ in a last digit, so a report says by which of them it was computed.
        self._database.execute("UPDATE plan SET digest = digest || ?", (":arrays" if self.many else ":engine",))
        self._database.execute("COMMIT")

    def _add(self, place: str, number: int, one: ScenarioRow) -> None:
        scenario = one.scenario
        file = file_stem(scenario.name) + self._suffix
        key = file_key(file)
        if key.rpartition(".")[0] == SUMMARY:
            raise InputsError(
                f"{place}, row {one.row}: a report of {scenario.name!r} would be called {file}, as the summary is. "
                "Give the scenario another name."
            )
        inputs = self._pack.pack(*(scenario.values[name] for name in self._inputs))
        digest = hashlib.sha256(b"\0".join((self._version, scenario.name.encode(), inputs))).hexdigest()
        values = (number, one.row, scenario.name, one.note, file, scenario.name.casefold(), key, digest, inputs, "")
        try:
            self._database.execute(f"INSERT INTO plan VALUES ({','.join('?' * len(values))})", values)
        except sqlite3.IntegrityError:
            select = "SELECT row, name FROM plan WHERE called=? UNION ALL SELECT row, name FROM plan WHERE key=?"
            row, name = self._database.execute(select, (scenario.name.casefold(), key)).fetchone()
            if name.casefold() == scenario.name.casefold():
                refuse_double(place, one, ScenarioRow(row, Scenario(name, {})))
            raise InputsError(
                f"{place}, row {one.row}: a report of {scenario.name!r} would be called {file}, and so would that of "
                f"{name!r} in row {row}. Give one of them another name."
            ) from None

    def open_journal(self, folder: Path, *, resume: bool) -> None:
        """Open the journal of a folder, or begin it, and keep other runs out until the plan is closed.

        Raises
        ------
        PlanError
            The folder holds reports already, or another run is at work there.
        """
        path = folder / JOURNAL
        if path.exists() and not resume:
            raise PlanError(
                f"{folder}: holds a batch already. Add --resume, which finishes it and makes only what has changed; "
                "or choose another folder."
            )
        try:
            self._database.execute("ATTACH ? AS journal", (str(path),))
            self._database.execute("PRAGMA journal.locking_mode=EXCLUSIVE")
            self._database.execute("PRAGMA journal.synchronous=NORMAL")
            columns = "".join(f", f{place}" for place in range(len(self.figures)))
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS journal.done "
                f"(key TEXT PRIMARY KEY, digest TEXT, content TEXT, pdf INTEGER{columns})"
            )
            found = [row[1] for row in self._database.execute("PRAGMA journal.table_info(done)")]
            if found != ["key", "digest", "content", "pdf", *(f"f{place}" for place in range(len(self.figures)))]:
                # Of a model with other figures: nothing of it is the same.
                self._database.execute("DROP TABLE journal.done")
                self._database.execute(
                    f"CREATE TABLE journal.done (key TEXT PRIMARY KEY, digest TEXT, content TEXT, pdf INTEGER{columns})"
                )
            self._database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise PlanError(f"{folder}: another batch is at work there. Wait for it, or choose another.") from None
            raise PlanError(f"{path}: can't be written ({error}). Choose another folder.") from error
        except sqlite3.DatabaseError as error:
            raise PlanError(f"{path}: is damaged ({error}). Delete it: all reports are made anew then.") from error
        self._begin_anew(folder, resume=resume)

    def _begin_anew(self, folder: Path, *, resume: bool) -> None:
        """Refuse files of others in the way; forget what is not as the journal says; remove what a killed run left."""
        for path in folder.iterdir():
            if path.name.startswith(".aicapex-") and path.suffix == ".tmp":
                path.unlink()
        for path in folder.iterdir():
            key = file_key(path.name)
            row = self._database.execute("SELECT digest FROM plan WHERE key=?", (key,)).fetchone()
            if row is None:
                continue
            done = self._database.execute("SELECT content FROM journal.done WHERE key=?", (key,)).fetchone()
            if done is None and not resume:
                raise PlanError(f"{path}: is there already. Choose another folder, or move it away.")
            if done is not None and not (path.is_file() and content_hash(path.read_bytes()) == done[0]):
                self._database.execute("DELETE FROM journal.done WHERE key=?", (key,))

    @property
    def many(self) -> bool:
        """Whether there are so many scenarios that preparing to compute them all at once pays."""
        return self.size > _FEW

    @property
    def size(self) -> int:
        """Number of scenarios."""
        return int(self._database.execute("SELECT COUNT(*) FROM plan").fetchone()[0])

    def to_do(self, folder: Path) -> int:
        """Forget what is in the journal without its file, and return the number of reports that are to be made."""
        gone = [
            (key,)
            for key, file in self._database.execute("SELECT d.key, p.file FROM journal.done d JOIN plan p USING (key)")
            if not (folder / file).is_file()
        ]
        self._database.executemany("DELETE FROM journal.done WHERE key=?", gone)
        return int(self._database.execute(f"SELECT COUNT(*) FROM {_OPEN}").fetchone()[0])

    def tasks(self, size: int) -> Iterator[list[Task]]:
        """Yield what is to be made, so many at a time, in the table's order."""
        last = 0
        while True:
            rows = self._database.execute(
                f"SELECT number, row, name, file, p.digest, inputs FROM {_OPEN} AND number > ? ORDER BY number LIMIT ?",
                (last, size),
            ).fetchall()
            if not rows:
                return
            yield [
                Task(
                    number,
                    row,
                    Scenario(name, dict(zip(self._inputs, self._pack.unpack(inputs), strict=True))),
                    file,
                    digest,
                )
                for number, row, name, file, digest, inputs in rows
            ]
            last = rows[-1][0]

    def note(self, results: Sequence[tuple[Task, Print, str]]) -> None:
        """Enter what has become of tasks: each with its result and the hash of the file's content."""
        self._database.execute("BEGIN IMMEDIATE")
        for task, result, content in results:
            if result.problem:
                self._database.execute("UPDATE plan SET problem=? WHERE number=?", (result.problem, task.number))
                self._database.execute("DELETE FROM journal.done WHERE key=?", (file_key(task.file),))
                continue
            figures = [str(one) if isinstance(one, ExcelError) else one for one in result.figures]
            values = (file_key(task.file), task.digest, content, 0, *figures)
            self._database.execute(
                f"INSERT OR REPLACE INTO journal.done VALUES ({','.join('?' * len(values))})", values
            )
        self._database.execute("COMMIT")

    def without_pdf(self, folder: Path, size: int) -> Iterator[list[str]]:
        """Yield files that have no PDF yet, so many at a time."""
        last = 0
        while True:
            rows = self._database.execute(
                "SELECT number, file, pdf FROM plan JOIN journal.done USING (key) WHERE number > ? "
                "ORDER BY number LIMIT ?",
                (last, size),
            ).fetchall()
            if not rows:
                return
            files = [file for _, file, pdf in rows if not pdf or not (folder / file).with_suffix(".pdf").is_file()]
            if files:
                yield files
            last = rows[-1][0]

    def note_pdf(self, files: Sequence[str]) -> None:
        """Enter that files have their PDF."""
        self._database.executemany("UPDATE journal.done SET pdf=1 WHERE key=?", [(file_key(file),) for file in files])

    def note_problem(self, file: str, problem: str) -> None:
        """Enter what went wrong after a report was made."""
        self._database.execute("UPDATE plan SET problem=? WHERE key=?", (problem, file_key(file)))

    def problems(self) -> Iterator[tuple[int, str, str]]:
        """Yield row, name and problem of the scenarios that failed."""
        yield from self._database.execute("SELECT row, name, problem FROM plan WHERE problem<>'' ORDER BY number")

    def lines(self) -> Iterator[Line]:
        """Yield what there is to say of each scenario."""
        columns = ",".join(f"f{place}" for place in range(len(self.figures)))
        done = "d.digest = p.digest"
        for row, name, note, file, inputs, problem, digest, *figures in self._database.execute(
            f"SELECT row, name, note, file, inputs, problem, d.digest, {columns} FROM plan p "
            f"LEFT JOIN journal.done d ON d.key = p.key AND {done} ORDER BY number"
        ):
            known = tuple(figures) if digest else ()
            yield Line(row, name, note, file if digest else "", self._pack.unpack(inputs), known, problem)

    def spread(self, figure: int) -> Spread:
        """Return the numbers of a headline figure, in order of size."""
        return Spread(self._database, figure)


_OPEN: Final = (
    "plan p LEFT JOIN journal.done d USING (key) WHERE (d.digest IS NULL OR d.digest <> p.digest) AND p.problem = ''"
)
