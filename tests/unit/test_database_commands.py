"""`outpace database`: what a person at a terminal sees."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialer.adapters.sql.stores import open_stores
from dialer.cli import app
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.ids import CampaignId


def outpace(*words: str, home: Path, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["database", *words, "--home", str(home)])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


def filled(home: Path) -> Path:
    home.mkdir()
    path = home / "outpace.db"

    async def fill() -> None:
        async with open_stores(f"sqlite:///{path}") as stores:
            await stores.campaigns.create(
                Campaign(
                    campaign_id=CampaignId("spring"),
                    name="spring",
                    created_at=1.0,
                    state=CampaignState.RUNNING,
                )
            )

    asyncio.run(fill())
    return path


@pytest.fixture(autouse=True)
def _no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OUTPACE_")]:
        monkeypatch.delenv(name)


def test_the_drill_of_the_documents_brings_a_lost_database_back(tmp_path: Path) -> None:
    path = filled(tmp_path / "node")
    home = path.parent
    assert "read back" in outpace("backup", str(tmp_path / "b"), home=home)
    path.unlink()
    assert "empty" in outpace("status", home=home)
    assert "1 campaigns that ran are paused" in outpace("restore", str(tmp_path / "b"), home=home)
    assert "is not empty" in outpace("restore", str(tmp_path / "b"), home=home, code=1)
    outpace("restore", str(tmp_path / "b"), "--replace", home=home)
    assert "this program knows" in outpace("status", home=home)
    assert outpace("upgrade", home=home) == "nothing to do\n"
    assert outpace("check", home=home).count("       0  ") == 7


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    for command in ("check", "prune"):
        assert "holds nothing yet" in outpace(command, home=tmp_path, code=1)
    assert list(tmp_path.iterdir()) == []


def test_an_old_database_is_told_by_its_exit_code(tmp_path: Path) -> None:
    path = filled(tmp_path / "node")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    assert "version 0000" in outpace("status", home=path.parent, code=1)


def test_rejected_rows_go_with_time_unless_they_name_a_held_number(tmp_path: Path) -> None:
    path = filled(tmp_path / "node")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO legal_holds (tenant_id, number, reason, by, at)"
            " VALUES ('main', '+12025550100', 'claim', 'ann', 1)"
        )
    connection.close()
    lists = tmp_path / "lists"
    lists.mkdir()
    for name, row in (("a", "(202) 555-0100"), ("b", "202 555 0101"), ("c", "x")):
        file = lists / f"{name}.csv.rejects.csv"
        file.write_text(f"2,too short,{row}\n")
        if name != "c":
            os.utime(file, (1.0, 1.0))
    words = ("prune", "--rejects", str(lists))
    assert "1  rejects would be" in outpace(*words, "--dry-run", home=path.parent)
    assert len(list(lists.iterdir())) == 3
    outpace(*words, home=path.parent)
    assert sorted(file.name[0] for file in lists.iterdir()) == ["a", "c"]


def test_a_time_shorter_than_the_law_is_told_and_a_wrong_one_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "node")
    told = outpace("prune", "--dry-run", "--keep", "attempts=30", home=path.parent)
    assert "less than 1827 (16 CFR 310.5" in told
    for wrong in ("attempts", "coffee=3", "attempts=0"):
        outpace("prune", "--keep", wrong, home=path.parent, code=1)


def test_one_of_home_and_database_must_be_given() -> None:
    done = CliRunner().invoke(app, ["database", "status"])
    assert done.exit_code == 1
    assert "--home: is not given" in done.output
