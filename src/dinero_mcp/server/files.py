"""Files that an argument stands for: a bank statement is handed over as its bank wrote it."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from dinero_mcp.errors import InputError

_MOST_BYTES = 32_000_000


def text_of_file(name: str) -> str:
    """The text of the file, however it is encoded.

    Raises:
        InputError: when it cannot be read, or is too large for any statement.
    """
    path = Path(name).expanduser()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{name} is larger than {_MOST_BYTES:,} bytes, so it is no bank statement.")
        return decoded(path.read_bytes())
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}.") from None


def decoded(content: bytes) -> str:
    """Text in UTF-8 with or without a mark, UTF-16 with one, or else Windows-1252, as Danish banks write.

    What Windows-1252 does not know is taken as Latin-1, which knows every byte.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
