"""Who was let in a moment ago, and not a moment longer."""

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.services.recent_answers import MOST, RecentAnswers

ANN = Principal(tenant_id=MAIN_TENANT, role=Role.AGENT, name="ann", user_id="us-1")


def test_somebody_is_remembered_until_then_and_forgotten_at_once() -> None:
    recent = RecentAnswers()
    recent.remember("d", ANN, until=2.0, mark=recent.mark)
    assert recent.get("d", 1.9) is ANN
    assert recent.get("d", 2.0) is None
    assert recent.get("e", 1.0) is None
    recent.forget()
    assert recent.get("d", 1.0) is None


def test_an_answer_that_was_on_its_way_when_all_were_forgotten_is_not_remembered() -> None:
    recent = RecentAnswers()
    mark = recent.mark
    recent.forget()
    recent.remember("d", ANN, until=2.0, mark=mark)
    assert recent.get("d", 1.0) is None


def test_no_more_are_remembered_than_fit() -> None:
    recent = RecentAnswers()
    for number in range(MOST + 1):
        recent.remember(str(number), ANN, until=2.0, mark=recent.mark)
    assert recent.get("0", 1.0) is None
    assert recent.get(str(MOST), 1.0) is ANN
