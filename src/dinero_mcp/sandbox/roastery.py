"""Kafferisteriet Havblik ApS: a coffee roastery that settles VAT every quarter, in three calendar years."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dinero_mcp.sandbox.books import Account, AccountingYear, Books, Contact, DepositAccount, Product
from dinero_mcp.sandbox.chart import BANK, CASH, CLEARING, OUTLAYS, TAX_ACCOUNT, standard_chart, vat_types
from dinero_mcp.sandbox.diary import moment
from dinero_mcp.sandbox.office import Office, open_office
from dinero_mcp.sandbox.recurring import Loan, plan_bank
from dinero_mcp.sandbox.roastery_costs import plan_costs
from dinero_mcp.sandbox.roastery_incidents import plan_incidents, write_drafts
from dinero_mcp.sandbox.roastery_sales import plan_sales
from dinero_mcp.sandbox.roastery_secrets import Secrets, plan_secrets, secrets_of
from dinero_mcp.sandbox.roastery_staff import plan_wages
from dinero_mcp.sandbox.roastery_web_shop import plan_web_shop
from dinero_mcp.sandbox.roastery_year import LOAN, MACHINE_LOAN, OWNER, plan_years
from dinero_mcp.sandbox.texts import MESSY_CONTACT_NAME
from dinero_mcp.sandbox.vat import SettlementHabit, plan_settlements

ROASTERY = 1001

_RETAINED_EARNINGS = 60020
_LOANS = (
    Loan(LOAN, "banklån", Decimal("8500.00"), Decimal("6.25")),
    Loan(MACHINE_LOAN, "banklån til rister", Decimal("7480.00"), Decimal("5.40")),
)
_DEPOSIT_ACCOUNTS = (
    DepositAccount(
        BANK,
        is_default=True,
        registration_number="9990",
        account_number="0004712038",
        iban="DK7899900004712038",
    ),
    DepositAccount(CLEARING),
    DepositAccount(CASH),
    DepositAccount(TAX_ACCOUNT),
)
_HABIT = SettlementHabit(months=3, dated_at_period_end=True, tax_account_months=frozenset({6, 12}))


def roastery(today: date, *, planted: bool = True) -> Books:
    """Its books with their secrets, or clean ones."""
    secrets = secrets_of(today.year - 1) if planted else Secrets()
    accounts = _accounts()
    office = open_office("roastery", ROASTERY, today, _years(today), accounts, _RETAINED_EARNINGS)
    _add_odd_contact(office)
    plan_years(office)
    plan_sales(office)
    plan_web_shop(office)
    plan_costs(office, secrets.slips)
    plan_wages(office)
    plan_bank(office, _LOANS, Decimal("567.00"))
    plan_incidents(office)
    if planted:
        plan_secrets(office, today.year - 1)
    plan_settlements(office.journal, office.diary, replace(_HABIT, unsettled=secrets.unsettled))
    office.diary.keep_until(today)
    write_drafts(office)
    return replace(_books(office, accounts), unbooked=list(secrets.unbooked))


def _accounts() -> dict[int, Account]:
    accounts = standard_chart()
    accounts[MACHINE_LOAN] = replace(accounts[LOAN], number=MACHINE_LOAN, name="Banklån, ny rister")
    accounts[OWNER] = replace(accounts[OUTLAYS], number=OWNER, name="Mellemregning med kapitalejer")
    return accounts


def _years(today: date) -> list[AccountingYear]:
    return [
        AccountingYear(str(y), date(y, 1, 1), date(y, 12, 31)) for y in range(today.year - 2, today.year + 1)
    ]


def _add_odd_contact(office: Office) -> None:
    office.contacts["messy"] = replace(
        office.contacts["aeble"],
        guid=office.journal.guid("contact", "messy"),
        name=MESSY_CONTACT_NAME,
        email=None,
        vat_number=None,
    )


def _books(office: Office, accounts: dict[int, Account]) -> Books:
    return Books(
        organization_id=ROASTERY,
        name="Kafferisteriet Havblik ApS",
        is_pro=True,
        company_type="PrivateLimitedCompany",
        vat_number="99686782",
        email="bogholderi@havblik.example",
        phone="55500100",
        street="Kajen 4",
        zip_code="3000",
        city="Helsingør",
        website="https://havblik.example",
        att_person="Signe Havblik Ørskov",
        accounts=accounts,
        deposit_accounts=list(_DEPOSIT_ACCOUNTS),
        vat_types=vat_types(),
        years=list(office.journal.years),
        entries=office.journal.entries(),
        contacts=[
            _closed(contact, office) if key == "naeste" else contact
            for key, contact in office.contacts.items()
        ],
        products=[
            _discontinued(product, office) if key == "gammel" else product
            for key, product in office.products.items()
        ],
        sales=office.sales.documents(),
        purchases=office.purchases.documents(),
    )


def _closed(contact: Contact, office: Office) -> Contact:
    gone = moment(date(office.today.year - 1, 11, 3))
    return replace(contact, updated_at=gone, deleted_at=gone)


def _discontinued(product: Product, office: Office) -> Product:
    gone = moment(date(office.today.year - 1, 1, 15))
    return replace(product, updated_at=gone, deleted_at=gone)
