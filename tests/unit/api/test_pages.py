"""The pages as they are served: whole, under a strict policy, and nothing beside them."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import pages

FOLDER = pages.folder()
OURS = sorted(FOLDER.glob("*.js"))
IMPORTED = re.compile(r"""(?:from|import\()\s*"([^"]+)\"""")


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    pages.install(app)
    return TestClient(app)


def test_the_first_page_and_all_it_names_are_there_under_the_policy(client: TestClient) -> None:
    first = client.get("/")
    assert first.status_code == 200
    assert first.headers["content-security-policy"] == pages.POLICY
    for named in re.findall(r'(?:href|src)="([^"]+)"', first.text):
        part = client.get(named)
        assert part.status_code == 200, named
        assert part.headers["content-security-policy"] == pages.POLICY


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_a_script_imports_only_what_is_served_with_it(client: TestClient, file: Path) -> None:
    told = client.get(f"/web/{file.name}")
    assert told.headers["content-type"].startswith("text/javascript")
    for name in IMPORTED.findall(file.read_text()):
        assert name.startswith("./"), name
        assert (FOLDER / name).is_file(), name


def test_the_policy_needs_no_exception(client: TestClient) -> None:
    text = client.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    assert "unsafe" not in pages.POLICY


@pytest.mark.parametrize("path", ["/web/../pyproject.toml", "/web/%2e%2e/pyproject.toml"])
def test_nothing_beside_the_pages_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_text_is_there_in_both_languages() -> None:
    catalogue = "\n".join(file.read_text() for file in sorted(FOLDER.glob("texts*.js")))
    told = dict(re.findall(r'^  "([\w.]+)": (\[.*\]),$', catalogue, re.MULTILINE))
    assert len(told) > 80
    for key, pair in told.items():
        assert re.fullmatch(r'\["[^"]+", "[^"]+"\]', pair), key
    for file in OURS:
        for key in re.findall(r'say\("([\w.]+)"\)', file.read_text()):
            assert key in told, f"{file.name}: {key}"
