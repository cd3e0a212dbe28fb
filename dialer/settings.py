"""Settings of one node, from the environment (`OUTPACE_...`) or a `node.env` file in its home.

Each is checked here once; a wrong one is named with its fix. Refuses to know what they are for.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dialer.errors import BadInput


def _parts(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


class TrunkSettings(BaseSettings):
    """One way to the telephone network."""

    model_config = SettingsConfigDict(env_prefix="OUTPACE_TRUNK_", extra="ignore")

    name: str = "trunk"
    host: str = "127.0.0.1"
    port: int = Field(default=5070, ge=1, le=65535)
    max_lines: int = Field(default=200, ge=1)
    calls_per_second: float = Field(default=20.0, gt=0)
    countries: Annotated[tuple[str, ...], NoDecode] = ()
    """Countries (ISO 3166) that may be called, separated by commas; a real trunk needs some."""
    rates: dict[str, Any] = Field(default={})
    """What calls cost, as JSON: `{"+1": 0.01, "billing": {"first_s": 60, "increment_s": 60}}`."""
    minutes_max_day: float | None = Field(default=None, gt=0)
    """Minutes of answered calls on a day of UTC, after which nothing more is dialed."""
    spend_max_day: float | None = Field(default=None, gt=0)
    """The same in money, by the rates."""

    @field_validator("countries", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _parts(value)

    @field_validator("countries")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for country in value:
            if country not in SUPPORTED_REGIONS:
                raise ValueError(f"{country!r} is no ISO 3166 country (the United Kingdom is GB)")
        return value


class NodeSettings(BaseSettings):
    """One node: an engine and its Asterisk."""

    model_config = SettingsConfigDict(env_prefix="OUTPACE_", extra="ignore")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "node"
    """Of this node, unlike that of any other on the same database: leases are in its name."""
    home: Path = Path("var/node")
    """Folder of the database, the control socket and the log."""
    database_url: str = ""
    """SQLAlchemy-style URL; the embedded SQLite file in `home` when empty."""
    asterisk_home: Path = Path("var/node/asterisk")
    """Folder of the Asterisk instance: its spool (recordings) and its journal."""
    ami_host: str = "127.0.0.1"
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_user: str = "outpace"
    ami_secret: SecretStr = SecretStr("")
    agi_host: str = "127.0.0.1"
    agi_port: int = Field(default=4573, ge=0, le=65535)
    agi_admitted: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1",)
    """Addresses that may speak to the FastAGI server, separated by commas."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    rules: Path | None = None
    """Folder with calling rules of your own, which replace or add to those that ship."""
    redis_url: SecretStr = SecretStr("")
    """Where engines are asked and heard by other hosts; by this one only, when empty."""
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8080, ge=0, le=65535)
    api_tls_cert: Path | None = None
    """Certificate chain (PEM) of the API; without one it speaks plain HTTP."""
    api_tls_key: Path | None = None
    trunk: TrunkSettings = Field(default_factory=TrunkSettings)

    @field_validator("agi_admitted", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _parts(value)

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home.resolve()}/outpace.db"

    @property
    def recordings(self) -> Path:
        """Where Asterisk writes recordings."""
        return self.asterisk_home / "spool" / "monitor"

    @property
    def journal(self) -> Path:
        """Asterisk's own journal of our channels."""
        return self.asterisk_home / "log" / "cel-custom" / "outpace.csv"

    @property
    def prompts(self) -> Path:
        """The prompts of the node's Asterisk."""
        return self.asterisk_home / "etc" / "prompts"


def load_settings(home: Path | None = None) -> NodeSettings:
    """Read the settings; `home/node.env` adds to the environment, which wins.

    Raises:
        BadInput: a value is missing or out of range.
    """
    env_file = (home / "node.env") if home is not None else None
    try:
        trunk = TrunkSettings(_env_file=env_file)
    except ValidationError as error:
        raise _bad_setting("OUTPACE_TRUNK_", error) from None
    try:
        settings = NodeSettings(_env_file=env_file, trunk=trunk)
    except ValidationError as error:
        raise _bad_setting("OUTPACE_", error) from None
    return settings if home is None else settings.model_copy(update={"home": home})


def _bad_setting(prefix: str, error: ValidationError) -> BadInput:
    first = error.errors()[0]
    name = prefix + "_".join(str(part) for part in first["loc"]).upper()
    return BadInput(name, str(first["msg"]), "correct it in the environment or node.env")
