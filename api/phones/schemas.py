"""What is said of agents' phones over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.phone import Phone, PhoneKind, Transport

Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


class PhoneShown(BaseModel):
    """A phone, without its secret."""

    name: str = Field(description="The agent's name.", examples=["1001"])
    kind: PhoneKind
    transport: Transport = Field(description="Of a SIP phone; a browser's is a WebSocket.")
    srtp: bool = Field(description="Whether a SIP phone's audio must be encrypted.")

    @classmethod
    def of(cls, phone: Phone) -> "PhoneShown":
        """Return what is shown of a phone."""
        return cls(name=phone.name, kind=phone.kind, transport=phone.transport, srtp=phone.srtp)


class NewPhone(BaseModel):
    """A phone to be."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="The agent's name.", examples=["1001"])
    kind: PhoneKind = PhoneKind.SIP
    transport: Transport = Transport.UDP
    srtp: bool = Field(default=False, description="Only with transport tls.")


class PhoneMade(BaseModel):
    """A phone with its new secret."""

    phone: PhoneShown
    secret: str = Field(description="Shown only now: the password to type into the phone.")
    pushed: bool = Field(
        description="Whether every engine's switch has it now; else it is tried again."
    )


class IceServer(BaseModel):
    """As a browser's RTCPeerConnection takes it."""

    urls: list[str] = Field(examples=[["stun:stun.example.com:3478"]])


class Softphone(BaseModel):
    """What a page needs to be the phone of its agent."""

    name: str = Field(description="User of the SIP address, and of the login.", examples=["1001"])
    realm: str = Field(description="Of the login; the host of the SIP address.")
    secret: str = Field(description="New at each request; the one before lets in no more.")
    websocket_url: str = Field(
        description="Where SIP is spoken (subprotocol sip); a path is of the page's own site.",
        examples=["/sip"],
    )
    ice_servers: list[IceServer]
