from decimal import Decimal

import pytest

from dinero_mcp.accounting.vat_boxes import Box, account_boxes
from tests.accounting.rows import ChartAccount, chart_of
from tests.accounting.vat_books import VAT_CHART

DINEROS_OWN = {
    64000: Box.OUTPUT,
    64020: Box.GOODS_ABROAD,
    64040: Box.SERVICES_ABROAD,
    64060: Box.INPUT,
    64080: Box.ELECTRICITY,
    64085: Box.WATER,
    64090: Box.GAS,
}


def test_dineros_own_accounts_are_known_by_their_names() -> None:
    renumbered = {number + 500: VAT_CHART[number] for number in DINEROS_OWN}
    expected = {number + 500: box for number, box in DINEROS_OWN.items()}
    assert account_boxes(renumbered, renumbered, ()) == expected


def test_and_by_their_numbers_when_they_are_renamed() -> None:
    renamed = chart_of(*(ChartAccount(number, "SKAT", "Vat Due") for number in DINEROS_OWN))
    assert account_boxes(renamed, renamed, ()) == DINEROS_OWN


def test_what_vouchers_agree_on_goes_before_name_and_number() -> None:
    assert account_boxes([64000], VAT_CHART, [(64000, Box.INPUT), (64000, Box.INPUT)]) == {64000: Box.INPUT}


def test_where_vouchers_disagree_the_name_decides() -> None:
    said = [(64000, Box.INPUT), (64000, Box.GOODS_ABROAD)]
    assert account_boxes([64000], VAT_CHART, said) == {64000: Box.OUTPUT}


@pytest.mark.parametrize("name", ["Skyldig moms", "Købsmoms af varer fra udlandet", None])
def test_an_account_that_nothing_points_to_one_box_for_has_none(name: str | None) -> None:
    assert account_boxes([64500], chart_of(ChartAccount(64500, name, "Vat Due")), ()) == {}


@pytest.mark.parametrize(
    ("box", "debit", "on_the_form"),
    [(Box.OUTPUT, -25, 25), (Box.INPUT, 25, 25), (Box.WATER, 9, 9), (Box.A_GOODS, 80, 80), (Box.C, -70, 70)],
)
def test_every_box_is_positive_for_ordinary_trade(box: Box, debit: int, on_the_form: int) -> None:
    assert box.natural(Decimal(debit)) == on_the_form
