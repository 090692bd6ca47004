"""The tools that answer with a question first and are called again with the reply (2026-07-28).

Their names, keys and texts are the suite's.
"""

from mcp.server.mcpserver import Context
from mcp_types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)

Asked = str | InputRequiredResult


def form(message: str, field: str, kind: str = "string") -> ElicitRequest:
    """Ask the person for one field."""
    return ElicitRequest(
        params=ElicitRequestFormParams(
            message=message,
            requested_schema={"type": "object", "properties": {field: {"type": kind}}, "required": [field]},
        )
    )


def sampling(text: str) -> CreateMessageRequest:
    """Ask the client's model."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=100))


def replied(ctx: Context, *keys: str) -> bool:
    """Whether the client has replied to each of these questions."""
    replies = ctx.input_responses or {}
    return all(
        isinstance(replies.get(key), ElicitResult | CreateMessageResult | ListRootsResult) for key in keys
    )


def ask(state: str | None = None, **questions: InputRequest) -> InputRequiredResult:
    """The questions, with what the server wants back; the server seals that before it leaves."""
    return InputRequiredResult(input_requests=questions, request_state=state)


async def test_input_required_result_elicitation(ctx: Context) -> Asked:
    """Asks for a name."""
    return "Hello!" if replied(ctx, "user_name") else ask(user_name=form("What is your name?", "name"))


async def test_streaming_elicitation(ctx: Context) -> Asked:
    """Asks for a name, on the stream of the answer."""
    await ctx.report_progress(1)
    return await test_input_required_result_elicitation(ctx)


async def test_input_required_result_sampling(ctx: Context) -> Asked:
    """Asks the client's model."""
    question = sampling("What is the capital of France?")
    return "Thanks." if replied(ctx, "capital_question") else ask(capital_question=question)


async def test_input_required_result_list_roots(ctx: Context) -> Asked:
    """Asks for the client's roots."""
    roots = (ctx.input_responses or {}).get("client_roots")
    if isinstance(roots, ListRootsResult):
        return ", ".join(str(root.uri) for root in roots.roots)
    return ask(client_roots=ListRootsRequest())


async def test_input_required_result_request_state(ctx: Context) -> Asked:
    """Wants its state back with the reply."""
    if replied(ctx, "confirm") and ctx.request_state == "asked":
        return "state-ok"
    return ask("asked", confirm=form("Please confirm", "ok", "boolean"))


async def test_input_required_result_tampered_state(ctx: Context) -> Asked:
    """Wants its state back as it was."""
    return await test_input_required_result_request_state(ctx)


async def test_input_required_result_multiple_inputs(ctx: Context) -> Asked:
    """Asks the person, the model and the client at once."""
    if replied(ctx, "user_name", "greeting", "client_roots") and ctx.request_state == "asked":
        return "Thanks."
    return ask(
        "asked",
        user_name=form("What is your name?", "name"),
        greeting=sampling("Generate a greeting"),
        client_roots=ListRootsRequest(),
    )


async def test_input_required_result_multi_round(ctx: Context) -> Asked:
    """Asks twice."""
    if ctx.request_state == "first" and replied(ctx, "step1"):
        return ask("second", step2=form("Step 2: What is your favorite color?", "color"))
    if ctx.request_state == "second" and replied(ctx, "step2"):
        return "Thanks."
    return ask("first", step1=form("Step 1: What is your name?", "name"))


async def test_input_required_result_capabilities(ctx: Context) -> Asked:
    """Asks only what the client can answer."""
    able = ctx.client_capabilities
    questions: dict[str, InputRequest] = {}
    if able and able.sampling:
        questions["greeting"] = sampling("Generate a greeting")
    if able and able.elicitation:
        questions["user_name"] = form("What is your name?", "name")
    return ask("asked", **questions)


TOOLS = (
    test_input_required_result_elicitation,
    test_streaming_elicitation,
    test_input_required_result_sampling,
    test_input_required_result_list_roots,
    test_input_required_result_request_state,
    test_input_required_result_tampered_state,
    test_input_required_result_multiple_inputs,
    test_input_required_result_multi_round,
    test_input_required_result_capabilities,
)
