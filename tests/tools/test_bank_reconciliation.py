"""A bank statement beside a deposit account, through the server."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dinero_mcp.sandbox.books import Books, DepositAccount
from dinero_mcp.sandbox.chart import CASH
from tests.tools.asking import answered, ask, connected, counted, refused
from tests.tools.companies import SMALL, Voucher, calendar_years, company, sandbox_with

TOOL = "reconcile-bank-statement-tool"
BANK_BALANCE = "get-bank-reconciliation-balance-tool"
VOUCHERS: Sequence[Voucher] = [
    ("2025-12-30", "Indskud", {60000: "-1000", 55000: "1000"}),
    ("2026-03-02", "Salg til Kaffebar", {1000: "-250", 55000: "250"}),
    ("2026-03-05", "Software fra udlandet", {7320: "100", 55000: "-100"}),
    ("2026-03-06", "Bageren", {2000: "5400", 55000: "-5400"}),
    ("2026-03-10", "Kaffemaskine", {51020: "80", 55000: "-80"}),
    ("2026-03-11", "Dagens salg", {1000: "-90", 55000: "90"}),
    ("2026-03-31", "Husleje april", {5000: "70", 55000: "-70"}),
    ("2026-04-02", "Gebyr marts", {7220: "12", 55000: "-12"}),
]
MARCH = """\
Dato;Tekst;Beløb;Saldo
31-03-2026;Gebyr;-12,00;-3.184,50
20-03-2026;Netto;-35,50;-3.172,50
12-03-2026;MobilePay 2;50,00;-3.137,00
11-03-2026;MobilePay 1;40,00;-3.187,00
10-03-2026;Kaffe  010190-1234;-40,00;-3.227,00
10-03-2026;Maskine;-40,00;-3.187,00
06-03-2026;BS Bageren;-4.500,00;-3.147,00
06-03-2026;Cloud Ltd;-102,00;1.353,00
03-03-2026;Indbetaling;250,00;1.455,00
02-03-2026;Overført;205,00;1.205,00
"""


def shop(vouchers: Sequence[Voucher] = VOUCHERS, *years: int) -> Books:
    return company(vouchers, calendar_years(*(years or (2025, 2026))))


async def reconciled(
    books: Books, statement: object = MARCH, **arguments: Any
) -> dict[str, Any]:  # Any: JSON
    sandbox = sandbox_with(books, "2026-05-01")
    asked = {"account_number": 55000, "statement": statement} | arguments
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        return await answered(client, TOOL, **asked) | {"asked": counted(sandbox)}


async def told_off(books: Books, statement: object = MARCH, **arguments: Any) -> str:  # Any: JSON
    sandbox = sandbox_with(books, "2026-05-01")
    asked = {"account_number": 55000, "statement": statement} | arguments
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        return await refused(client, TOOL, **asked)


def counts(answer: dict[str, Any]) -> dict[str, tuple[int, int, str]]:  # Any: JSON
    """Lines, postings and difference by outcome and rule."""
    return {
        f"{row['outcome']}: {row['rule']}" if row["rule"] else row["outcome"]: (
            row["lines"],
            row["postings"],
            row["difference_bank_less_books"],
        )
        for row in answer["outcomes"]
    }


async def test_every_line_and_posting_is_in_one_class_and_the_parts_lead_to_the_closing_difference() -> None:
    answer = await reconciled(shop())
    assert counts(answer) == {
        "matched: same amount, the only ones near in time": (2, 2, "0.00"),
        "matched: several lines add up to one posting": (4, 2, "0.00"),
        "suggested: within 3 %, and one side tells of foreign currency": (1, 1, "-2.00"),
        "differing: same text or named voucher or invoice, other amount": (1, 1, "900.00"),
        "in_bank_only": (2, 0, "169.50"),
        "in_books_only": (0, 1, "70.00"),
        "all": (10, 7, "1137.50"),
    }
    assert answer["opening"] == {"booked": "1000.00", "bank": "1000.00", "difference_bank_less_books": "0.00"}
    assert answer["closing"] == {
        "booked": "-4310.00",
        "bank": "-3184.50",
        "difference_bank_less_books": "1125.50",
    }
    assert (answer["booked_before"], answer["booked_after"], answer["missing_lines"]) == (
        "0.00",
        "-12.00",
        "0.00",
    )
    assert {row["difference"] for row in answer["basis"]["identities"]} == {"0.00"}
    assert answer["agrees"] is False


async def test_what_needs_a_person_is_listed_with_where_it_stands() -> None:
    answer = await reconciled(shop())
    assert [(row["row"], row["amount"], row["text"]) for row in answer["in_bank_only"]] == [
        (11, "205.00", "Overført"),
        (3, "-35.50", "Netto"),
    ]
    assert [(row["date"], row["amount"], row["text"]) for row in answer["in_books_only"]] == [
        ("2026-03-31", "-70.00", "Husleje april")
    ]
    [suggested], [differing] = answer["suggested"], answer["differing"]
    assert (suggested["bank_text"], suggested["booked_text"]) == ("Cloud Ltd", "Software fra udlandet")
    assert (differing["bank_amount"], differing["booked_amount"]) == ("-4500.00", "-5400.00")
    assert [(row["group"], row["row"], row["amount"]) for row in answer["matched_shown"]] == [
        (1, 6, "-40.00"),
        (1, 7, "-40.00"),
        (1, None, "-80.00"),
        (2, 5, "40.00"),
        (2, 4, "50.00"),
        (2, None, "90.00"),
    ]
    every = await reconciled(shop(), show_matched=True)
    assert len({row["group"] for row in every["matched_shown"]}) == 4


async def test_the_booked_balances_are_those_of_the_bank_balance_tool() -> None:
    answer = await reconciled(shop())
    sandbox = sandbox_with(shop(), "2026-05-01")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        for end, day in (("opening", "2026-03-01"), ("closing", "2026-03-31")):
            other = await answered(client, BANK_BALANCE, as_of=day, account_number=55000)
            assert answer[end]["booked"] == other["accounts"][0]["booked_balance"]


async def test_a_statement_that_agrees_says_so_and_costs_one_request() -> None:
    answer = await reconciled(
        shop(VOUCHERS[:2]), "Dato;Tekst;Beløb;Saldo\n03-03-2026;Kaffebar;250,00;1.250,00\n"
    )
    assert (answer["agrees"], answer["closing"]["difference_bank_less_books"], len(answer["asked"])) == (
        True,
        "0.00",
        1,
    )


async def test_where_both_agree_before_the_period_no_line_takes_a_posting_from_before_it() -> None:
    """Otherwise rent that was forgotten in March would be found in what was paid in February."""
    vouchers = [*VOUCHERS[:1], ("2026-02-27", "Leje", {5000: "70", 55000: "-70"})]
    agreeing = await reconciled(shop(vouchers), "Dato;Tekst;Beløb;Saldo\n02-03-2026;Leje;-70,00;860,00\n")
    assert counts(agreeing)["in_bank_only"] == (1, 0, "-70.00")
    waiting = await reconciled(shop(vouchers), "Dato;Beløb\n02-03-2026;-70,00\n", opening_balance="1000")
    assert counts(waiting)["all"] == (1, 1, "0.00")
    assert waiting["booked_before"] == "-70.00"
    assert waiting["opening"]["difference_bank_less_books"] == "70.00"
    assert "explain 70.00 of that, 0.00 stays open" in waiting["notes"][1]


async def test_without_any_balance_of_the_banks_nothing_is_said_to_be_tied() -> None:
    answer = await reconciled(shop(VOUCHERS[:2]), "Dato;Beløb\n02-03-2026;250,00\n")
    assert (answer["agrees"], answer["closing"]["bank"], answer["missing_lines"]) == (None, None, None)
    assert answer["notes"] == ["The bank's balance is not known; closing_balance would tie both ends to it."]
    assert len(answer["basis"]["identities"]) == 2


async def test_lines_that_are_missing_from_the_statement_are_said_first() -> None:
    sandbox = sandbox_with(shop(VOUCHERS[:2]), "2026-05-01")
    asked = {"account_number": 55000, "statement": "Dato;Beløb\n02-03-2026;250\n"}
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        reply = await ask(client, TOOL, asked | {"opening_balance": "1000", "closing_balance": "1230"})
    assert reply.text.split("\n")[1].startswith(
        "WARNING: this does not hold: bank balance moves by the statement's lines. It is off by -20.00 DKK"
    )


async def test_a_statement_may_cover_more_days_than_it_has_lines_for() -> None:
    statement = "Dato;Beløb;Saldo\n02-03-2026;250,00;1.250,00\n"
    answer = await reconciled(shop(), statement, from_date="2026-03-01", to_date="2026-03-05")
    assert (answer["from_date"], answer["to_date"]) == ("2026-03-01", "2026-03-05")
    assert [row["text"] for row in answer["in_books_only"]] == ["Software fra udlandet"]
    assert "Leave from_date and to_date out" in await told_off(shop(), statement, to_date="2026-03-01")


@pytest.mark.parametrize(
    "rows",
    [
        [
            {"date": "2026-03-02", "amount": 250, "text": "Salg"},
            {"date": "2026-03-06", "amount": "-5.400,00"},
        ],
        [["2026-03-02", "250.00", "Salg"], ["2026-03-06", -5400.0]],
        '[ {"date": "2026-03-02", "amount": 250.0, "text": "Salg"}, {"date": "2026-03-06", "amount": -5400}]',
        '[["2026-03-02","250.00","Salg"],["2026-03-06","-5400","Bageren"]]',
        "2026-03-02;250.00;Salg\n2026-03-06;-5400.00;Bageren\n",
    ],
    ids=["objects", "lists", "objects in JSON text", "lists in JSON text", "lines without headings"],
)
async def test_rows_are_taken_as_a_model_sends_them(rows: object) -> None:
    answer = await reconciled(shop(), rows, closing_balance="-4150")
    assert counts(answer)["matched: same amount on the same day"] == (2, 2, "0.00")


async def test_the_schema_tells_a_form_of_rows_that_is_taken() -> None:
    sandbox = sandbox_with(shop(), "2026-05-01")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        told = listed[TOOL].input_schema["properties"]["statement"]["description"]
        example = told[told.index("[[") : told.index("]]") + 2]
        answer = await answered(client, TOOL, account_number=55000, statement=example)
    assert counts(answer)["in_bank_only"] == (1, 0, "-250.00")


async def test_a_statement_of_another_account_or_company_is_doubted_first() -> None:
    lines = "".join(f"{day:02}-03-2026;Kort;-{day}.01\n" for day in range(1, 13))
    answer = await reconciled(shop(), f"Dato;Tekst;Beløb\n{lines}")
    assert answer["notes"][0] == (
        "None of the 12 lines matches a posting of 55000: is this the right account and company?"
    )
    one = await reconciled(shop(), f"Dato;Tekst;Beløb\n{lines}06-03-2026;BS;-5400.00\n")
    assert one["notes"][0].startswith("Only 1 of the 13 lines match a posting of 55000:")


async def test_a_statement_that_ends_before_the_months_last_postings_says_first_what_to_pass() -> None:
    statement = "\n".join([MARCH.splitlines()[0], *MARCH.splitlines()[3:]])
    late: Voucher = ("2026-03-17", "Porto", {7220: "20", 55000: "-20"})
    answer = await reconciled(shop([*VOUCHERS, late]), statement)
    assert (answer["to_date"], answer["notes"][0]) == (
        "2026-03-12",
        "The last line is of 2026-03-12, and postings of that month lie after it: 1 within 7 days. If the "
        "statement covers the whole month, pass to_date=2026-03-31: then they count as booked.",
    )
    whole = await reconciled(shop([*VOUCHERS, late]), statement, to_date="2026-03-31")
    assert not any("to_date" in note for note in whole["notes"])


async def test_both_bank_tools_tell_the_difference_with_the_same_sign() -> None:
    sandbox = sandbox_with(shop(), "2026-05-01")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        ours = await answered(client, TOOL, account_number=55000, statement=MARCH)
        bank = {"as_of": "2026-03-31", "account_number": 55000, "statement_balance": "-3184.50"}
        theirs = await answered(client, BANK_BALANCE, **bank)
    assert ours["closing"]["difference_bank_less_books"] == theirs["difference_bank_less_books"] == "1125.50"


async def test_signs_that_fit_the_books_the_other_way_around_are_pointed_out_and_can_be_told() -> None:
    statement = "Dato;Beløb\n02-03-2026;-250,00\n05-03-2026;100,00\n06-03-2026;5.400,00\n"
    doubted = await reconciled(shop(), statement)
    assert doubted["notes"][0] == (
        "3 lines have a posting of the opposite amount and 0 one of the same: if positive amounts left the "
        "account, say positive_is=out."
    )
    told = await reconciled(shop(), statement, positive_is="out")
    assert counts(told)["in_bank_only"] == (0, 0, "0.00")
    assert "as told, so all signs are turned" in told["statement_read"]
    right = "Dato;Beløb\n02-03-2026;250,00\n05-03-2026;-100,00\n06-03-2026;-5.400,00\n"
    wrongly = await reconciled(shop(), right, positive_is="out")
    assert wrongly["notes"][0] == (
        "3 lines have a posting of the opposite amount and 0 one of the same: if positive amounts entered "
        "the account, say positive_is=in."
    )


async def test_the_banks_texts_are_cleaned_like_any_other() -> None:
    statement = (
        "Dato;Tekst;Beløb\n"
        '02-03-2026;"Løn\n010190-1234\u202e\tIgnore\x1b[31m";-1\n'
        "03-03-2026;=HYPERLINK('x') 010190-1234;-2\n"
    )
    answer = await reconciled(shop(), statement)
    assert [row["text"] for row in answer["in_bank_only"]] == [
        "Løn [CPR] Ignore [31m",
        "=HYPERLINK('x') [CPR]",
    ]


async def test_a_year_without_opening_balances_is_carried_forward() -> None:
    books = shop()
    books.entries = [entry for entry in books.entries if entry.type == "Normal"]
    answer = await reconciled(books)
    assert answer["opening"]["booked"] == "1000.00"
    assert any("carried forward from 2025" in note for note in answer["notes"])
    assert len(answer["asked"]) == 2


async def test_a_whole_year_needs_no_third_year_to_be_read() -> None:
    statement = "Dato;Beløb\n01-01-2026;1\n31-12-2026;2\n"
    answer = await reconciled(shop(VOUCHERS, 2025, 2026, 2027), statement, opening_balance="999")
    assert len(answer["asked"]) == 2
    assert any(note.startswith("Postings of 2027-01-01..2027-01-07 were not") for note in answer["notes"])


async def test_days_without_an_accounting_year_are_said() -> None:
    answer = await reconciled(shop(), "Dato;Beløb\n30-12-2024;1\n02-01-2025;2\n", opening_balance="0")
    assert answer["opening"]["booked"] == "0.00"
    assert answer["notes"][0].startswith("No accounting year holds all of 2024-12-30..2025-01-02")


async def test_what_is_booked_after_the_last_line_is_said_to_wait_for_the_end_of_the_period() -> None:
    assert (await reconciled(shop()))["notes"] == [
        "Lines take, or may take, postings of -12.00 dated after 2026-03-31. If the statement covers those "
        "days too, say so with to_date: then they count as booked."
    ]
    assert (await reconciled(shop(), to_date="2026-04-02"))["notes"] == []


async def test_lines_ahead_of_today_are_counted() -> None:
    answer = await reconciled(shop(), "Dato;Beløb\n02-05-2026;1\n")
    assert "Lines dated after today (2026-05-01): 1." in answer["notes"]


async def test_long_lists_are_cut_and_counted_in_full() -> None:
    lines = "".join(f"{1 + at % 28:02}-03-2026;Kort;-{at}.01\n" for at in range(1, 151))
    answer = await reconciled(shop(), f"Dato;Tekst;Beløb\n{lines}")
    assert (len(answer["in_bank_only"]), counts(answer)["all"][0]) == (100, 150)
    assert "rows are shown of in_bank_only (" in answer["notes"][-1]


async def test_another_deposit_account_is_another_ledger() -> None:
    books = replace(shop(), deposit_accounts=[DepositAccount(55000), DepositAccount(CASH)])
    answer = await reconciled(books, "Dato;Beløb\n02-03-2026;250\n", account_number=CASH)
    assert counts(answer)["in_bank_only"] == (1, 0, "250.00")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {  # Any: JSON
    "an empty statement": ({"statement": " \n"}, "The statement is empty."),
    "no rows": ({"statement": []}, "The statement has no rows."),
    "another format": (
        {"statement": "Navn;Alder;By\nIda;31;Aarhus\n"},
        "The statement's columns are not understood. Seen: Navn; Alder; By.",
    ),
    "neither text nor rows": ({"statement": 7}, "statement must be the text of the bank's CSV file"),
    "a row with more": (
        {"statement": [{"date": "2026-03-02", "amount": "1", "saldo": "2"}]},
        "Row 1 of statement is not [date, amount, text]",
    ),
    "a row without a date": (
        {"statement": [{"amount": "1"}]},
        "Row 1 of statement: date must be a date such as",
    ),
    "too many decimals in a row": (
        {"statement": [{"date": "2026-03-02", "amount": "1.005"}]},
        "Row 1 of statement: amount must be an amount",
    ),
    "too many decimals in the text": (
        {"statement": "Dato;Beløb\n02-03-2026;1,0055\n"},
        'in row 2, Beløb is "1,0055"',
    ),
    "JSON that is none": ({"statement": '[{"date": '}, "no valid JSON"),
    "too long a text": ({"statement": "x" * 10_000_000}, "statement is longer than 8,000,000 characters."),
    "too many lines": ({"statement": "1;2\n" * 100_001}, "statement has more than 100,000 lines."),
    "too many rows": ({"statement": [0] * 100_001}, "statement has more than 100,000 lines."),
    "no deposit account": (
        {"account_number": 1000},
        "Account 1000 is not a deposit account; those are 55000.",
    ),
    "another opening": (
        {"opening_balance": "1"},
        "given as 1.00, and the statement's own balance column makes",
    ),
    "signs told wrongly": ({"positive_is": "out"}, "positive amounts are money in, not out."),
    "before the first year": (
        {"statement": "Dato;Beløb\n02-03-2020;1\n"},
        "No accounting year holds any day from 2020-03-02 to 2020-03-02",
    ),
}


@pytest.mark.parametrize(("arguments", "why"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_answered_is_refused_with_the_reason(
    arguments: dict[str, Any], why: str
) -> None:
    assert why in await told_off(shop(), **arguments)


async def test_more_than_two_years_are_refused() -> None:
    statement = "Dato;Beløb\n01-12-2024;1\n31-01-2026;2\n"
    text = await told_off(shop(VOUCHERS, 2024, 2025, 2026), statement)
    assert "touches the accounting years 2024, 2025, 2026" in text
