"""Scripts and articles over REST: written, approved, read."""

from pathlib import Path

from service import service

HELLO = "Hello {{ first_name }}.\n[[ This call is recorded. ]]\n"


async def test_a_script_is_written_by_some_and_approved_by_others(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        new = {"name": "spring", "text": HELLO}
        first = await at.done("POST", "/scripts", json=new, role="supervisor")
        assert (first["version"], first["published"]) == (1, False)
        await at.refused("GET", "/scripts/spring/published", 404, role="agent")
        this = {"version": 1}
        refused = await at.refused(
            "POST", "/scripts/spring/publish", 403, json=this, role="supervisor"
        )
        assert refused["field"] == "role"
        await at.done("POST", "/scripts/spring/publish", json=this, role="campaign_manager")
        seen = await at.done("GET", "/scripts/spring/published", role="agent")
        assert (seen["version"], seen["text"]) == (1, HELLO)
        await at.done("POST", "/scripts/spring/versions", json={"text": "Bye."}, role="qa")
        shown = await at.done("GET", "/scripts/spring")
        assert (shown["newest"], shown["published"]) == (2, 1)
        assert [one["by"] for one in shown["versions"]] == [
            "token qa@main",
            "token supervisor@main",
        ]
        whole = await at.done("GET", "/scripts/spring/versions/2")
        assert (whole["text"], whole["published"]) == ("Bye.", False)
        withdrawn = await at.done("POST", "/scripts/spring/withdraw")
        assert withdrawn["published"] is None
        await at.refused("GET", "/scripts/spring/published", 404)
        assert await at.done("GET", "/scripts", tenant="other") == []


async def test_who_has_not_seen_the_newest_version_of_a_text_is_told(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        answer = await at.ask("POST", "/articles", json={"name": "refunds", "text": "By card."})
        seen = {"If-Match": answer.headers["etag"]}
        more = {"text": "By card, in 3 days."}
        await at.done("POST", "/articles/refunds/versions", json=more, headers=seen)
        again = {"text": "By cash."}
        await at.refused("POST", "/articles/refunds/versions", 412, json=again, headers=seen)
        await at.refused(
            "POST", "/articles/refunds/publish", 412, json={"version": 1}, headers=seen
        )
        taken = await at.refused("POST", "/articles", 409, json={"name": "refunds", "text": "x"})
        assert taken["fix"] == "add a version to it"
        await at.refused("POST", "/articles/none/versions", 404, json=again)
        await at.refused("GET", "/articles/refunds/versions/9", 404)


async def test_agents_find_what_is_published_by_its_words(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for name, text in (
            ("refunds", "By card within 3 days."),
            ("cards", "A refund goes to the CARD."),
            ("draft", "A card refund that nobody has approved."),
        ):
            await at.done("POST", "/articles", json={"name": name, "text": text}, role="qa")
            if name != "draft":
                await at.done("POST", f"/articles/{name}/publish", json={"version": 1})
        words = {"words": "card refund"}
        found = await at.done("GET", "/knowledge", params=words, role="agent")
        assert [one["name"] for one in found] == ["cards", "refunds"]
        one = await at.done("GET", "/knowledge/cards", role="agent")
        assert one["text"] == "A refund goes to the CARD."
        await at.refused("GET", "/knowledge/draft", 404, role="agent")
        await at.refused("GET", "/articles", 403, role="agent")
        assert await at.done("GET", "/knowledge", params=words, tenant="other") == []
        assert (await at.refused("GET", "/knowledge", 422, params={"words": " "}))[
            "field"
        ] == "words"


async def test_a_script_is_looked_at_before_it_is_kept(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        asked = {"text": HELLO, "fields": {"first_name": "<b>Ann</b>"}}
        seen = await at.done("POST", "/scripts/check", json=asked, role="supervisor")
        assert seen["problems"] == []
        assert seen["statements"] == ["This call is recorded."]
        assert [(one["text"], one["field"], one["statement"]) for one in seen["parts"]][:2] == [
            ("Hello ", "", None),
            ("<b>Ann</b>", "first_name", None),
        ]
        wrong = {"text": "Hi {{ fist_name }}\n[[ no end", "known": ["first_name"]}
        told = await at.done("POST", "/scripts/check", json=wrong)
        assert [(one["line"], one["reason"]) for one in told["problems"]] == [
            (1, "leads have no field 'fist_name'"),
            (2, "a lone [["),
        ]
        any_field = await at.done("POST", "/scripts/check", json={"text": HELLO})
        assert any_field["problems"] == []
        assert any_field["parts"][1]["missing"]
        assert await at.done("GET", "/scripts") == []
