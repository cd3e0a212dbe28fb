"""docs/telephony.md draws its sequences from the laws as they are, and only what they hear."""

from dataclasses import replace

import pytest

from dialer.domain.call_events import BeepHeard
from tools.call_scenarios import Course, courses
from tools.draw_sequences import PAGE, mermaid, page

COURSES = {course.title: course for course in courses()}


def test_the_page_is_drawn_from_the_laws_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run python -m tools.draw_sequences"


@pytest.mark.parametrize("course", courses(), ids=COURSES)
def test_each_course_leads_to_the_end_of_its_call(course: Course) -> None:
    assert mermaid(course).rstrip("`\n").endswith("Note over E: ended")


def test_an_event_that_the_law_does_not_hear_is_not_drawn() -> None:
    course = COURSES["Answered, and taken"]
    wrong = replace(course, steps=(*course.steps[:1], BeepHeard(5.0)))
    with pytest.raises(ValueError, match="BeepHeard is not heard while ringing"):
        mermaid(wrong)


def test_commands_are_drawn_as_the_law_gives_them() -> None:
    drawn = mermaid(COURSES["Hold and resume"]).splitlines()
    at = drawn.index("    D->>E: 20 s: hold")
    assert drawn[at + 1 : at + 3] == ["    E->>X: AMI Redirect to idle", "    Note over E: parting"]
    assert "    participant Y as bob's leg" not in drawn  # takes no part in it
