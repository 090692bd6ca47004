"""Danish and English: which of them a browser asks for, and the words in it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["da", "en"]
Words = Mapping[str, Any]  # Any: a text, or a table of them


def language_of(accept_language: str) -> Language:
    """The one that the browser's `Accept-Language` prefers; English when it names neither."""
    preferred: tuple[float, Language] = (0.0, "en")
    for part in accept_language.split(","):
        tag, _, quality = part.partition(";")
        weight = _weight(quality)
        if (language := _known(tag)) and weight > preferred[0]:
            preferred = weight, language
    return preferred[1]


@cache
def words(language: Language) -> Words:
    """Every text of the pages in one language."""
    text = files("dinero_mcp.web").joinpath("texts", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _known(tag: str) -> Language | None:
    match tag.strip().lower().partition("-")[0]:
        case "da":
            return "da"
        case "en":
            return "en"
        case _:
            return None


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
