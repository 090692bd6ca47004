"""All checks together."""

import random
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.checks import CHECKS, review
from dinero_mcp.accounting.periods import Period
from tests.accounting.checks.books_checked import bill, material, posted, years
from tests.accounting.ledgers import ledgers
from tests.accounting.rows import Row
from tests.accounting.vat_books import UNKNOWN_FILE, VatRow

LONGEST = 300
"""Characters of a text that reach an answer."""
WHOLE_YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def test_every_check_has_a_name_of_its_own_a_reason_and_something_to_do():
    assert len({each.name for each in CHECKS}) == len(CHECKS)
    for each in CHECKS:
        assert each.name == each.name.lower()
        assert each.why.endswith((".", ")."))
        assert each.what_to_do.endswith(".")
        assert max(len(each.why), len(each.what_to_do)) <= LONGEST


def test_findings_come_worst_first_and_the_largest_of_a_check_first():
    rows = [
        *bill("2026-09-03", "400", number=1, file=None),
        *bill("2026-09-04", "800", number=2, file=None, contact=None, text="A"),
        *posted("2026-09-05", (7160, "10"), (55000, "-9"), number=3),
    ]
    found = review(material(rows, years=years(2026, opening={55000: "5000"}))).findings
    assert [(each.severity, each.check, each.voucher_number) for each in found] == [
        ("error", "unbalanced-voucher", 3),
        ("warning", "vat-without-document", 2),
        ("warning", "vat-without-document", 1),
    ]


def test_what_found_nothing_is_clean_unless_it_was_not_checked_at_all():
    checked = review(material(is_limited_company=False))
    assert not checked.findings
    whole = {each.check for each in checked.not_checked if each.count is None}
    assert whole == {"owner-loan", "open-invoices-tie", "open-bills-tie"}
    assert set(checked.clean) == {each.name for each in CHECKS} - whole


def test_what_judged_a_part_is_clean_in_part_and_what_judged_nothing_is_not_clean():
    (asked,) = (each for each in CHECKS if each.name == "vat-without-document")
    untold = bill("2026-09-03", "400", number=1, file=UNKNOWN_FILE)
    nothing = review(material(untold), [asked])
    assert (nothing.clean, nothing.clean_in_part) == ((), ())
    part = review(material(untold, bill("2026-09-04", "400", number=2)), [asked])
    assert (part.clean, part.clean_in_part) == ((), ("vat-without-document",))
    assert [(each.count, each.of) for each in part.not_checked] == [(1, 2)]


def test_only_the_checks_asked_for_are_made():
    asked = [each for each in CHECKS if each.name == "unknown-account"]
    assert review(material(), asked).clean == ("unknown-account",)


def _with_documents(rows: list[Row], chance: random.Random) -> list[VatRow]:
    codes, contacts = ("I25", "U25", "IEUY", None, "X9"), ("a", "b", None)
    return [
        VatRow(
            row.account_number,
            row.amount,
            row.date,
            row.voucher_number,
            chance.choice(("Purchases", "manuel", "Sales")),
            description=chance.choice(("Husleje", "Løn marts", None)),
            vat_code=chance.choice(codes),
            contact_guid=chance.choice(contacts),
            file_guid=chance.choice(("scan", None)),
        )
        for row in rows
    ]


@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_the_postings_changes_nothing(rows: list[Row], chance: random.Random):
    posted_rows = _with_documents(rows, chance)
    checked = material(
        posted_rows, years=years(2025, opening={55000: "10"}), period=WHOLE_YEAR, today=date(2026, 3, 9)
    )
    shuffled = list(posted_rows)
    chance.shuffle(shuffled)
    assert review(replace(checked, rows=shuffled)) == review(checked)
