"""What operators get wrong: one clear line that says what to do, exit code 1, nothing running."""

import asyncio
import socket
import subprocess
import zipfile
from pathlib import Path

import pytest
from floor import CAMPAIGN, Floor, floor
from forked import outpace
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from dialer.adapters.asterisk.installation import Installation, install
from dialer.cli import app
from dialer.control import ControlError
from simulation.sip.agent import SipUserAgent


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def one_line(done: subprocess.CompletedProcess[str] | Result) -> str:
    assert (done.exit_code if isinstance(done, Result) else done.returncode) == 1
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


async def run_engine(world: Floor) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(outpace, "engine", "--home", str(world.home))


async def test_a_wrong_ami_secret(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        world.lab.ami_secret = "wrong"
        world.lab.write_settings()
        line = one_line(await run_engine(world))
        assert "refused user 'outpace'" in line
        assert "OUTPACE_AMI_SECRET" in line


async def test_an_ami_port_where_nobody_listens(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0, ami_port=lambda _: 1) as world:
        line = one_line(await run_engine(world))
        assert "no AMI at 127.0.0.1:1" in line
        assert "OUTPACE_AMI_PORT" in line


async def test_an_agi_port_in_use(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        with socket.create_server(("127.0.0.1", world.lab.agi_port)):
            line = one_line(await run_engine(world))
        assert "OUTPACE_AGI_PORT" in line
        assert str(world.lab.agi_port) in line


async def test_a_trunk_that_does_not_answer(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        await world.campaign(1)
        world.carrier.unplugged = True
        await world.start_engine()
        with pytest.raises(ControlError, match=r"does not answer at 127\.0\.0\.1"):
            await world.start_campaign()


async def test_a_trunk_behind_which_there_are_people_without_a_caller_id(
    installation: Installation, tmp_path: Path
) -> None:
    async with (
        SipUserAgent("127.0.0.1", 0, server_header="A Real Carrier") as stranger,
        floor(installation, tmp_path, agents=0) as world,
    ):
        await world.campaign(1)
        world.lab.carrier_port = stranger.address[1]
        world.lab.write_settings()
        await world.start_engine()
        with pytest.raises(ControlError, match="caller_id: '' is no number that can be shown"):
            await world.start_campaign()


async def test_leads_without_a_number_column(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        await world.campaign(1)
        file = tmp_path / "bad.csv"
        file.write_text("name,city\nAnn,Bonn\n")
        line = one_line(
            await asyncio.to_thread(
                outpace,
                *("leads", "import", str(file), "--campaign", CAMPAIGN),
                *("--home", str(world.home)),
            )
        )
        assert "number" in line
        assert len(world.lead_states()) == 1


def test_no_engine_to_talk_to(tmp_path: Path) -> None:
    line = one_line(outpace("status", "--home", str(tmp_path)))
    assert "no engine serves" in line


def test_a_campaign_setting_out_of_range(tmp_path: Path) -> None:
    line = one_line(
        outpace(
            *("campaigns", "create", "x", "--home", str(tmp_path)),
            *("--set", "abandon_rate_target=0.2"),
        )
    )
    assert "abandon_rate_target" in line
    assert "0.03" in line


# -- lists that cannot be used -------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with a campaign; no engine is needed to import."""
    folder = tmp_path_factory.mktemp("node")
    assert outpace("campaigns", "create", "spring", "--home", str(folder)).returncode == 0
    return folder


def imported(home: Path, file: Path, *options: str) -> Result:
    """Type the import, in this process: nothing of it needs one of its own."""
    to = ("--campaign", "spring", "--home", str(home))
    return CliRunner().invoke(app, ["leads", "import", str(file), *to, *options])


@pytest.mark.parametrize(
    ("data", "options", "told"),
    [
        (b"name,city\nAnn,Bonn\n", (), "has no column for the telephone number"),
        (b"Tel,N\n1,2\n", ("--map", "phone=Fon"), "has no column 'Fon' (it has 'Tel', 'N')"),
        (b"Tel,N\n1,2\n", ("--map", "Tel"), "--map: 'Tel' is not name=header"),
        (b"name:phone\nAnn:1\n", (), "put comma, semicolon, tab or bar"),
        (b"name,phone\nAnn;+12025550100\n", (), "has another delimiter than the header"),
        (b"phone\n" + b"1" * (2 << 20), (), "line 2 is longer than 1,048,576 characters"),
        (b"phone\n+12025550100\n\0\n", (), "line 3, character 1 is a NUL byte"),
        (b"phone,n\n1,Zo\xc3\xab\n2,Zo\xeb\n", (), "line 2 is UTF-8, line 3 is not (character 5)"),
        (b"phone,n\n1,Zo\xeb\n", ("--encoding", "utf-8"), "in line 2, character 5"),
        (b"phone\n1\n", ("--encoding", "klingon"), "is no encoding of texts"),
        (b"phone\n1\n", ("--sheet", "x"), "is no workbook"),
        (b"phone" + b",c" * 1_000 + b"\n", (), "has 1,001 columns; 1,000 are the most"),
    ],
)
def test_a_list_that_cannot_be_used(
    data: bytes, options: tuple[str, ...], told: str, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(data)
    line = one_line(imported(home, file, *options))
    assert told in line
    assert sorted(tmp_path.iterdir()) == [file]


def workbook(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_that_is_a_bomb(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "leads.xlsx", ["phone"])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb", bytes(32 << 20))
    assert "as a bomb does" in one_line(imported(home, file))


def test_a_workbook_whose_formulas_were_never_calculated(home: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "leads.xlsx", ["name", "phone"], ["Ann", "=1+1"])
    line = one_line(imported(home, file))
    assert "row 2: the formula in cell B2 has no stored value" in line
    assert "has no sheet 'March'" in one_line(imported(home, file, "--sheet", "March"))


def test_a_workbook_is_looked_at_and_then_imported(home: Path, tmp_path: Path) -> None:
    rows = ["Fon", "Full name"], [12025550100, "Zoë [b]"], ["x", "=1+1"]
    file = workbook(tmp_path / "leads.xlsx", *rows)
    options = ("--map", "phone=Fon", "--map", "name=Full name", "--region", "US")
    shown = imported(home, file, *options, "--preview")
    assert shown.exit_code == 0, shown.stderr
    assert "Zoë [b]" in shown.stdout
    assert "would be imported" in shown.stdout
    assert sorted(tmp_path.iterdir()) == [file]
    done = imported(home, file, *options)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("1 leads imported from column 'Fon'\n1 rows rejected")
    assert done.stderr == ""
    again = imported(home, file, *options)
    assert "is in the campaign already" in one_line(again)
    assert imported(home, file, *options, "--duplicates", "allow").exit_code == 0
