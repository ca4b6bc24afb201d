"""Tables from Parquet files and databases: the same scenarios as from CSV; and what is refused, in which words."""

from __future__ import annotations

import decimal
import getpass
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy

from tests.plain_user import shared_folder
from tests.tools import MissingToolError
from workbooks.inputs_file import InputsError, scenario_rows
from workbooks.models import MODELS
from workbooks.table_file import open_table

MODEL = MODELS["gap"]
BASE = MODEL.scenarios[0].values
QUERY = "SELECT * FROM plans ORDER BY gpu"


def read(source: str | Path, query: str | None = None) -> list[tuple[int, str, str, dict[str, float]]]:
    """Row, name, note and the inputs that differ from the base case."""
    return [
        (
            one.row,
            one.scenario.name,
            one.note,
            {name: value for name, value in one.scenario.values.items() if value != BASE[name]},
        )
        for one in scenario_rows(open_table(source, query), MODEL)
    ]


def refusal(source: str | Path, query: str | None = None) -> str:
    with pytest.raises(InputsError) as caught:
        read(source, query)
    assert "\n" not in str(caught.value)
    return str(caught.value)


FRAME = pd.DataFrame(
    {"Scenario": ["A", "B"], "gpu": [60e9, 70e9], "margin": [0.125, None], "note": ["thin", None]}
)  # fmt: skip
EXPECTED = [("A", "thin", {"gpu": 60e9, "margin": 0.125}), ("B", "", {"gpu": 70e9})]


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    FRAME.to_parquet(path)
    assert read(path) == [(row, *rest) for row, rest in enumerate(EXPECTED, start=1)]
    FRAME.set_index(pd.Index([5, 9])).to_parquet(path)  # pandas stores these labels as a column
    assert read(path) == [(row, *rest) for row, rest in enumerate(EXPECTED, start=1)]


def test_parquet_of_many_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    pd.DataFrame({"gpu": [1e9 + number for number in range(2500)]}).to_parquet(path, row_group_size=300)
    found = read(path)
    assert [values["gpu"] for _, _, _, values in found] == [1e9 + number for number in range(2500)]
    assert found[-1][:2] == (2500, "plans 2500")


def test_decimals_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    pd.DataFrame({"gpu": [decimal.Decimal("60000000000.50")]}).to_parquet(path)
    assert read(path) == [(1, "plans", "", {"gpu": 60000000000.5})]


def test_what_a_parquet_file_is_refused_for(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    pd.DataFrame({"gpuu": [1e9]}).to_parquet(path)
    assert refusal(path) == f"{path}, names of columns: no input is called 'gpuu'. Did you mean 'gpu'?"
    pd.DataFrame({"gpu": [60e9, 1.0]}).to_parquet(path)
    assert refusal(path).startswith(f"{path}, row 2, column 'gpu': 1.0 is outside 1000 to")
    pd.DataFrame({"gpu": pd.to_datetime(["2024-05-01"])}).to_parquet(path)
    assert "is a date or time, not a number" in refusal(path)
    pd.DataFrame({"gpu": []}).to_parquet(path)
    assert "has a header but no row under it" in refusal(path)
    path.write_bytes(b"PAR1" + b"no such thing" * 100 + b"PAR1")
    assert refusal(path) == f"{path}: is damaged, or is no Parquet file. Save it again, or as .csv."
    assert "a query is asked of a database" in refusal(path, QUERY)


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """A SQLite file with the table of scenarios."""
    path = tmp_path / "plans.db"
    with closing(sqlite3.connect(path)) as connection:
        FRAME.to_sql("plans", connection, index=False)
    return f"sqlite:///{path}"


def test_sqlite(sqlite: str) -> None:
    assert read(sqlite, QUERY) == [(row, *rest) for row, rest in enumerate(EXPECTED, start=1)]


def test_a_query_changes_nothing(sqlite: str) -> None:
    assert "gives no rows. Start it with SELECT." in refusal(sqlite, "DELETE FROM plans")
    assert len(read(sqlite, QUERY)) == 2


def test_what_a_database_is_refused_for(sqlite: str, tmp_path: Path) -> None:
    assert "a query is missing" in refusal(sqlite)
    assert "no such table: no_table. Check the URL and the query." in refusal(sqlite, "SELECT * FROM no_table")
    assert "has a header but no row under it" in refusal(sqlite, "SELECT gpu FROM plans WHERE gpu < 0")
    assert "row 1, column 'gpu': 'fifty' is not a number" in refusal(sqlite, "SELECT 'fifty' AS gpu")
    assert "there is no such file" in refusal(f"sqlite:///{tmp_path}/none.db", QUERY)
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "garbage.db").write_bytes(b"no database at all" * 100)
    assert "file is not a database" in refusal(f"sqlite:///{tmp_path}/garbage.db", QUERY)
    assert "there is no driver for it here" in refusal("nosuch://host/plans", QUERY)
    assert "the database's URL can't be read" in refusal("://", QUERY)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own, on loopback."""
    with shared_folder() as folder:
        yield from serve(folder)


def serve(folder: Path) -> Iterator[str]:
    """Yield the URL of a server whose data are in a folder that every user may reach."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(programs[-1]) if programs else shutil.which("initdb")
    if initdb is None:
        raise MissingToolError("PostgreSQL is missing: install it (Debian: apt-get install postgresql)")
    # It refuses to run as root.
    user = "nobody" if os.getuid() == 0 else getpass.getuser()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    options = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    made = subprocess.run(
        [initdb, "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=False,
        timeout=120,
        **options,
    )
    assert made.returncode == 0, made.stderr
    server = subprocess.Popen(
        [Path(initdb).with_name("postgres"), "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"], **options
    )
    try:
        url = f"postgresql+pg8000://owner:secret@127.0.0.1:{port}/postgres"
        engine = sqlalchemy.create_engine(url)
        for _ in range(300):
            try:
                FRAME.to_sql("plans", engine, index=False)
                break
            except sqlalchemy.exc.InterfaceError:
                assert server.poll() is None
                time.sleep(0.1)
        engine.dispose()
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_postgresql(postgres: str) -> None:
    assert read(postgres, QUERY) == [(row, *rest) for row, rest in enumerate(EXPECTED, start=1)]
    # numeric comes as Decimal, and thousands of rows come in blocks
    many = read(
        postgres, "SELECT 'Case ' || n AS scenario, (n * 1e9)::numeric AS gpu FROM generate_series(1, 3000) AS n"
    )
    assert len(many) == 3000
    assert many[2999] == (3000, "Case 3000", "", {"gpu": 3000e9})


def test_what_postgresql_is_refused_for(postgres: str) -> None:
    message = refusal(postgres, "SELECT * FROM no_table")
    assert 'relation "no_table" does not exist. Check the URL and the query.' in message
    assert "secret" not in message
    closed = refusal("postgresql+pg8000://owner:secret@127.0.0.1:1/postgres", QUERY)
    assert "Check the URL and the query." in closed
    assert "secret" not in closed
