"""Looking for words in knowledge articles. Pure.

All words must be there, in the name or in the text, upper and lower case apart: also those that
are not of ASCII. Refuses to know where articles are kept.
"""

import re
from typing import Final

from dialer.errors import BadInput

MOST_WORDS: Final = 10
MOST_CHARACTERS: Final = 200


def words_of(asked: str) -> tuple[str, ...]:
    """Return the words that are looked for, in one case.

    Raises:
        BadInput: there are none, or too many.
    """
    words = tuple(dict.fromkeys(_in_one_case(asked).split()))
    if not words:
        raise BadInput("words", "are missing", "say what to look for")
    if len(words) > MOST_WORDS or len(asked) > MOST_CHARACTERS:
        fix = f"look for {MOST_WORDS} words, {MOST_CHARACTERS} characters at most"
        raise BadInput("words", "are too many", fix)
    return words


def holds(words: tuple[str, ...], name: str, body: str) -> bool:
    """Tell whether an article holds all of these words."""
    text = _in_one_case(f"{name}\n{body}")
    return all(word in text for word in words)


def certain_parts(word: str) -> list[str]:
    """Return the parts of a word whose other case any database knows: those of ASCII."""
    return re.findall(r"[\x01-\x7f]+", word)


def rank(words: tuple[str, ...], name: str) -> tuple[bool, str]:
    """Return what articles are sorted by: those whose name says all of it come first."""
    return not holds(words, name, ""), name


def _in_one_case(text: str) -> str:
    """Return a text without capitals: as many characters, and none of ASCII that was not."""
    return "".join(map(_small, text))


def _small(character: str) -> str:
    small = character.casefold()
    same = len(small) == 1 and small.isascii() == character.isascii()
    return small if same else character
