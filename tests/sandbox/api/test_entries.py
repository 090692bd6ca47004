from dataclasses import replace
from decimal import Decimal

import httpx2
import pytest

from dinero_mcp.sandbox.books import Books

YEAR_2024 = {"fromDate": "2024-01-01", "toDate": "2024-12-31"}
YEAR_2025 = {"fromDate": "2025-01-01", "toDate": "2025-12-31"}


async def test_an_entry_tells_account_voucher_vat_and_amount(api: httpx2.AsyncClient) -> None:
    rows = (await api.get("/v1/501/entries", params=YEAR_2025)).json()
    bill = next(row for row in rows if row["AccountNumber"] == 7300)
    assert bill == {
        "AccountNumber": 7300,
        "AccountName": "Internet",
        "Date": "2025-02-03",
        "VoucherNumber": 6,
        "VoucherGuid": "00000000-0000-4000-8000-000000006000",
        "FileGuid": "web0crmck5v0ndcx3313g6zn61tc7wgc",
        "VoucherType": "Purchases",
        "Description": 'Webhotel «æøå» "A/S"',
        "VatType": "Dansk købsmoms",
        "VatCode": "I25",
        "Amount": 100.5,
        "EntryGuid": "00000000-0000-4000-8000-000000000061",
        "ContactGuid": "00000000-0000-4000-8000-000000000901",
        "Type": "Normal",
    }


async def test_voucher_and_file_are_left_out_when_there_are_none(api: httpx2.AsyncClient) -> None:
    opening = (await api.get("/v1/501/entries", params=YEAR_2025)).json()[0]
    assert opening["Type"] == "Primo"
    assert opening["VoucherNumber"] is None
    assert opening["VatType"] is None
    assert not {"VoucherGuid", "FileGuid"} & opening.keys()


async def test_whole_amounts_have_no_decimals_on_the_wire(api: httpx2.AsyncClient) -> None:
    text = (await api.get("/v1/501/entries", params=YEAR_2024)).text
    assert '"Amount":1250,' in text
    assert '"Amount":10.1,' in text


async def test_opening_balances_come_unless_refused(api: httpx2.AsyncClient) -> None:
    with_primo = (await api.get("/v1/501/entries", params=YEAR_2025)).json()
    without = (await api.get("/v1/501/entries", params=YEAR_2025 | {"includePrimo": "false"})).json()
    assert (len(with_primo), len(without)) == (8, 3)


async def test_a_shorter_span_takes_both_its_days(api: httpx2.AsyncClient) -> None:
    span = {"fromDate": "2024-05-02T00:00:00", "toDate": "2024-12-31"}
    rows = (await api.get("/v1/501/entries", params=span)).json()
    assert {row["Date"] for row in rows} == {"2024-05-02", "2024-12-31"}


async def test_a_whole_year_follows_the_books(api: httpx2.AsyncClient, books: Books) -> None:
    assert len((await api.get("/v1/501/entries", params=YEAR_2024)).json()) == 8
    books.entries.append(replace(books.entries[0], amount=Decimal("0.01")))
    assert len((await api.get("/v1/501/entries", params=YEAR_2024)).json()) == 9
    books.entries[-1] = replace(books.entries[-1], amount=Decimal("0.02"))
    assert (await api.get("/v1/501/entries", params=YEAR_2024)).json()[-1]["Amount"] == 0.02


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ({"fromDate": "2024-12-31", "toDate": "2025-01-01"}, 82),
        ({"fromDate": "2030-01-01", "toDate": "2030-12-31"}, 82),
        ({"fromDate": "2024-05-02", "toDate": "2024-05-01"}, 83),
        ({"fromDate": "2024-05-02"}, 42),
        ({"toDate": "2024-05-02"}, 42),
        ({"fromDate": "02-05-2024", "toDate": "2024-05-02"}, 44),
        ({"fromDate": "2024-02-30", "toDate": "2024-05-02"}, 44),
        (YEAR_2024 | {"includePrimo": "perhaps"}, 42),
    ],
)
async def test_a_span_must_lie_in_one_accounting_year(
    api: httpx2.AsyncClient, span: dict[str, str], code: int
) -> None:
    answer = await api.get("/v1/501/entries", params=span)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_changes_go_by_the_time_of_booking_across_years(api: httpx2.AsyncClient, books: Books) -> None:
    late = replace(books.entries[0], added_at=books.entries[-1].added_at, entry_guid="late")
    books.entries.append(late)
    span = {"changesFrom": "2025-02-03T12:00:00Z", "changesTo": "2025-02-04T09:30:00Z"}
    rows = (await api.get("/v1/501/entries/changes", params=span)).json()
    assert [(row["Date"], row["Amount"]) for row in rows] == [
        ("2025-02-03", 100.5),
        ("2025-02-03", 25.13),
        ("2025-02-03", -125.63),
        ("2024-03-01", 1250),
    ]


async def test_changed_opening_balances_come_unless_refused(api: httpx2.AsyncClient) -> None:
    span = {"changesFrom": "2025-01-01T00:00:00Z", "changesTo": "2025-01-31T00:00:00Z"}
    assert len((await api.get("/v1/501/entries/changes", params=span)).json()) == 5
    assert (await api.get("/v1/501/entries/changes", params=span | {"includePrimo": "false"})).json() == []


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ({"changesFrom": "2025-01-01T00:00:00Z", "changesTo": "2025-02-01T00:00:01Z"}, 84),
        ({"changesFrom": "2025-01-02T00:00:00Z", "changesTo": "2025-01-01T00:00:00Z"}, 83),
        ({"changesFrom": "2025-01-01", "changesTo": "2025-01-02T00:00:00Z"}, 44),
        ({"changesFrom": "2025-13-01T00:00:00Z", "changesTo": "2025-01-02T00:00:00Z"}, 44),
    ],
)
async def test_changes_span_at_most_31_days(api: httpx2.AsyncClient, span: dict[str, str], code: int) -> None:
    answer = await api.get("/v1/501/entries/changes", params=span)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_changes_without_a_span_are_empty(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/v1/501/entries/changes", params={"changesSince": "2025-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()) == (200, [])


async def test_31_days_to_the_second_are_accepted(api: httpx2.AsyncClient) -> None:
    span = {"changesFrom": "2025-01-01T00:00:00Z", "changesTo": "2025-02-01T00:00:00Z"}
    assert (await api.get("/v1/501/entries/changes", params=span)).status_code == 200
