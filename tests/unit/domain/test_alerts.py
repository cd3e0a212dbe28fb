"""What people on a floor are told of, and for how long."""

import pytest

from dialer.domain.alerts import (
    OF_AGENTS,
    Abandons,
    AlertKind,
    CampaignNow,
    Drops,
    of_campaign,
    of_node,
    of_queue,
    of_trunk,
    of_wrap_up,
)
from dialer.domain.breaker import FEWEST, Breaker, Verdict
from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.pause_code import OverduePause


def campaign(
    *,
    abandons: tuple[Abandons, ...] = (),
    dropped: int = 0,
    leads_ready: int = 9,
    dry: bool = False,
    dialing: bool = True,
) -> CampaignNow:
    return CampaignNow(
        CampaignId("spring"),
        dialing=dialing,
        abandons=abandons,
        dropped=dropped,
        leads_ready=leads_ready,
        dry=dry,
        lines=2,
    )


@pytest.mark.parametrize(
    ("rate", "cap", "told"),
    [
        (0.023, 0.03, []),
        (0.024, 0.03, ["abandon_rate_near"]),
        (0.03, 0.03, ["abandon_rate_near"]),
        (0.0301, 0.03, ["abandon_rate_over"]),
        (0.0, 0.0, []),
        (0.001, 0.0, ["abandon_rate_over"]),
    ],
)
def test_a_rate_is_told_of_from_four_fifths_of_its_cap(
    rate: float, cap: float, told: list[str]
) -> None:
    alerts = of_campaign(campaign(abandons=(Abandons(0.0, 0.5), Abandons(rate, cap))))
    assert [alert.kind.value for alert in alerts] == told


def test_leads_are_missed_only_by_who_dials_and_has_none_in_hand() -> None:
    (alert,) = of_campaign(campaign(leads_ready=0, dry=True))
    assert (alert.key, alert.facts) == ("no_leads_left:spring", {"lines": 2})
    assert of_campaign(campaign(leads_ready=1, dry=True)) == []
    assert of_campaign(campaign(leads_ready=0)) == []
    assert of_campaign(campaign(leads_ready=0, dry=True, dialing=False)) == []


def test_people_dropped_while_nobody_was_there_are_told_of_for_a_minute_after_the_last() -> None:
    drops = Drops()
    assert drops.look(2, agents=3, now=0.0) == 0  # somebody was there
    assert drops.look(3, agents=0, now=10.0) == 1
    assert drops.look(3, agents=2, now=40.0) == 1
    assert drops.look(5, agents=0, now=60.0) == 3
    assert drops.look(5, agents=2, now=119.9) == 3
    assert drops.look(5, agents=2, now=120.0) == 0
    (alert,) = of_campaign(campaign(dropped=3))
    assert (alert.kind, alert.facts) == (AlertKind.DROPS_WITHOUT_AGENT, {"people": 3})


def test_a_node_tells_of_what_is_away_and_of_pauses_that_last() -> None:
    late = OverduePause("ann", "lunch", since=5.0, limit_s=60)
    alerts = of_node("n", connected=False, reachable=False, overdue=[late])
    assert [alert.key for alert in alerts] == [
        "pause_over_limit:ann",
        "switch_lost:n",
        "database_away:n",
    ]
    assert alerts[0].facts == {"code": "lunch", "since": 5.0, "limit_s": 60}
    assert of_node("n", connected=True, reachable=True, overdue=[]) == []


def test_a_caller_who_has_waited_half_of_the_longest_wait_is_told_of() -> None:
    def told(oldest_since: float | None, now: float) -> list[str]:
        alerts = of_queue(
            "main/sales", waiting=2, oldest_since=oldest_since, longest_wait_s=60.0, now=now
        )
        return [alert.key for alert in alerts]

    assert told(None, 500.0) == []
    assert told(100.0, 129.9) == []
    assert told(100.0, 130.0) == ["queue_wait_long:main/sales"]


def test_a_wrap_up_is_stuck_after_three_minutes() -> None:
    ann = AgentId("1001")
    assert of_wrap_up(ann, since=100.0, now=279.9) == []
    (alert,) = of_wrap_up(ann, since=100.0, now=280.0)
    assert (alert.key, alert.facts) == ("wrap_up_long:1001", {"since": 100.0})
    assert alert.kind in OF_AGENTS


def test_a_carrier_is_told_of_from_its_first_failing_until_a_call_comes_through() -> None:
    breaker = Breaker()
    assert of_trunk("t1", breaker) == []
    for number in range(FEWEST):
        breaker.told(f"c{number}", Verdict.FAULT, now=10.0)
    (alert,) = of_trunk("t1", breaker)
    reason = f"{FEWEST} of the last {FEWEST} calls failed by its fault"
    facts = {"state": "open", "reason": reason, "since": 10.0}
    assert (alert.key, alert.facts) == ("trunk_out:t1", facts)
    assert breaker.allows(now=breaker.tried_at)
    breaker.sent("trial")
    (alert,) = of_trunk("t1", breaker)
    assert alert.facts["state"] == "half_open"
    breaker.told("trial", Verdict.CARRIED, now=20.0)
    assert of_trunk("t1", breaker) == []
