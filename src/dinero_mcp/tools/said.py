"""Answers said again: what was worked out from kept reads alone is right until the first of them is stale."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from mcp_types import CallToolResult

from dinero_mcp.dinero.call import Call

_sorted = json.JSONEncoder(sort_keys=True).encode
Said = tuple[str, str, date]
"""The tool, its arguments and the day."""


class AnswersSaid:
    """The last answers, each for as long as all that it rests on is fresh."""

    def __init__(self, clock: Callable[[], float] = time.time, most: int = 100) -> None:
        self._clock = clock
        self._most = most
        self._said: OrderedDict[Said, tuple[float, CallToolResult]] = OrderedDict()

    def again(self, question: Said) -> CallToolResult | None:
        """The answer as it was, while it may be used."""
        fresh_until, answer = self._said.get(question, (0.0, None))
        return answer if self._clock() < fresh_until else None

    def keep(self, question: Said, answer: CallToolResult, call: Call) -> None:
        """Keep an answer for which nothing was read; one that was read for tells another basis next time."""
        if call.fresh_until:
            now = self._clock()
            for stale in [each for each, (until, _) in self._said.items() if until <= now]:
                del self._said[stale]
            self._said[question] = call.fresh_until, answer
            if len(self._said) > self._most:
                self._said.popitem(last=False)


def said(tool: str, arguments: Mapping[str, Any], today: date) -> Said:  # Any: JSON
    """What makes two questions the same one."""
    return tool, _sorted(arguments), today
