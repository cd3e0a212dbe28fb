"""The checks of the pages: they hold, and see what is wrong."""

from pathlib import Path

import pytest

from tools import check_pages
from tools.page_modules import FIRST_LOAD_MAX, Pages, compressed, pages

INDEX = '<link rel="stylesheet" href="/web/style.css">'
APP = 'import { PAGES } from "./pages.js";\nimport { say } from "./texts.js";\nsay("hello");\n'
TABLE = """
/** @typedef {import("./app.js").Me} Me */
export const PAGES = [
  { name: "first", load: async () => (await import("./first.js")).First },
  { name: "second", load: async () => (await import("./second.js")).Second },
];
"""
TEXTS = 'export const TEXTS = {\n  "hello": ["Hello", "你好"],\n};\n'


def written(folder: Path, **more: str) -> Pages:
    """Write pages that hold, but for what is given."""
    files = {
        "index.html": INDEX,
        "style.css": "",
        "app.js": APP,
        "pages.js": TABLE,
        "texts.js": TEXTS,
        "first.js": "export function First() {}\n",
        "second.js": "export function Second() {}\n",
        **{name.replace("_", "."): text for name, text in more.items()},
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return Pages(folder)


def test_the_pages_hold() -> None:
    found = pages()
    assert list(found.problems()) == []
    assert len(found.listed()) >= 5
    assert sum(len(module.texts) for module in found.modules.values()) > 300


def test_what_a_page_says_stands_in_a_part_of_the_catalogue_that_it_has(tmp_path: Path) -> None:
    says = 'import { say } from "./texts.js";\nsay("second.only");\n'
    part = 'export default {\n  "second.only": ["Only", "仅"],\n};\n'
    has = f'import TEXTS from "./texts.second.js";\n{says}'
    found = written(tmp_path, first_js=says, second_js=has, texts_second_js=part)
    assert list(found.problems()) == ["first.js: 'second.only' is no text that page first has"]


@pytest.mark.parametrize(
    "named", ['const HEADS = ["hello.all"];', 'say(wanted ? "hello" : "hello.all");']
)
def test_a_text_that_is_only_named_is_looked_for_too(tmp_path: Path, named: str) -> None:
    found = written(tmp_path, second_js=named)
    assert list(found.problems()) == ["second.js: 'hello.all' is no text that page second has"]


@pytest.mark.parametrize("pair", ['["Hello"]', '["Hello", ""]', '["", "你好"]'])
def test_a_text_is_said_in_both_languages(tmp_path: Path, pair: str) -> None:
    found = written(tmp_path, texts_js=TEXTS.replace('["Hello", "你好"]', pair))
    assert list(found.problems()) == ["texts.js: hello is not said in English and Chinese"]


def test_the_first_load_is_the_frame_and_one_page_with_all_they_ask_for(tmp_path: Path) -> None:
    noise = "".join(chr(33 + (i * i * 7919 + i * 31) % 90) for i in range(3000))
    loads = 'import "./shared.js";\nconst more = () => import("./later.js");\n'
    found = written(tmp_path, first_js=loads, shared_js=noise, later_js=noise)
    names = {"index.html", "style.css", "app.js", "pages.js", "texts.js", "first.js"}
    assert found.first_load("first.js") == sum(
        compressed(tmp_path / name) for name in names | {"shared.js", "later.js"}
    )
    assert found.first_load("second.js") < found.first_load("first.js")


def test_a_page_that_is_too_much_is_told_of(tmp_path: Path) -> None:
    drawn = bytes((i * i * 7919 + (i >> 3) * 104_729) >> 7 & 0xFF for i in range(2_000_000))
    found = written(tmp_path, second_js='import "./heavy.js";\n', heavy_js="")
    (tmp_path / "heavy.js").write_bytes(drawn.hex().encode())
    size = found.first_load("second.js")
    assert size > FIRST_LOAD_MAX
    assert list(found.problems()) == [
        f"second: its first load has {size} bytes, {FIRST_LOAD_MAX} at most"
    ]


def test_without_npm_types_are_left_out_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check_pages.badly_typed(None) == []
    assert capsys.readouterr().out == f"{check_pages.SKIPPED}\n"
