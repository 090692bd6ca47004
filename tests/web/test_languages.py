"""Both languages say the same things, with the same gaps to fill."""

import re
from collections.abc import Iterator
from typing import Any

from dinero_mcp.web.languages import words


def texts(table: Any, prefix: str = "") -> Iterator[tuple[str, str]]:  # Any: a text, or a table of them
    for name, value in table.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from texts(value, f"{prefix}{name}.")


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_every_text_with_the_same_gaps() -> None:
    danish, english = dict(texts(words("da"))), dict(texts(words("en")))
    assert {name: gaps(text) for name, text in danish.items()} == {
        name: gaps(text) for name, text in english.items()
    }
    assert all(danish.values())
    assert all(english.values())


def test_no_text_is_left_in_the_other_language() -> None:
    danish, english = dict(texts(words("da"))), dict(texts(words("en")))
    assert {name for name in danish if danish[name] == english[name]} == set()
