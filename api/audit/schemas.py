"""What is said of the audit log over REST."""

from typing import Any

from pydantic import BaseModel, Field

from dialer.adapters.sql.audit import AuditRow


class AuditShown(BaseModel):
    """One thing that was done."""

    id: int = Field(examples=[4711])
    at: float = Field(description="Seconds since the epoch.", examples=[1795700000.0])
    by: str = Field(description="Login of a user, or a token.", examples=["ann"])
    action: str = Field(examples=["reveal"])
    subject: str = Field(examples=["campaign ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    detail: dict[str, Any]

    @classmethod
    def of(cls, row: AuditRow) -> "AuditShown":
        """Return what is shown of a row."""
        return cls(
            id=row.row_id,
            at=row.at,
            by=row.by,
            action=row.action,
            subject=row.subject,
            detail=dict(row.detail),
        )
