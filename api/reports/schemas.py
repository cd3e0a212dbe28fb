"""What a report is over REST: what `outpace report NAME --json` prints."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ReportShown(BaseModel):
    """A report: the time it is about, and its tables by name."""

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        json_schema_extra={
            "additionalProperties": {"type": "array", "items": {"type": "object"}},
        },
    )

    from_: str = Field(serialization_alias="from", examples=["2026-11-01T00:00:00+01:00"])
    to: str = Field(examples=["2026-12-01T00:00:00+01:00"])
    zone: str = Field(examples=["Europe/Berlin"])

    @classmethod
    def of(cls, told: dict[str, str], tables: dict[str, Any]) -> "ReportShown":
        """Return what is shown of a report."""
        return cls(from_=told["from"], to=told["to"], zone=told["zone"], **tables)
