"""Writes what the documentation says of tools and settings from the code; `--check` only compares.

README.md and pages in docs/ hold generated parts, a real answer among them, between `<!-- name -->` and
`<!-- /name -->`; the tools' schemas ship with the package in tools/schemas.json.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from dinero_mcp.accounting.checks import CHECKS
from dinero_mcp.office_settings import OfficeSettings
from dinero_mcp.server.client import ask, in_process
from dinero_mcp.settings import Settings, variable
from dinero_mcp.tools.catalogue import CATALOGUE
from dinero_mcp.tools.declare import DeclaredTool

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "src" / "dinero_mcp" / "tools" / "schemas.json"


def main() -> int:
    """Write, or with `--check` name what is out of date."""
    checking = "--check" in sys.argv
    stale = False
    for path, text in generated():
        if _current(path) == text:
            continue
        stale = True
        sys.stdout.write(f"{'out of date' if checking else 'written'}: {path.relative_to(ROOT)}\n")
        if not checking:
            path.write_text(text, encoding="utf-8")
    return 1 if checking and stale else 0


def _current(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file as it should be; the schemas first, for the example is held against them."""
    schemas = {declared.name: declared.published for declared in CATALOGUE}
    yield SCHEMAS, json.dumps(schemas, ensure_ascii=False, indent=1) + "\n"
    readme, reference = ROOT / "README.md", ROOT / "docs" / "tools.md"
    text = _with_part(_current(readme), "tools", _tool_table())
    text = _with_part(text, "example", f"```\n{asyncio.run(_example())}\n```\n")
    yield readme, _with_part(text, "settings", _settings_table())
    yield reference, _with_part(_current(reference), "reference", _reference())
    checks = ROOT / "docs" / "checks.md"
    yield checks, _with_part(_current(checks), "checks", _check_table())


def _with_part(text: str, name: str, content: str) -> str:
    part = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not part.search(text):
        raise SystemExit(f"there is no part <!-- {name} -->")
    return part.sub(lambda found: f"{found[1]}{content}{found[2]}", text)


async def _example() -> str:
    """What the assistant reads, from the demo company on a fixed day."""
    nobody_signed_in = ROOT / "nowhere"
    settings = Settings.model_construct(
        today=date(2026, 10, 9), freshness_seconds=60, data_directory=nobody_signed_in
    )
    async with in_process(settings, demo=True) as client:
        reply = await ask(client, "get-vat-period-countdown-tool", {})
    return re.sub(r"read \S+Z", "read 08:15Z", reply.text)


def _tool_table() -> str:
    rows = [f"| `{each.name}` | {_first_sentence(each)} |" for each in CATALOGUE]
    return "\n".join(["| tool | what it gives |", "|---|---|", *rows]) + "\n"


def _first_sentence(declared: DeclaredTool) -> str:
    paragraph = " ".join(declared.description.split("\n")[0].split())
    return paragraph.replace("|", "\\|")


def _settings_table() -> str:
    """The settings of one person first, then those of `serve --http`."""
    names = sorted(Settings.model_fields, key=OfficeSettings.model_fields.__contains__)
    rows = [_setting_row(name, Settings.model_fields[name]) for name in names]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows]) + "\n"


def _setting_row(name: str, field: FieldInfo) -> str:
    default = "" if field.default is None else f"`{_value(field.default)}`"
    return f"| `{variable(name)}` | {default} | {field.description} |"


def _value(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _check_table() -> str:
    rows = [f"| `{each.name}` | {each.why} | {each.what_to_do} |" for each in CHECKS]
    return "\n".join(["| check | why it matters | what to do |", "|---|---|---|", *rows]) + "\n"


def _reference() -> str:
    return "\n".join(_section(declared) for declared in CATALOGUE)


def _section(declared: DeclaredTool) -> str:
    takes: dict[str, Any] = declared.published["input"]  # Any: JSON schema
    required = takes.get("required", [])
    arguments = [
        f"| `{name}` | {_kind(schema)} | {'yes' if name in required else ''} | {schema['description']} |"
        for name, schema in takes["properties"].items()
    ]
    head = ["| argument | type | required | meaning |", "|---|---|---|---|"]
    table = [*head, *arguments] if arguments else ["Takes no arguments."]
    return "\n".join([f"## {declared.name}", "", declared.description.replace("\n", "\n\n"), "", *table, ""])


def _kind(schema: dict[str, Any]) -> str:  # Any: JSON schema
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return schema.get("format") or schema.get("type", "")


if __name__ == "__main__":
    sys.exit(main())
