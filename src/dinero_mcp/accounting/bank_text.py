"""A statement's text as it was meant: without a byte order mark, and with its letters decoded rightly.

UTF-8 that was read as Windows-1252 or Latin-1 (`BelÃ¸b`) can be undone. A letter that was replaced by
`\ufffd` is lost, so headings and words are compared without the letters that suffer.
"""

import re

_REPLACED = "\ufffd"
_MARK = re.compile("^(?:\ufeff|ï»¿)+")
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_GARBLED = re.compile(f"[ÂÃ][\x80-\xbf{_CP1252}]")
_SUFFERS = re.compile("ae|oe|aa|[^0-9a-z]")
_TIMES = 2  # a text may have gone wrong twice


def as_meant(text: str) -> tuple[str, list[str]]:
    """The text repaired, and what to say of it."""
    mended = text
    for _ in range(_TIMES):
        mended = _MARK.sub("", mended)
        if "Ã" in mended:
            mended = _GARBLED.sub(_undone, mended)
    said = ["Letters that had been decoded wrongly are repaired."] if "Ã" in text and mended != text else []
    if _REPLACED in mended:
        said.append("Some letters had been lost before the statement came here.")
    return mended, said


def letters(text: str) -> str:
    """What survives any decoding and spelling: `Beløb`, `BELOEB` and `Bel\ufffdb` are all `belb`."""
    return _SUFFERS.sub("", text.casefold())


def _undone(pair: re.Match[str]) -> str:
    lead, other = pair[0]
    byte = other.encode("cp1252") if other in _CP1252 else other.encode("latin-1")
    return (lead.encode("latin-1") + byte).decode("utf-8")
