"""Texts from the books are cleaned before anybody reads them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.tools.third_party import LONGEST, cleaned


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Café L'Étoile ApS", "Café L'Étoile ApS"),
        ("  Brød &\t Bro\n", "Brød & Bro"),
        ("to\r\nlinjer\u2028og\u2029en\x85til\x0b", "to linjer og en til"),
        ("\x1b[31mRødt\x1b[0m", "[31mRødt [0m"),
        ("\u202e.kr 000.01\u202c", ".kr 000.01"),
        ("usyn\u200blig\u200d\ufeff", "usynlig"),
        ("halv\ud800 surrogat", "halv surrogat"),
        ("\U000e0049\U000e0067skjult", "skjult"),
        ("bjælke | bjælke", "bjælke | bjælke"),
        ("\x00\t\n", ""),
        ("hjerte\u2764\ufe0f", "hjerte\u2764"),
        ("a\ufe00b\U000e0101c\u034fd\u3164e\u180bf", "abcdef"),
    ],
)
def test_control_characters_never_get_through(text: str, clean: str) -> None:
    assert cleaned(text) == clean


def test_a_long_text_is_cut_and_shows_it() -> None:
    assert cleaned("æ" * LONGEST) == "æ" * LONGEST
    assert cleaned("æ" * 1_000_000) == "æ" * (LONGEST - 1) + "…"


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "Løn 010190-1234 oktober",
        "010190 - 1234",
        "010190–1234",
        "290200-1234",
        "0101\u200b90-1234",
        "0101\ufe0f90-1234",
        "0101\u034f90-1234",
    ],
)
def test_cpr_numbers_are_masked(text: str) -> None:
    assert "[CPR]" in cleaned(text)
    assert "1234" not in cleaned(text)


@pytest.mark.parametrize(
    "text",
    ["0101901234", "320190-1234", "290201-1234", "011390-1234", "9010190-1234", "010190-12345", "99-1234"],
)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert cleaned(text) == text


@given(st.text(max_size=2 * LONGEST))
def test_a_cleaned_text_is_one_bounded_line_that_stays_as_it_is(text: str) -> None:
    clean = cleaned(text)
    assert len(clean) <= LONGEST
    assert clean == " ".join(clean.split())
    assert not [char for char in clean if unicodedata.category(char)[0] == "C"]
    assert cleaned(clean) == clean


@given(st.text(), st.dates(), st.text())
def test_a_cpr_number_is_masked_wherever_it_stands(before: str, born: object, after: str) -> None:
    number = f"{born:%d%m%y}-4321"
    assert number not in cleaned(f"{before} {number} {after}")
