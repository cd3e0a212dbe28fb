"""Settings of one node: names, types, ranges and defaults.

Each is checked here once; a wrong one is named with its fix. Refuses to know what they are for, and
where they are written (`dialer.setting_sources`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dialer.domain.ice import ice_problem
from dialer.domain.recording import Codec
from dialer.domain.voicemail import FOLDER
from dialer.errors import BadInput
from dialer.setting_sources import ENV_NAME, Found, found_in, unknown_variables
from dialer.trunk_settings import AnotherTrunk, TrunkFields, TrunkSettings, parts_of


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
    asterisk_sip_host: str = "127.0.0.1"
    """Address on which Asterisk listens for carrier and softphones."""
    asterisk_sip_port: int = Field(default=5060, ge=1, le=65535)
    asterisk_rtp_start: int = Field(default=10_000, ge=1024, le=65535)
    asterisk_rtp_end: int = Field(default=13_999, ge=1024, le=65535)
    """Ports of audio: two for each channel."""
    asterisk_external_address: str = ""
    """Our address as carriers see it, where Asterisk is behind NAT; empty: it is not."""
    asterisk_local_net: Annotated[tuple[str, ...], NoDecode] = ()
    """Networks inside of that NAT, separated by commas: they are told the local address."""
    asterisk_phones: Path | None = None
    """CSV of the agents' softphones: name and password."""
    asterisk_http_port: int = Field(default=8088, ge=0, le=65535)
    """Port, on this machine only, of Asterisk's HTTP server: phones on record are pushed by it, and
    browsers' SIP is handed to it; 0: neither."""
    asterisk_tcp: bool = False
    """Whether softphones may come by TCP too, on the port of UDP."""
    asterisk_tls_port: int = Field(default=0, ge=0, le=65535)
    """Port of TLS for softphones and trunks; 0: none. It needs a certificate."""
    asterisk_tls_cert: Path | None = None
    """Certificate chain (PEM) that softphones and carriers are shown."""
    asterisk_tls_key: Path | None = None
    asterisk_tls_ca: Path | None = None
    """Certificates (PEM) of those who vouch for carriers over TLS; empty: whom this machine
    trusts."""
    asterisk_stun: str = ""
    """STUN server (host:port) by which Asterisk learns its address, for browsers beyond a NAT."""
    microphone_silent_s: float = Field(default=20.0, ge=0, le=3600)
    """How long an agent may say nothing in a talk until it is told; 0: nobody listens."""
    phone_websocket_url: str = ""
    """Where browsers' softphones are told to connect; empty: /sip of the page's own site."""
    phone_ice_servers: Annotated[tuple[str, ...], NoDecode] = ()
    """STUN and TURN servers that browsers' softphones are told, separated by commas."""
    phone_turn_secret: SecretStr = SecretStr("")
    """Shared with the TURN servers, which let in for a while whom we give a login made with it."""
    phone_turn_s: float = Field(default=43_200, ge=300, le=604_800)
    """How long such a login holds; a page asks for the next one before its next call."""
    ami_host: str = "127.0.0.1"
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_user: str = "outpace"
    ami_secret: SecretStr = SecretStr("")
    agi_host: str = "127.0.0.1"
    agi_port: int = Field(default=4573, ge=0, le=65535)
    agi_admitted: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1",)
    """Addresses that may speak to the FastAGI server, separated by commas."""
    transfer_to: Annotated[tuple[str, ...], NoDecode] = ()
    """Outside numbers that agents may reach, or beginnings ("+1202*"), separated by commas."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    session_s: float = Field(default=12 * 3600.0, ge=60, le=30 * 24 * 3600)
    """Longest time from a log-in over the API to the end of its session."""
    session_idle_s: float = Field(default=2 * 3600.0, ge=60, le=30 * 24 * 3600)
    """Time without a request after which a session is over."""
    drain_limit_s: float = Field(default=0.0, ge=0, le=86_400)
    """How long talks may go on after SIGTERM; 0: it ends at once, talks stay with Asterisk."""
    disk_free_min_mib: int = Field(default=512, ge=0)
    """With less free space than this (MiB) the node is not ready."""
    metrics_token: SecretStr = SecretStr("")
    """Whoever reads /metrics must send it as a Bearer token; empty: anybody may."""
    rules: Path | None = None
    """Folder with calling rules of your own, which replace or add to those that ship."""
    recordings_codec: Codec = Codec.WAV
    """In what form recordings are kept: wav, opus or mp3."""
    recordings_program: str = ""
    """Program that makes opus or mp3, by name or path; empty: the first that is there."""
    recordings_key_file: Path | None = None
    """Master keys; with them recordings are encrypted."""
    recordings_store: Literal["disk", "s3"] = "disk"
    """Where finished recordings are kept."""
    recordings_folder: Path | None = None
    """Folder of the store on disk; where Asterisk writes them, when empty."""
    recordings_s3_bucket: str = ""
    recordings_s3_prefix: str = ""
    """Before each name in the bucket, such as `recordings/`."""
    recordings_s3_endpoint: str = ""
    """URL of a server that speaks as S3 does; Amazon's, when empty."""
    recordings_s3_region: str = ""
    recordings_s3_access_key: str = ""
    recordings_s3_secret_key: SecretStr = SecretStr("")
    speech_command: str = ""
    """Program that speaks flows' texts, with {language} and {file} (WAV, 16 bit) in it; the text is
    on its standard input. Empty: espeak-ng, where there is one."""
    webhooks_private: bool = False
    """Whether webhooks may be in our own networks, and there without TLS."""
    redis_url: SecretStr = SecretStr("")
    """Where engines are asked and heard by other hosts; by this one only, when empty."""
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8080, ge=0, le=65535)
    api_tls_cert: Path | None = None
    """Certificate chain (PEM) of the API; without one it speaks plain HTTP."""
    api_tls_key: Path | None = None
    api_behind_tls: bool = False
    """Whether a proxy before the API speaks TLS: then cookies go by nothing else."""
    api_proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1",)
    """Addresses of proxies whose word on who asks is taken, separated by commas."""
    trunk: TrunkSettings = Field(default_factory=TrunkSettings)
    trunks: tuple[AnotherTrunk, ...] = ()
    """Trunks besides that one, as JSON; in TOML one `[[trunks]]` each."""

    @field_validator(
        "agi_admitted",
        "api_proxies",
        "phone_ice_servers",
        "asterisk_local_net",
        "transfer_to",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return parts_of(value)

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        names = [trunk.name for trunk in self.all_trunks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two trunks are called {twice[0]!r}")
        return self

    @model_validator(mode="after")
    def _ice_can_be_used(self) -> Self:
        secret = bool(self.phone_turn_secret.get_secret_value())
        for url in self.phone_ice_servers:
            problem = ice_problem(url, turn_secret=secret)
            if problem is not None:
                raise ValueError(f"phone_ice_servers: {problem}")
        return self

    @property
    def all_trunks(self) -> tuple[TrunkFields, ...]:
        """Those of `[[trunks]]`, and that of `[trunk]` if it is said or the only one."""
        own = () if self.trunks and not self.trunk.model_fields_set else (self.trunk,)
        return (*own, *self.trunks)

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home.resolve()}/outpace.db"

    @property
    def recordings(self) -> Path:
        """Where Asterisk writes recordings."""
        return self.asterisk_home / "spool" / "monitor"

    @property
    def messages(self) -> Path:
        """Where callers' messages are."""
        return self.recordings / FOLDER

    @property
    def tenant_prompts(self) -> Path:
        """Where the files of prompts are that flows play."""
        return self.asterisk_home / "prompts"

    @property
    def speech(self) -> Path:
        """Where texts of flows are kept that were spoken."""
        return self.asterisk_home / "speech"

    @property
    def journal(self) -> Path:
        """Asterisk's own journal of our channels."""
        return self.asterisk_home / "log" / "cel-custom" / "outpace.csv"

    @property
    def prompts(self) -> Path:
        """The prompts of the node's Asterisk."""
        return self.asterisk_home / "etc" / "prompts"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it is in force."""

    name: str
    """Variable, as OUTPACE_AMI_PORT."""
    value: str
    """As text; of a secret only whether there is one."""
    source: str
    """Where it comes from."""


def load_settings(home: Path | None = None) -> NodeSettings:
    """Read the settings: the environment wins over `outpace.toml`, and that over `node.env`.

    Raises:
        BadInput: a value is missing or out of range, or something is no setting.
    """
    settings = _read(home, found_in(home, variables(), SECRETS))
    if isinstance(settings, list):
        raise settings[0]
    return settings


def examined(home: Path) -> tuple[NodeSettings | None, list[Setting], list[BadInput]]:
    """Read the settings, and return each as it is in force and everything that is wrong.

    There are no settings when one of them cannot be used.
    """
    try:
        found = found_in(home, variables(), SECRETS)
    except BadInput as problem:
        return None, [], [problem]
    problems = [
        BadInput(one.name, f"is no setting ({one.source})", "correct its name, or take it out")
        for one in unknown_variables(home, variables())
    ]
    read = _read(home, found)
    shown = [_shown(name, found, None if isinstance(read, list) else read) for name in variables()]
    if isinstance(read, list):
        return None, shown, [*read, *problems]
    return read, shown, problems


def variables() -> list[str]:
    """Return the variable of each setting."""
    return [*_fields()]


def _fields() -> dict[str, tuple[type[BaseSettings], str]]:
    """Return model and field of each variable."""
    own = {f"OUTPACE_{n.upper()}": (NodeSettings, n) for n in NodeSettings.model_fields}
    del own["OUTPACE_TRUNK"]
    trunk = {f"OUTPACE_TRUNK_{n.upper()}": (TrunkSettings, n) for n in TrunkSettings.model_fields}
    return {**own, **trunk}


def _is_secret(model: type[BaseSettings], field: str) -> bool:
    return model.model_fields[field].annotation is SecretStr or field.endswith("_url")


SECRETS: Final = frozenset(name for name, (m, field) in _fields().items() if _is_secret(m, field))
"""Variables that are not to be shown, and may be given as the path of a file."""


def _read(home: Path | None, found: Mapping[str, Found]) -> NodeSettings | list[BadInput]:
    """Make settings of what the sources say, or return what is wrong with it."""
    env_file = (home / ENV_NAME) if home is not None else None
    given: dict[type[BaseSettings], dict[str, Any]] = {NodeSettings: {}, TrunkSettings: {}}
    for name, (model, field) in _fields().items():
        one = found.get(name)
        if one is not None and one.typed:
            given[model][field] = one.value
    problems: list[BadInput] = []
    trunk = TrunkSettings.model_construct()
    try:
        trunk = TrunkSettings(_env_file=env_file, **given[TrunkSettings])
    except ValidationError as error:
        problems += _bad_settings("OUTPACE_TRUNK_", error, found)
    if home is not None:
        given[NodeSettings]["home"] = home
    try:
        settings = NodeSettings(_env_file=env_file, **{**given[NodeSettings], "trunk": trunk})
    except ValidationError as error:
        problems += _bad_settings("OUTPACE_", error, found)
    return problems or settings


def _bad_settings(
    prefix: str, error: ValidationError, found: Mapping[str, Found]
) -> Iterator[BadInput]:
    for one in error.errors():
        name = prefix + "_".join(str(part) for part in one["loc"]).upper()
        at = next((found[key] for key in found if name.startswith(key)), None)
        yield BadInput(name, str(one["msg"]), f"correct it in {at.source if at else 'its source'}")


def _shown(name: str, found: Mapping[str, Found], settings: NodeSettings | None) -> Setting:
    model, field = _fields()[name]
    one = found.get(name)
    value: object = one.value if one is not None else model.model_fields[field].default
    if settings is not None:
        value = getattr(settings.trunk if model is TrunkSettings else settings, field)
    source = one.source if one is not None else "default"
    if name == "OUTPACE_HOME":
        source = "--home or OUTPACE_HOME"
    if name in SECRETS:
        plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        return Setting(name, "(hidden)" if plain else "", source)
    if name == "OUTPACE_TRUNKS":
        value = _names_of(value)  # they have passwords
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    return Setting(name, "" if value is None else str(value), source)


def _names_of(trunks: object) -> tuple[str, ...]:
    """Return the names of trunks, as far as they are understood."""
    if not isinstance(trunks, tuple | list):
        return ("(not understood)",)
    named = (one.get("name") if isinstance(one, dict) else one.name for one in trunks)
    return tuple(str(name) for name in named)
