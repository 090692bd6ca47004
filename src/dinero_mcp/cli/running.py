"""What every command does first and last: settings and log, and how a failure ends the program."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from dinero_mcp.errors import DineroMCPError
from dinero_mcp.settings import Settings, read_settings, unknown_settings

DEMO = click.option("--demo", is_flag=True, help="Answer from the demo company; no account needed.")


def started() -> Settings:
    """The settings, and a log on stderr; a wrong setting ends the program."""
    try:
        settings = read_settings()
    except DineroMCPError as error:
        fail(error, code=2)
    logging.basicConfig(
        level=settings.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name, meant in unknown_settings():
        click.echo(f"{name} is not a setting, so it does nothing.{meant}", err=True)
    if settings.log_level != "DEBUG":
        logging.getLogger("stamina").setLevel(logging.ERROR)  # what failed in the end says so itself
    return settings


@contextmanager
def importing() -> Generator[None]:
    """Look for no garbage among what is imported: it all stays, and looking takes a tenth of the start."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def run(work: Coroutine[Any, Any, None]) -> None:  # Any: what a coroutine yields and is sent
    stoppable(lambda: asyncio.run(work))


def stoppable(work: Callable[[], None]) -> None:
    try:
        work()
    except DineroMCPError as error:
        fail(error, code=1)
    except KeyboardInterrupt:
        sys.exit(130)


def fail(error: DineroMCPError, *, code: int) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(code)
