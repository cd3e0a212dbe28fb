"""`outpace campaigns set|show`, `outpace leads reconsider`: what a campaign asks for.

Changing the order, shares or the filter of a campaign arranges its leads anew.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from dialer.adapters.sql.arranging import SqlArranging
from dialer.adapters.sql.reconsidering import reconsider as reconsidered
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import Name, checked_settings, pairs_of, with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId
from dialer.domain.prompt_path import check_prompts
from dialer.errors import BadInput
from dialer.services.labelled_calls import check_labelled, differs

_ARRANGE: Final = frozenset({"order", "filter"})
"""Settings that say which lead is where."""


def set_(
    home: Home,
    by: By,
    name: Name,
    settings: Annotated[list[str], typer.Argument(help="key=value, such as order.by=newest")],
    as_json: AsJson = False,
) -> None:
    """Change settings; of a campaign that runs only its pacing, which holds at once."""
    with errors_told():
        pairs = pairs_of(settings)

    async def change(stores: SqlStores) -> tuple[CampaignId, set[str]]:
        campaign = await named(stores, name)
        before = campaign.settings.model_dump(mode="json")
        wanted = json.loads(json.dumps(before))
        for key, value in pairs.items():
            _put(wanted, key, value)
        new = checked_settings(wanted)
        check_prompts(new, campaign.settings)
        if differs(new, campaign.settings):
            await check_labelled(stores.verdicts, new, campaign.tenant_id)
        changed = await stores.campaigns.set_settings(
            campaign.campaign_id, new, by=by, at=time.time(), expected=campaign.settings
        )
        return campaign.campaign_id, set(changed)

    campaign_id, changed = with_stores(home, change)
    arranged = 0
    # also when they are as they were: an arranging that was interrupted is done again
    if _ARRANGE & {key.partition(".")[0] for key in pairs}:
        # leads that the engine holds are arranged only once it has given them back
        ask_if_running(home, "campaign.give-back", campaign=campaign_id)
        arranged = _arranged(home, campaign_id)
    elif changed:
        ask_if_running(home, "campaign.renew", campaign=campaign_id)
    said = ", ".join(sorted(changed)) or "nothing"
    text = f"changed: {said}" + (f"; {arranged} leads arranged" if arranged else "")
    say(text, as_json=as_json, changed=sorted(changed), arranged=arranged)


def show(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Show all settings of a campaign."""

    async def work(stores: SqlStores) -> Campaign:
        return await named(stores, name)

    campaign: Campaign = with_stores(home, work)
    settings = campaign.settings.model_dump(mode="json")
    if as_json:
        told = {
            "campaign": campaign.campaign_id,
            "name": campaign.name,
            "state": campaign.state.value,
            "settings": settings,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{campaign.name}\t{campaign.campaign_id}\t{campaign.state.value}")
    for key, value in settings.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        typer.echo(f"{key}\t{shown}")


def reconsider(
    home: Home,
    campaign: Annotated[str, typer.Option("--campaign", help="Campaign of the leads.")],
    as_json: AsJson = False,
) -> None:
    """Have leads judged again that wait because of a calling rule."""

    async def work(stores: SqlStores) -> int:
        found = await named(stores, campaign)
        return await reconsidered(stores.writer, found.campaign_id, time.time())

    ready: int = with_stores(home, work)
    say(f"{ready} leads are ready to be judged again", as_json=as_json, ready=ready)


async def named(stores: SqlStores, name: str) -> Campaign:
    """Return a campaign by its name or id.

    Raises:
        BadInput: there is none.
    """
    found = await stores.campaigns.find(name) or await stores.campaigns.get(CampaignId(name))
    if found is None:
        raise BadInput("campaign", f"{name!r} does not exist", "create it or check the name")
    return found


def _arranged(home: Path, campaign_id: CampaignId) -> int:
    async def work(stores: SqlStores) -> int:
        with _progress() as say:
            return await SqlArranging(stores.writer).arrange(campaign_id, time.time(), say=say)

    arranged: int = with_stores(home, work)
    return arranged


def _put(settings: dict[str, Any], key: str, value: object) -> None:
    """Put a value where its key says: `order.by` is `by` within `order`."""
    *path, last = key.split(".")
    at: Any = settings
    for part in path:
        at = at.get(part) if isinstance(at, dict) else None
    if not isinstance(at, dict) or (at is settings and last not in settings):
        known = ", ".join(sorted(settings))
        raise BadInput(key, "is no setting of a campaign", f"use one of {known}")
    at[last] = value


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Tell how many leads are arranged, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done: None
        return
    with console.status("arranging leads") as status:
        yield lambda done: status.update(f"arranging leads: {done:,}")
