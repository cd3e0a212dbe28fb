"""The live view, drawn on a page instead of a terminal."""

from typing import Any

from rich.console import Console

from simulation.demo.view import Past, line, picture

CALLS = {
    "dialing": 0, "ringing": 7, "waiting": 0, "connecting": 0, "talking": 5,
    "letting_go": 1, "closing": 0,
}  # fmt: skip


def status(at: float, *, agents: int = 8, **campaign: Any) -> dict[str, Any]:
    states = ["talking", "idle", "wrap_up", "talking"]
    row = {
        "state": "running", "lines": 13, "dialed": 131, "answered": 61, "connected": 59,
        "abandoned": 1, "hung_up_waiting": 1, "abandon_rate": 1 / 61,
        "connect_ms": [4.0] * 50 + [9.0] * 8 + [70.0], "limited_by": "abandon budget",
    }  # fmt: skip
    return {
        "at": at,
        "calls": CALLS,
        "campaigns": [row | campaign],
        "agents": [
            {
                "agent": str(1001 + index),
                "state": states[index % 4],
                "since": at - 3.2,
                "talks": 12,
            }
            for index in reversed(range(agents))
        ],
    }


def drawn(shown: dict[str, Any], past: Past) -> list[str]:
    console = Console(width=80, height=24, record=True, file=open("/dev/null", "w"))  # noqa: PTH123,SIM115
    console.print(picture(shown, past))
    return console.export_text().splitlines()


def watched(seconds: int, **more: Any) -> tuple[dict[str, Any], Past]:
    past = Past("eight agents, predictive", leads=280, abandon_cap_rate=0.03)
    for second in range(seconds + 1):
        past.see(status(100.0 + second, **more))
    return status(100.0 + seconds, **more), past


def test_everything_a_supervisor_asks_fits_on_a_small_terminal() -> None:
    lines = drawn(*watched(42))
    page = "\n".join(lines)

    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    assert "eight agents, predictive   0:42   running" in page
    assert "131  of 280 dialed" in page
    assert "149 left" in page
    assert "7 ringing · 5 talking · 0 waiting · 1 with the message" in page
    assert "59 connected · 1 abandoned · 1 hung up first" in page
    assert "1.6%  of live answers; the cap is 3.0%" in page
    assert "4 ms  from answer to agent (p50) · p95 9 · max 70 ms" in page
    assert "75%  of the agents' time" in page
    assert "by  the abandon budget" in page


def test_agents_stand_in_order_with_state_and_time() -> None:
    rows = [line for line in drawn(*watched(3)) if line.strip().startswith("100")]

    assert [row.split()[0] for row in rows] == [str(1001 + index) for index in range(8)]
    assert rows[0].split() == ["1001", "talking", "3.2", "s", "12", "████"]
    assert rows[2].split()[1] == "wrap-up"


def test_many_agents_stand_in_two_columns() -> None:
    lines = drawn(*watched(30, agents=20))

    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert any("1001" in line and "1011" in line for line in lines)


def test_the_clock_starts_with_the_first_dial() -> None:
    past = Past("x", leads=10, abandon_cap_rate=0.03)

    past.see(status(50.0, dialed=0))
    assert past.started_at is None

    past.see(status(60.0, dialed=1))
    assert past.elapsed_s(status(65.0)) == 5.0


def test_without_a_terminal_it_is_one_line() -> None:
    assert line(*watched(42)) == (
        "  42 s  131/280 dialed  13 lines (7 ringing, 5 talking)"
        "  61 live, 1 abandoned (1.6%)  connect p50 4 p95 9 ms  6/8 agents busy"
    )


def test_a_campaign_that_is_not_there_yet_is_all_zeros() -> None:
    past = Past("x", leads=10, abandon_cap_rate=0.03)
    nothing = {**status(1.0), "campaigns": []}

    assert "0/10 dialed" in line(nothing, past)
    assert any("of 10 dialed" in row for row in drawn(nothing, past))
