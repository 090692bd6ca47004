"""The settings: one frozen `Settings`, read once from the environment and `.env`, and nowhere else.

An environment variable wins over `.env`. That may be the file of whatever folder a host happens to start in,
and must not say where credentials go: where they come from the environment, `.env` is not read at all, and
where it holds no API key itself, so that a stored connection may be used, it may set no place. An empty value
counts as not set. A wrong value stops the start with one line: which setting, what is wrong with it, an
example.
"""

import os
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dinero_mcp.errors import SettingsError
from dinero_mcp.office_settings import OfficeSettings
from dinero_mcp.setting_kinds import (
    Address,
    DatabaseAddress,
    ExactAddress,
    Keys,
    LogLevel,
    VatFrequency,
    parts,
)

CREDENTIALS = ("client_id", "client_secret", "api_key")
VISMA_CREDENTIALS = ("visma_client_id", "visma_client_secret")
PLACES = (
    "api_url",
    "api_token_url",
    "connect_url",
    "database_url",
    "redis_url",
    "data_directory",
    "secret_key",
    "public_url",
)
"""Where tokens go, and what they are encrypted with."""


class Settings(OfficeSettings, BaseSettings):
    """What an operator can set; each field's environment variable is `DINERO_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="DINERO_",
        env_file=".env",
        env_file_encoding="utf-8-sig",  # Windows editors put a byte order mark first
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    client_id: str | None = Field(
        default=None,
        description="Client id of the personal integration made in Dinero.",
        examples=["isv_my_company"],
    )
    client_secret: SecretStr | None = Field(
        default=None, description="Client secret of the personal integration.", examples=["s3cr3t"]
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="API key of one organization (Dinero: Integrationer, API-nøgler).",
        examples=["0a1b2c3d4e"],
    )
    organization_id: int | None = Field(
        default=None,
        gt=0,
        lt=2**31,
        description="Default organization; each call can name another.",
        examples=["123456"],
    )
    pin_organization: bool = Field(
        default=False,
        description="Serve the default organization only and refuse every other.",
        examples=["true"],
    )
    vat_frequency: VatFrequency | None = Field(
        default=None,
        description="VAT frequency of the default organization, where the books do not tell: "
        "monthly, quarterly or half-yearly.",
        examples=["quarterly"],
    )
    api_url: Address = Field(
        default="https://api.dinero.dk",
        description="Address of Dinero's API.",
        examples=["https://api.dinero.dk"],
    )
    api_token_url: Address = Field(
        default="https://authz.dinero.dk/dineroapi/oauth/token",
        description="Full address of the token endpoint for API keys.",
        examples=["https://authz.dinero.dk/dineroapi/oauth/token"],
    )
    visma_client_id: str | None = Field(
        default=None,
        description="Client id of an application in the Visma Developer portal, for signing in with Visma "
        "Connect instead of an API key.",
        examples=["isv_my_application"],
    )
    visma_client_secret: SecretStr | None = Field(
        default=None, description="Client secret of that application.", examples=["s3cr3t"]
    )
    redirect_url: ExactAddress = Field(
        default="http://127.0.0.1:8765/oauth/dinero/callback",
        description="Redirect address of that application, letter by letter as it is in the portal.",
        examples=["http://127.0.0.1:8765/oauth/dinero/callback"],
    )
    refresh_grace_seconds: float = Field(
        default=0,
        ge=0,
        le=60,
        description="The grace period for one-time refresh tokens, as that application has it.",
        examples=["30"],
    )
    connect_url: Address = Field(
        default="https://connect.visma.com",
        description="Address of Visma Connect; not used while signing in with an API key.",
        examples=["https://connect.visma.com"],
    )
    data_directory: Path | None = Field(
        default=None,
        description="Folder for stored connections; by default dinero-mcp in the user's data directory.",
        examples=["/var/lib/dinero-mcp"],
    )
    database_url: DatabaseAddress | None = Field(
        default=None,
        description="PostgreSQL database for stored connections, instead of a file in that folder.",
        examples=["postgresql://user:password@host:5432/database"],
    )
    secret_key: Keys | None = Field(
        default=None,
        description="Key that stored connections are encrypted with, instead of one made in that folder: 32 "
        "random bytes in base64. Several are taken, separated by commas; the first one writes.",
        examples=["$(openssl rand -base64 32)"],
    )
    today: date | None = Field(
        default=None,
        ge=date(2000, 1, 1),
        lt=date(2100, 1, 1),
        description="Pins what answers call today, for demos and tests; never token expiry or freshness.",
        examples=["2026-10-09"],
    )
    freshness_seconds: float = Field(
        default=60,
        ge=0,
        le=3600,
        description="How long an answer read from Dinero may be reused; then it is asked what was added.",
        examples=["60"],
    )
    kept_postings: int = Field(
        default=500_000,
        ge=0,
        le=100_000_000,
        description="How many postings are kept in memory at most, at some 400 bytes each.",
        examples=["500000"],
    )
    log_level: LogLevel = Field(
        default="WARNING",
        description="DEBUG, INFO, WARNING or ERROR; the log goes to stderr.",
        examples=["INFO"],
    )

    @model_validator(mode="after")
    def _pinning_needs_an_organization(self) -> Self:
        if self.pin_organization and self.organization_id is None:
            raise ValueError("DINERO_PIN_ORGANIZATION needs DINERO_ORGANIZATION_ID, such as 123456")
        return self

    @model_validator(mode="after")
    def _an_application_has_both(self) -> Self:
        given = [getattr(self, name) is not None for name in VISMA_CREDENTIALS]
        if any(given) and not all(given):
            raise ValueError(f"{' and '.join(map(variable, VISMA_CREDENTIALS))} are set both or not at all")
        return self

    @property
    def has_api_key(self) -> bool:
        """Whether any of the API-key settings is set: then it is the API key that is meant."""
        return any(getattr(self, name) is not None for name in CREDENTIALS)

    @property
    def secret_keys(self) -> list[str]:
        """The keys that are set, the one that writes first."""
        return parts(self.secret_key.get_secret_value()) if self.secret_key else []

    @property
    def missing_credentials(self) -> list[str]:
        """Names of the API-key settings that are not set."""
        return [variable(name) for name in CREDENTIALS if getattr(self, name) is None]


def variable(field: str) -> str:
    """The environment variable of a field."""
    return f"DINERO_{field.upper()}"


def read_settings() -> Settings:
    """The settings as the environment and `.env` have them.

    Raises:
        SettingsError: naming the first wrong setting.
    """
    try:
        without_file = Settings(_env_file=None)  # pyright: ignore[reportCallIssue] - a pydantic-settings argument
        if _has_credentials():
            return without_file
        settings = Settings()
        _refuse_places(settings, without_file)
        return settings
    except ValidationError as error:
        raise SettingsError(_first_fault(error)) from None
    except UnicodeDecodeError:
        raise SettingsError(".env is not UTF-8 text. Save it as UTF-8.") from None


def _has_credentials() -> bool:
    return any(os.environ.get(variable(name)) for name in CREDENTIALS + VISMA_CREDENTIALS)


def _refuse_places(settings: Settings, without_file: Settings) -> None:
    """Let no file of the folder say where the tokens of a stored connection go."""
    if settings.has_api_key:
        return
    for name in PLACES:
        if getattr(settings, name) != getattr(without_file, name):
            raise SettingsError(
                f"{variable(name)} is set in .env without an API key beside it. A file of the folder must "
                "not say where the tokens of a stored connection go: set it in the environment instead."
            )


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    what = fault["msg"].removeprefix("Value error, ").replace("Input should", "it must", 1)
    if not fault["loc"]:
        return f"{what}."
    name = str(fault["loc"][0])
    field = Settings.model_fields[name]
    if fault["type"].startswith("date"):
        what = "it must be a valid date"
    what = what.partition(", unable to parse")[0]
    return f"{variable(name)} is wrong: {what}. Example: {variable(name)}={(field.examples or [''])[0]}"


def unknown_settings() -> list[tuple[str, str]]:
    """Variables of the environment that look like settings and are none, each with what may be meant."""
    known = [name.upper() for name in Settings.model_fields]
    given = [name.removeprefix("DINERO_") for name in os.environ if name.startswith("DINERO_")]
    unknown = sorted(set(given) - set(known))
    alike = {name: get_close_matches(name, known, n=1) for name in unknown}
    return [
        (variable(name), f" Is {variable(alike[name][0])} meant?" if alike[name] else "") for name in unknown
    ]
