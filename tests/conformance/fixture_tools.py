"""The tools that the conformance suite calls by name: media, errors, progress, logs, questions in mid-call.

Their names and texts are the suite's.
"""

import json
from collections.abc import Mapping
from typing import Annotated

from mcp.server.mcpserver import Context, Resolve, Sample
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import (
    AudioContent,
    ContentBlock,
    CreateMessageResult,
    ElicitRequestedSchema,
    EmbeddedResource,
    ImageContent,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="


def embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    """A text resource as a block of content."""
    contents = TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    return EmbeddedResource(type="resource", resource=contents)


async def test_simple_text() -> str:
    """Answers with one text."""
    return "This is a simple text response for testing."


async def test_image_content() -> ImageContent:
    """Answers with an image."""
    return ImageContent(type="image", data=PNG, mime_type="image/png")


async def test_audio_content() -> AudioContent:
    """Answers with a sound."""
    return AudioContent(type="audio", data=WAV, mime_type="audio/wav")


async def test_embedded_resource() -> EmbeddedResource:
    """Answers with a resource."""
    return embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")


async def test_multiple_content_types() -> list[ContentBlock]:
    """Answers with text, image and resource."""
    data = json.dumps({"test": "data", "value": 123})
    return [
        TextContent(type="text", text="Multiple content types test:"),
        ImageContent(type="image", data=PNG, mime_type="image/png"),
        embedded("test://mixed-content-resource", "application/json", data),
    ]


async def test_error_handling() -> str:
    """Always fails."""
    raise ToolError("This tool intentionally returns an error for testing")


async def test_tool_with_progress(ctx: Context) -> str:
    """Reports progress three times."""
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100)
    return "done"


async def test_tool_with_logging(ctx: Context) -> str:
    """Logs three times."""
    for step in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(step)  # pyright: ignore[reportDeprecated]  # the suite still asks for it
    return "done"


async def test_logging_tool(ctx: Context) -> str:
    """Logs, which only a request that asks for it may hear."""
    return await test_tool_with_logging(ctx)


def _the_prompt(prompt: str) -> Sample:
    return _sample(prompt)


def _any_question() -> Sample:
    return _sample("Which?")


def _sample(text: str) -> Sample:
    asked = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    return Sample([asked], max_tokens=100)


async def test_sampling(prompt: str, answer: Annotated[CreateMessageResult, Resolve(_the_prompt)]) -> str:
    """Asks the client's model, over the prompt."""
    return f"LLM response: {answer.content}"


async def test_missing_capability(answer: Annotated[CreateMessageResult, Resolve(_any_question)]) -> str:
    """Needs a capability that the client must have declared."""
    return f"LLM response: {answer.content}"


async def test_elicitation(message: str, ctx: Context) -> str:
    """Asks the person for a name and an address."""
    return await _elicited(ctx, message, {"username": {"type": "string"}, "email": {"type": "string"}})


async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
    """Asks the person, with a default of every primitive type."""
    statuses = ["active", "inactive", "pending"]
    properties = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": statuses, "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return await _elicited(ctx, "Review the defaults", properties)


async def test_elicitation_sep1330_enums(ctx: Context) -> str:
    """Asks the person to choose, with every form of choice."""
    options = ["option1", "option2", "option3"]
    titled = [{"const": f"value{n}", "title": f"Choice {n}"} for n in (1, 2, 3)]
    names = ["Option One", "Option Two", "Option Three"]
    properties = {
        "untitledSingle": {"type": "string", "enum": options},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": names},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    }
    return await _elicited(ctx, "Choose", properties)


async def _elicited(ctx: Context, message: str, properties: Mapping[str, object]) -> str:
    schema: ElicitRequestedSchema = {"type": "object", "properties": dict(properties)}
    result = await ctx.session.elicit_form(message, schema, ctx.request_id)
    return f"Elicitation completed: action={result.action}, content={result.content}"


async def test_trigger_tool_change(ctx: Context) -> str:
    """Tells listeners that the tools changed."""
    await ctx.notify_tools_changed()
    return "done"


async def test_trigger_prompt_change(ctx: Context) -> str:
    """Tells listeners that the prompts changed."""
    await ctx.notify_prompts_changed()
    return "done"


TOOLS = (
    test_simple_text,
    test_image_content,
    test_audio_content,
    test_embedded_resource,
    test_multiple_content_types,
    test_error_handling,
    test_tool_with_progress,
    test_tool_with_logging,
    test_logging_tool,
    test_sampling,
    test_missing_capability,
    test_elicitation,
    test_elicitation_sep1034_defaults,
    test_elicitation_sep1330_enums,
    test_trigger_tool_change,
    test_trigger_prompt_change,
)
