"""The pages as HTML. Whatever came from elsewhere is escaped in them: names, errors, descriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from dinero_mcp.web.languages import Language, words

Why = Literal[
    "denied",
    "expired",
    "other_browser",
    "too_often",
    "no_code",
    "wrong_issuer",
    "provider",
    "told",
    "unlisted",
    "not_allowed",
]


Stopped = Literal["gone", "not_ours"]
LONGEST_NAME = 80
"""Characters shown of a name that somebody else chose."""


class Organization(Protocol):
    """A company as the pages show it; only one with a Pro plan can be chosen."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str | None: ...
    @property
    def is_pro(self) -> bool | None: ...


class Connected(Protocol):
    """What was connected."""

    @property
    def organizations(self) -> Sequence[Organization]: ...
    @property
    def default_organization(self) -> int | None: ...


class Asking(Protocol):
    """A client that asks to be let in; its name is its own claim."""

    @property
    def client_name(self) -> str: ...
    @property
    def client_host(self) -> str | None: ...
    @property
    def redirect_host(self) -> str: ...
    @property
    def is_loopback(self) -> bool: ...
    @property
    def may_be_remembered(self) -> bool: ...
    @property
    def resource(self) -> str: ...
    @property
    def resource_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it did not work: nobody was connected, save for `unlisted`, where companies could not be listed.

    `error` and `description` are the provider's; of `told` and `unlisted` the description is our own text.
    """

    why: Why
    error: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages say of the address they belong to, and of commands: in an office there are none."""

    redirect_address: str
    login_command: str = ""
    logout_command: str = ""

    def choose(
        self,
        language: Language,
        organizations: Sequence[Organization],
        *,
        action: str,
        proof: str,
        nothing_chosen: bool = False,
    ) -> str:
        """The companies to choose the default one from; `proof` comes back with the choice."""
        return render(
            "choose.html",
            language,
            organizations=organizations,
            action=action,
            proof=proof,
            nothing_chosen=nothing_chosen,
        )

    def done(self, language: Language, connected: Connected) -> str:
        """That it worked, what was allowed, and how to take it back."""
        t, organizations = words(language)["done"], connected.organizations
        its = (each for each in organizations if each.id == connected.default_organization)
        if (chosen := next(its, None)) is not None:
            said = t["one_company" if len(organizations) == 1 else "several_companies"]
            said = said.format(name=shown(chosen.name or chosen.id))
        else:
            said = t["no_pro" if organizations else "no_company"]
        back = t["back"].format(command=self.logout_command)
        return render("done.html", language, said=said, back=back)

    def consent(
        self,
        language: Language,
        asking: Asking,
        person: Connected | None,
        *,
        action: str,
        request_key: str,
        proof: str,
        other_login: str,
    ) -> str:
        """Who asks for what, and in whose books; `person` is who is signed in."""
        return render(
            "consent.html",
            language,
            asking=asking,
            place="loopback" if asking.is_loopback else "site" if asking.may_be_remembered else "app",
            person=person,
            books=_books(words(language)["consent"], person) if person else "",
            nothing_open=person is not None and _is_closed(person.organizations),
            action=action,
            request_key=request_key,
            proof=proof,
            other_login=other_login,
        )

    def stopped(self, language: Language, why: Stopped, again: str) -> str:
        """Why a client's request cannot be answered; `again` is the page where it can, if there is one."""
        return render("stopped.html", language, why=why, again=again)

    def told(self, language: Language, failure: Failure) -> str:
        """What went wrong, in one or two sentences."""
        form = _form(words(language)["failed"], failure, in_office=not self.login_command)
        return form.format(error=failure.error, description=failure.description)

    def failed(self, language: Language, failure: Failure, again: str) -> str:
        """What went wrong, and what to do about it; `again` is the page where to try again."""
        t = words(language)["failed"]
        is_set_up_wrong = failure.why in ("provider", "told", "no_code")
        is_connected = failure.why == "unlisted"
        before, english, after = _form(t, failure, in_office=not self.login_command).partition(
            "{description}"
        )
        return render(
            "failed.html",
            language,
            before=before.format(error=failure.error),
            english=failure.description if english else "",
            after=after,
            nothing="" if is_connected else t["nothing"],
            command=""
            if is_connected
            else self.login_command and t["again"].format(command=self.login_command),
            again="" if self.login_command else again,
            setup=self._setup(t) if is_set_up_wrong else "",
        )

    def _setup(self, t: dict[str, str]) -> str:
        return t["setup"].format(redirect=self.redirect_address)


def _books(t: dict[str, str], person: Connected) -> str:
    """Whose books they are, by the company that is meant by default."""
    every = person.organizations
    its = (each for each in every if each.id == person.default_organization)
    chosen = next(its, every[0] if len(every) == 1 else None)
    if chosen is None:
        return t["several"].format(count=len(every)) if every else t["signed_in"]
    name = shown(chosen.name or str(chosen.id))
    match len(every) - 1:
        case 0:
            return name
        case 1:
            return t["and_one"].format(name=name)
        case others:
            return t["and_others"].format(name=name, count=others)


def _is_closed(every: Sequence[Organization]) -> bool:
    """Whether there are companies, and Dinero lets none of them be read."""
    return bool(every) and not any(each.is_pro for each in every)


def shown(name: str | int) -> str:
    """A name that somebody else chose, without what has no shape or turns the text around."""
    visible = "".join(char for char in str(name) if char.isprintable())
    return visible if len(visible) <= LONGEST_NAME else visible[: LONGEST_NAME - 1] + "…"


def _form(t: dict[str, str], failure: Failure, *, in_office: bool) -> str:
    """What is said, with places for the error and the description."""
    match failure.why:
        case "provider":
            return t["provider_said" if failure.description else "provider"]
        case "unlisted" if in_office:
            return t["unlisted_in_office"]
        case why:
            return t[why]


def render(template: str, language: Language, **values: Any) -> str:  # Any: what the template shows
    """A page from its template, in one language."""
    return _environment().get_template(template).render(t=words(language), style=style(), **values)


@cache
def style() -> str:
    """The style sheet that stands in every page, so that a page needs nothing else."""
    return files("dinero_mcp.web").joinpath("style.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dinero_mcp.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    return environment
