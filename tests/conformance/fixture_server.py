"""Our server with the conformance suite's own tools, resources and prompts added: `fixture_server.py PORT`.

Same factory and transport as the real one. Sessions are kept, because what the suite asks in the middle of
a call needs one.
"""

import base64
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import uvicorn
from fixture_questions import TOOLS as QUESTIONS
from fixture_questions import Asked, ask, form, replied
from fixture_tools import PNG, embedded
from fixture_tools import TOOLS as PLAIN_TOOLS
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer, Message, UserMessage
from mcp.server.mcpserver.tools import Tool
from mcp_types import Completion, EmptyResult, ImageContent
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from dinero_mcp.errors import NotConnectedError
from dinero_mcp.server.app import create_server
from dinero_mcp.server.http import HOST, create_http_app
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.publishing import Services


def main(port: int) -> None:
    uvicorn.run(
        create_http_app(with_fixtures(open_no_services), stateless=False),
        host=HOST,
        port=port,
        log_level="warning",
    )


def with_fixtures(
    open_services: Callable[[], AbstractAsyncContextManager[Services]],
    *,
    prefix: str = "",
    state_keys: Sequence[bytes] = (),
) -> MCPServer[Services]:
    """The server, with everything the suite calls by name."""
    tools = [Tool.from_function(tool, structured_output=False) for tool in (*PLAIN_TOOLS, *QUESTIONS)]
    server = create_server(open_services, prefix=prefix, more_tools=tools, state_keys=state_keys)
    server.middleware.append(legacy_methods)
    server.completion()(no_completion)
    server.resource("test://static-text", mime_type="text/plain")(static_text)
    server.resource("test://static-binary", mime_type="image/png")(static_binary)
    server.resource("test://watched-resource", mime_type="text/plain")(static_text)
    server.resource("test://template/{id}/data", mime_type="application/json")(template)
    for prompt in PROMPTS:
        server.prompt()(prompt)
    return server


class NoServices:
    """The suite reads no books."""

    async def connection(self) -> Connection:
        raise NotConnectedError("There are no books here.")


@asynccontextmanager
async def open_no_services() -> AsyncGenerator[NoServices]:
    yield NoServices()


async def legacy_methods(
    ctx: ServerRequestContext[Any, Any],  # Any: the middleware's own type
    call_next: CallNext,
) -> HandlerResult:
    """What the suite asks of older clients and MCPServer leaves out: log levels and subscriptions."""
    methods = ("logging/setLevel", "resources/subscribe", "resources/unsubscribe")
    if ctx.method in methods and ctx.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS:
        return EmptyResult()
    return await call_next(ctx)


async def no_completion(*_: object) -> Completion:
    return Completion(values=[])


async def static_text() -> str:
    return "This is the content of the static text resource."


async def static_binary() -> bytes:
    return base64.b64decode(PNG)


async def template(id: str) -> dict[str, object]:
    return {"id": id, "templateTest": True, "data": f"Data for ID: {id}"}


async def test_simple_prompt() -> str:
    """One message."""
    return "This is a simple prompt for testing."


async def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A message made of two arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


async def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # noqa: N803 - the suite's name
    """A resource and what to do with it."""
    resource = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
    return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]


async def test_prompt_with_image() -> list[Message]:
    """An image and what to do with it."""
    image = ImageContent(type="image", data=PNG, mime_type="image/png")
    return [UserMessage(image), UserMessage("Please analyze the image above.")]


async def test_input_required_result_prompt(ctx: Context) -> Asked:
    """A message made of what the person answers."""
    if replied(ctx, "user_context"):
        return "Thanks."
    return ask(user_context=form("What context should the prompt use?", "context"))


PROMPTS = (
    test_simple_prompt,
    test_prompt_with_arguments,
    test_prompt_with_embedded_resource,
    test_prompt_with_image,
    test_input_required_result_prompt,
)


if __name__ == "__main__":
    main(int(sys.argv[1]))
