"""What is said of lists over REST."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.one_line import Words
from dialer.adapters.sql.lead_lists import ImportRow, LeadList
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role
from dialer.services.import_leads import ImportReport
from dialer.services.preview_leads import Preview

EXAMPLES: Final = 100
"""Rejected rows that a report names."""

LONGEST_REJECTS: Final = 8 << 20
"""Bytes of all rejected rows that an answer carries."""

_LIKE_A_NUMBER: Final = re.compile(r"[\s\u200b-\u200f]*\+?[\d\s().\-\u2010-\u2015/]{6,}")


class ListShown(BaseModel):
    """A list."""

    id: int = Field(examples=[7])
    campaign_id: str
    name: str = Field(examples=["spring.csv"])
    source: str = Field(description="Where it is from.", examples=["web form"])
    cost: float = Field(description="Of the whole list.", examples=[120.5])
    created_at: float = Field(description="Seconds since the epoch.")
    leads: int = Field(description="How many there are.", examples=[1000])
    states: Mapping[str, int] = Field(
        description="Leads by state.", examples=[{"ready": 990, "done": 10}]
    )

    @classmethod
    def of(cls, one: LeadList) -> "ListShown":
        """Return what is shown of a list."""
        return cls(
            id=one.list_id,
            campaign_id=one.campaign_id,
            name=one.name,
            source=one.source,
            cost=one.cost,
            created_at=one.created_at,
            leads=sum(one.states.values()),
            states=one.states,
        )


class ListSaid(BaseModel):
    """What is said of a list: an ETag is of this, as its leads change all the time."""

    source: str
    cost: float

    @classmethod
    def of(cls, one: LeadList) -> "ListSaid":
        """Return it."""
        return cls(source=one.source, cost=one.cost)


class ListChange(BaseModel):
    """What to change of a list; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"cost": 99.0}]})

    source: Words | None = None
    cost: float | None = Field(default=None, ge=0, le=1e12, allow_inf_nan=False)


class RejectedShown(BaseModel):
    """A row that was not taken."""

    row: int = Field(description="As a spreadsheet counts: the header is row 1.", examples=[12])
    reason: str = Field(examples=["too short for its country"])


class ImportShown(BaseModel):
    """What came of an import."""

    kind: Literal["import"] = "import"
    import_id: int
    list_id: int
    list_name: str = Field(description="Name of the list that the leads went to.")
    number_column: str = Field(description="Header of the column the numbers were read from.")
    taken: int = Field(description="Rows that are leads now.")
    rejected: int
    rejected_rows: list[RejectedShown] = Field(description=f"The first {EXAMPLES} of them.")
    more_rejected: bool = Field(description="Whether there are more than these.")
    rejects_csv: str | None = Field(
        default=None,
        description="All rejected rows with their reasons, as a CSV; null: there are none, they "
        "were not asked for, or they are more than 8 MiB.",
        examples=["row,reason,phone\r\n12,too short for its country,+1202555\r\n"],
    )
    remarked: int = Field(description="Rows taken without some of their numbers.")
    remarks: list[RejectedShown] = Field(description="The first of these: what was left out.")

    @classmethod
    def of(
        cls, report: ImportReport, list_id: int, name: str, rejects_csv: str | None
    ) -> "ImportShown":
        """Return what is shown of an import."""
        return cls(
            import_id=report.import_id,
            list_id=list_id,
            list_name=name,
            number_column=report.number_column,
            taken=report.taken,
            rejected=report.rejected,
            rejected_rows=[
                RejectedShown(row=row.row, reason=row.reason) for row in report.examples
            ],
            more_rejected=report.rejected > len(report.examples),
            rejects_csv=rejects_csv,
            remarked=report.remarked,
            remarks=[RejectedShown(row=row, reason=remark) for row, remark in report.remarks],
        )


def rejected_rows(file: Path | None) -> str | None:
    """Return what is in a file of rejected rows; None if there is none, or it is too long."""
    if file is None or file.stat().st_size > LONGEST_REJECTS:
        return None
    return file.read_bytes().decode()


class ImportListed(BaseModel):
    """An import of a file."""

    id: int
    list_name: str = Field(examples=["spring.csv"])
    file: str = Field(examples=["spring.csv"])
    under_way: bool = Field(description="Its leads are there when it is over, or not at all.")
    started_at: float = Field(description="Seconds since the epoch.")
    rows: int = Field(description="Taken in so far.", examples=[12000])
    rejected: int = Field(description="0 until it is over.")

    @classmethod
    def of(cls, row: ImportRow) -> "ImportListed":
        """Return what is shown of an import."""
        return cls(
            id=row.import_id,
            list_name=row.list_name,
            file=row.file,
            under_way=row.under_way,
            started_at=row.started_at,
            rows=row.rows,
            rejected=row.rejected,
        )


class PreviewRow(BaseModel):
    """One of the first rows of a list."""

    row: int
    values: list[str]
    reason: str = Field(description='Why it is rejected; "" if it is not.')


class PreviewShown(BaseModel):
    """The beginning of a list, as it would be read; nothing was imported."""

    kind: Literal["preview"] = "preview"
    columns: list[str]
    mapping: Mapping[str, str] = Field(
        description="Header of each column by our name; the number's is `phone`."
    )
    meanings: list[str] = Field(
        description="What each column is: phone, zone, address, country, postal_code, priority, "
        'the kind of a further number, or "" for an attribute only.',
        examples=[["phone", "", "zone"]],
    )
    encoding: str = Field(description='"" of a workbook; so is the delimiter.')
    delimiter: str
    sheet: str = Field(description='"" unless it is a workbook.')
    rows: list[PreviewRow] = Field(description="The first ones; numbers as your role sees them.")
    taken: int = Field(description="Of the rows that were looked at: the first thousand.")
    rejected: Mapping[str, int] = Field(description="Rows by the reason they are rejected for.")

    @classmethod
    def of(cls, preview: Preview, role: Role) -> "PreviewShown":
        """Return what a role is shown of a preview."""
        return cls(
            columns=list(preview.columns),
            mapping=preview.mapping,
            meanings=list(preview.meanings),
            encoding=preview.encoding,
            delimiter=preview.delimiter,
            sheet=preview.sheet,
            rows=[
                PreviewRow(row=row, values=[_seen(role, one) for one in values], reason=reason)
                for row, values, reason in preview.rows
            ],
            taken=preview.taken,
            rejected=preview.rejected,
        )


def _seen(role: Role, value: str) -> str:
    """Return a cell as a role sees it: whatever may be a number is one, in any column."""
    return shown_to(role, value) if _LIKE_A_NUMBER.fullmatch(value) else value
