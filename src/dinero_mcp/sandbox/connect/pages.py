"""The pages that a person sees, plain enough to work without scripts."""

from collections.abc import Mapping, Sequence
from html import escape

from dinero_mcp.sandbox.connect.refusals import SERVER_ERROR, TEMPORARILY_UNAVAILABLE
from dinero_mcp.sandbox.connect.users import USERS

FAILURES = (SERVER_ERROR, TEMPORARILY_UNAVAILABLE)
_STYLE = (
    ":root { color-scheme: light dark } "
    "body { max-width: 36rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.5 sans-serif } "
    "label { display: block; padding: 0.625rem 0 } fieldset p { margin: 0 } "
    "button { min-height: 2.75rem; margin: 0 0.5rem 0.5rem 0; padding: 0 1rem; font: inherit }"
)


def consent_page(client_id: str, scopes: Sequence[str]) -> str:
    """Who to be, and whether the application may do what it asks for."""
    people = "".join(
        f'<p><label><input type="radio" name="user" value="{escape(user.subject)}"{checked}> '
        f"{escape(user.name)}, {escape(user.email)}: {escape(user.what)}</label></p>"
        for user, checked in zip(USERS, [" checked", *[""] * len(USERS)], strict=False)
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    failures = "".join(
        f'<button name="error" value="{error}">Fail with {error}</button> ' for error in FAILURES
    )
    return _page(
        "Sandbox sign-in",
        f"<p>This stands in for Visma Connect. Everybody here is invented.</p>"
        f'<form method="post"><fieldset><legend>Sign in as</legend>{people}</fieldset>'
        f"<p>{escape(client_id)} asks for:</p><ul>{wanted}</ul>"
        '<p><button name="answer" value="allow">Allow</button> '
        '<button name="answer" value="deny">Deny</button></p>'
        f"<p>{failures}</p></form>",
    )


def posting_page(address: str, fields: Mapping[str, str]) -> str:
    """Posts the answer to the application: by itself, or by a button where scripts do not run."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return _page(
        "Submit this form",
        f'<form method="post" action="{escape(address)}">{hidden}<button>Continue</button></form>'
        "<script>document.forms[0].submit()</script>",
    )


def error_page(what: str, error_id: str) -> str:
    """What Visma shows instead of going back to an application it does not trust."""
    return _page("Error", f"<p>Sorry, there was an error: {escape(what)}.</p><p>Error-ID: {error_id}</p>")


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
