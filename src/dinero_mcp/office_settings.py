"""The settings of `serve --http`, which one person at a desk does without."""

from pydantic import BaseModel, Field

from dinero_mcp.setting_kinds import Hosts, LogFormat, Networks, Organizations, Origin, RedisAddress, parts


class OfficeSettings(BaseModel):
    """What an operator can set for everybody who connects over HTTP."""

    public_url: Origin | None = Field(
        default=None,
        description="Address under which people and clients reach `serve --http`; needed where that is not "
        "this machine. Every address that is given out comes from it, none from a request.",
        examples=["https://mcp.example.com"],
    )
    trusted_proxies: Networks | None = Field(
        default=None,
        description="Addresses or networks of proxies in front of `serve --http`, whose X-Forwarded-For says "
        "who asks; without it, nobody's does.",
        examples=["10.0.0.0/8"],
    )
    redis_url: RedisAddress | None = Field(
        default=None,
        description="Redis or Valkey for what several servers share for a short while: the requests of the "
        "last minute, and answers read from Dinero, encrypted.",
        examples=["redis://127.0.0.1:6379/0"],
    )
    database_connections: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Connections to PostgreSQL that each process of `serve --http` opens at most.",
        examples=["10"],
    )
    allowed_organizations: Organizations | None = Field(
        default=None,
        description="Organizations that may be asked about over `serve --http`, and one of which a "
        "login must reach to connect; without it, all.",
        examples=["123456,234567"],
    )
    allowed_client_hosts: Hosts | None = Field(
        default=None,
        description="Hosts to which OAuth clients of `serve --http` may have people sent back; without it, "
        "all, after the person agreed.",
        examples=["claude.ai,chatgpt.com,localhost,127.0.0.1"],
    )
    audit_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="How many days `serve --http` keeps a line for each call: who, when, which tool and "
        "organization, how it went; no contents.",
        examples=["90"],
    )
    log_format: LogFormat = Field(
        default="text",
        description="The log of `serve --http` as text, or as JSON with a request id on each line.",
        examples=["json"],
    )

    @property
    def organizations_allowed(self) -> frozenset[int] | None:
        """The organizations that may be asked about, where they are limited."""
        return frozenset(map(int, parts(self.allowed_organizations))) if self.allowed_organizations else None

    @property
    def client_hosts_allowed(self) -> frozenset[str] | None:
        """The hosts that clients may live on, where they are limited."""
        return frozenset(parts(self.allowed_client_hosts)) if self.allowed_client_hosts else None
