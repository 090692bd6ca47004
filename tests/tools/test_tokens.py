"""What answers cost in the model's context, counted with OpenAI's `o200k_base`; other models count alike."""

import warnings

import pytest
from mcp import Client

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it opens its data in a way that 3.11 deprecated
    import bpe_openai  # pyright: ignore[reportMissingTypeStubs] - it has none

from tests.tools.asking import ask
from tests.tools.test_answers import QUESTIONS

MOST_FOR_A_BASIS = 60


def tokens(text: str) -> int:
    return len(bpe_openai.get_encoding("o200k_base").encode(text))


@pytest.mark.parametrize("tool", QUESTIONS)
@pytest.mark.filterwarnings("ignore:open_binary:DeprecationWarning")
async def test_a_basis_that_holds_costs_little(tool: str, reader: Client) -> None:
    lines = (await ask(reader, tool, QUESTIONS[tool])).text.splitlines()
    for line in lines:
        if line.startswith("basis: "):
            assert tokens(line) <= MOST_FOR_A_BASIS, line
