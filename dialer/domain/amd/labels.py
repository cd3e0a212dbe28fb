"""What people say of calls that were listened to, held against what the detector said. Pure.

Knows a list of labels, the counts that come of them, and when labelled calls do not stand for the
others. Refuses to know what is charged for them (`dialer.domain.amd.trust`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dialer.domain.amd.bound import upper_bound
from dialer.domain.amd.law import Answerer
from dialer.domain.amd.trust import Labelled, Origin
from dialer.domain.ids import AttemptId
from dialer.domain.leadtable import Table
from dialer.domain.whole_list import refuse, rows_in, too_many
from dialer.errors import BadInput

COLUMNS: Final = ("attempt_id", "answer")

MOST_LABELS: Final = 10_000
"""Of one import: it is one transaction, beside an engine that dials."""

_ANSWERS: Final = {one.value: one for one in (Answerer.PERSON, Answerer.MACHINE)}


@dataclass(frozen=True, slots=True)
class CallLabel:
    """Who answered one call, as somebody heard it."""

    attempt_id: AttemptId
    answer: Answerer
    """Person or machine."""
    place: str
    """Where it was said, as "line 3"; for errors."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """What is on record of a tenant's calls that detection had a verdict on."""

    heard: int = 0
    """Calls with a verdict, from the first labelled one to the last."""
    released: int = 0
    """Of these, taken for machines and let go."""
    labelled: int = 0
    labelled_released: int = 0
    persons: int = 0
    """Labelled as a person's."""
    false_positives: int = 0
    """Persons who were taken for machines."""
    in_time: int = 0
    """Persons whom screening's law would have known within `SCREENING_BY_S` of the answer."""

    @property
    def doubt(self) -> str:
        """Why the labelled calls do not stand for all that were heard; "" when they may.

        A person who was taken for a machine is among the released calls only: where those were
        not drawn like the others, nothing is known of such persons.
        """
        if not self.labelled or not self.heard:
            return ""
        share = self.released / self.heard
        if upper_bound(self.labelled_released, self.labelled) >= share:
            return ""
        return (
            f"{self.labelled_released} of {self.labelled} labelled calls were released, but"
            f" {self.released} of all {self.heard}: label calls as they are drawn"
        )

    def figures(self) -> Labelled | None:
        """Return what trust is built on; None when nothing is labelled."""
        if not self.labelled:
            return None
        return Labelled(
            Origin.OPERATOR, self.persons, self.false_positives, self.in_time, self.doubt
        )


def labels_from(table: Table, name: str) -> Sequence[CallLabel]:
    """Read a list of labels; blank rows are left out.

    Args:
        table: of the file.
        name: of the file, for errors.

    Raises:
        BadInput: a column is missing, or rows cannot be used; each is named by its line.
    """
    rows, problems = rows_in(table, name, needed=COLUMNS, most=MOST_LABELS)
    said = [(row.values["attempt_id"], row.values["answer"], row.place) for row in rows]
    return labels_said(said, name, problems)


def labels_said(
    said: Sequence[tuple[str, str, str]], name: str, problems: Sequence[str] = ()
) -> Sequence[CallLabel]:
    """Check labels: each an attempt's id, person or machine, and the place where it stands.

    Args:
        said: the labels.
        name: of the whole, for errors.
        problems: that are known of it.

    Raises:
        BadInput: some cannot be used, or there are none or too many.
    """
    if len(said) > MOST_LABELS:
        raise too_many(name, MOST_LABELS)
    bad, labels, places = list(problems), [], dict[str, str]()
    for attempt_id, answer, place in said:
        known, meant = attempt_id.strip(), _ANSWERS.get(answer.strip().casefold())
        if not known:
            bad.append(f"{place}: no attempt_id")
        elif meant is None:
            bad.append(f"{place}: {answer.strip()[:40]!r} is neither person nor machine")
        elif known in places:
            bad.append(f"{place}: {known[:40]!r} is in {places[known]} already")
        else:
            places[known] = place
            labels.append(CallLabel(AttemptId(known), meant, place))
    refuse(bad, name)
    if not labels:
        raise BadInput(name, "has no labels", "write an attempt_id and an answer in each row")
    return labels


def check_heard(labels: Sequence[CallLabel], heard: Iterable[str], name: str) -> None:
    """Check that detection had a verdict on each labelled call.

    Args:
        labels: that were given.
        heard: attempts with a verdict, those among the labels at least.
        name: of the whole, for errors.

    Raises:
        BadInput: there are others among them.
    """
    known = frozenset(heard)
    missing = [one for one in labels if one.attempt_id not in known]
    bad = [f"{one.place}: no verdict is on record of {one.attempt_id[:40]!r}" for one in missing]
    refuse(bad, name)
