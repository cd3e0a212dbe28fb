"""`outpace asterisk run`: the node's Asterisk in the foreground, configured by the node's settings.

For systemd and containers. Knows which setting is which value of the configuration. Refuses to know
how it is rendered and run.
"""

import csv
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk.conf import (
    AgentPhone,
    Ari,
    NodeConf,
    Tls,
    Trunk,
    WebSocket,
    ari_secret,
)
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import Port
from dialer.adapters.asterisk.render import shipped_templates
from dialer.cli.told import Home, errors_told
from dialer.domain.phone import Transport
from dialer.errors import BadInput
from dialer.settings import NodeSettings, load_settings
from dialer.trunk_settings import TrunkFields

_USUAL_AUTHORITIES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
)


def run(home: Home) -> None:
    """Run the node's Asterisk in the foreground: trunk, ports, secret, phones by its settings."""
    with errors_told():
        settings = load_settings(home)
        conf = conf_of(settings)
        ports: list[Port] = [
            ("udp", conf.sip_host, conf.sip_port),
            ("tcp", conf.ami_host, conf.ami_port),
        ]
        if conf.ari is not None:
            ports.append(("tcp", conf.ari.host, conf.ari.port))
        if conf.tls is not None:
            ports.append(("tcp", conf.tls.host, conf.tls.port))
        if conf.by_tcp:
            ports.append(("tcp", conf.sip_host, conf.sip_port))
        instance = AsteriskInstance(
            install(), settings.asterisk_home, shipped_templates(), conf.values(), ports=ports
        )
        instance.become()


def conf_of(settings: NodeSettings) -> NodeConf:
    """Return the configuration that a node's settings ask for.

    Raises:
        BadInput: a setting that Asterisk's files would misread, or a list of phones that is none.
    """
    first, *more = map(trunk_of, settings.all_trunks)
    secret = settings.ami_secret.get_secret_value()
    if not secret:
        raise BadInput("OUTPACE_AMI_SECRET", "is empty", "set it; Asterisk and engine share it")
    http_port = settings.asterisk_http_port
    return NodeConf(
        sip_host=settings.asterisk_sip_host,
        sip_port=settings.asterisk_sip_port,
        rtp_start=settings.asterisk_rtp_start,
        rtp_end=settings.asterisk_rtp_end,
        ami_host=settings.ami_host,
        ami_port=settings.ami_port,
        ami_user=settings.ami_user,
        ami_secret=secret,
        agi_host=settings.agi_host,
        agi_port=settings.agi_port,
        external_address=settings.asterisk_external_address,
        local_net=settings.asterisk_local_net,
        trunk=first,
        more_trunks=tuple(more),
        agents=tuple(phones_in(settings.asterisk_phones)) if settings.asterisk_phones else (),
        ari=Ari(http_port, ari_secret(secret)) if http_port else None,
        websocket=WebSocket(http_port) if http_port else None,
        tcp=settings.asterisk_tcp,
        tls=_tls(settings),
        microphone_watch=settings.microphone_silent_s > 0,
        stun=settings.asterisk_stun,
    )


def _tls(settings: NodeSettings) -> Tls | None:
    if not settings.asterisk_tls_port:
        return None
    certificate, key = settings.asterisk_tls_cert, settings.asterisk_tls_key
    if certificate is None or key is None:
        fix = "name certificate and key (PEM), or set the port to 0"
        raise BadInput("OUTPACE_ASTERISK_TLS_CERT", "TLS needs a certificate", fix)
    return Tls(
        settings.asterisk_tls_port,
        certificate.resolve(),
        key.resolve(),
        settings.asterisk_sip_host,
        _authorities(settings),
    )


def _authorities(settings: NodeSettings) -> Path | None:
    """Return who vouches for carriers: as the settings say, else whom this machine trusts.

    Raises:
        BadInput: a trunk needs them, and there are none.
    """
    if all(trunk.transport is not Transport.TLS for trunk in settings.all_trunks):
        return None
    named = settings.asterisk_tls_ca
    usual = ssl.get_default_verify_paths()
    for file in (named,) if named is not None else (usual.cafile, *_USUAL_AUTHORITIES):
        if file is not None and Path(file).is_file():
            return Path(file).resolve()
    problem = f"there is no file {named}" if named is not None else "this machine trusts nobody"
    fix = "name a file (PEM) with the certificates of those who vouch for the carrier"
    raise BadInput("OUTPACE_ASTERISK_TLS_CA", problem, fix)


def trunk_of(trunk: TrunkFields) -> Trunk:
    """Return what Asterisk's configuration needs to know of a trunk.

    Raises:
        BadInput: a value that Asterisk's files would misread.
    """
    return Trunk(
        trunk.host,
        trunk.port,
        trunk.name,
        username=trunk.username,
        password=trunk.password.get_secret_value(),
        inbound_from=trunk.inbound_from,
        codecs=trunk.codecs,
        qualify_s=trunk.qualify_s,
        register_there=trunk.register_there,
        from_domain=trunk.from_domain,
        verified_in=trunk.verified_in,
        transport=trunk.transport,
        srtp=trunk.srtp,
    )


def phones_in(path: Path) -> Iterator[AgentPhone]:
    """Read the agents' phones: `name,password` on each line; a first line `name,password` may be.

    Raises:
        BadInput: it cannot be read, or a line is no phone; a password is never repeated.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        problem = f"{path} cannot be read ({why})"
        raise BadInput("OUTPACE_ASTERISK_PHONES", problem, "name a CSV of phones") from None
    for number, row in enumerate(csv.reader(lines), start=1):
        values = [value.strip() for value in row]
        if not any(values) or (number == 1 and values == ["name", "password"]):
            continue
        if len(values) != 2:
            problem = f"has {len(values)} values"
            raise BadInput(f"{path} line {number}", problem, "write name,password")
        yield AgentPhone(values[0], values[1])
