"""Looking at a list before it is imported."""

from pathlib import Path

from dialer.domain.campaign import Campaign
from dialer.domain.columns import ColumnPlan
from dialer.domain.ids import CampaignId
from dialer.services.preview_leads import preview_leads
from dialer.testing.stores import MemoryStores

SPRING = CampaignId("spring")


async def test_a_preview_tells_what_an_import_would_do_and_changes_nothing(tmp_path: Path) -> None:
    stores = MemoryStores()
    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
    stores.add_leads(SPRING, ["+12025550001"])
    rows = [f"+1202555{i:04d};{i}" for i in range(1_500)]
    rows[3] = rows[4] = rows[2]
    rows[5] = "x;5"
    path = tmp_path / "leads.csv"
    path.write_text("Phone;No.\n" + "\n".join(rows) + "\n", encoding="utf-16")
    plan = ColumnPlan.said(["n=No."])
    preview = await preview_leads(stores.imports, path, SPRING, plan=plan)
    assert preview.columns == ("Phone", "n")
    assert preview.mapping == {"phone": "Phone", "n": "No."}
    assert (preview.encoding, preview.delimiter, preview.sheet) == ("utf-16", ";", "")
    assert len(preview.rows) == 10
    assert preview.rows[:2] == (
        (2, ("+12025550000", "0"), ""),
        (3, ("+12025550001", "1"), "is in the campaign already"),
    )
    assert preview.taken == 996
    assert preview.rejected == {
        "same number as row ...": 2,
        "is in the campaign already": 1,
        "not a telephone number": 1,
    }
    assert stores.tables.imports_begun == 0
    assert len(stores.tables.leads) == 1
