"""One lead over REST: whose it is, that it is called no more, and all that happened to it."""

from pathlib import Path
from typing import Any

from record import NOON, TALK, campaign_with
from service import Service, service
from sqlalchemy import insert, select, update

from dialer.adapters.sql.tables.attempts import attempts, refusals, rule_sets
from dialer.adapters.sql.tables.leads import lead_moves, leads
from dialer.adapters.sql.tables.people import users

FIRST = "+12025550000"


async def with_lead(at: Service) -> tuple[str, int]:
    """Create a campaign with one lead."""
    campaign = str((await at.done("POST", "/campaigns", json={"name": "spring"}))["id"])
    await at.with_leads(campaign, 1)
    (lead,) = (await at.done("GET", "/leads"))["items"]
    return campaign, int(lead["id"])


async def with_agents(at: Service, *names: str, most: int | None = None) -> None:
    """Add users who are agents."""
    for name in names:
        made = await at.done("POST", "/users", json={"login": name, "role": "agent"})
        values = {"agent_id": name, "leads_held_max": most}
        this = update(users).where(users.c.id == made["id"]).values(**values)
        await at.stores.writer.transact(lambda connection, this=this: connection.execute(this))


async def put_state(at: Service, lead: int, **values: Any) -> None:
    """Write into a lead what an engine would."""
    this = update(leads).where(leads.c.id == lead).values(**values)
    await at.stores.writer.transact(lambda connection: connection.execute(this))


async def test_a_lead_is_given_handed_over_and_taken_back_by_hand(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, lead = await with_lead(at)
        await with_agents(at, "ann", "bob")
        path = f"/leads/{lead}/owner"
        given = await at.done("PUT", path, json={"agent": "ann"}, role="supervisor")
        assert (given["owner"], given["state"]) == ("ann", "owned")
        again = await at.done("PUT", path, json={"agent": "ann"})
        assert again == given | {"number": FIRST}  # an administrator sees it whole
        until = {"agent": "bob", "until": 4_000_000_000}
        assert (await at.done("PUT", path, json=until))["assigned_until"] == 4_000_000_000
        free = await at.done("PUT", path, json={"agent": None})
        assert (free["owner"], free["state"], free["assigned_until"]) == ("", "ready", None)
        async with at.stores.reader.connect() as connection:
            rows = (await connection.execute(select(lead_moves).order_by(lead_moves.c.id))).all()
        assert [(row.move, row.from_owner, row.to_owner, row.leads) for row in rows] == [
            ("assign", None, "ann", 1),
            ("hand_over", "ann", "bob", 1),
            ("reclaim", "bob", None, 1),
        ]
        assert rows[0].which["lead"] == lead


async def test_a_lead_that_is_held_or_has_no_room_stays_whose_it_is(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, lead = await with_lead(at)
        await with_agents(at, "ann", most=0)
        path = f"/leads/{lead}/owner"
        full = await at.refused("PUT", path, 409, json={"agent": "ann"})
        assert (full["field"], full["code"]) == ("agent", "wrong_state")
        unknown = await at.refused("PUT", path, 422, json={"agent": "eve"})
        assert unknown["field"] == "agent"
        past = await at.refused("PUT", path, 422, json={"agent": "ann", "until": 5})
        assert past["field"] == "until"
        for state in ("dialing", "leased", "done", "callback"):
            await put_state(at, lead, state=state)
            held = await at.refused("PUT", path, 409, json={"agent": None})
            assert held["field"] == "lead"
        await at.refused("PUT", path, 404, json={"agent": None}, tenant="other")


async def test_a_waiting_lead_that_is_taken_back_waits_on(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, lead = await with_lead(at)
        await with_agents(at, "ann")
        await put_state(at, lead, state="waiting", due_at=4_000_000_000)
        path = f"/leads/{lead}/owner"
        assert (await at.done("PUT", path, json={"agent": "ann"}))["state"] == "owned"
        assert (await at.done("PUT", path, json={"agent": None}))["state"] == "waiting"


async def test_all_numbers_of_a_lead_are_entered_unseen(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        made = await at.done("POST", "/campaigns", json={"name": "spring"})
        campaign, file = made["id"], f"phone,mobile\n{FIRST},+12025550177\n".encode()
        await at.done("POST", f"/campaigns/{campaign}/lists", content=file)
        lead = (await at.done("GET", "/leads"))["items"][0]["id"]
        path, said = f"/leads/{lead}/do-not-call", {"source": "by letter", "of": "campaign"}
        done = await at.done("POST", path, json=said, role="supervisor")
        assert done == {"new": 2, "leads": 1}
        entries = (await at.done("GET", "/do-not-call"))["items"]
        assert [(one["number"], one["scope"], one["source"]) for one in entries] == [
            (FIRST, f"campaign:{campaign}", "by letter"),
            ("+12025550177", f"campaign:{campaign}", "by letter"),
        ]
        shown = await at.done("GET", f"/leads/{lead}")
        assert (shown["state"], shown["last_outcome"]) == ("done", "do_not_call")
        everywhere = await at.done("POST", path, json={"source": "by letter"})
        assert everywhere == {"new": 2, "leads": 0}
        await at.refused("POST", path, 404, json={"source": "x"}, tenant="other")
        await at.refused("POST", path, 403, json={"source": "x"}, role="qa")


async def test_what_happened_to_a_lead_is_told_with_the_rules_that_allowed_or_forbade_it(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        talk = {**TALK, "rule_set": "rs", "recording": "a.wav", "disposition": "sale", "amount": 9}
        talk["note"] = "likes windows"
        sets = {"id": "rs", "rule_ids": ["us-federal", "us-tsr"]}
        await at.stores.writer.transact(
            lambda connection: connection.execute(insert(rule_sets), sets)
        )
        campaign, (attempt,) = await campaign_with(at, talk)
        (found,) = (await at.done("GET", "/leads"))["items"]
        refusal = {
            "campaign_id": campaign,
            "lead_id": found["id"],
            "number": FIRST,
            "at": NOON - 60,
            "reasons": [
                {
                    "rule_id": "us-federal",
                    "field": "windows",
                    "text": "outside the calling window",
                    "dialable_again_at": NOON,
                }
            ],
            "dialable_again_at": NOON,
        }
        await at.stores.writer.transact(
            lambda connection: connection.execute(insert(refusals), refusal)
        )
        whole = await at.done("GET", f"/leads/{found['id']}", role="supervisor")
        (told,) = whole["history"]
        assert (told["id"], told["rule_ids"]) == (attempt, ["us-federal", "us-tsr"])
        assert (told["recorded"], told["ended_by"], told["cause"]) == (True, "customer", 16)
        assert (told["disposition"], told["amount"]) == ("sale", 9)
        assert told["note"] == "likes windows"
        assert told["talk_ended_at"] - told["connected_at"] == 30
        assert whole["refusals"] == [
            {
                "at": NOON - 60,
                "number": "+12*****0000",
                "reasons": [
                    {
                        "rule_id": "us-federal",
                        "field": "windows",
                        "text": "outside the calling window",
                        "again_at": NOON,
                    }
                ],
                "again_at": NOON,
            }
        ]
        gone = update(attempts).values(rule_set=None, undialed=True)
        await at.stores.writer.transact(lambda connection: connection.execute(gone))
        (told,) = (await at.done("GET", f"/leads/{found['id']}"))["history"]
        assert (told["rule_ids"], told["outcome"]) == ([], "undialed")
