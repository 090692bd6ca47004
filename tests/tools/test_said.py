"""A question asked again is answered as before, for as long as what the answer rests on is fresh."""

import weakref
from datetime import date

from mcp_types import CallToolResult

from dinero_mcp.dinero.call import Call
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.tools.said import AnswersSaid, said
from tests.tools.asking import ask, connected

ANSWER = CallToolResult(content=[])
TODAY = date(2026, 10, 9)


def call_fresh_until(moment: float) -> Call:
    call = Call()
    call.fresh_until = moment
    return call


def test_an_answer_is_said_again_until_the_first_of_its_reads_is_stale() -> None:
    now = 100.0
    answers = AnswersSaid(lambda: now)
    question = said("a-tool", {"month": "2026-09"}, TODAY)
    answers.keep(question, ANSWER, call_fresh_until(160))
    assert answers.again(question) is ANSWER
    now = 160.0
    assert answers.again(question) is None


def test_an_answer_that_something_was_read_for_is_worked_out_once_more() -> None:
    answers = AnswersSaid(lambda: 100.0)
    question = said("a-tool", {}, TODAY)
    answers.keep(question, ANSWER, call_fresh_until(0))
    assert answers.again(question) is None


def test_another_argument_tool_or_day_is_another_question() -> None:
    answers = AnswersSaid(lambda: 100.0)
    answers.keep(said("a-tool", {"page": 1, "search": "x"}, TODAY), ANSWER, call_fresh_until(160))
    assert answers.again(said("a-tool", {"search": "x", "page": 1}, TODAY)) is ANSWER
    assert answers.again(said("a-tool", {"search": "x", "page": 2}, TODAY)) is None
    assert answers.again(said("another-tool", {"search": "x", "page": 1}, TODAY)) is None
    assert answers.again(said("a-tool", {"search": "x", "page": 1}, date(2026, 10, 10))) is None


def test_the_oldest_answers_make_room() -> None:
    answers = AnswersSaid(lambda: 100.0, most=2)
    questions = [said("a-tool", {"page": page}, TODAY) for page in (1, 2, 3)]
    for question in questions:
        answers.keep(question, ANSWER, call_fresh_until(160))
    assert [answers.again(question) for question in questions] == [None, ANSWER, ANSWER]


def test_answers_that_are_stale_are_not_held_on_to() -> None:
    now, given = 100.0, list[weakref.ref[CallToolResult]]()
    answers = AnswersSaid(lambda: now)
    answer = ANSWER
    for page in range(3):
        answer = CallToolResult(content=[])
        given.append(weakref.ref(answer))
        answers.keep(said("a-tool", {"page": page}, TODAY), answer, call_fresh_until(now + 60))
        now += 100
    del answer
    assert [each() is not None for each in given] == [False, False, True]


async def test_the_third_time_says_what_the_second_said_and_that_nothing_was_asked(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        first, second, third = [
            await ask(client, "get-monthly-results-tool", {"month": "2026-09"}) for _ in range(3)
        ]
    assert second == third
    assert ", 2 requests," in first.text
    assert ", 0 requests," in third.text


async def test_without_freshness_nothing_is_said_again(sandbox: Sandbox) -> None:
    async with connected(sandbox, freshness_seconds=0) as client:
        replies = [await ask(client, "get-monthly-results-tool", {"month": "2026-09"}) for _ in range(3)]
    assert ", 2 requests," in replies[0].text
    assert all(", 1 request," in reply.text for reply in replies[1:])  # what was added since
