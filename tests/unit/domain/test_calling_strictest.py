"""Of all rules that apply the strictest wins, field by field, and is remembered by its id."""

from collections.abc import Collection
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.calling_rules.rule import CallingRule, Purpose, rule_from
from dialer.domain.calling_rules.strictest import EffectiveRules, strictest

DAY = date(2026, 12, 1)


def rule(name: str, where: str = "US", **fields: Any) -> CallingRule:
    row = {
        "id": name,
        "jurisdiction": where,
        "effective_from": "2026-01-01",
        "source": "a law",
        "confidence": "V",
    }
    return rule_from({**row, **fields})


def holds(
    *rules: CallingRule,
    where: Collection[str] = ("US",),
    purpose: Purpose = Purpose.SALES,
    days: Collection[date] = (DAY,),
) -> EffectiveRules:
    return strictest(rules, jurisdictions=where, purpose=purpose, days=days)


def sources(values: Any) -> list[tuple[str, Any]]:
    return [(value.rule_id, value.value) for value in values]


def test_the_strictest_value_wins_and_says_where_it_is_from() -> None:
    found = holds(
        rule("a", ring_min_s=15, list_age_max_d=31, recording="one_party", refusal_quiet_d=10),
        rule("b", ring_min_s=20, list_age_max_d=28, recording="opt_in", refusal_quiet_d=60),
        rule("c", ring_min_s=12, list_age_max_d=30, recording="announced"),
    )
    assert sources(found.ring_min_s) == [("b", 20)]
    assert sources(found.list_age_max_d) == [("b", 28)]
    assert sources(found.recording) == [("b", "opt_in")]
    assert sources(found.refusal_quiet_d) == [("b", 60)]
    assert found.rule_ids == ("a", "b", "c")


def test_of_equal_values_the_first_rule_by_name_is_named_whatever_the_order() -> None:
    a, b = rule("a", ring_min_s=15), rule("b", ring_min_s=15)
    assert holds(a, b) == holds(b, a)
    assert sources(holds(b, a).ring_min_s) == [("a", 15)]


def test_windows_are_cut_with_each_other() -> None:
    found = holds(
        rule("us", windows={"daily": ["08:00-21:00"]}),
        rule("fl", "US-FL", windows={"daily": ["08:00-20:00"]}),
        rule("ky", "US-KY", windows={"daily": ["10:00-21:00"]}),
        where=("US", "US-FL", "US-KY"),
    )
    assert found.week.model_dump()["sun"] == ["10:00-20:00"]
    assert [window.rule_id for window in found.windows] == ["fl", "ky", "us"]


def test_caps_that_cannot_be_compared_hold_side_by_side() -> None:
    def cap(rate: float, scope: str, window: str) -> dict[str, Any]:
        return {"rate": rate, "scope": scope, "window": window}

    found = holds(
        rule("a", cap=cap(0.03, "campaign", "block_30d")),
        rule("b", cap=cap(0.02, "campaign", "block_30d")),
        rule("c", cap=cap(0.05, "campaign", "calendar_month")),
        rule("d", cap=cap(0.03, "centre", "block_30d")),
    )
    assert [(c.rule_id, c.value.rate) for c in found.cap] == [("b", 0.02), ("c", 0.05), ("d", 0.03)]


def test_the_least_number_of_attempts_counts_for_each_scope_and_time() -> None:
    found = holds(
        rule("a", attempts=[{"n": 3, "per_h": 24, "scope": "number"}]),
        rule(
            "b",
            attempts=[
                {"n": 2, "per_h": 24, "scope": "number"},
                {"n": 7, "per_h": 168, "scope": "debt"},
            ],
        ),
    )
    assert [(c.rule_id, c.value.n) for c in found.attempts] == [("b", 2), ("b", 7)]


def test_a_rest_that_no_agent_lifts_does_not_hide_a_longer_one_that_an_agent_lifts() -> None:
    found = holds(
        rule("a", repeat_after_abandon_h=24),
        rule("b", repeat_after_abandon_h=72, live_agent_only=True),
    )
    assert [(r.rule_id, r.value.hours) for r in found.repeat_after_abandon] == [
        ("a", 24),
        ("b", 72),
    ]


def test_a_rule_of_another_place_purpose_or_time_does_not_count() -> None:
    assert (
        holds(
            rule("gb", "GB", ring_min_s=1),
            rule("tx", "US-TX", ring_min_s=2),
            rule("debt", ring_min_s=3, purposes=["debt"]),
            rule("over", ring_min_s=4, effective_to="2026-11-30"),
            rule("later", ring_min_s=5, effective_from="2026-12-02"),
        )
        == EffectiveRules()
    )


def test_where_two_dates_are_possible_a_rule_of_either_counts() -> None:
    later = rule("later", ring_min_s=5, effective_from="2026-12-02")
    assert holds(later, days=(DAY, date(2026, 12, 2))).rule_ids == ("later",)


# -- the default and the tenant's own --------------------------------------------------------


def test_the_default_fills_in_what_the_country_does_not_speak_of() -> None:
    found = holds(
        rule("default", "default", ring_min_s=15, list_age_max_d=28, consent_required=["express"]),
        rule("us", ring_min_s=10, consent_required=[]),
    )
    assert sources(found.ring_min_s) == [("us", 10)]
    assert sources(found.consent_required) == [("us", ())]
    assert sources(found.list_age_max_d) == [("default", 28)]


def test_a_rule_for_everywhere_makes_stricter_but_does_not_put_the_default_out() -> None:
    found = holds(
        rule("default", "default", windows={"mon-sat": ["09:00-20:00"], "sun": []}, ring_min_s=15),
        rule("ours", "*", windows={"daily": ["00:00-24:00"]}, ring_min_s=20),
    )
    assert found.week.model_dump()["sun"] == []
    assert found.week.model_dump()["mon"] == ["09:00-20:00"]
    assert sources(found.ring_min_s) == [("ours", 20)]


def test_a_second_country_without_rules_brings_in_the_default() -> None:
    rules = (rule("default", "default", ring_min_s=15), rule("us", ring_min_s=10))
    assert sources(holds(*rules, where=("US", "US-FL")).ring_min_s) == [("us", 10)]
    assert sources(holds(*rules, where=("US", "CU")).ring_min_s) == [("default", 15)]
    assert sources(holds(*rules, where=()).ring_min_s) == [("default", 15)]


@given(
    st.lists(
        st.tuples(st.floats(0, 60), st.floats(1, 60), st.sampled_from(["US", "US-FL", "*"])),
        min_size=1,
        max_size=6,
    )
)
def test_another_rule_never_makes_it_milder(rows: list[tuple[float, float, str]]) -> None:
    rules = [
        rule(f"r{i}", where, ring_min_s=ring, list_age_max_d=age)
        for i, (ring, age, where) in enumerate(rows)
    ]
    fewer = holds(*rules[:-1], where=("US", "US-FL"))
    more = holds(*rules, where=("US", "US-FL"))
    assert more.ring_min_s[0].value == max(ring for ring, _, _ in rows)
    assert more.list_age_max_d[0].value == min(age for _, age, _ in rows)
    if fewer.ring_min_s:
        assert more.ring_min_s[0].value >= fewer.ring_min_s[0].value


def test_what_holds_can_be_stored_and_read_again() -> None:
    found = holds(
        rule("a", windows={"daily": ["08:00-21:00"]}, cut_s=2, cut_from="pickup"),
        rule("b", closed_holidays=["US"], consent_required=["express"]),
    )
    assert EffectiveRules.model_validate_json(found.model_dump_json()) == found
