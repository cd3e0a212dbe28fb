"""The simulated carrier as a process: a second Asterisk, with the agents' phones in it.

Knows how to start one on free ports so that several live side by side, and how to give it a new
plan. Refuses to know campaigns and the engine. All calls block: an event loop runs them in a
thread.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from dialer.adapters.asterisk.conf import AgentPhone
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import Kind, free_port_range, free_ports
from simulation.carrier.plan import DIGIT_PREFIX, DIGITS, Line, render_plan
from simulation.carrier.tones import CUSTOMER_TONES_HZ, FAX_HZ, SPACING_HZ, agent_tone_hz

SERVER_NAME: Final = "Outpace-Carrier"
"""What it calls itself in answers to OPTIONS (header Server): no real person is behind it."""

HELLO_S: Final = 0.5
"""About how long a person says hello before a key can be pressed."""

_TEMPLATES: Final = Path(__file__).with_name("conf")


@dataclass(frozen=True, slots=True)
class SimulatedPhone:
    """An agent's phone in the carrier: registers, answers by itself, sends its own tone."""

    name: str
    password: str
    tone_hz: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierConf:
    """All values of the carrier's templates, which see it as `carrier`."""

    host: str
    sip_port: int
    rtp_start: int
    rtp_end: int
    dialer_host: str
    dialer_port: int
    phones: tuple[SimulatedPhone, ...]
    server_name: str = SERVER_NAME
    digit_prefix: str = DIGIT_PREFIX
    digit_outcomes: tuple[str, ...] = tuple(
        outcome.value for outcome, _ in sorted(DIGITS.items(), key=lambda item: item[1])
    )
    tones_hz: tuple[int, ...] = CUSTOMER_TONES_HZ
    tone_spacing_hz: int = SPACING_HZ
    fax_hz: int = FAX_HZ
    hello_s: float = HELLO_S
    transport: str = "udp"
    certificate: Path | None = None
    private_key: Path | None = None


class Carrier:
    """One simulated telephone network.

    Args:
        installation: the Asterisk to run.
        home: folder of its files; made when missing, kept afterwards.
        dialer_port: SIP port of the dialer's Asterisk, where the phones register. Start that one
            first: a registration nobody answers is tried again only after 6 s.
        agents: one phone for each; its tone is `agent_tone_hz` of its place.
        plan: the lines of the network; other numbers do not exist, but for `digit_number`.
        lines: how many channels can live at once (phones included).
        die_with_parent: as `AsteriskInstance`.
        tcp: it speaks SIP over TCP instead of UDP, and has no phones.
        tls: certificate and key; it speaks SIP over TLS instead of UDP, takes no call whose audio
            is in clear, and has no phones.

    Raises:
        ValueError: two lines have one number.
    """

    def __init__(
        self,
        installation: Installation,
        home: Path,
        *,
        dialer_port: int,
        agents: Sequence[AgentPhone] = (),
        plan: Iterable[Line] = (),
        host: str = "127.0.0.1",
        dialer_host: str = "127.0.0.1",
        lines: int = 200,
        die_with_parent: bool = False,
        tcp: bool = False,
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        self.plan = tuple(plan)
        self.agents = tuple(
            SimulatedPhone(agent.name, agent.password, agent_tone_hz(index))
            for index, agent in enumerate(agents)
        )
        self.host = host
        kind: Kind = "tcp" if tcp or tls else "udp"
        self.sip_port = free_ports(1, kind, host)[0]
        rtp = free_port_range(2 * lines, host)
        conf = CarrierConf(
            host=host,
            sip_port=self.sip_port,
            rtp_start=rtp[0],
            rtp_end=rtp[-1],
            dialer_host=dialer_host,
            dialer_port=dialer_port,
            phones=self.agents,
            transport="tls" if tls else kind,
            certificate=tls[0] if tls else None,
            private_key=tls[1] if tls else None,
        )
        self.instance = AsteriskInstance(
            installation,
            home,
            _TEMPLATES,
            {"carrier": conf},
            ports=[(kind, host, self.sip_port)],
            die_with_parent=die_with_parent,
        )
        self._plan_file = self.instance.dirs.etc / "plan.conf"
        self._plan_text = render_plan(self.plan)

    @property
    def tones_hz(self) -> Mapping[str, int]:
        """The tone of each agent's phone, by the agent's name."""
        return {phone.name: phone.tone_hz for phone in self.agents}

    def start(self, timeout_s: float = 20.0) -> None:
        """Start it, and wait until it takes calls.

        Raises:
            PortInUse, StartFailed: see `AsteriskInstance.start`.
        """
        self._write_plan()
        self.instance.start(timeout_s)

    def stop(self) -> None:
        """End it; its phones say good-bye to the dialer."""
        self.instance.stop()

    def load(self, plan: Iterable[Line]) -> None:
        """Take another plan while it runs; calls that live go on.

        Raises:
            ValueError: two lines have one number.
            SwitchUnavailable: it does not run.
        """
        self.plan = tuple(plan)
        self._plan_text = render_plan(self.plan)
        self._write_plan()
        self.instance.rx("dialplan reload")

    def register(self, name: str) -> None:
        """Have an agent's phone register now (again).

        Raises:
            SwitchUnavailable: it does not run.
        """
        self.instance.rx(f"pjsip send register phone-{name}")

    def registered(self) -> set[str]:
        """Return the agents whose phones are registered with the dialer now.

        Raises:
            SwitchUnavailable: it does not run.
        """
        rows = self.instance.rx("pjsip show registrations").splitlines()
        return {
            row.split("/", 1)[0].strip().removeprefix("phone-")
            for row in rows
            if row.lstrip().startswith("phone-") and " Registered" in row
        }

    def unregister(self, name: str) -> None:
        """Have an agent's phone say good-bye; a call on it goes on.

        Raises:
            SwitchUnavailable: it does not run.
        """
        self.instance.rx(f"pjsip send unregister phone-{name}")

    def hang_up_phone(self, name: str) -> None:
        """Have an agent's phone hang up its call, as the agent would.

        Raises:
            SwitchUnavailable: it does not run.
        """
        for line in self.instance.rx("core show channels concise").splitlines():
            channel, _, rest = line.partition("!")
            if f"!phone-{name}!" in f"!{rest}":
                self.instance.rx(f"channel request hangup {channel}")

    def channel_count(self) -> int:
        """Count the calls in the network and on the phones now.

        Raises:
            SwitchUnavailable: it does not run.
        """
        return len(self.instance.rx("core show channels concise").splitlines())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _write_plan(self) -> None:
        self._plan_file.parent.mkdir(parents=True, exist_ok=True)
        self._plan_file.write_text(self._plan_text, encoding="ascii")
