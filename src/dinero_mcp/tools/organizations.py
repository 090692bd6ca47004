"""Which organizations can be asked about."""

from pydantic import Field

from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.models import Organization, OrganizationPlan, Subscription
from dinero_mcp.tools.answers import Answer, BooksAnswer, OrganizationName, Record
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import OrganizationId
from dinero_mcp.tools.third_party import OptionalText, Text


class OrganizationRow(Record):
    id: int
    name: Text
    is_pro: bool | None = Field(
        description="Whether Dinero's API opens its books (a Pro plan or a trial of one)"
    )
    is_vat_free: bool | None = Field(description="Said by Dinero to be not registered for VAT")
    vat_number: OptionalText
    is_default: bool = Field(description="Meant when a question names no organization")


class Organizations(Answer):
    organizations: list[OrganizationRow]


class OrganizationDetails(BooksAnswer):
    is_pro: bool | None = Field(
        description="Whether Dinero's API opens its books (a Pro plan or a trial of one)"
    )
    plan: OptionalText = Field(
        description="Dinero plan: Total, Pro, Pro (trial), Starter+ or null where not told"
    )
    is_vat_free: bool | None = Field(description="Said by Dinero to be not registered for VAT")
    vat_number: OptionalText
    company_type: OptionalText
    role: OptionalText = Field(description="The signed-in user's role")
    street: OptionalText
    zip_code: OptionalText
    city: OptionalText
    country: OptionalText
    email: OptionalText
    phone: OptionalText
    website: OptionalText
    contact_person: OptionalText
    is_default: bool = Field(description="Meant when a question names no organization")


@tool(name="list-organizations-tool", title="Organizations")
async def list_organizations(connection: Connection, call: Call) -> Organizations:
    """The organizations (virksomheder) this sign-in reaches: id, name, CVR number, which is the default and
    which have the Pro plan that Dinero's API needs.

    Use it first when it is unclear which company is meant; other tools take the id as organization_id. For
    address and plan of one, use get-organization-tool.
    """
    default = await connection.default(call)
    rows = [_row(each, default) for each in await connection.organizations(call)]
    return Organizations(organizations=rows)


@tool(name="get-organization-tool", title="One organization")
async def get_organization(
    connection: Connection, call: Call, organization_id: OrganizationId = None
) -> OrganizationDetails:
    """One organization's master data (stamdata): name, CVR number, address, company type, Dinero plan.

    Use it for who a company is; list-organizations-tool shows all that can be asked about. It holds no
    figures.
    """
    chosen = await connection.organization(organization_id, call)
    plans = await connection.dinero.organization_plans(call)
    plan = next((each for each in plans if each.id == chosen.id), OrganizationPlan(id=chosen.id))
    default = await connection.default(call)
    return OrganizationDetails(
        organization=OrganizationName(id=chosen.id, name=chosen.name or ""),
        is_pro=chosen.is_pro,
        plan=_plan(plan.subscription),
        is_vat_free=chosen.is_vat_free,
        vat_number=chosen.vat_number,
        company_type=plan.company_type_key,
        role=plan.role_key,
        street=chosen.street,
        zip_code=chosen.zip_code,
        city=chosen.city,
        country=plan.country_key,
        email=chosen.email,
        phone=chosen.phone,
        website=plan.website,
        contact_person=chosen.att_person,
        is_default=chosen.id == default,
    )


def _row(organization: Organization, default: int | None) -> OrganizationRow:
    return OrganizationRow(
        id=organization.id,
        name=organization.name or "",
        is_pro=organization.is_pro,
        is_vat_free=organization.is_vat_free,
        vat_number=organization.vat_number,
        is_default=organization.id == default,
    )


def _plan(subscription: Subscription | None) -> str | None:
    """The plan's name, the largest first."""
    if subscription is None:
        return None
    plans = {
        "Total": subscription.has_total,
        "Pro": subscription.has_paying_pro,
        "Pro (trial)": subscription.has_pro,
        "Starter+": subscription.has_starter_plus,
    }
    return next((name for name, has in plans.items() if has), None)
