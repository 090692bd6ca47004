"""What every tool needs, done once: strict arguments, the organization, read-only annotations, errors, text.

A tool is an async function whose parameters are its arguments, apart from what is resolved here and not in
its schema: `Connection`, `Call` and `Books`. A tool that asks for `Books` also takes `organization_id`, and
gets the books of that organization or of the default one. With a pinned organization that argument is gone.
"""

import inspect
import itertools
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, cast, get_args, get_origin

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import DineroMCPError, IncompleteError, InputError
from dinero_mcp.tools.answers import Answer
from dinero_mcp.tools.books import Books, Connection
from dinero_mcp.tools.inputs import OrganizationId
from dinero_mcp.tools.publishing import Arguments, Asked, Published, Services, asked_over
from dinero_mcp.tools.said import said
from dinero_mcp.tools.schemas import input_schema, output_schema
from dinero_mcp.tools.text import Fields, as_text
from dinero_mcp.tools.third_party import cleaned, on_one_line

log = logging.getLogger(__name__)

Function = Callable[..., Awaitable[Answer]]


@dataclass(frozen=True)
class DeclaredTool:
    """One entry of the catalogue."""

    name: str
    title: str
    function: Function
    keeps: bool = True
    """Whether arguments and answer may be kept to be said again, and what was wrong with them be logged."""

    @property
    def description(self) -> str:
        """The docstring, each paragraph on one line."""
        paragraphs = inspect.cleandoc(self.function.__doc__ or "").split("\n\n")
        return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    @property
    def published(self) -> Published:
        """What is told of the tool, by its signature and docstring."""
        return {
            "title": self.title,
            "description": self.description,
            "module": self.function.__module__.rpartition(".")[2],
            "input": input_schema(_argument_model(self.function, pinned=False)),
            "output": output_schema(_signature(self.function).return_annotation),
        }


def tool(*, name: str, title: str, keeps: bool = True) -> Callable[[Function], DeclaredTool]:
    """Declare an async function to be a tool; its docstring is what the model reads."""
    return lambda function: DeclaredTool(name, title, function, keeps)


class Answering:
    """A tool at work; with `pinned` there is no choice of organization."""

    def __init__(self, declared: DeclaredTool, *, pinned: bool) -> None:
        self._declared = declared
        self._pinned = pinned
        self._model = _argument_model(declared.function, pinned=pinned)

    async def answer(self, sent: Arguments, ctx: Context[Services]) -> CallToolResult:
        """The answer to arguments that nobody has checked yet."""
        return await _answered(self._declared, self._model, sent, ctx, pinned=self._pinned)


async def _answered(
    declared: DeclaredTool, model: type[BaseModel], sent: Arguments, ctx: Context[Services], *, pinned: bool
) -> CallToolResult:
    request = ctx.request_context
    asked = asked_over(request.request)
    try:
        connection = asked.connection if asked else await request.lifespan_context.connection()
        question = said(declared.name, sent, connection.today()) if declared.keeps else None
        if question and (again := connection.said.again(question)):
            _note(asked, "ok")
            return again
        call = Call(_report(ctx), is_heard=_has_token(ctx))
        if pinned and "organization_id" in sent:
            await connection.refuse_another_organization(call)
        arguments = await _resolved(declared.function, connection, call, _checked(model, sent))
        answer = await _whole(declared.function, arguments, call)
    except DineroMCPError as error:
        log.info("%s: %s", type(error).__name__, error if declared.keeps else declared.name)
        _note(asked, type(error).__name__)
        text = TextContent(type="text", text=on_one_line(str(error)))
        return CallToolResult(content=[text], is_error=True)
    _note(asked, "ok", arguments)
    if connection.notice:
        answer = answer.model_copy(update={"notice": connection.notice})
    fields = cast(Fields, answer.model_dump(mode="json"))
    text = TextContent(type="text", text=as_text(answer, fields))
    result = CallToolResult(content=[text], structured_content=fields)
    if question:
        connection.said.keep(question, result, call)
    return result


def _note(asked: Asked | None, outcome: str, arguments: Arguments | None = None) -> None:
    """Tell the server's door how it went, and whose books it was about in the end."""
    if asked is None:
        return
    asked.outcome = outcome
    for each in (arguments or {}).values():
        if isinstance(each, Books):
            asked.organization_id = each.organization.id


async def _whole(function: Function, arguments: Arguments, call: Call) -> Answer:
    """The answer; what does not add up is read anew once, for something may have been posted in between."""
    try:
        return await function(**arguments)
    except IncompleteError:
        call.read_anew()
        return await function(**arguments)


def _has_token(ctx: Context[Services]) -> bool:
    return (ctx.request_context.meta or {}).get("progress_token") is not None


def _report(ctx: Context[Services]) -> Callable[[str], Awaitable[None]]:
    """Where progress goes; it goes nowhere when the request carries no progress token."""
    steps = itertools.count(1)

    async def report(message: str) -> None:
        await ctx.report_progress(next(steps), message=message)

    return report


async def _resolved(
    function: Function, connection: Connection, call: Call, arguments: Arguments
) -> Arguments:
    wanted = {name: parameter.annotation for name, parameter in _signature(function).parameters.items()}
    chosen = dict(arguments)
    for name, kind in wanted.items():
        if kind is Connection:
            chosen[name] = connection
        elif kind is Call:
            chosen[name] = call
        elif kind is Books:
            chosen[name] = await connection.books(chosen.pop("organization_id", None), call)
    return chosen


def _signature(function: Function) -> inspect.Signature:
    return inspect.signature(function, eval_str=True)


def _argument_model(function: Function, *, pinned: bool) -> type[BaseModel]:
    parameters = _signature(function).parameters.values()
    fields: dict[str, Any] = {  # Any: annotations
        parameter.name: (parameter.annotation, _default(parameter))
        for parameter in parameters
        if parameter.annotation not in _RESOLVED
    }
    if any(parameter.annotation is Books for parameter in parameters):
        fields["organization_id"] = (OrganizationId, None)
    if pinned:
        fields.pop("organization_id", None)
    return create_model("Arguments", __config__=ConfigDict(extra="forbid"), **fields)


_RESOLVED = (Books, Connection, Call)


def _default(parameter: inspect.Parameter) -> object:
    return ... if parameter.default is inspect.Parameter.empty else parameter.default


def _checked(model: type[BaseModel], sent: Arguments) -> Arguments:
    """The arguments as their types; what is wrong with them is said in our words, all at once."""
    try:
        checked = model.model_validate(sent)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise InputError(" ".join(dict.fromkeys(_fault(fault, model) for fault in faults))) from None
    return {name: getattr(checked, name) for name in model.model_fields}


def _fault(fault: ErrorDetails, model: type[BaseModel]) -> str:
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        return _unknown_argument(name, list(model.model_fields))
    if fault["type"] == "missing":
        return f"{name} is missing: {_wanted(model.model_fields[name])}."
    if fault["type"] in ("bool_type", "bool_parsing"):
        return f"{name} must be true or false."
    what = re.sub(r"^Value error, | after validation, not .*|, unable to parse.*", "", fault["msg"])
    return f"{name} {re.sub('^[A-Z][a-z]+ should', 'must', what)}."


def _wanted(argument: FieldInfo) -> str:
    """What it is, after the values there are to choose from."""
    values = get_args(argument.annotation) if get_origin(argument.annotation) is Literal else ()
    chosen = f"one of {', '.join(map(str, values))}. " if values else ""
    return f"{chosen}{argument.description}"


def _unknown_argument(name: str, known: list[str]) -> str:
    alike = get_close_matches(name, known, n=1)
    meant = f" Did you mean {alike[0]}?" if alike else ""
    takes = f"takes {', '.join(known)}" if known else "takes no arguments"
    return f"{cleaned(name)[:60]!r} is not an argument of this tool; it {takes}.{meant}"
