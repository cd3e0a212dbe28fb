"""The contract as OpenAPI tells it: problems on every operation, examples, who may ask.

Made from the routes. What pydantic cannot know is added: how errors read, how one proves who one
is, and an example of everything that is sent or answered, put together from those of the fields.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from api.access import OPEN, OPERATIONS
from api.asking import COOKIE
from api.errors import MEDIA_TYPE
from api.once import HEADER as IDEMPOTENCY_KEY

_METHODS: Final = frozenset({"get", "put", "post", "patch", "delete"})
_REF: Final = "#/components/schemas/"
_DEPTH_MOST: Final = 8
"""Schemas within schemas that an example shows."""


class FieldProblem(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(examples=["body.power_ratio"])
    problem: str = Field(examples=["Input should be less than or equal to 20"])
    fix: str = Field(examples=["send a value that the contract allows"])
    line: int | None = Field(default=None, description="Of a text that has lines.")


class Problem(BaseModel):
    """What is wrong, where, and what to do about it (RFC 9457)."""

    type: str = Field(examples=["urn:outpace:problem:invalid"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    code: str = Field(description="Stable: for programs.", examples=["invalid"])
    detail: str = Field(examples=["body.power_ratio: Input should be less than or equal to 20"])
    field: str = Field(examples=["body.power_ratio"])
    fix: str = Field(examples=["send a value that the contract allows"])
    errors: list[FieldProblem] | None = None


def describe(app: FastAPI) -> None:
    """Have an application tell its contract so."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = contract_of(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def contract_of(app: FastAPI) -> dict[str, Any]:
    """Return the contract of an application's routes."""
    contract = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    parts = contract.setdefault("components", {})
    schemas: dict[str, Any] = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (FieldProblem, Problem):
        schemas[model.__name__] = model.model_json_schema(ref_template=_REF + "{model}")
        schemas[model.__name__].pop("$defs", None)
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Of a machine."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "Of a person; changes need the header X-CSRF-Token as well.",
        },
    }
    for path in contract["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                _complete(operation, method, schemas)
    return contract


def _complete(operation: dict[str, Any], method: str, schemas: Mapping[str, Any]) -> None:
    name = operation["operationId"]
    answers = operation["responses"]
    answers.pop("422", None)
    answers["default"] = {
        "description": "A problem.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": _REF + "Problem"},
                "example": example_of({"$ref": _REF + "Problem"}, schemas),
            }
        },
    }
    if name in OPERATIONS:
        row = OPERATIONS[name]
        operation["security"] = [{"token": []}, {"session": []}]
        operation["x-roles"] = sorted(row.roles)
        operation["x-scope"] = row.scope
    elif name in OPEN:
        operation["security"] = []
    if method == "post":
        operation.setdefault("parameters", []).append(
            {
                "name": IDEMPOTENCY_KEY,
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "description": "A request that is sent again under the same key is answered as "
                "the first time, and not done again.",
                "example": "order-4711",
            }
        )
    for content in _contents(operation):
        schema = content.get("schema")
        if schema and "example" not in content and "examples" not in content:
            content["example"] = example_of(schema, schemas)


def _contents(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return everything with a schema that an operation takes or gives as a body."""
    holders = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [content for holder in holders for content in holder.get("content", {}).values()]


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """Return an example of a schema: its own, or one put together from those of its parts."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_REF)], schemas, depth)
    for known in ("examples", "example", "const", "default", "enum"):
        if known in schema:
            value = schema[known]
            return value[0] if known in ("examples", "enum") else value
    for choice in ("allOf", "anyOf", "oneOf"):
        if choice in schema:
            return example_of(schema[choice][0], schemas, depth)
    if depth >= _DEPTH_MOST:
        return None
    return _made(schema, schemas, depth)


def _made(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            return {key: example_of(part, schemas, depth + 1) for key, part in parts.items()}
        case "array":
            return [example_of(schema["items"], schemas, depth + 1)] if "items" in schema else []
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) or 1)
        case "boolean":
            return True
        case "string":
            return "text"
    return None
