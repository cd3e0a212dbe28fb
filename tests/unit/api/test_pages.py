"""The pages as they are served: whole, under a strict policy, and nothing beside them."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import pages
from tools.page_modules import Module

FOLDER = pages.folder()
OURS = sorted(FOLDER.glob("*.js"))


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
    module = Module(file)
    for name in (*module.imports, *module.loads):
        assert name.startswith("./"), name
        assert (FOLDER / name).is_file(), name


def test_what_is_served_is_compressed_for_who_takes_it(client: TestClient) -> None:
    plain = client.get("/web/vendor/jssip.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    packed = client.get("/web/vendor/jssip.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.num_bytes_downloaded < len(plain.content) / 3
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]}
    assert client.get("/web/vendor/jssip.js", headers=again).status_code == 304


def test_the_policy_needs_no_exception(client: TestClient) -> None:
    text = client.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    assert "unsafe" not in pages.POLICY


@pytest.mark.parametrize("path", ["/web/../pyproject.toml", "/web/%2e%2e/pyproject.toml"])
def test_nothing_beside_the_pages_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
