"""A whole node for demos, tests and benchmarks: Asterisk, carrier, phones, settings.

The dialer's Asterisk, the simulated carrier with the agents' phones, and what an engine needs to
run on them: everything on free ports in one folder, so that several live side by side. Knows how
the parts fit; refuses to know campaigns. All calls block.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self

from dialer.adapters.asterisk.conf import (
    AgentPhone,
    Ari,
    NodeConf,
    Tls,
    Trunk,
    WebSocket,
    ari_secret,
)
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import free_port_range, free_ports
from dialer.adapters.asterisk.render import shipped_templates
from dialer.domain.phone import Transport
from simulation.carrier.carrier import Carrier
from simulation.carrier.plan import Line

HOST: Final = "127.0.0.1"
FIRST_AGENT: Final = 1001
QUALIFY_S: Final = 2
"""A carrier that falls silent is seen soon: there is one machine, and nothing to wait for."""


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
        more_trunks: further trunks by name, each with the port of its carrier; 0 starts another
            simulated one.
        die_with_parent: end with the thread that called `start`.
        pushed_phones: whether the dialer's Asterisk takes phones of the record, and browsers.
        microphone_silent_s: how long agents may say nothing in a talk; 0: nobody listens.
        tls: certificate and key, for softphones that come by TLS; they may come by TCP then, too. A
            carrier over TLS must have the same.
        trunk_transports: of further trunks, by name, where it is not UDP; by TLS with SRTP.
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
        more_trunks: Mapping[str, int] | None = None,
        die_with_parent: bool = False,
        pushed_phones: bool = False,
        tls: tuple[Path, Path] | None = None,
        trunk_transports: Mapping[str, Transport] | None = None,
        microphone_silent_s: float = 0.0,
        templates: Path | None = None,
    ) -> None:
        self.home = home.resolve()
        self.settings: dict[str, object] = {}
        """More settings of the node, by variable; to be set before the start."""
        self.more_settings: dict[str, dict[str, object]] = {}
        """More settings of further trunks, by name."""
        self._max_lines = lines
        self._microphone_silent_s = microphone_silent_s
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
        self.ami_port, self.agi_port, self.http_port, self.tls_port = free_ports(4, "tcp", HOST)
        if not pushed_phones:
            self.http_port = 0
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
        self.more_carriers = {
            name: Carrier(
                installation,
                self.home / f"carrier-{name}",
                dialer_port=self.sip_port,
                plan=plan,
                lines=2 * lines,
                die_with_parent=die_with_parent,
            )
            for name, port in (more_trunks or {}).items()
            if port == 0
        }
        self.more_ports = {
            name: port or self.more_carriers[name].sip_port
            for name, port in (more_trunks or {}).items()
        }
        transports = trunk_transports or {}
        for name, transport in transports.items():
            secure = {"srtp": True} if transport is Transport.TLS else {}
            self.more_settings[name] = {"transport": transport.value, **secure}
        conf = NodeConf(
            sip_port=self.sip_port,
            rtp_start=rtp[0],
            rtp_end=rtp[-1],
            ami_port=self.ami_port,
            ami_secret=self.ami_secret,
            agi_port=self.agi_port,
            trunk=Trunk(host=HOST, port=carrier_port, qualify_s=QUALIFY_S),
            more_trunks=tuple(
                Trunk(
                    host=HOST,
                    port=port,
                    name=name,
                    qualify_s=QUALIFY_S,
                    transport=transports.get(name, Transport.UDP),
                    srtp=transports.get(name) is Transport.TLS,
                )
                for name, port in self.more_ports.items()
            ),
            agents=self.agents + self.extra_agents,
            ari=Ari(self.http_port, ari_secret(self.ami_secret)) if pushed_phones else None,
            websocket=WebSocket(self.http_port) if pushed_phones else None,
            tls=Tls(self.tls_port, *tls, HOST, tls[0]) if tls else None,
            tcp=tls is not None,
            microphone_watch=microphone_silent_s > 0,
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
        for carrier in self.more_carriers.values():
            carrier.start()
        self.write_settings()

    def write_settings(self) -> None:
        """Write `node.env`, which `outpace engine --home` reads."""
        lines = {
            "OUTPACE_ASTERISK_HOME": self.asterisk.home,
            "OUTPACE_AMI_PORT": self.ami_port,
            "OUTPACE_AMI_SECRET": self.ami_secret,
            "OUTPACE_AGI_PORT": self.agi_port,
            "OUTPACE_ASTERISK_HTTP_PORT": self.http_port,
            "OUTPACE_MICROPHONE_SILENT_S": self._microphone_silent_s,
            "OUTPACE_TRUNK_HOST": HOST,
            "OUTPACE_TRUNK_PORT": self.carrier_port,
            "OUTPACE_TRUNK_MAX_LINES": self._max_lines,
            "OUTPACE_TRUNK_CALLS_PER_SECOND": self._calls_per_second,
            **self.settings,
        }
        more = [
            {
                "name": name,
                "host": HOST,
                "port": port,
                "max_lines": self._max_lines,
                "calls_per_second": self._calls_per_second,
                **self.more_settings.get(name, {}),
            }
            for name, port in self.more_ports.items()
        ]
        if more:
            lines["OUTPACE_TRUNKS"] = f"'{json.dumps(more)}'"
        path = self.home / "node.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))

    def stop(self) -> None:
        """End both."""
        if self.carrier is not None:
            self.carrier.stop()
        for carrier in self.more_carriers.values():
            carrier.stop()
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
