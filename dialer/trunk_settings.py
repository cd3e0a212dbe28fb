"""Settings of a trunk: where its carrier is, who we are there, and what it allows and costs.

A node has the one of `OUTPACE_TRUNK_...` or `[trunk]`, and as many more as `[[trunks]]` in
`outpace.toml` say. Refuses to know what they are for, and what Asterisk makes of them.
"""

from pathlib import Path
from typing import Annotated, Any, Final, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dialer.domain.number_format import NumberFormat, Style
from dialer.domain.one_line import ENDPOINT_NAME
from dialer.domain.phone import Transport
from dialer.domain.verification import HEADER, VERSTAT
from dialer.errors import BadInput

TLS_PORT: Final = 5061
"""Of SIP over TLS, where no other is named."""


def parts_of(value: object) -> object:
    """Return what is separated by commas; anything else but text as it is."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


class TrunkFields(BaseModel):
    """One way to the telephone network."""

    name: str = "trunk"
    host: str = "127.0.0.1"
    port: int = Field(default=5070, ge=1, le=65535)
    transport: Transport = Transport.UDP
    """How SIP gets there: udp, tcp or tls."""
    srtp: bool = False
    """Whether audio must be encrypted (SDES, never in clear); needs tls."""
    max_lines: int = Field(default=200, ge=1)
    calls_per_second: float = Field(default=20.0, gt=0)
    username: str = ""
    """For a carrier that asks for a password; empty where the address is enough."""
    password: SecretStr = SecretStr("")
    register_there: bool = False
    """Whether our Asterisk registers with the carrier, which then knows where to send calls."""
    from_domain: str = ""
    """Domain of the From header, where the carrier wants its own; empty: our address."""
    verified_in: str = VERSTAT
    """Where the carrier tells what it found of a caller's number (STIR/SHAKEN): `verstat` of
    P-Asserted-Identity or From, or the name of a header; empty: it does not."""
    inbound_from: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or networks the carrier calls from, separated by commas; its host when empty."""
    codecs: Annotated[tuple[str, ...], NoDecode] = ("ulaw", "alaw")
    qualify_s: int = Field(default=10, ge=1, le=600)
    """Seconds between two questions (SIP OPTIONS) whether it is there."""
    number_style: Style = Style.DIGITS
    """How numbers are dialed: digits (12025550100), plus (+12025550100), or national."""
    number_home: str = ""
    """Country (ISO 3166) in which national numbers are dialed."""
    number_prefix: str = ""
    """Put before each number."""
    countries: Annotated[tuple[str, ...], NoDecode] = ()
    """Countries (ISO 3166) that may be called, separated by commas; a real trunk needs some."""
    rates: dict[str, Any] = Field(default={})
    """What calls cost, as JSON: `{"+1": 0.01, "billing": {"first_s": 60, "increment_s": 60}}`."""
    minutes_max_day: float | None = Field(default=None, gt=0)
    """Minutes of answered calls on a day of UTC, after which nothing more is dialed."""
    spend_max_day: float | None = Field(default=None, gt=0)
    """The same in money, by the rates."""

    @field_validator("countries", "inbound_from", "codecs", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return parts_of(value)

    @field_validator("countries")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for country in value:
            if country not in SUPPORTED_REGIONS:
                raise ValueError(f"{country!r} is no ISO 3166 country (the United Kingdom is GB)")
        return value

    @field_validator("verified_in")
    @classmethod
    def _a_header(cls, value: str) -> str:
        if value and not HEADER.fullmatch(value):
            raise ValueError(f"{value[:80]!r} is neither verstat nor the name of a header")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        try:
            _ = self.number_format
        except BadInput as wrong:
            raise ValueError(f"number_{wrong.field}: {wrong.problem}; {wrong.fix}") from None
        if self.register_there and not self.username:
            raise ValueError("register_there needs a username")
        if self.srtp and self.transport is not Transport.TLS:
            raise ValueError("srtp needs transport tls: its keys would travel in clear")
        return self

    @property
    def number_format(self) -> NumberFormat:
        """How numbers are dialed there."""
        return NumberFormat(self.number_style, self.number_home, self.number_prefix)


class TrunkSettings(TrunkFields, BaseSettings):
    """The trunk of `OUTPACE_TRUNK_...` and `[trunk]`."""

    model_config = SettingsConfigDict(env_prefix="OUTPACE_TRUNK_", extra="ignore")


class AnotherTrunk(TrunkFields):
    """A trunk of `[[trunks]]`."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=f"^{ENDPOINT_NAME.pattern}$")
    port: int = Field(default=5060, ge=1, le=65535)
    """Of TLS it is 5061 unless it is said."""
    host: str
    password_file: Path | None = None
    """File that has the password, instead of `password`."""

    @model_validator(mode="after")
    def _usual_port(self) -> Self:
        if "port" not in self.model_fields_set and self.transport is Transport.TLS:
            self.port = TLS_PORT
        return self

    @model_validator(mode="after")
    def _read(self) -> Self:
        if self.password_file is None or self.password.get_secret_value():
            return self
        try:
            self.password = SecretStr(self.password_file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ValueError(f"password_file {self.password_file} cannot be read ({why})") from None
        return self
