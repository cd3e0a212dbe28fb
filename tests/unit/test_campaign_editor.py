"""The steps of the campaign editor: together they have a field for all that can be set."""

import re
from collections.abc import Iterator
from typing import Final, get_args

from pydantic import BaseModel

from dialer.domain.campaign import CampaignSettings
from dialer.domain.disposition import Disposition, DispositionSet
from dialer.domain.recycling_rules import RecyclingRules, Retry
from tools.page_modules import Module, pages

ELSEWHERE: Final = {
    "scorecard": "scorecards.js",  # beside the scorecards, for all campaigns
}
"""Settings whose field stands on another page, and its module."""

TABLES: Final = ("CHECKS", "NUMBERS", "TIMES", "PREVIEW_TIMES", "PROMISE_TIMES", "PATHS", "MOST")
"""Lists of names that a step draws fields from."""


def steps() -> list[Module]:
    """Return the modules of the editor's steps."""
    found = pages()
    names = found.needed("campaign_editor.js")
    return [found.modules[name] for name in sorted(names) if name.startswith("campaign_")]


def listed(module: Module, table: str) -> list[str]:
    """Return the names in a list of a module: words that begin an entry."""
    found = re.search(rf"^const {table} = \[(.*?)\];$", module.code, re.DOTALL | re.MULTILINE)
    return re.findall(r'"([\w.]+)"', found[1]) if found else []


def fields() -> Iterator[str]:
    """Yield the settings that the steps have fields for; parts after a point."""
    for module in steps():
        yield from re.findall(
            r'<(?:\$\{(?:Field|Check)\}|input)[^>]*?\bname="([\w.]+)"', module.code
        )
        for table in TABLES:
            begin = "recycling." if table in ("TIMES", "MOST") else ""
            yield from (begin + name for name in listed(module, table))
        for end in listed(module, "ENDS"):
            yield from (f"recycling.{end}.{part}" for part in Retry.model_fields)


def settings(of: type[BaseModel] = CampaignSettings, begin: str = "") -> Iterator[str]:
    """Yield all that can be set, part by part; dispositions are cards, told of below."""
    for name, field in of.model_fields.items():
        parts = [
            one
            for one in (field.annotation, *get_args(field.annotation))
            if isinstance(one, type) and issubclass(one, BaseModel)
        ]
        if parts and parts[0] is not DispositionSet:
            yield from settings(parts[0], f"{begin}{name}.")
        else:
            yield begin + name


def test_each_setting_of_a_campaign_has_a_field_in_the_editor() -> None:
    missing = {*settings()} - {*fields()} - {"dispositions", *ELSEWHERE}
    assert missing == set()


def test_a_part_of_a_setting_that_is_asked_for_is_one() -> None:
    parts = {one for one in fields() if "." in one}
    assert len(parts) > 30
    assert parts <= {*settings()}


def test_what_stands_elsewhere_is_there() -> None:
    for name, module in ELSEWHERE.items():
        assert f"settings.{name}" in pages().modules[module].code


def test_a_disposition_is_asked_for_all_it_can_be() -> None:
    (cards,) = [one for one in steps() if one.path.name == "campaign_dispositions.js"]
    flags = {name for name, field in Disposition.model_fields.items() if field.annotation is bool}
    assert {*listed(cards, "FLAGS")} == flags
    asked = re.findall(r"at=\$\{`\$\{at\}\.(\w+)`\}", cards.code)
    assert {*asked, "then"} == {*Disposition.model_fields} - flags


def test_a_new_campaign_begins_with_what_the_service_would_set() -> None:
    (basics,) = [one for one in steps() if one.path.name == "campaign_basics.js"]
    off = {
        name for name in listed(basics, "CHECKS") if not CampaignSettings.model_fields[name].default
    }
    assert {*listed(basics, "OFF_AT_FIRST")} == off


def test_only_rules_that_may_be_left_out_are() -> None:
    (recycling,) = [one for one in steps() if one.path.name == "campaign_recycling.js"]
    free = {
        name
        for name, field in RecyclingRules.model_fields.items()
        if field.annotation == Retry | None
    }
    assert {*listed(recycling, "LEFT_OUT")} == free
