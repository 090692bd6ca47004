from decimal import Decimal

import pytest

from dinero_mcp.accounting.vat_boxes import Box, learnt_boxes, own_boxes
from tests.accounting.rows import ChartAccount, chart_of
from tests.accounting.vat_books import VAT_CHART

DUTIES = {
    64081: ("Olie- og flaskegasafgift", Box.OIL),
    64082: ("Godtgørelse, naturgas", Box.GAS),
    64083: ("Kulafgift", Box.COAL),
    64084: ("CO2-afgift", Box.CO2),
    64086: ("El-afgift", Box.ELECTRICITY),
}
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
    assert learnt_boxes(renumbered, renumbered, ()) == expected


def test_the_duties_that_users_add_accounts_for_are_known_by_name() -> None:
    chart = chart_of(*(ChartAccount(number, name, "Vat Due") for number, (name, _) in DUTIES.items()))
    assert learnt_boxes(chart, chart, ()) == {number: box for number, (_, box) in DUTIES.items()}


def test_and_by_their_numbers_when_they_are_renamed() -> None:
    renamed = chart_of(*(ChartAccount(number, "SKAT", "Vat Due") for number in DINEROS_OWN))
    assert learnt_boxes(renamed, renamed, ()) == DINEROS_OWN


OWN = chart_of(ChartAccount(64000, "SKAT 1", "Vat Due"), ChartAccount(64210, "Købsmoms 2", "Vat Due"))


def said(number: int, **times: int) -> list[tuple[int, Box]]:
    return [(number, Box[name]) for name, count in times.items() for _ in range(count)]


@pytest.mark.parametrize("number", OWN)
def test_what_vouchers_say_goes_before_the_name_or_the_number_alone(number: int) -> None:
    assert learnt_boxes([number], OWN, said(number, GOODS_ABROAD=2)) == {number: Box.GOODS_ABROAD}
    a_slip_among_many = said(number, GOODS_ABROAD=9, INPUT=1)
    assert learnt_boxes([number], OWN, a_slip_among_many) == {number: Box.GOODS_ABROAD}


def test_only_accounts_that_say_the_same_by_name_and_number_are_dineros_own() -> None:
    assert own_boxes(DINEROS_OWN, VAT_CHART) == DINEROS_OWN
    assert own_boxes(OWN, OWN) == {}
    assert own_boxes([64000], chart_of(ChartAccount(64000, "Købsmoms", "Vat Due"))) == {}


def test_where_vouchers_disagree_only_a_name_decides() -> None:
    mixed = [*said(64210, INPUT=1, OUTPUT=1), *said(64000, INPUT=1, OUTPUT=1)]
    assert learnt_boxes([64000, 64210], OWN, mixed) == {64210: Box.INPUT}


@pytest.mark.parametrize("name", ["Skyldig moms", "Købsmoms af varer fra udlandet", None])
def test_an_account_that_nothing_points_to_one_box_for_has_none(name: str | None) -> None:
    assert learnt_boxes([64500], chart_of(ChartAccount(64500, name, "Vat Due")), ()) == {}


@pytest.mark.parametrize(
    ("box", "debit", "on_the_form"),
    [(Box.OUTPUT, -25, 25), (Box.INPUT, 25, 25), (Box.WATER, 9, 9), (Box.A_GOODS, 80, 80), (Box.C, -70, 70)],
)
def test_every_box_is_positive_for_ordinary_trade(box: Box, debit: int, on_the_form: int) -> None:
    assert box.natural(Decimal(debit)) == on_the_form
