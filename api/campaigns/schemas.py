"""What is said of campaigns over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState

CampaignName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["spring"])
]


class CampaignShown(BaseModel):
    """A campaign."""

    id: str = Field(examples=["ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    name: str = Field(examples=["spring"])
    state: CampaignState = Field(examples=["running"])
    settings: CampaignSettings
    created_at: float = Field(description="Seconds since the epoch.", examples=[1795700000.0])
    starts_at: float | None = Field(description="When it starts by itself, if it is scheduled.")

    @classmethod
    def of(cls, campaign: Campaign) -> "CampaignShown":
        """Return what is shown of a campaign."""
        return cls(
            id=campaign.campaign_id,
            name=campaign.name,
            state=campaign.state,
            settings=campaign.settings,
            created_at=campaign.created_at,
            starts_at=campaign.starts_at,
        )


class NewCampaign(BaseModel):
    """A campaign to be; it begins as a draft."""

    model_config = ConfigDict(extra="forbid")

    name: CampaignName
    settings: CampaignSettings = Field(
        default=CampaignSettings(), examples=[{"mode": "predictive", "wrap_up_limit_s": 20}]
    )


class Moved(BaseModel):
    """A campaign after a move."""

    campaign: CampaignShown
    lines_taken_back: int = Field(
        default=0, description="Lines that rang long enough and were taken back.", examples=[3]
    )


class Schedule(BaseModel):
    """When a campaign is to start by itself."""

    model_config = ConfigDict(extra="forbid")

    at: float = Field(
        description="Seconds since the epoch.",
        gt=0,
        lt=1e11,
        allow_inf_nan=False,
        examples=[1795786400.0],
    )


class Stopped(BaseModel):
    """Campaigns that were stopped."""

    stopped: list[str] = Field(description="Their names.", examples=[["spring"]])


class HoldShown(BaseModel):
    """One thing that holds the campaign as a whole."""

    hold: str = Field(description="One word, for programs.", examples=["state"])
    detail: str = Field(
        description="What the text names: a state, the pacer's limit, how many agents, a problem.",
        examples=["draft"],
    )
    text: str = Field(examples=["it is draft: outpace campaigns start spring"])


class LeadsHeld(BaseModel):
    """Leads that one thing holds back."""

    hold: str = Field(description="One word, for programs.", examples=["hours"])
    leads: int = Field(examples=[120])
    next_at: float | None = Field(description="When the first of them may be dialed.")
    detail: str = Field(examples=["us.hours"])
    text: str = Field(examples=["120 are where it is outside calling hours"])


class ExplanationShown(BaseModel):
    """Why a campaign dials nothing, or no more than it does."""

    campaign: str
    name: str
    state: CampaignState
    at: float = Field(description="Seconds since the epoch.")
    holds: list[HoldShown]
    leads: list[LeadsHeld]
    next_at: float | None = Field(description="When the next lead may be dialed; null: never.")
    assumed: str = Field(description="What was taken for true without asking.")
    rings_nowhere: list[str] = Field(
        description="Numbers it shows that have no inbound route: ringing back reaches nothing.",
        examples=[["+12025550100"]],
    )
