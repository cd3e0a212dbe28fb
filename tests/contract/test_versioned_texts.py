"""What every store of texts with versions promises: scripts, articles and flows."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from databases import database
from durable_stores import KINDS, Stores, durable
from sqlalchemy import insert

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.people import tenants
from dialer.domain.versioned import Entry, Standing
from dialer.errors import BadInput, ChangedMeanwhile
from dialer.testing.stores import MemoryStores

NOUNS = ("scripts", "articles", "flows")
every_kind = pytest.mark.parametrize("kind", KINDS)
every_noun = pytest.mark.parametrize("noun", NOUNS)


def said(noun: str, words: str) -> Any:
    """A body of the kind that is kept there."""
    if noun == "flows":
        return {"start": "hello", "steps": [{"say": words, "times": 2, "share": 0.5, "to": None}]}
    return f"{words}\n\n{{{{ first_name }}}} \N{SNOWMAN} 100%_'; --"


async def audited(stores: Stores) -> list[tuple[str, str, str, Any]]:
    """Who did what to what, in which version."""
    if isinstance(stores, MemoryStores):
        return [(by, did, what, dict(more)) for _, by, did, what, more in stores.tables.audit]
    return [
        (row.by, row.action, row.subject, dict(row.detail)) async for row in stores.audit.read()
    ]


async def another_tenant(stores: Stores) -> None:
    if isinstance(stores, SqlStores):
        row = {"id": "other", "name": "other", "created_at": 0.0}
        await stores.writer.transact(
            lambda connection: connection.execute(insert(tenants), row) and None
        )


@every_kind
@every_noun
async def test_a_text_is_written_published_written_anew_and_taken_back(
    kind: str, noun: str, tmp_path: Path
) -> None:
    first, second = said(noun, "one"), said(noun, "two")
    async with durable(kind, tmp_path) as stores:
        texts = getattr(stores, noun)
        before = await audited(stores)
        assert await texts.add("Spring sale", first, by="ann", at=1.0) == Entry(
            "Spring sale", 1, "ann", 1.0
        )
        assert await texts.published("Spring sale") is None  # written is not published
        await texts.publish("Spring sale", 1, by="sue", at=2.0)
        await texts.add("Spring sale", second, by="ben", at=3.0)
        shown = await texts.published("Spring sale")
        assert (shown.version, shown.body, shown.by) == (1, first, "ann")
        await texts.publish("Spring sale", 2, by="sue", at=4.0)
        assert (await texts.published("Spring sale")).body == second
        await texts.publish("Spring sale", 1, by="sue", at=5.0)
        assert (await texts.published("Spring sale")).body == first
        assert (await texts.get("Spring sale", 2)).body == second
        assert list(await texts.history("Spring sale")) == [
            Entry("Spring sale", 2, "ben", 3.0),
            Entry("Spring sale", 1, "ann", 1.0, published=True),
        ]
        await texts.withdraw("Spring sale", by="sue", at=6.0)
        assert await texts.published("Spring sale") is None
        assert await texts.standing("Spring sale") == Standing("Spring sale", 2, None, 3.0)
        of_it = noun.removesuffix("s")
        assert (await audited(stores))[len(before) :] == [
            (by, f"{of_it}_{did}", f"{of_it} Spring sale", {"version": version})
            for by, did, version in (
                ("ann", "add", 1),
                ("sue", "publish", 1),
                ("ben", "add", 2),
                ("sue", "publish", 2),
                ("sue", "publish", 1),
                ("sue", "withdraw", 1),
            )
        ]


@every_kind
@every_noun
async def test_who_writes_over_what_was_not_seen_is_told_and_nothing_is_written(
    kind: str, noun: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        texts = getattr(stores, noun)
        await texts.add("a", said(noun, "1"), by="ann", at=1.0, expected_version=0)
        for seen in (0, 2):
            with pytest.raises(ChangedMeanwhile, match="'a' was changed meanwhile"):
                await texts.add("a", said(noun, "x"), by="ben", at=2.0, expected_version=seen)
        assert (await texts.add("a", said(noun, "2"), by="ben", at=2.0, expected_version=1)) == (
            Entry("a", 2, "ben", 2.0)
        )
        old = Standing("a", 1, None, 1.0)
        with pytest.raises(ChangedMeanwhile):
            await texts.publish("a", 1, by="sue", at=3.0, seen=old)
        now = await texts.standing("a")
        await texts.publish("a", 1, by="sue", at=3.0, seen=now)
        with pytest.raises(ChangedMeanwhile):
            await texts.withdraw("a", by="sue", at=3.0, seen=now)
        assert await texts.standing("a") == Standing("a", 2, 1, 2.0)
        assert len([row for row in await audited(stores) if row[1].endswith("_publish")]) == 1


@every_kind
@every_noun
async def test_what_is_not_there_cannot_be_published(kind: str, noun: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        texts = getattr(stores, noun)
        with pytest.raises(BadInput, match=r"there is no .* 'a'; name one that exists"):
            await texts.publish("a", 1, by="sue", at=1.0)
        with pytest.raises(BadInput, match="there is no"):
            await texts.withdraw("a", by="sue", at=1.0)
        await texts.add("a", said(noun, "1"), by="ann", at=1.0)
        for version in (0, 2):
            with pytest.raises(BadInput, match=rf"has no version {version}; name one of 1 to 1"):
                await texts.publish("a", version, by="sue", at=1.0)
        with pytest.raises(BadInput, match="'a' is not published"):
            await texts.withdraw("a", by="sue", at=1.0)
        await texts.publish("a", 1, by="sue", at=1.0)
        with pytest.raises(BadInput, match=r"version 1 of .* 'a' is published already"):
            await texts.publish("a", 1, by="sue", at=1.0)
        assert await texts.get("a", 2) is None
        assert await texts.standing("b") is None
        assert list(await texts.history("b")) == []


@every_kind
@every_noun
async def test_what_no_database_keeps_is_refused_with_the_line(
    kind: str, noun: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        texts = getattr(stores, noun)
        for name in ("", " a", "a\n", "a/b", "x" * 81):
            with pytest.raises(BadInput, match=r"name: .* is no name; use letters"):
                await texts.add(name, said(noun, "1"), by="ann", at=1.0)
        for body in ("a\x00b", "a\ud800", "x" * 250_001):
            with pytest.raises(BadInput, match=r"body: .*(holds|has 2)"):
                await texts.add("a", said(noun, body), by="ann", at=1.0)
        with pytest.raises(BadInput, match=r"body: (is empty|is no JSON object)"):
            await texts.add("a", {} if noun == "flows" else " \n", by="ann", at=1.0)
        assert list(await texts.list()) == []


@every_kind
@every_noun
async def test_another_tenants_texts_do_not_exist(kind: str, noun: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await another_tenant(stores)
        texts = getattr(stores, noun)
        await texts.add("a", said(noun, "ours"), by="ann", at=1.0)
        await texts.publish("a", 1, by="ann", at=1.0)
        for look in (texts.published("a", tenant_id="other"), texts.get("a", 1, tenant_id="other")):
            assert await look is None
        assert list(await texts.list(tenant_id="other")) == []
        assert list(await texts.history("a", tenant_id="other")) == []
        with pytest.raises(BadInput, match="there is no"):
            await texts.withdraw("a", by="eve", at=2.0, tenant_id="other")
        added = await texts.add("a", said(noun, "theirs"), by="eve", at=2.0, tenant_id="other")
        assert added.version == 1
        await texts.publish("a", 1, by="eve", at=2.0, tenant_id="other")
        assert (await texts.published("a")).body == said(noun, "ours")
        assert (await texts.published("a", tenant_id="other")).body == said(noun, "theirs")


@every_kind
@every_noun
async def test_all_names_are_listed_by_name(kind: str, noun: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        texts = getattr(stores, noun)
        for at, name in enumerate(("b", "B", "a", "b")):
            await texts.add(name, said(noun, name), by="ann", at=float(at))
        await texts.publish("b", 1, by="ann", at=9.0)
        assert list(await texts.list()) == [
            Standing("B", 1, None, 1.0),
            Standing("a", 1, None, 2.0),
            Standing("b", 2, 1, 3.0),
        ]


@every_kind
async def test_a_body_that_is_changed_by_its_writer_is_not_changed_here(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        body: dict[str, Any] = {"steps": [1]}
        await stores.flows.add("a", body, by="ann", at=1.0)
        body["steps"].append(2)
        kept = await stores.flows.get("a", 1)
        assert kept is not None
        assert kept.body == {"steps": [1]}


# -- looking for articles ------------------------------------------------------------------------


@every_kind
async def test_published_articles_are_found_by_words_in_any_case(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await another_tenant(stores)
        texts = stores.articles
        for name, body in (
            ("Refunds", "How to give money back."),
            ("Fees", "No refunds of FEES. Gebühren: ÄRGER in der Straße"),
            ("Draft", "refunds, unpublished"),
        ):
            await texts.add(name, body, by="ann", at=1.0)
        for name in ("Refunds", "Fees"):
            await texts.publish(name, 1, by="ann", at=1.0)
        await texts.add("Fees", "nothing of it any more", by="ann", at=2.0)

        async def found(words: str, **more: Any) -> list[str]:
            return [one.name for one in await texts.search(words, **more)]

        assert await found("REFUNDS") == ["Refunds", "Fees"]  # by its name, then by its text
        assert await found("refunds fees") == ["Fees"]
        assert await found("ärger straße") == ["Fees"]
        assert await found("Ärger STRAßE") == ["Fees"]
        assert await found("any more") == []
        assert await found("refunds", most=1) == ["Refunds"]
        assert await found("refunds", tenant_id="other") == []


@every_kind
async def test_what_is_looked_for_is_text_and_nothing_else(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        texts = stores.articles
        for name, body in (
            ("plain", "a hundred percent"),
            ("signs", "100% of a_b \\ it's; drop"),
        ):
            await texts.add(name, body, by="ann", at=1.0)
            await texts.publish(name, 1, by="ann", at=1.0)
        for words in ("%", "_", "\\", "'", "it's;", "100%"):
            assert [one.name for one in await texts.search(words)] == ["signs"], words
        for words in ("%%", "a%b", "a_c", "' or 1=1 --", "\x00"):
            assert list(await texts.search(words)) == [], words
        for words in (" ", " ".join("abcdefghijk"), "x" * 201):
            with pytest.raises(BadInput, match=r"words: are (missing|too many)"):
                await texts.search(words)


# -- two at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_who_write_at_once_have_different_versions(kind: str, tmp_path: Path) -> None:
    """Each over a writer and connections of its own, as two API processes have them."""
    async with (
        database(kind, tmp_path) as url,
        open_stores(url, gather_s=0.0) as one,
        open_stores(url, gather_s=0.0) as two,
    ):
        added = await asyncio.gather(
            *(
                stores.scripts.add(name, f"{turn}", by="ann", at=1.0)
                for turn in range(10)
                for name in ("a", "b")
                for stores in (one, two)
            )
        )
        for name in ("a", "b"):
            versions = sorted(entry.version for entry in added if entry.name == name)
            assert versions == list(range(1, 21))
        assert len(await audited(one)) == 40


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_of_two_who_write_over_the_same_version_at_once_one_is_told(
    kind: str, tmp_path: Path
) -> None:
    async with (
        database(kind, tmp_path) as url,
        open_stores(url, gather_s=0.0) as one,
        open_stores(url, gather_s=0.0) as two,
    ):
        for seen in range(10):
            told = await asyncio.gather(
                *(
                    stores.scripts.add("a", "text", by="ann", at=1.0, expected_version=seen)
                    for stores in (one, two)
                ),
                return_exceptions=True,
            )
            assert sorted(type(answer).__name__ for answer in told) == ["ChangedMeanwhile", "Entry"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_whoever_publishes_at_once_one_version_is_published(
    kind: str, tmp_path: Path
) -> None:
    async with (
        database(kind, tmp_path) as url,
        open_stores(url, gather_s=0.0) as one,
        open_stores(url, gather_s=0.0) as two,
    ):
        for turn in range(1, 5):
            await one.scripts.add("a", f"{turn}", by="ann", at=1.0)
        for first, second in ((1, 2), (3, 4), (2, 1), (4, 3)):
            await asyncio.gather(
                one.scripts.publish("a", first, by="ann", at=2.0),
                two.scripts.publish("a", second, by="ben", at=2.0),
            )
            marked = [entry.version for entry in await one.scripts.history("a") if entry.published]
            assert marked in ([first], [second])
