"""What is said over REST of what becomes of callers after hours."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.after_hours import AfterHours, WhenClosed


class AfterHoursSaid(BaseModel):
    """A rule of a queue or an inbound number."""

    model_config = ConfigDict(extra="forbid")

    hours: Words = Field(
        description="Name of the calling hours in which it is open.", examples=["office"]
    )
    zone: Words = Field(description="Whose clock.", examples=["America/New_York"])
    then: WhenClosed = Field(description="What becomes of callers when it is closed.")
    to: Words = Field(
        default="", max_length=100, description="Box, number (E.164) or flow.", examples=["sales"]
    )
    prompt: Words = Field(
        default="", max_length=100, description="Prompt that is played first.", examples=["closed"]
    )

    @classmethod
    def of(cls, rule: AfterHours | None) -> "AfterHoursSaid | None":
        """Return what is shown of a rule."""
        if rule is None:
            return None
        return cls.model_construct(
            hours=rule.hours, zone=rule.zone, then=rule.then, to=rule.to, prompt=rule.prompt
        )

    def rule(self) -> AfterHours:
        """Return the rule that was said."""
        return AfterHours(self.hours, self.zone, self.then, self.to, self.prompt)
