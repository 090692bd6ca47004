"""What each method asks of Dinero."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import httpx2
import pytest

from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import AccountingYear, SentEntry
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.errors import ForbiddenError, InputError, NotFoundError

Connect = Callable[..., Dinero]
YEAR = AccountingYear(name="2024/25", from_date=date(2024, 10, 1), to_date=date(2025, 9, 30))


class Api:
    """Answers everything alike and remembers what was asked."""

    def __init__(self, answer: object = (), status: int = 200) -> None:
        self.answer = answer
        self.status = status
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.url.raw_path.decode().partition("?")[0], dict(request.url.params)))
        return httpx2.Response(self.status, json=self.answer)


class Gathered:
    """Gathers postings into a list."""

    def __init__(self, asked_at: datetime) -> None:
        self._rows: list[SentEntry] = []
        assert asked_at.tzinfo is UTC

    def add(self, rows: Sequence[SentEntry]) -> None:
        self._rows += rows

    def whole(self) -> list[SentEntry]:
        return self._rows


async def test_organizations_with_all_fields(connect: Connect) -> None:
    api = Api(
        [{"Id": 1001, "Name": "Havblik ApS", "IsPro": True, "IsVatFree": False, "VatNumber": "DK12345678"}]
    )
    [organization] = await connect(api).organizations(Call())
    assert (organization.id, organization.is_pro, organization.is_vat_free) == (1001, True, False)
    [(path, params)] = api.asked
    assert path == "/v1/organizations"
    assert params["fields"].startswith("Id,Name,Type,IsPro,IsPayingPro,IsVatFree")


async def test_organization_plans(connect: Connect) -> None:
    plan = {
        "HasPro": True,
        "HasPayingPro": False,
        "HasStarterPlus": False,
        "HasTotal": False,
        "HasYfs": False,
    }
    api = Api([{"Id": 1001, "CompanyTypeKey": "PrivateLimitedCompany", "Subscription": plan}])
    [organization] = await connect(api).organization_plans(Call())
    assert organization.company_type_key == "PrivateLimitedCompany"
    assert organization.subscription is not None
    assert organization.subscription.has_pro
    assert api.asked == [("/v1.1/organizations", {})]


async def test_accounting_years_come_in_order(connect: Connect) -> None:
    api = Api(
        [{"Name": str(y), "FromDate": f"{y}-01-01", "ToDate": f"{y}-12-31"} for y in (2026, 2024, 2025)]
    )
    years = await connect(api).organization(1001, Call()).accounting_years()
    assert [year.name for year in years] == ["2024", "2025", "2026"]


@pytest.mark.parametrize(
    ("ask", "path", "fields"),
    [
        (
            OrganizationApi.accounts,
            "accounts/entry",
            "AccountNumber,Name,VatCode,Category,CategoryName,PublicStandardNumber,IsHidden,IsDefaultSalesAccount",
        ),
        (OrganizationApi.deposit_accounts, "accounts/deposit", "AccountNumber,Name,IsDefault,IsHidden"),
        (OrganizationApi.vat_types, "vatTypes", None),
    ],
)
async def test_reference_lists(
    connect: Connect, ask: Callable[[OrganizationApi], Awaitable[object]], path: str, fields: str | None
) -> None:
    api = Api()
    assert await ask(connect(api).organization(1001, Call())) == ()
    assert api.asked == [(f"/v1/1001/{path}", {"fields": fields} if fields else {})]


async def test_a_report_of_an_off_calendar_year_without_sum_rows(connect: Connect) -> None:
    api = Api([{"AccountName": "Bank", "AccountNumber": 55000, "Amount": -0.5}])
    books = connect(api).organization(1001, Call())
    [row] = await books.report("2024/25", "balance")
    assert (row.account_number, str(row.amount)) == (55000, "-0.5")
    params = {"showZeroAccount": "false", "showAccountNo": "true", "includeSummaryAccount": "false"}
    assert api.asked == [("/v1/1001/2024%2F25/reports/balance", params)]


async def test_entries_are_a_whole_year_with_primo(connect: Connect) -> None:
    api = Api([{"AccountNumber": n, "Amount": 1} for n in (7300, 1000, 55000)])
    entries = await connect(api).organization(1001, Call()).entries(YEAR, Gathered)
    assert [entry.account_number for entry in entries] == [7300, 1000, 55000]
    params = {"fromDate": "2024-10-01", "toDate": "2025-09-30", "includePrimo": "true"}
    assert api.asked == [("/v1/1001/entries", params)]


async def test_changes_are_asked_for_in_utc_to_the_second(connect: Connect) -> None:
    api = Api([{"AccountNumber": 7300, "Amount": 1}])
    summer = timezone(timedelta(hours=2))
    span = datetime(2026, 7, 1, 0, 30, tzinfo=summer), datetime(2026, 7, 31, 12, 0, 59, 999, tzinfo=UTC)
    [entry] = await connect(api).organization(1001, Call()).entry_changes(*span, Gathered)
    assert entry.account_number == 7300
    times = {"changesFrom": "2026-06-30T22:30:00Z", "changesTo": "2026-07-31T12:00:59Z"}
    assert api.asked == [("/v1/1001/entries/changes", times | {"includePrimo": "true"})]


async def test_contacts_are_asked_for_deleted_or_not(connect: Connect) -> None:
    api = Api({"Collection": None})
    books = connect(api).organization(1001, Call())
    await books.contacts()
    await books.contacts(changed_since="2026-01-31T23:00:00Z", deleted=True)
    (path, first), (_, second) = api.asked
    assert path == "/v2/1001/contacts"
    assert (first["deletedOnly"], first["page"], first["pageSize"]) == ("false", "0", "1000")
    assert (second["deletedOnly"], second["changesSince"]) == ("true", "2026-01-31T23:00:00Z")
    assert "IsDebitor" not in first["fields"]
    assert "PaymentConditionNumberOfDays" in first["fields"]


async def test_sales_with_one_date_are_asked_for_with_both(connect: Connect) -> None:
    api = Api({"Collection": []})
    books = connect(api).organization(1001, Call())
    await books.sales()
    await books.sales(from_date=date(2026, 1, 1), contact_guid="c-1")
    (path, every), (_, some) = api.asked
    assert path == "/v1/1001/sales"
    assert "startDate" not in every
    assert (some["startDate"], some["endDate"]) == ("2026-01-01", "2999-12-31")
    assert some["queryFilter"] == "ContactGuid eq 'c-1'"
    assert {"Type", "TotalInclVatInDkk", "ContactGuid"} <= set(every["fields"].split(","))


async def test_products(connect: Connect) -> None:
    api = Api({"Collection": []})
    assert await connect(api).organization(1001, Call()).products(changed_since="2026-01-01T00:00:00Z") == ()
    [(path, params)] = api.asked
    assert (path, params["changesSince"]) == ("/v1/1001/products", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("ask", "path", "lister"),
    [
        (OrganizationApi.contact, "v1/1001/contacts/g-1", "list-contacts-tool"),
        (OrganizationApi.statement_of_account, "v1/1001/state-of-account/g-1", "list-contacts-tool"),
        (OrganizationApi.invoice, "v1/1001/invoices/g-1", "list-invoices-tool"),
        (OrganizationApi.invoice_payments, "v2/1001/invoices/g-1/payments", "list-invoices-tool"),
        (OrganizationApi.credit_note, "v1/1001/sales/creditnotes/g-1", "list-invoices-tool"),
        (
            OrganizationApi.credit_note_payments,
            "v1/1001/sales/creditnotes/g-1/payments",
            "list-invoices-tool",
        ),
        (OrganizationApi.product, "v1/1001/products/g-1", "list-products-tool"),
    ],
)
async def test_what_is_not_found_by_its_id_is_named(
    connect: Connect, ask: Callable[[OrganizationApi, str], Awaitable[object]], path: str, lister: str
) -> None:
    api = Api({"code": 40}, status=404)
    with pytest.raises(NotFoundError) as caught:
        await ask(connect(api).organization(1001, Call()), "g-1")
    assert api.asked == [(f"/{path}", {})]
    assert "g-1 in organization 1001" in str(caught.value)
    assert lister in str(caught.value)


@pytest.mark.parametrize("guid", ["", "..", "a/b", "x'; Name eq 'y", "å", "a" * 65])
async def test_what_is_no_id_is_not_asked_for(connect: Connect, guid: str) -> None:
    api = Api()
    books = connect(api).organization(1001, Call())
    with pytest.raises(InputError, match="list-contacts-tool"):
        await books.contact(guid)
    with pytest.raises(InputError):
        await books.sales(contact_guid=guid)
    assert api.asked == []


@pytest.mark.parametrize("year", ["..", "2031", "2024/25"])
async def test_an_accounting_year_that_does_not_exist(connect: Connect, year: str) -> None:
    api = Api({"code": 47}, status=404)
    with pytest.raises(NotFoundError, match="list-accounting-years-tool"):
        await connect(api).organization(1001, Call()).report(year, "saldo")
    [(path, _)] = api.asked
    assert path.startswith("/v1/1001/")
    assert path.count("/") == 5


async def test_an_organization_without_pro_is_named(connect: Connect) -> None:
    with pytest.raises(ForbiddenError, match="Organization 1003 has no Pro plan"):
        await connect(Api({"code": 48}, status=403)).organization(1003, Call()).accounts()
