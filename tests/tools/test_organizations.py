"""Which organization is meant, and that every answer says which it was."""

import pytest
from mcp import Client
from pydantic import SecretStr

from dinero_mcp.sandbox import Fault, Sandbox
from tests.tools.asking import CONSULTANT, ROASTERY, WITHOUT_PRO, answered, ask, connected, refused
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with
from tests.tools.test_answers import QUESTIONS

NAMES = {ROASTERY: "Kafferisteriet Havblik ApS", CONSULTANT: "Bergmann Rådgivning v/Ida Bergmann"}
YEARS = "list-accounting-years-tool"


@pytest.mark.parametrize("tool", [tool for tool in QUESTIONS if tool != "list-organizations-tool"])
async def test_every_answer_names_the_organization(tool: str, reader: Client) -> None:
    reply = await ask(reader, tool, QUESTIONS[tool])
    assert reply.text.startswith("Kafferisteriet Havblik ApS (organization 1001)\n")
    assert reply.structured
    assert reply.structured["organization"] == {"id": ROASTERY, "name": NAMES[ROASTERY]}


async def test_another_organization_is_asked_about_for_one_call_only(reader: Client) -> None:
    asked = [await answered(reader, YEARS, **chosen) for chosen in ({}, {"organization_id": CONSULTANT}, {})]
    assert [answer["organization"]["id"] for answer in asked] == [ROASTERY, CONSULTANT, ROASTERY]
    assert [len(answer["accounting_years"]) for answer in asked] == [3, 2, 3]


async def test_the_only_organization_there_is_is_meant(sandbox: Sandbox) -> None:
    key = SecretStr(f"demo-{CONSULTANT}")
    async with connected(sandbox, api_key=key, organization_id=None) as client:
        assert (await answered(client, YEARS))["organization"]["id"] == CONSULTANT
        [row] = (await answered(client, "list-organizations-tool"))["organizations"]
    assert (row["id"], row["is_default"]) == (CONSULTANT, True)


async def test_of_several_one_must_be_chosen(sandbox: Sandbox) -> None:
    async with connected(sandbox, organization_id=None) as client:
        text = await refused(client, YEARS)
        assert text.startswith("No organization was chosen, and this sign-in reaches 3. Pass organization_id")
        rows = (await answered(client, "list-organizations-tool"))["organizations"]
        assert [row["is_default"] for row in rows] == [False, False, False]
        assert (await answered(client, YEARS, organization_id=CONSULTANT))["accounting_years"]


async def test_a_default_that_is_not_reached_is_never_exchanged_for_another(sandbox: Sandbox) -> None:
    key = SecretStr(f"demo-{CONSULTANT}")
    async with connected(sandbox, api_key=key, organization_id=ROASTERY) as client:
        text = await refused(client, YEARS)
    assert text.startswith("Organization 1001 is not one that this sign-in reaches.")


async def test_one_organization_in_full(reader: Client) -> None:
    answer = await answered(reader, "get-organization-tool", organization_id=CONSULTANT)
    assert (answer["vat_number"], answer["plan"], answer["is_pro"]) == ("99629908", "Pro", True)
    assert (answer["company_type"], answer["is_default"]) == ("SoleProprietorship", False)


async def test_one_without_pro_is_named_but_not_opened(reader: Client) -> None:
    answer = await answered(reader, "get-organization-tool", organization_id=WITHOUT_PRO)
    assert (answer["organization"]["name"], answer["is_pro"]) == ("Cykelsmeden på Hjørnet", False)
    assert "has no Dinero Pro plan" in await refused(reader, YEARS, organization_id=WITHOUT_PRO)


async def test_where_the_plan_is_not_told_dinero_decides(sandbox: Sandbox) -> None:
    def untold(body: bytes) -> bytes:
        return body.replace(b'"IsPro":true', b'"IsPro":null').replace(b'"IsPro":false', b'"IsPro":null')

    sandbox.faults.append(Fault(path="v1/organizations$", alter=untold))
    async with connected(sandbox) as client:
        rows = (await answered(client, "list-organizations-tool"))["organizations"]
        assert {row["is_pro"] for row in rows} == {None}
        assert (await answered(client, YEARS))["accounting_years"]
        text = await refused(client, YEARS, organization_id=WITHOUT_PRO)
    assert text.startswith("Organization 1003 has no Pro plan")


async def test_a_pinned_organization_leaves_no_choice(sandbox: Sandbox) -> None:
    async with connected(sandbox, pin_organization=True) as client:
        listed = (await client.list_tools()).tools
        assert not [tool.name for tool in listed if "organization_id" in tool.input_schema["properties"]]
        rows = (await answered(client, "list-organizations-tool"))["organizations"]
        assert [row["id"] for row in rows] == [ROASTERY]
        assert (await answered(client, YEARS))["organization"]["id"] == ROASTERY


@pytest.mark.parametrize("organization", [ROASTERY, CONSULTANT, "anything"])
async def test_with_a_pinned_organization_naming_any_is_refused(
    organization: object, sandbox: Sandbox
) -> None:
    async with connected(sandbox, pin_organization=True) as client:
        for tool in ("get-organization-tool", "get-result-report-tool", "list-organizations-tool"):
            text = await refused(client, tool, organization_id=organization)
            assert text == (
                "This server answers for Kafferisteriet Havblik ApS (organization 1001) only: "
                "leave organization_id out."
            )


async def test_the_configured_vat_frequency_holds_for_the_default_organization_alone(
    sandbox: Sandbox,
) -> None:
    tool = "get-vat-period-countdown-tool"
    async with connected(sandbox, vat_frequency="monthly") as client:
        own = await answered(client, tool)
        other = await answered(client, tool, organization_id=CONSULTANT)
        told = await answered(client, "get-vat-settlement-frequency-tool")
    assert (own["frequency"], own["frequency_source"]) == ("monthly", "configured")
    assert (other["frequency"], other["frequency_source"]) == ("half-yearly", "inferred")
    assert (told["frequency"], told["configured"]) == ("quarterly", "monthly")


async def test_an_organization_in_which_nothing_was_ever_booked() -> None:
    async with connected(
        sandbox_with(company([], calendar_years(2026)), "2026-05-01"), organization_id=SMALL
    ) as client:
        assert (await answered(client, "get-result-report-tool"))["result"] == "0.00"
        assert (await answered(client, "get-balance-report-tool"))["difference"] == "0.00"
        assert (await answered(client, "get-yearly-performance-tool"))["this_year_margins"][
            "gross_percent"
        ] is None
        assert (await answered(client, "get-bank-reconciliation-balance-tool"))["total"] == "0.00"
        assert (await answered(client, "list-invoices-tool"))["total"] == 0
        assert (await answered(client, "get-vat-period-countdown-tool"))["frequency"] == "unknown"


async def test_an_organization_without_an_accounting_year() -> None:
    books = company([], calendar_years(2026))
    books.years = []
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        assert "no accounting year yet" in await refused(client, "get-result-report-tool")
        assert (await answered(client, YEARS))["accounting_years"] == []
        month = await refused(client, "get-monthly-results-tool", month="2026-04")
        assert month.startswith("No accounting year holds 2026-04")
        assert (await answered(client, "get-vat-period-countdown-tool"))["frequency"] == "unknown"
        assert "No accounting year begins" in await refused(client, "get-bank-reconciliation-balance-tool")
