"""What an import would do, from the first rows of a list; nothing is imported.

Refuses to know how it is shown.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.domain.columns import NUMBER, ColumnPlan
from dialer.domain.duplicates import Duplicates
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow, RejectedRow
from dialer.services.csv_list import CsvList
from dialer.services.import_leads import Erased, LeadImports, OpenedList, OpenList

LOOKED_AT: Final = 1_000
"""Rows that a preview reads."""

_SHOWN: Final = 10
_NUMERAL: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a list, as it would be read."""

    columns: tuple[str, ...]
    """Names of all columns, the number's among them."""
    mapping: Mapping[str, str]
    """Header of each column, by our name; the number's is `phone`."""
    meanings: tuple[str, ...]
    """What each column is: `phone`, `zone`, `address`, `country`, `postal_code`, `priority`, the
    kind of a further number, or "" for an attribute only."""
    encoding: str
    """"" if the file is a workbook; so is the delimiter."""
    delimiter: str
    sheet: str
    """"" unless the file is a workbook."""
    rows: tuple[tuple[int, tuple[str, ...], str], ...]
    """The first ones: row number, values, and why it is rejected ("" if it is not)."""
    taken: int
    """Of the rows that were looked at."""
    rejected: Mapping[str, int]
    """Rows by the reason they are rejected for; numerals in it are "..."."""


async def preview_leads(
    store: LeadImports,
    path: Path,
    campaign_id: CampaignId,
    *,
    default_region: str | None = None,
    plan: ColumnPlan | None = None,
    duplicates: Duplicates = Duplicates.CAMPAIGN,
    open_list: OpenList = CsvList,
    erased: Erased | None = None,
) -> Preview:
    """Read the first thousand rows of a list as `import_leads` would, and change nothing.

    Raises:
        BadInput: the file cannot be read or used.
    """
    with ExitStack() as cleanup:
        lists = await asyncio.to_thread(
            OpenedList, path, plan or ColumnPlan(), default_region, duplicates, open_list, erased
        )
        cleanup.callback(lists.close)
        rows: list[LeadRow | RejectedRow] = []
        while len(rows) < LOOKED_AT and (some := await asyncio.to_thread(lists.next_slice)):
            rows += await lists.without_known(store, campaign_id, some)
        del rows[LOOKED_AT:]
    table, file = lists.source.table, lists.file
    reasons = Counter(
        _NUMERAL.sub("...", row.reason) for row in rows if isinstance(row, RejectedRow)
    )
    return Preview(
        file.columns,
        {
            NUMBER if index == file.number_index else ours: header
            for index, (ours, header) in enumerate(zip(file.columns, table.header, strict=True))
        },
        file.meanings,
        table.encoding,
        table.delimiter,
        table.sheet,
        tuple(
            (row.row, file.values_of(row), "")
            if isinstance(row, LeadRow)
            else (row.row, row.values, row.reason)
            for row in rows[:_SHOWN]
        ),
        len(rows) - reasons.total(),
        dict(reasons.most_common()),
    )
