"""Writes the typed client's operations and types from the contract.

    python -m tools.make_client     # outpace/client/operations.py and types.py

An operation `campaigns.create` becomes `Outpace.campaigns.create`; objects become TypedDicts.
Refuses to know how requests travel (`outpace.client.transport`).
"""

import builtins
import keyword
import re
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.make_openapi import committed

FOLDER: Final = Path(__file__).resolve().parent.parent / "outpace" / "client"

_METHODS: Final = ("get", "put", "post", "patch", "delete")
_REF: Final = "#/components/schemas/"
_PLAIN: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
_JSON: Final = "application/json"

_TYPES: Final = '''"""What is sent and answered. Made by `python -m tools.make_client`."""

from typing import Any, Literal, NotRequired, TypedDict
'''

_OPERATIONS: Final = '''"""The operations of the service. Made by `python -m tools.make_client`."""

from collections.abc import AsyncIterable
from typing import Any, Literal, cast

import httpx

from outpace.client import types
from outpace.client.transport import Transport, part
'''


def name_of(schema: str) -> str:
    """Return the Python name of a schema."""
    return re.sub(r"\W+", "", schema.replace("_", ""))


def type_of(schema: Mapping[str, Any], prefix: str = "") -> str:
    """Return the Python type of a schema; `prefix` is what names of objects stand behind."""
    if "$ref" in schema:
        return prefix + name_of(schema["$ref"].removeprefix(_REF))
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema['enum'])}]"
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            kinds = dict.fromkeys(type_of(one, prefix) for one in schema[choice])
            return " | ".join(kinds)
    if len(schema.get("allOf", [])) == 1:
        return type_of(schema["allOf"][0], prefix)
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(dict.fromkeys(type_of({**schema, "type": one}, prefix) for one in kind))
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}), prefix)}]"
    if kind == "object":
        held = schema.get("additionalProperties")
        value = type_of(held, prefix) if isinstance(held, dict) else "Any"
        return f"dict[str, {value}]"
    return _PLAIN.get(str(kind), "Any")


def types_of(contract: Mapping[str, Any]) -> str:
    """Return the text of types.py."""
    parts = [_TYPES]
    for schema_name, schema in sorted(contract["components"]["schemas"].items()):
        name = name_of(schema_name)
        if "properties" not in schema:
            parts.append(f"{name} = {type_of(schema)}\n")
            continue
        required = set(schema.get("required", []))
        fields = []
        for field, part in schema["properties"].items():
            kind = type_of(part)
            fields.append((field, kind if field in required else f"NotRequired[{kind}]"))
        parts.append(_typed_dict(name, schema.get("description", ""), fields))
    return "\n\n".join(parts)


def _typed_dict(name: str, description: str, fields: list[tuple[str, str]]) -> str:
    first = (description or f"{name}.").split("\n")[0]
    if any(keyword.iskeyword(field) or not field.isidentifier() for field, _ in fields):
        inner = ", ".join(f"{field!r}: {kind!r}" for field, kind in fields)
        return f'{name} = TypedDict("{name}", {{{inner}}})\n'
    lines = [f'class {name}(TypedDict):\n    """{first}"""\n']
    lines += [f'    {field}: "{kind}"' for field, kind in fields]
    return "\n".join(lines) + "\n"


def operations_of(contract: Mapping[str, Any]) -> str:
    """Return the text of operations.py."""
    nouns: dict[str, list[str]] = defaultdict(list)
    for path, method, operation in _each(contract):
        noun, _, verb = operation["operationId"].partition(".")
        nouns[noun].append(_method(verb, path, method, operation))
    parts = [_OPERATIONS]
    for noun, methods in sorted(nouns.items()):
        title = noun.replace("_", " ")
        head = (
            f'class {_class_of(noun)}:\n    """Operations on {title}."""\n\n'
            "    def __init__(self, transport: Transport) -> None:\n"
            "        self._transport = transport\n"
        )
        parts.append("\n".join([head, *methods]))
    attributes = "\n".join(
        f"        self.{noun} = {_class_of(noun)}(self)" for noun in sorted(nouns)
    )
    parts.append(
        'class Outpace(Transport):\n    """A service, by nouns; see `Transport`."""\n\n'
        "    def __init__(\n"
        '        self,\n        url: str,\n        *,\n        token: str = "",\n'
        "        http: httpx.AsyncClient | None = None,\n        timeout_s: float = 60.0,\n"
        "    ) -> None:\n"
        "        super().__init__(url, token=token, http=http, timeout_s=timeout_s)\n" + attributes
    )
    return "\n\n".join(parts) + "\n"


def _each(contract: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, operations in sorted(contract["paths"].items()):
        for method in _METHODS:
            if method in operations:
                yield path, method, operations[method]


def _class_of(noun: str) -> str:
    return "".join(part.title() for part in noun.split("_"))


def _method(verb: str, path: str, method: str, operation: Mapping[str, Any]) -> str:
    name = _argument(verb)
    arguments: list[str] = ["self"]
    sent: list[str] = []
    parameters = operation.get("parameters", [])
    arguments += [f"{one['name']}: str" for one in parameters if one["in"] == "path"]
    arguments += _body_arguments(operation, sent)
    named, query = [], []
    for one in parameters:
        safe = _argument(one["name"])
        if one["in"] == "query":
            kind = type_of(one.get("schema", {}), "types.")
            kind = kind if "None" in kind.split(" | ") else f"{kind} | None"
            required = one.get("required")
            named.append(f"{safe}: {kind}" + ("" if required else " = None"))
            query.append(f'"{one["name"]}": {safe}')
        elif one["in"] == "header" and safe in ("if_match", "idempotency_key"):
            named.append(f"{safe}: str | None = None")
            sent.append(f"{safe}={safe}")
    if named:
        arguments += ["*", *sorted(named, key=lambda text: " = " in text)]
    if query:
        sent.insert(0, f"query={{{', '.join(query)}}}")
    kind, result = _result(operation)
    path_text = f'"{path}"'
    if "{" in path:
        path_text = 'f"' + re.sub(r"\{(\w+)\}", r"{part(\1)}", path) + '"'
    call = ", ".join([f'"{method.upper()}"', path_text, *sent])
    doc = operation.get("description") or operation["summary"]
    first = doc.split("\n")[0]
    body = [f'"""{first}"""', f"answer = await self._transport.request({call})", f"return {result}"]
    if kind == "None":
        body = [body[0], f"await self._transport.request({call})"]
    text = f"async def {name}({', '.join(arguments)}) -> {kind}:\n" + textwrap.indent(
        "\n".join(body), "    "
    )
    return textwrap.indent(text, "    ") + "\n"


def _argument(parameter: str) -> str:
    """Return the Python name of a parameter."""
    safe = re.sub(r"\W", "_", parameter).lower()
    return f"{safe}_" if keyword.iskeyword(safe) or hasattr(builtins, safe) else safe


def _body_arguments(operation: Mapping[str, Any], sent: list[str]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return []
    optional = not operation["requestBody"].get("required", False)
    if _JSON in content:
        kind = type_of(content[_JSON].get("schema", {}), "types.")
        sent.append("body=body")
        return [f"body: {kind}" + (" | None = None" if optional else "")]
    kinds = list(content)
    sent.append("content=content")
    if len(kinds) == 1:
        sent.append(f'content_type="{kinds[0]}"')
        return ["content: bytes | AsyncIterable[bytes]"]
    sent.append("content_type=content_type")
    choices = ", ".join(f'"{one}"' for one in kinds)
    return ["content: bytes | AsyncIterable[bytes]", f"content_type: Literal[{choices}]"]


def _result(operation: Mapping[str, Any]) -> tuple[str, str]:
    for status, answer in sorted(operation["responses"].items()):
        if not status.startswith("2"):
            continue
        content = answer.get("content", {})
        if not content:
            return "None", ""
        if _JSON in content:
            kind = type_of(content[_JSON].get("schema", {}), "types.")
            return kind, f'cast("{kind}", answer.json())' if kind != "Any" else "answer.json()"
        return "bytes", "answer.content"
    return "None", ""


def formatted(text: str, name: str) -> str:
    """Return a text as it is kept: without unused imports, and formatted."""
    for command in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        text = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(FOLDER / name), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text


def main() -> int:
    """Write both files."""
    contract = committed()
    made = {"types.py": types_of(contract), "operations.py": operations_of(contract)}
    for name, text in made.items():
        (FOLDER / name).write_text(formatted(text, name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
