"""Files handed over as arguments, in whatever encoding a bank wrote them."""

from pathlib import Path

import pytest

from dinero_mcp.errors import InputError
from dinero_mcp.server.files import decoded, text_of_file

TEXT = "Dato;Tekst;Beløb\r\n14-01-2026;Ærø Smørrebrød – 5 €;-1,00\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_as_it_was_meant(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "kontoudtog.csv"
    file.write_bytes(TEXT.encode(encoding))
    assert text_of_file(str(file)) == TEXT


def test_every_byte_is_some_letter() -> None:
    assert decoded(b"Bel\xf8b \x81") == "Beløb \x81"
    assert decoded(b"\xff\xfea").startswith("\ufffd")
    assert decoded(b"") == ""


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv cannot be read: No such file"):
        text_of_file(str(tmp_path / "nowhere.csv"))
    with pytest.raises(InputError, match="cannot be read"):
        text_of_file(str(tmp_path))


def test_a_file_too_large_for_a_statement_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "film.csv"
    with file.open("wb") as large:
        large.truncate(32_000_001)
    with pytest.raises(InputError, match="larger than 32,000,000 bytes"):
        text_of_file(str(file))
