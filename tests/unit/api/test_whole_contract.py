"""The whole contract, asked with anything that it allows and much that it forbids, as every role.

Whatever is asked: no failure of the service, no answer that the contract does not know, and nothing
for whom the table of rights keeps out. `OUTPACE_CONTRACT_EXAMPLES` asks for more of each operation.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from live import live

from api.access import OPEN, OPERATIONS
from dialer.domain.roles import Role
from tools.make_openapi import committed, present

EXAMPLES = int(os.environ.get("OUTPACE_CONTRACT_EXAMPLES", "1"))
"""Requests to each operation, in fours."""

SLOW = {"simulation.run"}
STREAMS = {"feed.events"}
"""Answers without an end: listened to for `STREAM_S`."""

STREAM_S = 1.0
"""Operations that take seconds each: asked less."""

UNAVAILABLE = 503  # what waits for an engine or a switch is no failure

NAMES = sorted(
    operation["operationId"]
    for path in committed()["paths"].values()
    for operation in path.values()
)


@cache
def operations() -> dict[str, Any]:
    """Return the operations as they can be asked; loaded by the one worker that asks."""
    import schemathesis

    @schemathesis.serializer("application/x-ndjson")
    def lines(_context: object, value: object) -> bytes:
        """A line of JSON for each item; what is no list is sent as it is."""
        items = value if isinstance(value, list) else [value]
        return b"".join(json.dumps(item).encode() + b"\n" for item in items)

    contract = schemathesis.openapi.from_dict(present())
    return {
        operation.definition.raw["operationId"]: operation
        for operation in (result.ok() for result in contract.get_all_operations())
    }


@cache
def checks() -> list[Any]:
    """Return what is looked at in every answer."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as told

    return [
        not_a_server_error,
        told.status_code_conformance,
        told.content_type_conformance,
        told.response_headers_conformance,
        told.response_schema_conformance,
    ]


@dataclass
class Served:
    """A service with a campaign in it, and what was answered."""

    url: str
    campaign: str
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with live(tmp_path_factory.mktemp("contract")) as (url, _):
        made = requests.post(
            f"{url}/api/v1/campaigns",
            json={"name": "spring"},
            headers={"Authorization": "Bearer administrator@main"},
            timeout=10,
        )
        yield Served(url, made.json()["id"])


@pytest.mark.parametrize("name", NAMES)
def test_any_request_is_answered_by_the_contract_and_the_table_of_rights(
    served: Served, name: str
) -> None:
    from schemathesis.generation import GenerationMode

    operation = operations()[name]
    known = {"campaign_id": served.campaign} if "{campaign_id}" in operation.path else {}
    session = requests.Session()
    patience_s = STREAM_S if name in STREAMS else 60.0

    @settings(
        max_examples=len(Role) if name in SLOW else EXAMPLES * 4,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.one_of(
            operation.as_strategy(generation_mode=mode, path_parameters=known or None)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        ),
        st.sampled_from([*Role, None]),
    )
    def asked(case: Any, role: Role | None) -> None:
        headers = {"Authorization": f"Bearer {role.value}@main"} if role is not None else {}
        answer = case.call(
            base_url=served.url, session=session, headers=headers, timeout=patience_s
        )
        served.answers[name, answer.status_code] += 1
        if answer.status_code != UNAVAILABLE:
            case.validate_response(answer, checks=checks())
        if name in OPEN:
            return
        if role is None:
            assert answer.status_code in (400, 401, 404, 405, 413, 422), answer.text
        elif role not in OPERATIONS[name].roles:
            assert answer.status_code in (400, 403, 404, 405, 413, 422), answer.text

    asked()


def test_every_operation_of_the_table_has_a_route(served: Served) -> None:
    assert operations().keys() >= OPERATIONS.keys()
    assert {name for name, _ in served.answers} == set(NAMES)
