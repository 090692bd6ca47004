"""The commands. Bare `dinero-mcp` serves MCP over stdio."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from difflib import get_close_matches
from io import TextIOWrapper
from os.path import isfile
from typing import Any, cast

import click

from dinero_mcp import __version__
from dinero_mcp.cli.administering import connections, token
from dinero_mcp.cli.running import DEMO, importing, run, started, stoppable
from dinero_mcp.cli.signing_in import log_in, log_out, status, use
from dinero_mcp.cli.tables import show
from dinero_mcp.errors import InputError
from dinero_mcp.settings import Settings

_PORT = click.IntRange(1, 65535)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dinero-mcp")
@click.pass_context
def main(context: click.Context) -> None:
    """Read a Danish company's books in Dinero over MCP. Without a command: serve over stdio."""
    stdout = cast(TextIOWrapper, sys.stdout)  # as it is unless somebody replaced it
    stdout.reconfigure(errors="backslashreplace")  # not every machine's encoding has every letter
    if context.invoked_subcommand is None:
        context.invoke(serve)


@main.command()
@DEMO
@click.option("--http", is_flag=True, help="Serve over HTTP instead of stdio.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --http: where to listen.")
@click.option("--port", type=_PORT, default=8000, show_default=True, help="With --http: port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="With --http: processes."
)
def serve(demo: bool, http: bool, host: str, port: int, workers: int) -> None:
    """Serve MCP over stdio, as MCP clients expect; or over HTTP, to everybody who signs in with Visma.

    With an API key there is nobody to sign in: then it answers over HTTP to this machine alone.
    """
    if not http and (host, port, workers) != ("127.0.0.1", 8000, 1):
        raise click.UsageError("--host, --port and --workers go with --http.")
    settings = started()
    if http:
        _serve_http(settings, host=host, port=port, workers=workers, demo=demo)
        return
    with importing():
        from dinero_mcp.server.stdio import serve_stdio

    if sys.stdin.isatty():
        click.echo(
            "Serving MCP over stdio and waiting for a client; Ctrl-C stops it. "
            "`dinero-mcp demo` shows what it answers, `dinero-mcp --help` the commands.",
            err=True,
        )
    run(serve_stdio(settings, demo=demo))


def _serve_http(settings: Settings, *, host: str, port: int, workers: int, demo: bool) -> None:
    from dinero_mcp.server.http import HOST, PATH, is_office, refuse_others, serve_http
    from dinero_mcp.server.services import how_to_connect

    if is_office(settings, demo=demo):
        from dinero_mcp.server.office.serving import serve_office

        def listening(address: str) -> None:
            click.echo(_opening(address, demo=demo), err=True)

        stoppable(lambda: serve_office(settings, listening, host=host, port=port, workers=workers, demo=demo))
        return
    stoppable(lambda: refuse_others(settings, host, workers))
    if missing := settings.missing_credentials:
        click.echo(how_to_connect(missing), err=True)
    click.echo(f"Serving MCP on http://{HOST}:{port}{PATH}. Ctrl-C stops it.", err=True)
    stoppable(lambda: serve_http(settings, port=port, demo=demo))


def _opening(address: str, *, demo: bool) -> str:
    who = "as Astrid, who is invented" if demo else "with your Visma login"
    return (
        f"Open {address} in a browser to connect {who}.\nMCP clients: {address}/mcp/dinero. Ctrl-C stops it."
    )


@main.command()
@click.option("--port", type=_PORT, default=8001, show_default=True, help="Port on this machine.")
@click.option("--statement", is_flag=True, help="Print the demo company's bank statement as CSV instead.")
def sandbox(port: int, statement: bool) -> None:
    """Serve the stand-in for Dinero's API, with the demo company's books."""
    from dinero_mcp.server.sandbox import bank_statement, reconciling, serve_sandbox, settings_for

    settings = started()
    if statement:
        click.echo(bank_statement(settings), nl=False)
        click.echo(
            f"Saved as kontoudtog.csv, compare it with the books:\n  {reconciling(settings)}", err=True
        )
        return
    click.echo("The sandbox stands in for Dinero. Point a server at it with\n", err=True)
    for line in settings_for(port):
        click.echo(f"  export {line}", err=True)
    stoppable(lambda: serve_sandbox(settings, port))


@main.command()
@click.argument("tool")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--json", "as_json", is_flag=True, help="Print the structured content.")
@DEMO
def call(tool: str, arguments: Sequence[str], as_json: bool, demo: bool) -> None:
    """Call one tool, such as: call get-monthly-results-tool month=2026-10 --demo

    statement=@FILE hands over what is in a file, such as a bank's CSV; statement=@- reads it from stdin.
    """
    named = _named(arguments)
    settings = started()
    run(_call(settings, tool, named, as_json=as_json, demo=demo))


@main.command()
def tools() -> None:
    """List the tools."""
    run(_tools(started()))


@main.command()
@DEMO
def doctor(demo: bool) -> None:
    """Check settings, reachability, sign-in, organizations and Pro plan, and say what to do."""
    run(_doctor(started(), demo=demo))


@main.command()
def demo() -> None:
    """Ask the demo company a bookkeeper's questions through the real server."""
    run(_demo_walk(started()))


for command in (log_in, log_out, status, use, token, connections):
    main.add_command(command)


async def _call(
    settings: Settings, tool: str, named: Mapping[str, list[str]], *, as_json: bool, demo: bool
) -> None:
    from dinero_mcp.server.client import ask, in_process
    from dinero_mcp.tools.publishing import published

    known = published()
    if tool not in known:
        raise InputError(_unknown_tool(tool, list(known)))
    takes: Any = known[tool]["input"]["properties"]  # Any: JSON schemas
    arguments = _arguments(named, takes)
    async with in_process(settings, demo=demo) as client:
        reply = await ask(client, tool, arguments, _tell)
    if reply.is_error:
        click.echo(reply.text, err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(reply.structured, ensure_ascii=False, indent=2))
    else:
        show(reply.text)


def _tell(message: str) -> None:
    click.echo(f"… {message}", err=True)


def _named(pairs: Sequence[str]) -> dict[str, list[str]]:
    """`NAME=VALUE` as names with all of their values."""
    named: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise click.UsageError(f"{pair!r} is not NAME=VALUE, such as month=2026-10")
        named.setdefault(name, []).append(value)
    return named


def _arguments(named: Mapping[str, list[str]], schemas: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """The values as JSON; each is text unless the tool takes something else."""
    return {name: _value(name, texts, schemas.get(name, {}).get("type")) for name, texts in named.items()}


def _value(name: str, texts: Sequence[str], kind: str | None) -> object:
    if kind == "array":
        return [part for text in texts for part in text.split(",")]
    if len(texts) > 1:
        raise InputError(f"{name} takes one value, and {len(texts)} were given.")
    if name in _FROM_FILES:
        return _handed_over(name, texts[0])
    if kind in ("integer", "boolean"):
        return {"true": True, "false": False}.get(texts[0].lower(), texts[0])
    return texts[0]


_FROM_FILES = ("statement",)


def _handed_over(name: str, text: str) -> str:
    """The text, or what is in the file that it names with `@`; `InputError` where the `@` was forgotten."""
    if text.startswith("@"):
        return _from_file(text[1:])
    if isfile(text):
        raise InputError(
            f"{name}={text} is the name of a file. Say {name}=@{text} to hand over what is in it."
        )
    return text


def _from_file(name: str) -> str:
    from dinero_mcp.server.files import decoded, text_of_file

    return decoded(sys.stdin.buffer.read()) if name == "-" else text_of_file(name)


def _unknown_tool(name: str, known: Sequence[str]) -> str:
    alike = get_close_matches(name, known, n=1)
    meant = f" Did you mean {alike[0]}?" if alike else ""
    return f"There is no tool {name!r}; `dinero-mcp tools` lists them.{meant}"


async def _tools(settings: Settings) -> None:
    from dinero_mcp.server.client import in_process, listed

    async with in_process(settings, demo=False) as client:
        lines = await listed(client)
    for line in lines:
        click.secho(line.name, bold=True)
        click.echo(f"  {' '.join(line.description.split())}")
        if line.arguments:
            click.echo(f"  takes {', '.join(line.arguments)}")


async def _doctor(settings: Settings, *, demo: bool) -> None:
    from dinero_mcp.server.doctor import steps

    async with aclosing(steps(settings, demo=demo)) as walk:
        async for step in walk:
            verdict, colour = ("ok", "green") if step.is_fine else ("FAIL", "red")
            click.secho(f"{verdict:<5}", fg=colour, nl=False)
            click.echo(f"{step.name}: {step.detail}")
            if not step.is_fine:
                sys.exit(1)


async def _demo_walk(settings: Settings) -> None:
    from dinero_mcp.server.client import ask, over_stdio
    from dinero_mcp.server.connection import today_in
    from dinero_mcp.server.demo import host_lines, questions_on

    click.echo("Starting the server over stdio on the demo company and connecting as an MCP client.\n")
    questions = questions_on(today_in(settings))
    async with over_stdio("--demo") as client:
        replies = [await ask(client, question.tool, question.arguments) for question in questions]
    for number, (question, reply) in enumerate(zip(questions, replies, strict=True), 1):
        click.secho(f"{number}. {question.words}", bold=True)
        click.secho(f"   {question.call}", dim=True)
        show(reply.text, ids=False)
        click.echo()
    click.secho("Add it to your assistant (drop --demo once your own API key is set):", bold=True)
    for host, line in host_lines():
        click.echo(f"\n{host}\n  {line}")
