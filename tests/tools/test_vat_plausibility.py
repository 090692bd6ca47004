"""What makes the VAT of a period implausible, told with the postings behind it."""

from typing import Any

from tests.tools.vat_companies import asked, by_hand, closing, identities, purchase, sale, vat_company

Q1_2026 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}


def findings(answer: dict[str, Any]) -> list[tuple[str, str, str, str]]:  # Any: JSON
    rows = answer["findings"]
    return [(row["check"], row["voucher_number"], row["booked"], row["expected"]) for row in rows]


async def test_a_bill_added_after_the_closing_is_found_and_the_identity_fails() -> None:
    books = vat_company(
        sale("2026-01-10", "1000.00"), closing("2026-03-31", "250.00"), purchase("2026-02-10", "80.00")
    )
    answer = await asked(books, "2026-06-10", **Q1_2026)
    assert answer["settled"] == "unknown"
    assert identities(answer)["payable = settlement, øre apart"] == "-20.00"
    assert findings(answer) == [("nothing was added after the settlement", "1", "-20.00", "0.00")]
    assert [(row["account_number"], row["amount"]) for row in answer["postings_behind"]] == [
        (7320, "80.00"),
        (64060, "20.00"),
    ]


async def test_what_is_implausible_is_found_largest_first_with_its_postings() -> None:
    books = vat_company(
        sale("2026-01-10", "1000.00", vat="200.00"),
        by_hand("2026-01-11", (7320, "40.00", "I25"), (64060, "25.00"), (63000, "-65.00")),
        by_hand("2026-01-12", (7320, "400.00", "IEUY"), (64060, "100.00"), (63000, "-500.00")),
        purchase("2026-01-13", "40.00"),
    )
    answer = await asked(books, "2026-02-10", **Q1_2026)
    assert findings(answer) == [
        ("reverse charge is 25 % on both sides", "2", "0.00", "100.00"),
        ("output VAT is its rate of the sale", "1", "200.00", "250.00"),
        ("input VAT is what its code allows", "1", "25.00", "10.00"),
    ]
    assert [
        (row["voucher_number"], row["account_number"], row["amount"]) for row in answer["postings_behind"]
    ] == [
        ("2", 7320, "400.00"),
        ("2", 64060, "100.00"),
        ("1", 1000, "-1000.00"),
        ("1", 64000, "-200.00"),
        ("1", 7320, "40.00"),
        ("1", 64060, "25.00"),
    ]


async def test_what_is_not_shown_is_counted() -> None:
    books = vat_company(*(sale("2026-01-10", "1000.00", vat=f"{n + 100}.00") for n in range(25)))
    answer = await asked(books, "2026-02-10", **Q1_2026)
    assert (len(answer["findings"]), answer["findings"][0]["booked"]) == (20, "100.00")
    assert (answer["checks"][0]["findings"], answer["checks"][0]["difference"]) == (25, "-3450.00")
    assert answer["notes"][-1].startswith("Not shown: 5 smaller findings; list-entries-tool")


async def test_vat_deducted_without_a_document_is_found() -> None:
    books = vat_company(purchase("2026-01-11", "40.00", has_file=False), purchase("2026-01-12", "80.00"))
    answer = await asked(books, "2026-02-10", **Q1_2026)
    assert findings(answer) == [("deducted VAT has a document", "1", "10.00", "0.00")]


async def test_where_dinero_did_not_tell_of_documents_nothing_is_judged() -> None:
    books = vat_company(purchase("2026-01-11", "40.00", has_file=False), guids_since="2026-02-01")
    rows = {
        row["check"]: (row["checked"], row["not_checked"], row["findings"])
        for row in (await asked(books, "2026-02-10", **Q1_2026))["checks"]
    }
    assert rows["deducted VAT has a document"] == (0, 1, 0)
