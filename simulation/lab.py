"""A whole node for demos, tests and benchmarks: Asterisk, carrier, phones, settings.

The dialer's Asterisk, the simulated carrier with the agents' phones, and what an engine needs to
run on them: everything on free ports in one folder, so that several live side by side. Knows how
the parts fit; refuses to know campaigns. All calls block.
"""

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from dialer.adapters.asterisk.conf import AgentPhone, NodeConf, Trunk
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import free_port_range, free_ports
from dialer.adapters.asterisk.render import shipped_templates
from simulation.carrier.carrier import Carrier
from simulation.carrier.plan import Line

HOST: Final = "127.0.0.1"
FIRST_AGENT: Final = 1001


class Lab:
    """One node and the network around it.

    Args:
        installation: the Asterisk both run.
        home: folder of everything; made when missing, kept afterwards.
        agents: how many phones the carrier registers, named 1001 and up.
        plan: lines of the network besides the digit plan.
        lines: channels each Asterisk can hold.
        calls_per_second: what the trunk allows.
        carrier_port: port of another carrier than our own; 0 starts the simulated one.
        extra_agents: names of further agents, whose phones somebody else plays.
        die_with_parent: end with the thread that called `start`.
        templates: of another configuration than the one that ships.
    """

    def __init__(
        self,
        installation: Installation,
        home: Path,
        *,
        agents: int = 8,
        plan: Iterable[Line] = (),
        lines: int = 200,
        calls_per_second: float = 50.0,
        carrier_port: int = 0,
        extra_agents: Iterable[str] = (),
        die_with_parent: bool = False,
        templates: Path | None = None,
    ) -> None:
        self.home = home.resolve()
        self.settings: dict[str, object] = {}
        """More settings of the node, by variable; to be set before the start."""
        self._max_lines = lines
        self._calls_per_second = calls_per_second
        self.ami_secret = secrets.token_urlsafe(18)
        self.agents = tuple(
            AgentPhone(str(FIRST_AGENT + index), secrets.token_urlsafe(9))
            for index in range(agents)
        )
        self.extra_agents = tuple(
            AgentPhone(name, secrets.token_urlsafe(9)) for name in extra_agents
        )
        self.sip_port = free_ports(1, "udp", HOST)[0]
        self.ami_port, self.agi_port = free_ports(2, "tcp", HOST)
        rtp = free_port_range(4 * lines, HOST)
        self.carrier: Carrier | None = None
        if carrier_port == 0:
            self.carrier = Carrier(
                installation,
                self.home / "carrier",
                dialer_port=self.sip_port,
                agents=self.agents,
                plan=plan,
                lines=2 * lines,
                die_with_parent=die_with_parent,
            )
            carrier_port = self.carrier.sip_port
        self.carrier_port = carrier_port
        conf = NodeConf(
            sip_port=self.sip_port,
            rtp_start=rtp[0],
            rtp_end=rtp[-1],
            ami_port=self.ami_port,
            ami_secret=self.ami_secret,
            agi_port=self.agi_port,
            trunk=Trunk(host=HOST, port=carrier_port),
            agents=self.agents + self.extra_agents,
        )
        self.asterisk = AsteriskInstance(
            installation,
            self.home / "asterisk",
            templates or shipped_templates(),
            conf.values(),
            ports=[("udp", HOST, self.sip_port), ("tcp", HOST, self.ami_port)],
            die_with_parent=die_with_parent,
        )

    def start(self) -> None:
        """Start both and write the engine's settings."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.asterisk.start()
        if self.carrier is not None:
            self.carrier.start()
        self.write_settings()

    def write_settings(self) -> None:
        """Write `node.env`, which `outpace engine --home` reads."""
        lines = {
            "OUTPACE_ASTERISK_HOME": self.asterisk.home,
            "OUTPACE_AMI_PORT": self.ami_port,
            "OUTPACE_AMI_SECRET": self.ami_secret,
            "OUTPACE_AGI_PORT": self.agi_port,
            "OUTPACE_TRUNK_HOST": HOST,
            "OUTPACE_TRUNK_PORT": self.carrier_port,
            "OUTPACE_TRUNK_MAX_LINES": self._max_lines,
            "OUTPACE_TRUNK_CALLS_PER_SECOND": self._calls_per_second,
            **self.settings,
        }
        path = self.home / "node.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))

    def stop(self) -> None:
        """End both."""
        if self.carrier is not None:
            self.carrier.stop()
        self.asterisk.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
