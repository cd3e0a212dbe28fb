"""What a tenant says of its recordings: names that stay in their folder, and who takes them out."""

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.ids import new_attempt_id
from dialer.domain.recording import Codec, ending_of, name_of, wait_before
from dialer.domain.recording_rules import FIELDS, NameFacts, NamePattern, RecordingRules
from dialer.errors import BadInput

NOON = 1_730_635_200.0
"""2024-11-03T12:00 UTC."""
FACTS = NameFacts("at-01JBRAW0000000000000000000", NOON, "spring", "1001")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{attempt}", FACTS.attempt_id),
        ("{date}/{campaign}/{agent}-{attempt}", f"2024-11-03/spring/1001-{FACTS.attempt_id}"),
        ("{year}/{month}/{day}/{time}_{attempt}", f"2024/11/03/120000_{FACTS.attempt_id}"),
    ],
)
def test_a_pattern_names_a_recording_by_its_facts(pattern: str, name: str) -> None:
    assert NamePattern.of(pattern).name(FACTS) == name


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "{date}",
        "{attempt}/..",
        "../{attempt}",
        "a/../{attempt}",
        "/etc/{attempt}",
        "a//{attempt}",
        "{attempt}/",
        ".{attempt}",
        "peaks/{attempt}",
        "finished/{attempt}",
        "{number}-{attempt}",
        "{attempt.__class__}",
        "{{attempt}}",
        "{attempt",
        "a b-{attempt}",
        "a\\{attempt}",
        "{attempt}\n",
        "x" * 200 + "{attempt}",
    ],
)
def test_a_pattern_that_could_lead_elsewhere_or_name_two_the_same_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput, match=r"recordings\.name"):
        NamePattern.of(pattern)


@given(
    campaign=st.text(max_size=90),
    agent=st.text(max_size=90),
    fields=st.lists(st.sampled_from(FIELDS), max_size=5),
    at=st.floats(0, 4e9),
)
def test_whatever_a_campaign_is_called_its_recordings_stay_in_their_folder_and_apart(
    campaign: str, agent: str, fields: list[str], at: float
) -> None:
    pattern = NamePattern.of("/".join(f"{{{one}}}" for one in [*fields, "attempt"]))
    first, second = new_attempt_id(), new_attempt_id()
    name = pattern.name(NameFacts(first, at, campaign, agent))
    assert name != pattern.name(NameFacts(second, at, campaign, agent))
    path = PurePosixPath(name)
    assert not path.is_absolute()
    assert len(path.parts) == len(fields) + 1
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", part) for part in path.parts)
    assert path.name == first


def test_a_campaigns_own_pattern_wins_over_the_tenants() -> None:
    rules = RecordingRules.of(
        {"name": "{date}-{attempt}", "names": {"spring": "s-{attempt}"}, "agents_download": True}
    )
    assert rules.pattern("spring").text == "s-{attempt}"
    assert rules.pattern("autumn").text == "{date}-{attempt}"
    assert (rules.agents_download, rules.own_team) == (True, False)
    assert RecordingRules.of({}) == RecordingRules()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"nmae": "{attempt}"}, "recordings.nmae"),
        ({"names": ["{attempt}"]}, "recordings.names"),
        ({"names": {"spring": "x"}}, "recordings.names.spring"),
        ({"agents_download": "no"}, "recordings.agents_download"),
        ({"own_team": 1}, "recordings.own_team"),
        ({"name": None}, "recordings.name"),
    ],
)
def test_what_is_no_rule_is_named(said: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        RecordingRules.of(said)
    assert refused.value.field == field


@pytest.mark.parametrize("codec", Codec)
@pytest.mark.parametrize("sealed", [True, False])
def test_the_ending_of_a_name_is_found_again(codec: Codec, sealed: bool) -> None:
    name = name_of(FACTS.attempt_id, codec, sealed=sealed)
    assert name == FACTS.attempt_id + ending_of(name)
    assert ending_of(f"a.b/{name}") == ending_of(name)


@pytest.mark.parametrize("name", ["x", "x.raw", "x.enc", "x.json", ""])
def test_what_is_no_recording_has_no_ending(name: str) -> None:
    assert ending_of(name) == ""


def test_waits_are_doubled_up_to_five_minutes() -> None:
    assert [wait_before(tries) for tries in (1, 2, 3, 9, 10, 10_000)] == [1, 2, 4, 256, 300, 300]
