from dinero_mcp.accounting.vat_accounts import vat_roles
from tests.accounting.rows import CHART, ChartAccount, chart_of


def test_the_standard_chart_has_its_vat_settlement_tax_and_deposit_accounts() -> None:
    roles = vat_roles(CHART, [55000, 55040, 63300])
    assert roles.vat == {64000, 64040, 64060}
    assert roles.settlement == {64100}
    assert roles.tax == {63300}
    assert roles.deposits == {55000, 55040}


def test_renumbered_accounts_are_found_by_category_and_name() -> None:
    chart = chart_of(
        ChartAccount(5510, "Bank", "LiquidAssets"),
        ChartAccount(8100, "Skyldig moms", "VatDue"),
        ChartAccount(8150, "Momsafregning 2026", "VatDue"),
        ChartAccount(8200, "SKATs skattekonto", "ShortTermDebt"),
    )
    roles = vat_roles(chart, [])
    assert (roles.vat, roles.settlement, roles.tax, roles.deposits) == ({8100}, {8150}, {8200}, {5510})


def test_a_cost_account_named_after_the_tax_account_is_none() -> None:
    chart = chart_of(ChartAccount(9230, "Renter, skattekonto", "Interest Expenses"))
    assert vat_roles(chart, []).tax == frozenset()


def test_a_deposit_account_missing_in_the_chart_is_still_a_deposit_account() -> None:
    assert 55070 in vat_roles(CHART, [55070]).deposits
