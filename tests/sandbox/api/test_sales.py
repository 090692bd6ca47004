from collections.abc import Awaitable, Callable

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books

DRAFT = 9223372036854775807


async def numbers(api: httpx2.AsyncClient, path: str = "invoices", **query: str) -> list[int]:
    page = (await api.get(f"/v1/501/{path}", params={"fields": "Number"} | query)).json()
    return [row["Number"] for row in page["Collection"]]


async def test_invoices_come_latest_first_with_drafts_on_top(api: httpx2.AsyncClient) -> None:
    assert await numbers(api) == [DRAFT, 4, 3, 2, 1]
    assert await numbers(api, deletedOnly="true") == [DRAFT]


async def test_a_row_tells_due_date_status_and_totals(api: httpx2.AsyncClient) -> None:
    fields = "Number,Date,PaymentDate,Status,MailOutStatus,TotalExclVat,TotalInclVatInDkk,Currency,DeletedAt"
    page = (await api.get("/v1/501/invoices", params={"fields": fields, "statusFilter": "Overdue"})).json()
    assert page["Collection"] == [
        {
            "Number": 2,
            "Date": "2025-05-02",
            "PaymentDate": "2025-05-10",
            "Status": "Overdue",
            "MailOutStatus": "Sent",
            "TotalExclVat": 80.04,
            "TotalInclVatInDkk": 100.05,
            "Currency": "DKK",
            "DeletedAt": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"statusFilter": "Paid,overpaid"}, [4, 1]),
        ({"statusFilter": "Draft"}, [DRAFT]),
        ({"startDate": "2025-05-02", "endDate": "2025-06-10"}, [DRAFT, 3, 2]),
        ({"freeTextSearch": "100.05"}, [2]),
        ({"freeTextSearch": "étoile"}, [DRAFT, 4, 3, 2, 1]),
        ({"queryFilter": "Description eq 'kage'"}, []),
        ({"changesSince": "2025-06-10T00:00:00Z"}, [DRAFT, 3]),
        ({"sort": "VoucherDate", "sortOrder": "ascending"}, [1, 4, 2, 3, DRAFT]),
        ({"sort": "Status", "sortOrder": "ascending"}, [DRAFT, 2, 3, 4, 1]),
    ],
)
async def test_invoices_can_be_chosen_and_ordered(
    api: httpx2.AsyncClient, query: dict[str, str], found: list[int]
) -> None:
    assert await numbers(api, **query) == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"startDate": "2025-05-02"}, 42),
        ({"endDate": "2025-05-02"}, 42),
        ({"startDate": "2025-05-02", "endDate": "2025-05-01"}, 83),
        ({"startDate": "2. maj", "endDate": "2025-05-01"}, 44),
        ({"statusFilter": "Lost"}, 42),
        ({"sort": "Weight"}, 42),
        ({"sortOrder": "sideways"}, 42),
    ],
)
async def test_a_choice_that_makes_no_sense_is_refused(
    api: httpx2.AsyncClient, query: dict[str, str], code: int
) -> None:
    answer = await api.get("/v1/501/invoices", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_credit_notes_have_their_own_list_and_share_one(api: httpx2.AsyncClient) -> None:
    query = {"fields": "Number,Type,PaymentDate,TotalInclVat", "sort": "VoucherDate"}
    (note,) = (await api.get("/v1/501/sales/creditnotes", params=query)).json()["Collection"]
    assert note == {"Number": 1, "Type": "CreditNote", "PaymentDate": None, "TotalInclVat": 50}
    assert await numbers(api, "sales", sort="VoucherDate") == [DRAFT, 3, 1, 2, 4, 1]


async def test_credit_notes_may_come_below_zero(
    books: Books, sign_in: Callable[..., Awaitable[httpx2.AsyncClient]]
) -> None:
    behaviour = Behaviour(credit_notes_negative=True)
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=behaviour))
    page = (await api.get("/v1/501/sales", params={"fields": "Type,TotalInclVat"})).json()
    assert {"Type": "CreditNote", "TotalInclVat": -50} in page["Collection"]
    assert {"Type": "Invoice", "TotalInclVat": 50} in page["Collection"]


async def test_one_invoice_tells_terms_totals_and_lines(api: httpx2.AsyncClient, books: Books) -> None:
    invoice = (await api.get(f"/v1/501/invoices/{books.sales[1].guid}")).json()
    assert (invoice["Status"], invoice["PaymentStatus"]) == ("Booked", "Overdue")
    assert (invoice["PaymentDate"], invoice["PaymentConditionNumberOfDays"]) == ("2025-05-10", 8)
    assert (invoice["TotalExclVat"], invoice["TotalVat"], invoice["TotalInclVat"]) == (80.04, 20.01, 100.05)
    assert (invoice["TotalVatableAmount"], invoice["TotalNonVatableAmount"]) == (80.04, 0)
    assert [line["TotalAmount"] for line in invoice["TotalLines"]] == [80.04, 20.01, 100.05]
    assert invoice["ProductLines"][0]["AccountName"] == "Salg af brød"
    assert invoice["DepositAccountNumber"] == 55000


async def test_a_draft_shows_the_next_free_number(api: httpx2.AsyncClient, books: Books) -> None:
    draft = (await api.get(f"/v1/501/invoices/{books.sales[4].guid}")).json()
    assert (draft["Number"], draft["Status"], draft["PaymentStatus"]) == (5, "Draft", "Draft")


async def test_one_credit_note_has_no_terms(api: httpx2.AsyncClient, books: Books) -> None:
    note = (await api.get(f"/v1/501/sales/creditnotes/{books.sales[6].guid}")).json()
    assert (note["Number"], note["TotalInclVat"], note["PaymentStatus"]) == (1, 50, "Paid")
    assert not {"PaymentDate", "FikCode", "DepositAccountNumber", "IsPensoPayEnabled"} & note.keys()


@pytest.mark.parametrize(
    ("path", "paid", "remaining"),
    [
        ("/v2/501/invoices/00000000-0000-4000-8000-000000000102/payments", 50.05, 50),
        ("/v2/501/invoices/00000000-0000-4000-8000-000000000103/payments", 0, 250),
        ("/v2/501/invoices/00000000-0000-4000-8000-000000000104/payments", 30, -5),
        ("/v1/501/sales/creditnotes/00000000-0000-4000-8000-000000000107/payments", 50, 0),
    ],
)
async def test_payments_tell_what_is_paid_and_what_remains(
    api: httpx2.AsyncClient, path: str, paid: float, remaining: float
) -> None:
    payments = (await api.get(path)).json()
    assert (payments["PaidAmount"], payments["RemainingAmount"]) == (paid, remaining)
    assert [payment["Amount"] for payment in payments["Payments"]] == [paid] * bool(paid)


async def test_a_payment_tells_its_account_and_rate(api: httpx2.AsyncClient, books: Books) -> None:
    payments = (await api.get(f"/v2/501/invoices/{books.sales[1].guid}/payments")).json()
    payment = payments["Payments"][0]
    assert (payment["DepositAccountNumber"], payment["ExchangeRate"], payment["PaymentDate"]) == (
        55000,
        100,
        "2025-05-02",
    )
