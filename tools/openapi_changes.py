"""What of a contract (OpenAPI 3.1) breaks those who were written for the one before. Pure.

Of what is sent: nothing may be asked for that was not, nothing refused that was taken. Of what is
answered: nothing may be missing. Knows as much of JSON Schema as our contract has. Refuses to know
files.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_METHODS: Final = frozenset({"get", "put", "post", "patch", "delete"})
_REF: Final = "#/components/schemas/"
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_DEEPEST: Final = 12


def breaking(before: Schema, after: Schema) -> list[str]:
    """Return what breaks, one line each; nothing if the new contract serves the old one's users."""
    return list(_Comparison(before, after).all())


class _Comparison:
    def __init__(self, before: Schema, after: Schema) -> None:
        self._before = before
        self._after = after

    def all(self) -> Iterator[str]:
        for path, was in self._before.get("paths", {}).items():
            now = self._after.get("paths", {}).get(path, {})
            for method in _METHODS & was.keys():
                name = f"{method.upper()} {path}"
                if method not in now:
                    yield f"{name} is gone"
                else:
                    yield from self._operation(name, was[method], now[method])

    def _operation(self, name: str, was: Schema, now: Schema) -> Iterator[str]:
        yield from self._parameters(name, was, now)
        yield from self._sent(name, was.get("requestBody"), now.get("requestBody"))
        for status, answer in was.get("responses", {}).items():
            if status not in now.get("responses", {}):
                yield f"{name}: answer {status} is gone"
                continue
            yield from self._answered(f"{name} {status}", answer, now["responses"][status])
        gone = set(was.get("x-roles", [])) - set(now.get("x-roles", []))
        if gone:
            yield f"{name}: {', '.join(sorted(gone))} may not ask any more"

    def _parameters(self, name: str, was: Schema, now: Schema) -> Iterator[str]:
        old = {(one["in"], one["name"]): one for one in was.get("parameters", [])}
        new = {(one["in"], one["name"]): one for one in now.get("parameters", [])}
        for key, one in new.items():
            where = f"{name}: {key[0]} parameter {key[1]}"
            if key not in old:
                if one.get("required"):
                    yield f"{where} is asked for"
                continue
            if one.get("required") and not old[key].get("required"):
                yield f"{where} is asked for"
            yield from self._narrower(where, old[key].get("schema", {}), one.get("schema", {}), 0)
        for key in old.keys() - new.keys():
            yield f"{name}: {key[0]} parameter {key[1]} is gone"

    def _sent(self, name: str, was: Schema | None, now: Schema | None) -> Iterator[str]:
        if was is None:
            if now is not None and now.get("required"):
                yield f"{name}: a body is asked for"
            return
        for kind, content in was.get("content", {}).items():
            if now is None or kind not in now.get("content", {}):
                yield f"{name}: no {kind} is taken any more"
                continue
            new = now["content"][kind].get("schema", {})
            yield from self._narrower(f"{name}: body", content.get("schema", {}), new, 0)

    def _answered(self, name: str, was: Schema, now: Schema) -> Iterator[str]:
        for kind, content in was.get("content", {}).items():
            if kind not in now.get("content", {}):
                yield f"{name}: is not {kind} any more"
                continue
            new = now["content"][kind].get("schema", {})
            yield from self._poorer(name, content.get("schema", {}), new, 0)

    def _narrower(self, where: str, was: Schema, now: Schema, depth: int) -> Iterator[str]:
        """What the new schema refuses of what the old one took."""
        was, now = _resolved(was, self._before), _resolved(now, self._after)
        if depth > _DEEPEST:
            return
        gone = _kinds(was, self._before) - _kinds(now, self._after)
        if gone and _kinds(now, self._after):
            yield f"{where}: {', '.join(sorted(gone))} is refused"
        for limit in _stricter(was, now):
            yield f"{where}: {limit}"
        parts, new = was.get("properties", {}), now.get("properties", {})
        for name in set(now.get("required", [])) - set(was.get("required", [])):
            yield f"{where}.{name} is asked for"
        if now.get("additionalProperties") is False:
            for name in parts.keys() - new.keys():
                yield f"{where}.{name} is refused"
        for name in parts.keys() & new.keys():
            yield from self._narrower(f"{where}.{name}", parts[name], new[name], depth + 1)
        if "items" in was and "items" in now:
            yield from self._narrower(f"{where}[]", was["items"], now["items"], depth + 1)

    def _poorer(self, where: str, was: Schema, now: Schema, depth: int) -> Iterator[str]:
        """What the new schema may answer that the old one's users do not expect, or miss."""
        was, now = _resolved(was, self._before), _resolved(now, self._after)
        if depth > _DEEPEST:
            return
        new_kinds = _kinds(now, self._after) - _kinds(was, self._before)
        if new_kinds and _kinds(was, self._before):
            yield f"{where}: may be {', '.join(sorted(new_kinds))} now"
        parts, new = was.get("properties", {}), now.get("properties", {})
        for name in parts.keys() - new.keys():
            yield f"{where}.{name} is gone"
        for name in set(was.get("required", [])) - set(now.get("required", [])):
            if name in new:
                yield f"{where}.{name} may be missing now"
        for name in parts.keys() & new.keys():
            yield from self._poorer(f"{where}.{name}", parts[name], new[name], depth + 1)
        if "items" in was and "items" in now:
            yield from self._poorer(f"{where}[]", was["items"], now["items"], depth + 1)


def _stricter(was: Schema, now: Schema) -> Iterator[str]:
    """Yield the limits of a value that are narrower than they were."""
    lost = [str(one) for one in was.get("enum", []) if one not in now.get("enum", [])]
    if "enum" in now and (lost or "enum" not in was):
        yield f"{', '.join(lost) or 'what is not listed'} is refused"
    for key in _LOWER:
        if now.get(key, float("-inf")) > was.get(key, float("-inf")):
            yield f"{key} is {now[key]}"
    for key in _UPPER:
        if now.get(key, float("inf")) < was.get(key, float("inf")):
            yield f"{key} is {now[key]}"
    if now.get("pattern") not in (None, was.get("pattern")):
        yield f"pattern is {now['pattern']}"


def _resolved(schema: Schema, contract: Schema) -> Schema:
    while "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        schema = contract["components"]["schemas"][name]
    return schema


def _kinds(schema: Schema, contract: Schema) -> set[str]:
    """Return the JSON types that a schema allows; empty: not said."""
    schema = _resolved(schema, contract)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            found = [_kinds(one, contract) for one in schema[choice]]
            return set().union(*found)
    kind = schema.get("type", [])
    kinds = {kind} if isinstance(kind, str) else set(kind)
    return kinds | {"integer"} if "number" in kinds else kinds
