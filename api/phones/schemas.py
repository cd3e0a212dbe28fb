"""What is said of agents' phones over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.world import Ice
from dialer.domain.ice import ice_servers
from dialer.domain.phone import Phone, PhoneKind, PhoneLeg, Transport

Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


class PhoneShown(BaseModel):
    """A phone, without its secret."""

    name: str = Field(description="The agent's name.", examples=["1001"])
    kind: PhoneKind
    transport: Transport = Field(description="Of a SIP phone; a browser's is a WebSocket.")
    srtp: bool = Field(description="Whether a SIP phone's audio must be encrypted.")
    leg: PhoneLeg = Field(
        description="`standing`: called at the log-in; `on_demand`: for each customer."
    )

    @classmethod
    def of(cls, phone: Phone) -> "PhoneShown":
        """Return what is shown of a phone."""
        return cls(
            name=phone.name,
            kind=phone.kind,
            transport=phone.transport,
            srtp=phone.srtp,
            leg=phone.leg,
        )


class NewPhone(BaseModel):
    """A phone to be."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="The agent's name.", examples=["1001"])
    kind: PhoneKind = PhoneKind.SIP
    transport: Transport = Transport.UDP
    srtp: bool = Field(default=False, description="Only with transport tls.")
    leg: PhoneLeg = Field(
        default=PhoneLeg.STANDING, description="`on_demand` only of kind sip; at the next log-in."
    )


class PhoneChange(BaseModel):
    """What is to be otherwise of a phone."""

    model_config = ConfigDict(extra="forbid")

    leg: PhoneLeg = Field(description="Holds from the agent's next log-in on.")


class PhoneMade(BaseModel):
    """A phone with its new secret."""

    phone: PhoneShown
    secret: str = Field(description="Shown only now: the password to type into the phone.")
    pushed: bool = Field(
        description="Whether every engine's switch has it now; else it is tried again."
    )


class IceServer(BaseModel):
    """As a browser's RTCPeerConnection takes it; only TURN has a login, which ends by itself."""

    urls: list[str] = Field(examples=[["stun:stun.example.com:3478"]])
    username: str | None = Field(
        default=None, description="When it ends (epoch seconds), a colon, and the agent."
    )
    credential: str | None = None


class IceServers(BaseModel):
    """STUN and TURN servers."""

    ice_servers: list[IceServer]
    until: float | None = Field(
        default=None, description="When logins to TURN end, if there are any; epoch seconds."
    )

    @classmethod
    def of(cls, ice: Ice, name: str, now: float) -> "IceServers":
        """Return what an agent's page is told.

        Args:
            ice: of the settings.
            name: the agent's.
            now: epoch seconds.
        """
        until = now + ice.login_s
        made = ice_servers(ice.urls, name, ice.turn_secret, until=until)
        return cls(
            ice_servers=[
                IceServer(
                    urls=[one.url], username=one.user or None, credential=one.password or None
                )
                for one in made
            ],
            until=until if any(one.user for one in made) else None,
        )


class Softphone(IceServers):
    """What a page needs to be the phone of its agent."""

    name: str = Field(description="User of the SIP address, and of the login.", examples=["1001"])
    realm: str = Field(description="Of the login; the host of the SIP address.")
    secret: str = Field(description="New at each request; the one before lets in no more.")
    websocket_url: str = Field(
        description="Where SIP is spoken (subprotocol sip); a path is of the page's own site.",
        examples=["/sip"],
    )
