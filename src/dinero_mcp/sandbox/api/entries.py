"""The entries of a span within one accounting year, and those added in a span of at most 31 days."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import (
    END_BEFORE_START,
    MORE_THAN_31_DAYS,
    NOT_ONE_YEAR,
    VALIDATION,
    RefusedError,
)
from dinero_mcp.sandbox.api.wire import Json, Row
from dinero_mcp.sandbox.books import AccountingYear, Books, Entry


def entries(question: Question) -> Json | bytes:
    """The entries dated from `fromDate` to `toDate`, both included."""
    first, last = _span(question)
    year = _year_of(question.books, first, last)
    primo = question.query.flag("includePrimo", default=True)
    dated = (entry for entry in question.books.entries if first <= entry.date <= last)
    rows = _rows(question.books, dated, primo)
    if (first, last) == (year.from_date, year.to_date):
        return question.whole_years.encoded(question.books, year, primo, rows)
    return list(rows)


def _span(question: Question) -> tuple[date, date]:
    first, last = question.query.day("fromDate"), question.query.day("toDate")
    if first is None or last is None:
        raise RefusedError(VALIDATION, "Both dates are needed.", "toDate" if first else "fromDate")
    if last < first:
        raise RefusedError(END_BEFORE_START, "toDate lies before fromDate.", "toDate")
    return first, last


def _year_of(books: Books, first: date, last: date) -> AccountingYear:
    year = next((year for year in books.years if first in year and last in year), None)
    if year is None:
        raise RefusedError(NOT_ONE_YEAR, "The dates must lie in a single accounting year.")
    return year


def changed_entries(question: Question) -> Json:
    """The entries added from `changesFrom` to `changesTo`, whatever their dates; none without a span."""
    start, end = question.query.moment("changesFrom"), question.query.moment("changesTo")
    if start is None or end is None:
        return []
    if end < start:
        raise RefusedError(END_BEFORE_START, "changesTo lies before changesFrom.", "changesTo")
    if end - start > timedelta(days=31):
        raise RefusedError(MORE_THAN_31_DAYS, "The span may be 31 days at most.", "changesTo")
    added = (entry for entry in question.books.entries if start <= entry.added_at <= end)
    return list(_rows(question.books, added, question.query.flag("includePrimo", default=True)))


def _rows(books: Books, entries: Iterable[Entry], include_primo: bool) -> Iterator[Row]:
    account_names = {number: account.name for number, account in books.accounts.items()}
    vat_names = {vat.code: vat.name for vat in books.vat_types}
    return (
        _row(entry, account_names, vat_names) for entry in entries if include_primo or entry.type != "Primo"
    )


def _row(entry: Entry, account_names: Mapping[int, str], vat_names: Mapping[str, str]) -> Row:
    row: dict[str, Json] = {
        "AccountNumber": entry.account_number,
        "AccountName": account_names.get(entry.account_number),
        "Date": entry.date.isoformat(),
        "VoucherNumber": entry.voucher_number,
        "VoucherType": entry.voucher_type,
        "Description": entry.description,
        "VatType": vat_names.get(entry.vat_code) if entry.vat_code else None,
        "VatCode": entry.vat_code,
        "Amount": entry.amount,
        "EntryGuid": entry.entry_guid,
        "ContactGuid": entry.contact_guid,
        "Type": entry.type,
    }
    if entry.voucher_guid:
        row |= {"VoucherGuid": entry.voucher_guid, "FileGuid": entry.file_guid}
    return row
