"""The contract is the one that is kept, has examples everywhere, and what breaks it is told."""

import copy
import json
from typing import Any

import pytest
from jsonschema_rs import validator_for

from api.access import OPEN, OPERATIONS
from tools.make_openapi import committed, present
from tools.openapi_changes import breaking

METHODS = ("get", "put", "post", "patch", "delete")


def operations(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for path in contract["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    }


def test_the_contract_is_the_one_that_is_kept() -> None:
    assert breaking(committed(), present()) == []
    kept, now = operations(committed()), operations(present())
    assert kept.keys() == now.keys(), "run: python -m tools.make_openapi"
    assert committed() == present(), "run: python -m tools.make_openapi"


def test_every_operation_has_a_row_a_summary_and_valid_examples() -> None:
    contract = present()
    for name, operation in operations(contract).items():
        assert name in OPERATIONS or name in OPEN
        assert operation["summary"]
        assert operation["description"]
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (one for body in bodies for one in body.get("content", {}).values()):
            if "schema" not in content or content["schema"] == {}:
                continue
            schema = {**content["schema"], "components": contract["components"]}
            checked = validator_for(json.loads(json.dumps(schema)))
            problems = [error.message for error in checked.iter_errors(content["example"])]
            assert problems == [], (name, content["example"])


def gone(contract: dict[str, Any]) -> None:
    del contract["paths"]["/api/v1/campaigns"]["get"]


def asked_for(contract: dict[str, Any]) -> None:
    contract["components"]["schemas"]["NewCampaign"]["required"].append("settings")


def fewer_modes(contract: dict[str, Any]) -> None:
    settings = contract["components"]["schemas"]["CampaignSettings"]
    settings["properties"]["mode"]["enum"].remove("power")


def lower_limit(contract: dict[str, Any]) -> None:
    settings = contract["components"]["schemas"]["CampaignSettings"]
    settings["properties"]["power_ratio"]["maximum"] = 10


def less_answered(contract: dict[str, Any]) -> None:
    del contract["components"]["schemas"]["CampaignShown"]["properties"]["state"]


def fewer_roles(contract: dict[str, Any]) -> None:
    contract["paths"]["/api/v1/campaigns"]["post"]["x-roles"] = ["administrator"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (gone, "GET /api/v1/campaigns is gone"),
        (asked_for, "POST /api/v1/campaigns: body.settings is asked for"),
        (fewer_modes, "POST /api/v1/campaigns: body.settings.mode: power is refused"),
        (lower_limit, "POST /api/v1/campaigns: body.settings.power_ratio: maximum is 10"),
        (less_answered, "GET /api/v1/campaigns 200.items[].state is gone"),
        (fewer_roles, "POST /api/v1/campaigns: campaign_manager may not ask any more"),
    ],
)
def test_what_breaks_is_told(change: Any, told: str) -> None:
    contract = present()
    changed = copy.deepcopy(contract)
    change(changed)
    assert told in breaking(contract, changed)
    assert told not in breaking(changed, contract)


def test_what_is_added_breaks_nothing() -> None:
    contract = present()
    less = copy.deepcopy(contract)
    del less["paths"]["/api/v1/campaigns"]["get"]
    settings = less["components"]["schemas"]["CampaignSettings"]
    del settings["properties"]["cue"]
    assert breaking(less, contract) == []
