"""Queues: how they are served is written in words, and what is no such word is refused."""

import pytest

from dialer.domain.after_hours import AfterHours, WhenClosed
from dialer.domain.queue import (
    MOST_SKILLS,
    QUEUES,
    AfterWait,
    AgentOrder,
    Queue,
    QueueRecording,
    QueueSettings,
    checked_queue,
    queue_settings_said,
)
from dialer.errors import BadInput

FULL = QueueSettings(
    AgentOrder.MOST_SKILLED,
    ("greek", "sales"),
    90.0,
    AfterWait.VOICEMAIL,
    priority=3,
    vip_numbers=("+12025550155",),
    last_agent=False,
    announce_every_s=0,
    wrap_up_limit_s=15.0,
    park_limit_s=45.0,
    missed_to_campaign="spring",
    call_back_key="7",
    call_back_campaign="spring",
    after_hours=AfterHours("office", "UTC", WhenClosed.ANNOUNCEMENT, "", "closed"),
    recording=QueueRecording.ANNOUNCED,
    recording_announcement="/srv/prompts/this-call-is-recorded",
)


def test_what_is_not_said_is_as_usual() -> None:
    assert queue_settings_said({}) == QueueSettings()
    said = queue_settings_said({"after_wait": "call_back", "skills": ["greek"]})
    assert said == QueueSettings(skills=("greek",), after_wait=AfterWait.CALL_BACK)


def test_a_queue_survives_being_written_and_read_and_names_its_skills() -> None:
    queue = checked_queue(Queue("Help", FULL))
    written = QUEUES.written(queue)
    assert written["settings"] == {
        "order": "most_skilled",
        "skills": ["greek", "sales"],
        "longest_wait_s": 90.0,
        "after_wait": "voicemail",
        "priority": 3,
        "vip_numbers": ["+12025550155"],
        "last_agent": False,
        "announce_every_s": 0,
        "wrap_up_limit_s": 15.0,
        "park_limit_s": 45.0,
        "missed_to_campaign": "spring",
        "call_back_key": "7",
        "call_back_campaign": "spring",
        "after_hours": {
            "hours": "office",
            "zone": "UTC",
            "then": "announcement",
            "to": "",
            "prompt": "closed",
        },
        "recording": "announced",
        "recording_announcement": "/srv/prompts/this-call-is-recorded",
    }
    assert QUEUES.understood(written) == queue
    assert [tuple(refers.names(queue)) for refers in QUEUES.refers] == [
        ("greek", "sales"),
        ("office",),
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"order": "random"}, "order: 'random' is none; use one of longest_idle, most_skilled"),
        ({"after_wait": ""}, "after_wait: '' is none; use one of hang_up, voicemail, call_back"),
        ({"recording": "on"}, "recording: 'on' is none; use one of off, announced, asked"),
        ({"music": "loud"}, "music: is no setting of a queue; take it out"),
    ],
)
def test_what_is_no_setting_is_refused_with_what_there_is(
    said: dict[str, object], line: str
) -> None:
    with pytest.raises(BadInput) as caught:
        queue_settings_said(said)
    assert str(caught.value) == line


def test_more_skills_than_anybody_has_are_refused() -> None:
    skills = tuple(f"s{at}" for at in range(MOST_SKILLS + 1))
    with pytest.raises(BadInput, match="skills: 21 are too many; name 20 at most"):
        checked_queue(Queue("Help", QueueSettings(skills=skills)))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (QueueSettings(priority=101), "priority"),
        (QueueSettings(vip_numbers=("5550100",)), "vip_numbers"),
        (QueueSettings(vip_numbers=tuple(f"+1202555{n:04}" for n in range(1001))), "vip_numbers"),
        (QueueSettings(announce_every_s=5.0), "announce_every_s"),
        (QueueSettings(wrap_up_limit_s=-1.0), "wrap_up_limit_s"),
        (QueueSettings(missed_to_campaign="a\nb"), "missed_to_campaign"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(settings: QueueSettings, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked_queue(Queue("Help", settings))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("recording", "path", "fix"),
    [
        ("off", "/srv/told", "empty it, or set recording to announced"),
        ("asked", "/srv/told", "empty it, or set recording to announced"),
        ("announced", "told", "give it as /path/name"),
        ("announced", "/srv/told\nVariable: X=1", "write it on one line"),
        ("announced", "/srv/told,OTHER=1", "name file and folders"),
        ("announced", "/srv/../etc/told", "give it as /path/name"),
        ("announced", "/srv/" + "a" * 400, "write it on one line"),
        ("announced", "/srv/told.wav", "leave it out"),
    ],
)
def test_an_announcement_is_the_path_of_a_file_and_of_what_is_announced(
    recording: str, path: str, fix: str
) -> None:
    settings = QueueSettings(recording=QueueRecording(recording), recording_announcement=path)
    with pytest.raises(BadInput) as caught:
        checked_queue(Queue("Help", settings))
    assert caught.value.field == "recording_announcement"
    assert fix in caught.value.fix
