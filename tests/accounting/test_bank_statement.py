import csv
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.bank_statement import read_statement, statement_of
from dinero_mcp.accounting.periods import Period
from dinero_mcp.errors import InputError

SHAPES = {
    "quoted, with a status": """\
"Dato";"Tekst";"Beløb";"Saldo";"Status";"Afstemt"
"14.01.2026";"Husleje";"-1.234,50";"8.765,50";"Udført";"Nej"
"15.01.2026";"Faktura 1042";"5.000,00";"13.765,50";"Udført";"Nej"
"15.01.2026";"Gebyr";"-49,00";"13.716,50";"Udført";"Nej"
""",
    "newest first, year first, few decimals, a separator too many": """\
\ufeffBogføringsdato;Beløb;Afsender;Modtager;Navn;Beskrivelse;Saldo;Valuta;Afstemt;
2026/01/15;-49;123;;;Gebyr;13716,5;DKK;;
2026/01/15;5000;;123;Faktura 1042;Faktura 1042;13765,5;DKK;;
2026/01/14;-1234,5;123;;;Husleje;8765,5;DKK;;
""",
    "letters lost, with a value date": """\
Bogf\ufffdrt;Tekst;Rentedato;Bel\ufffdb;Saldo
15-01-2026;Gebyr;01-02-2026;-49,00;13.716,50
15-01-2026;Faktura 1042;15-01-2026;5.000,00;13.765,50
14-1-2026;Husleje;13-01-2026;-1.234,50;8.765,50
""",
    "decimal point and padded amounts": """\
"Konto";"Dato";"Tekst";"Beløb";"Saldo";"Overført beløb";"Valuta";
"5474000";14-01-2026;"Husleje";-1234.50; 8765.50; 1234.50;"DKK";
"5474000";15-01-2026;"Faktura 1042"; 5000.00; 13765.50; 5000.00;"DKK";
"5474000";15-01-2026;"Gebyr";-49.00; 13716.50; 49.00;"DKK";
""",
    "English, commas around decimal commas": """\
Date,Time,Title,Amount,Balance
2026-01-14,08:00,Husleje,"-1.234,50","8.765,50"
2026-01-15,09:30,Faktura 1042,"5.000,00","13.765,50"
2026-01-15,23:59,Gebyr,"-49,00","13.716,50"
""",
    "money in and out, with headings, totals and a footer": """\
Konto: 1234 0001234567
Dato;Tekst;Hævet;Indsat;Saldo
01-01-2026;Saldo primo;;;10.000,00
14-01-2026;Husleje;1.234,50;;8.765,50
15-01-2026;Faktura 1042;;5.000,00;13.765,50
15-01-2026;Gebyr;49,00;;13.716,50
;I alt;1.283,50;5.000,00;
Udskrevet den 1. februar 2026
""",
    "tabs and no headings": """\
14/01/2026\tHusleje\t-1.234,50\t8.765,50
15/01/2026\tFaktura 1042\t5.000,00 kr.\t13.765,50
15/01/2026\tGebyr\t49,00-\t13.716,50
""",
    "for companies, with an archive reference": """\
"Bogført dato";"Rentedato";"Tekst";"Antal";"Beløb i DKK";"Bogført saldo i DKK";"Status";"Arkivreference"
"14.01.2026";"14.01.2026";"Husleje";"";"-1234,50";"8765,50";"Udført";"9876      0000000000"
"15.01.2026";"15.01.2026";"Faktura 1042";"";"5000,00";"13765,50";"Udført";"9876      0000000001"
"15.01.2026";"15.01.2026";"Gebyr";"";"-49,00";"13716,50";"Udført";"9876      0000000002"
""",
    "an account beside each row, newest day first and its rows oldest first": """\
Dato;Tekst;Beløb;Saldo;Afstemt;Kontonummer;Kontonavn;Hovedkategori;Kategori;Kommentar
15.01.2026;Faktura 1042;5.000,00;13.765,50;;71170001234567;Drift;Andet;Indtægt;
15.01.2026;Gebyr;-49,00;13.716,50;;71170001234567;Drift;Andet;Gebyr;
14.01.2026;Husleje;-1.234,50;8.765,50;;71170001234567;Drift;Bolig;Husleje;
""",
    "English with decimal points": """\
\ufeffDate;Text;Amount;Balance;Reconciled;AccountNumber;AccountName;MainCategory;Category;Comment
15.01.2026;Gebyr;-49.00;13,716.50;;71170001234567;Drift;;;
15.01.2026;Faktura 1042;5,000.00;13,765.50;;71170001234567;Drift;;;
14.01.2026;Husleje;-1,234.50;8,765.50;;71170001234567;Drift;;;
""",
    "the status under the wrong heading, and lines that wait": """\
"Dato";"Valør";"Tekst";"Beløb";"Saldo";"Afstemt"
"14.01.2026";"14.01.2026";"Husleje";"-1.234,50";"8.765,50";"Udført"
"15.01.2026";"15.01.2026";"Faktura 1042";"5.000,00";"13.765,50";"Udført"
"15.01.2026";"15.01.2026";"Gebyr";"-49,00";"13.716,50";"Udført"
"17.01.2026";"17.01.2026";"Netto";"-12,00";"";"Venter"
""",
    "decoded wrongly, with reserved amounts and empty lines": """\
ï»¿BogfÃ¸ringsdato;BelÃ¸b;Afsender;Modtager;Navn;Beskrivelse;Saldo;Valuta;Afstemt;
Reserveret;-39,95;9040298476;;;REMA 1000 BRÃ˜NS;;DKK;;

2026/01/15;-49,00;9040298476;;;Gebyr;13716,50;DKK;;
2026/01/15;5000,00;;9040298476;;Faktura 1042;13765,50;DKK;;
2026/01/14;-1234,50;9040298476;;;Husleje;8765,50;DKK;;
""",
    "one balance a day, and dashes for minus": """\
Dato;Tekst;Beløb;Saldo
14-01-2026;Husleje;–1.234,50;8.765,50
15-01-2026;Faktura 1042;5.000,00;
15-01-2026;Gebyr;–49,00;13.716,50
""",
    "signs the other way around, as the balance tells": """\
Dato;Tekst;Beløb i DKK;Saldo
14-01-2026;Husleje;1234,50;8765,50
15-01-2026;Faktura 1042;-5000,00;13765,50
15-01-2026;Gebyr;49,00;13716,50
""",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_statements_of_many_shapes_read_the_same(text: str) -> None:
    statement = read_statement(text)
    assert [(line.date, str(line.amount), line.text) for line in statement.lines] == [
        (date(2026, 1, 14), "-1234.50", "Husleje"),
        (date(2026, 1, 15), "5000.00", "Faktura 1042"),
        (date(2026, 1, 15), "-49.00", "Gebyr"),
    ]
    assert (statement.opening_balance, statement.closing_balance) == (10_000, Decimal("13716.50"))
    assert statement.period == Period(date(2026, 1, 14), date(2026, 1, 15))


def test_what_was_inferred_and_what_was_left_out_is_told() -> None:
    text = """\
Konto;1234
Dato;Tekst;Beløb;Saldo;Status
03.02.2026;Abonnement;-99,00;;Venter
02.02.2026;Netto;-51,00;949,00;Udført
01.02.2026;Rema;-100;1.000,00;Udført
"""
    assert read_statement(text).conventions == (
        "Columns are separated by semicolons.",
        "Read: date from Dato, amount from Beløb, balance from Saldo, text from Tekst.",
        "Dates are read as dd-mm-yyyy, the Danish order; no day above 12 proves it.",
        "Amounts have a decimal comma.",
        "Left out as text above the headings: row 1.",
        "Left out as not booked by the bank: row 3.",
        "The balance column follows from the amounts row by row: positive amounts came in.",
        "The rows came newest first and are turned.",
    )


def test_a_balance_that_does_not_follow_proves_nothing_and_says_where() -> None:
    text = "Dato;Beløb;Saldo\n14-01-2026;10;110\n15-01-2026;10;130\n16-01-2026;10;140\n"
    statement = read_statement(text)
    assert (statement.opening_balance, statement.closing_balance) == (None, None)
    assert statement.conventions[-1].startswith(
        "The balance column does not follow from the amounts at row 3, by 10.00 in all: lines may be missing"
    )


WRONG_CELL = "Dato;Beløb;Saldo\n14-01-2026;10;110\n15-01-2026;10;{}\n16-01-2026;10;130\n19-01-2026;5;{}\n"


@pytest.mark.parametrize("newest_first", [False, True])
def test_one_wrong_balance_between_others_that_agree_is_told_and_takes_away_no_proof(
    newest_first: bool,
) -> None:
    heading, *rows = WRONG_CELL.format(102, 135).splitlines()
    text = "\n".join([heading, *(rows[::-1] if newest_first else rows)])
    statement = read_statement(text)
    assert (statement.opening_balance, statement.closing_balance) == (100, 135)
    assert statement.is_signed
    wrong = 4 if newest_first else 3
    assert (
        f"Only the balance in row {wrong} does not follow from the amounts, by -18.00: that cell is wrong, "
        "and no line is missing."
    ) in statement.conventions


def test_one_wrong_balance_leaves_the_signs_proven_too() -> None:
    text = "Dato;Beløb;Saldo\n14-01-2026;10;90\n15-01-2026;10;1\n16-01-2026;10;70\n19-01-2026;5;65\n"
    statement = read_statement(text)
    assert (statement.opening_balance, statement.lines[0].amount) == (100, -10)


def test_a_wrong_last_balance_may_be_a_missing_line_and_proves_nothing() -> None:
    statement = read_statement(WRONG_CELL.format(120, 139))
    assert statement.closing_balance is None
    assert "at row 5, by 4.00 in all: lines may be missing" in statement.conventions[-1]


def test_several_wrong_balances_between_ends_that_agree_are_no_missing_lines() -> None:
    text = WRONG_CELL.format(102, 135).replace(";130", ";131")
    statement = read_statement(text)
    assert statement.closing_balance is None
    assert "some of its cells are wrong rather than lines missing" in statement.conventions[-1]


def test_a_balance_that_holds_in_two_ways_proves_nothing() -> None:
    statement = read_statement("Dato;Beløb;Saldo\n14-01-2026;100;1100\n14-01-2026;-100;1000\n")
    assert (statement.opening_balance, statement.closing_balance) == (None, None)


def test_the_balance_beside_an_only_row_is_used_and_said_to_be_taken_on_trust() -> None:
    statement = read_statement("Dato;Tekst;Beløb;Saldo\n31-12-2026;Rente;12,50;1.012,50\n")
    assert (statement.opening_balance, statement.closing_balance) == (None, Decimal("1012.50"))
    assert not statement.is_signed
    assert statement.conventions[-2:] == (
        "Positive amounts are taken to have come in.",
        "The balance beside the only row is taken to be that after it.",
    )


def test_a_balance_that_the_last_row_does_not_show_proves_nothing() -> None:
    statement = read_statement("Dato;Beløb;Saldo\n14-01-2026;1;101\n15-01-2026;1;102\n16-01-2026;1;\n")
    assert (statement.opening_balance, statement.closing_balance) == (None, None)


def test_the_way_of_positive_amounts_is_told_where_nothing_shows_it() -> None:
    text = "Dato;Beløb\n14-01-2026;100\n15-01-2026;-30\n"
    assert [line.amount for line in read_statement(text).lines] == [100, -30]
    told = read_statement(text, "out")
    assert [line.amount for line in told.lines] == [-100, 30]
    assert told.conventions[-1] == "Positive amounts left the account, as told, so all signs are turned."
    assert [line.amount for line in statement_of([(date(2026, 1, 14), Decimal(5), "")], "out").lines] == [-5]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Dato;Beløb;Saldo\n14-01-2026;1;101\n15-01-2026;2;103\n", "positive amounts are money in, not out"),
        ("Dato;Ind;Ud\n14-01-2026;1;\n", "a column for each way of the money"),
    ],
)
def test_what_was_told_and_is_not_so_is_refused(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_statement(text, "out")


@pytest.mark.parametrize("written", ['"""Øen"" Kro"', '"\\"Øen\\" Kro"'], ids=["doubled", "with a backslash"])
def test_quotation_marks_within_a_text_are_read(written: str) -> None:
    text = f'"Dato";"Tekst";"Beløb"\r\n"14.01.2026";{written};"-100,00"\r\n"15.01.2026";"P3E\\ \\";"1,00"\r\n'
    assert [line.text for line in read_statement(text).lines] == ['"Øen" Kro', "P3E\\ \\"]


def test_a_status_that_is_not_known_is_taken_as_booked_and_told() -> None:
    text = "Dato;Beløb;Status\n14-01-2026;1;Udført\n15-01-2026;2;Klarlagt\n16-01-2026;3;Kommende\n"
    statement = read_statement(text)
    assert [line.amount for line in statement.lines] == [1, 2]
    assert "Taken as booked by the bank: Klarlagt." in statement.conventions
    assert "Left out as not booked by the bank: row 4." in statement.conventions


def test_what_was_repaired_and_what_is_lost_is_told() -> None:
    repaired = read_statement("Dato;Tekst;BelÃ¸b\n14-01-2026;SmÃƒÂ¸r og BrÃ˜d;1\n")
    assert repaired.lines[0].text == "Smør og BrØd"
    assert repaired.conventions[0] == "Letters that had been decoded wrongly are repaired."
    lost = read_statement("Dato;Tekst;Bel\ufffdb\n14-01-2026;Sm\ufffdr;1\n")
    assert lost.conventions[0] == "Some letters had been lost before the statement came here."


def test_several_accounts_are_refused_unless_the_balance_shows_one() -> None:
    rows = ["Konto;Dato;Beløb;Saldo", "1;14-01-2026;10;110", "2;15-01-2026;10;{}"]
    assert len(read_statement("\n".join(rows).format(120)).lines) == 2
    with pytest.raises(InputError, match=r"several accounts \(1, 2\), by its column Konto"):
        read_statement("\n".join(rows).format(9000))


def test_rows_in_no_order_are_sorted_by_date() -> None:
    text = "Dato;Beløb\n15-01-2026;1\n13-01-2026;2\n15-01-2026;3\n14-01-2026;4\n"
    statement = read_statement(text)
    assert [(line.row, line.amount) for line in statement.lines] == [(3, 2), (5, 4), (2, 1), (4, 3)]
    assert statement.conventions[-1] == "The rows came in no order of date and are sorted by it."


def test_a_month_before_the_day_is_read_where_a_day_proves_it() -> None:
    statement = read_statement("Date,Description,Amount\n01/31/2026,Rent,-1.00\n02/01/2026,Fee,-2.00\n")
    assert [line.date for line in statement.lines] == [date(2026, 1, 31), date(2026, 2, 1)]


def test_points_before_three_digits_separate_thousands() -> None:
    statement = read_statement("Dato;Beløb\n14-01-2026;1.500\n15-01-2026;-12.000.000\n")
    assert [line.amount for line in statement.lines] == [1500, -12_000_000]
    assert "No amount shows øre; a point is read as separating thousands." in statement.conventions


REFUSED = {
    "": "The statement is empty",
    "\ufeff\n;;\n \n": "The statement is empty",
    "Dato;Tekst;Beløb\n": "holds no movements",
    "Navn;Alder;By\nIda;31;Aarhus\n": "Seen: Navn; Alder; By. Needed: a heading for the date",
    "Date;Text;Price\n2026-01-14;Rent;1,00\n": "Seen: Date; Text; Price.",
    "%PDF-1.7 \x00 stream": "Seen: %PDF-1.7 stream.",
    "Dato;Beløb;Beløb\n14-01-2026;1;2\n": "cannot be told apart: Beløb, Beløb",
    "Dato;Beløb\n14-01-2026;1,00\n32-01-2026;2,00\n": 'at row 3; in row 3, Dato is "32-01-2026"',
    "Dato;Beløb\n14-01-2026;1,00\n;2,00\n": 'at row 3; in row 3, Dato is ""',
    "Dato;Beløb\n14-01-2026;1,00\n15-01-2026;\n": "at row 3; in row 3, there is no amount",
    "Dato;Beløb\n14-01-2026;1,00\n15-01-2026;2.50\n16-01-2026;3.00\n17-01-2026;4,00\n": "at rows 3, 4",
    "Dato,Tekst,Beløb\n14-01-2026,Netto,-10,50\n": "there are more cells than columns",
    'Dato;Tekst;Beløb\n14-01-2026;"Netto;1,00\n15-01-2026;"Rema";2,00\n': "a quotation mark is not closed",
    "Dato;Beløb\n14-01-2026;1\n01-14-2026;2\n": "14-01-2026 can only be dd-mm-yyyy and 01-14-2026 only mm-dd",
    "Dato;Beløb\n01/02/2026;1\n02/12/2026;2\n03/01/2026;3\n": "in order only when read as mm-dd-yyyy",
    "Dato;Ind;Ud\n14-01-2026;;5\n15-01-2026;;-5\n": "The column Ud holds amounts with and without a minus",
    "Dato;Beløb;Valuta\n14-01-2026;5;DKK\n15-01-2026;5;EUR\n": "several currencies (DKK, EUR)",
    "14-01-2026;5;7\n15-01-2026;6;8\n": "The statement's columns are not understood",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_a_statement_that_is_not_understood_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InputError) as refused:
        read_statement(text)
    assert why in str(refused.value)


def test_rows_are_a_statement_too() -> None:
    statement = statement_of(
        [(date(2026, 1, 15), Decimal(5), "Ind"), (date(2026, 1, 14), Decimal("-2.5"), "Ud")]
    )
    assert [(line.row, str(line.amount), line.text) for line in statement.lines] == [
        (2, "-2.50", "Ud"),
        (1, "5.00", "Ind"),
    ]
    with pytest.raises(InputError, match="no rows"):
        statement_of([])
    with pytest.raises(InputError, match="row 1 is not in whole øre"):
        statement_of([(date(2026, 1, 15), Decimal("0.005"), "")])


def test_fifty_thousand_lines_are_all_read() -> None:
    days = [date(2026, 1, 1) + timedelta(days=at // 140) for at in range(50_000)]
    rows = [f"{day:%d-%m-%Y};Kortkøb {at};-{at},25" for at, day in enumerate(days)]
    statement = read_statement("\n".join(["Dato;Tekst;Beløb", *rows]))
    assert len(statement.lines) == 50_000
    assert sum(line.amount for line in statement.lines) == -Decimal("1249987500.00")


_MOVES = st.lists(
    st.tuples(
        st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2),
        st.sampled_from(["Netto", 'Kro "Øen"', "A;B", "1,5 kg", "Total, Vejle", ""]),
    ),
    min_size=1,
    max_size=12,
).map(lambda moves: sorted(moves, key=lambda move: move[0]))


@given(
    moves=_MOVES,
    opening=st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2),
    delimiter=st.sampled_from(";\t,|"),
    day_format=st.sampled_from(["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y/%m/%d"]),
    decimal_sign=st.sampled_from(",."),
    headings=st.sampled_from([["Dato", "Tekst", "Beløb", "Saldo"], ["Date", "Text", "Amount", "Balance"]]),
    newest_first=st.booleans(),
)
def test_what_a_bank_writes_is_what_is_read(
    moves: list[tuple[date, Decimal, str]],
    opening: Decimal,
    delimiter: str,
    day_format: str,
    decimal_sign: str,
    headings: list[str],
    newest_first: bool,
) -> None:
    def written(amount: Decimal) -> str:
        swapped = str.maketrans({",": "." if decimal_sign == "," else ",", ".": decimal_sign})
        return f"{amount:,.2f}".translate(swapped)

    rows: list[list[str]] = []
    balance = opening
    for day, amount, text in moves:
        balance += amount
        rows.append([day.strftime(day_format), text, written(amount), written(balance)])
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headings, *(rows[::-1] if newest_first else rows)])
    statement = read_statement(out.getvalue())
    assert sorted((one.date, one.amount, one.text) for one in statement.lines) == sorted(moves)
    if statement.opening_balance is not None:
        assert (statement.opening_balance, statement.closing_balance) == (opening, balance)
        assert [one.amount for one in statement.lines] == [amount for _, amount, _ in moves]


_HEADINGS = st.sampled_from(["Dato", "Beløb", "Saldo", "Ind", "Ud", "Tekst", "Total", "Venter"])
_CONTENT = st.sampled_from(
    ["14-01-2026", "02/03/2026", "31-02-2026", "1.234,50", "-5", "7.25", "", '"', '"a', "\x00"]
)
_CELLS = st.one_of(_HEADINGS, _CONTENT)
_TABLES = st.lists(st.lists(_CELLS, max_size=5).map(";".join), max_size=8).map("\n".join)


@given(text=st.one_of(_TABLES, st.text()))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        assert read_statement(text).lines
