"""Which version of its campaign's script an agent had before them, in SQL.

Refuses to know what a script says, and what must be said of it.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from dialer.adapters.sql.campaign_settings import KnownCampaign
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.content import scripts
from dialer.domain.disposition import Said
from dialer.errors import BadInput

_SCRIPTS: Final = select(scripts.c.name, scripts.c.version, scripts.c.body).where(
    scripts.c.tenant_id == bindparam("tenant"), scripts.c.name == bindparam("script")
)
_PUBLISHED: Final = _SCRIPTS.where(scripts.c.published)
_VERSION: Final = _SCRIPTS.where(scripts.c.version == bindparam("which"))


def script_said(connection: Connection, campaign: KnownCampaign, said: Said) -> AnyRow | None:
    """Return name, version and body of what an agent saw; None if the campaign has no script.

    Raises:
        BadInput: there is no such version.
    """
    name = campaign.settings.script
    if not name:
        return None
    asked = {"script": name, "tenant": campaign.tenant_id}
    version = said.script_version
    if version is None:
        return connection.execute(_PUBLISHED, asked).first()
    row = connection.execute(_VERSION, {**asked, "which": version}).first()
    if row is None:
        problem = f"script {name!r} has no version {version}"
        raise BadInput("script_version", problem, "say the one that is shown")
    return row
