"""How Dinero says no: HTTP status, its own code, and a body in two languages."""

from starlette.responses import Response

from dinero_mcp.sandbox.api.wire import Json, encoded

NOT_FOUND = 40
NO_PERMISSION = 41
VALIDATION = 42
LIMIT_EXCEEDED = 43
FORMAT = 44
FILTER_FORMAT = 46
UNKNOWN_YEAR = 47
NO_RESULTS = 63
DELETED = 65
NOT_ONE_YEAR = 82
END_BEFORE_START = 83
MORE_THAN_31_DAYS = 84
NO_PRO = 90

REASONS = {
    NOT_FOUND: (404, "Not found", "Ikke fundet"),
    NO_PERMISSION: (403, "Unauthorized", "Du har ikke adgang"),
    VALIDATION: (400, "Validation error", "Valideringsfejl"),
    LIMIT_EXCEEDED: (400, "Limit exceeded", "Grænsen er overskredet"),
    FORMAT: (400, "Format error", "Forkert format"),
    FILTER_FORMAT: (400, "Filter format error", "Filteret har forkert format"),
    UNKNOWN_YEAR: (404, "Accounting year not found", "Regnskabsåret findes ikke"),
    NO_RESULTS: (404, "No results", "Ingen resultater"),
    DELETED: (404, "Item is deleted", "Objektet er slettet"),
    NOT_ONE_YEAR: (400, "Dates are not in one accounting year", "Datoerne er ikke i ét regnskabsår"),
    END_BEFORE_START: (400, "End date is before start date", "Slutdatoen er før startdatoen"),
    MORE_THAN_31_DAYS: (400, "Dates span more than 31 days", "Datoerne spænder over mere end 31 dage"),
    NO_PRO: (403, "The organization has no Pro subscription", "Organisationen har ikke et Pro-abonnement"),
}


class RefusedError(Exception):
    """A call that Dinero refuses, by its code; `detail` tells what is wrong with `field`."""

    def __init__(self, code: int, detail: str, field: str = "message") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field

    def response(self) -> Response:
        """The refusal as it goes over the wire."""
        status, english, danish = REASONS[self.code]
        body: Json = {
            "code": self.code,
            "message": english,
            "validationErrors": {self.field: self.detail},
            "languageSpecificMessages": [
                {"property": self.field, "message": danish},
                {"property": self.field, "message": self.detail},
            ],
            "errorMessageList": [{"Code": self.field, "Message": self.detail}],
        }
        return Response(encoded(body), status, media_type="application/json")
