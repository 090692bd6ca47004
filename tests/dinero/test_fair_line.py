"""Everybody in line gets on, and so does each of their questions."""

from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.dinero.fair_line import FairLine


def served(line: FairLine[str]) -> str:
    order: list[str] = []
    while line:
        order.append(line.serve())
    return " ".join(order)


def test_askers_are_served_in_turn_and_so_are_the_questions_of_each() -> None:
    line = FairLine[str]()
    for number in range(3):
        line.join("Astrid", "report", f"report{number}")
    line.join("Astrid", "invoice", "invoice")
    line.join("Bo", "vat", "vat0")
    line.join("Bo", "vat", "vat1")
    assert served(line) == "report0 vat0 invoice vat1 report1 report2"


def test_who_has_one_question_alone_is_served_in_the_order_asked() -> None:
    line = FairLine[str]()
    for name in "abc":
        line.join("Astrid", "report", name)
    assert served(line) == "a b c"


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("xyz")), max_size=12), st.integers(0, 12))
def test_the_line_is_shown_as_it_will_be_served(wanted: list[tuple[str, str]], before: int) -> None:
    line = FairLine[str]()
    for number, (asker, question) in enumerate(wanted):
        line.join(asker, question, f"{asker}{question}{number}")
    for _ in range(min(before, len(wanted))):
        line.serve()
    shown = " ".join(line)
    assert shown == served(line)


def test_who_leaves_is_not_served_and_who_was_served_may_leave() -> None:
    line = FairLine[str]()
    for name in "abc":
        line.join("Astrid", "report", name)
    line.leave("Astrid", "report", "b")
    assert line.serve() == "a"
    line.leave("Astrid", "report", "a")
    assert served(line) == "c"
    line.leave("Astrid", "report", "c")
    assert not line
