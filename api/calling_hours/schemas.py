"""What is said of calling hours over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.named import Key
from dialer.domain.weekly_hours import WeeklyHours, week_said

Window = Annotated[str, Field(max_length=20)]
Calendar = Annotated[str, Field(max_length=20)]


class HoursTerms(BaseModel):
    """When a week is open by the local clock."""

    model_config = ConfigDict(extra="forbid")

    week: dict[str, list[Window]] = Field(
        max_length=20,
        description="Open windows of each day; a day may be a range, as mon-fri, or daily.",
        examples=[{"mon-fri": ["09:00-12:00", "13:00-17:00"], "sat": [], "sun": []}],
    )
    closed_holidays: list[Calendar] = Field(
        default_factory=list,
        max_length=20,
        description="Calendars on whose holidays it is closed the whole day.",
        examples=[["DE", "US-TX"]],
    )

    def thing(self, key: Key) -> WeeklyHours:
        """Return the hours of a name that were said.

        Raises:
            BadInput: the week is none.
        """
        return WeeklyHours(key[0], week_said(self.week), tuple(self.closed_holidays))


class HoursShown(HoursTerms):
    """Calling hours of a tenant."""

    name: Words = Field(min_length=1, examples=["office"])

    @classmethod
    def of(cls, hours: WeeklyHours) -> "HoursShown":
        """Return what is shown of calling hours."""
        return cls.model_construct(
            name=hours.name,
            week=hours.week.model_dump(),
            closed_holidays=list(hours.closed_holidays),
        )
