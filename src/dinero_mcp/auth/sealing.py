"""Tokens at rest: encrypted and authenticated (Fernet), and bound to the user they belong to. Values that
replicas share: encrypted and authenticated (AES-256-GCM), and bound to the key they lie under.

The first key writes, all of them read. A key is 32 random bytes in base64, as `openssl rand -base64 32`
prints it.
"""

import hmac
import os
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dinero_mcp.auth.visma_connection import VismaUser
from dinero_mcp.errors import StoreError

KEY = r"[A-Za-z0-9+/_-]{43}="
NONCE = 12
"""Bytes before a sealed value."""


def new_key() -> str:
    """A key that nobody has used."""
    return Fernet.generate_key().decode()


def derived_key(secret_key: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from which neither the secret key nor another can be told."""
    raw = urlsafe_b64decode(secret_key.replace("+", "-").replace("/", "_"))
    return HKDF(SHA256(), length=32, salt=None, info=f"dinero-mcp: {purpose}".encode()).derive(raw)


class Tokens(msgspec.Struct, frozen=True):
    """What is encrypted. Whose it is is in there too, so that nobody's tokens can be put in another's row."""

    issuer: str
    subject: str
    access_token: str
    refresh_token: str


class Sealer:
    """Encrypts tokens with the first key, and decrypts with any."""

    def __init__(self, keys: list[str]) -> None:
        each = [Fernet(key.replace("+", "-").replace("/", "_")) for key in keys]
        self._first = each[0]
        self._every = MultiFernet(each)

    def seal(self, tokens: Tokens) -> str:
        return self._first.encrypt(msgspec.json.encode(tokens)).decode()

    def open(self, sealed: str, user: VismaUser) -> Tokens:
        """The tokens in it.

        Raises:
            StoreError: when no key fits; nothing is changed by that.
        """
        try:
            tokens = msgspec.json.decode(self._every.decrypt(sealed), type=Tokens)
        except InvalidToken:
            raise StoreError(
                "The stored connection was encrypted with another key, and was left as it is. Set "
                "DINERO_SECRET_KEY to the key it was stored with (several are taken, separated by commas), "
                "or sign in again."
            ) from None
        if (tokens.issuer, tokens.subject) != (user.issuer, user.subject):
            raise StoreError(
                "A stored connection holds the tokens of somebody else, so it is not used. Sign in again, "
                "and find out who else can write to the store."
            )
        return tokens

    def seal_value(self, value: bytes, purpose: str) -> str:
        """Encrypt what is kept for one purpose, and opens for no other."""
        return self._first.encrypt(purpose.encode() + b"\0" + value).decode()

    def open_value(self, sealed: str, purpose: str) -> bytes | None:
        """What was kept for this purpose; None when no key fits."""
        try:
            written_for, _, value = self._every.decrypt(sealed).partition(b"\0")
        except InvalidToken:
            return None
        return value if written_for == purpose.encode() else None

    def renewed(self, sealed: str) -> str | None:
        """The same encrypted with the first key; None when it is already, or no key fits."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            try:
                return self._every.rotate(sealed.encode()).decode()
            except InvalidToken:
                return None
        return None


@dataclass(frozen=True, slots=True, repr=False)
class ValueCipher:
    """Encrypts values, and the names they lie under, with keys derived from the secret keys.

    Each value has a key of its own, derived from what it is bound to: no key encrypts so much that a random
    nonce could come twice.
    """

    encrypting: tuple[bytes, ...]
    naming: tuple[bytes, ...]

    @classmethod
    def of(cls, secret_keys: Sequence[str]) -> "ValueCipher":
        """The first key writes, all of them read."""
        each = [urlsafe_b64decode(key.replace("+", "-").replace("/", "_")) for key in secret_keys]
        return cls(
            tuple(_derived(key, b"dinero-mcp: values that replicas share") for key in each),
            tuple(_derived(key, b"dinero-mcp: names of values that replicas share") for key in each),
        )

    def names(self, *parts: bytes) -> list[str]:
        """What the parts are called, joined by colons: with each key, the one that writes first."""
        return [":".join(hmac.digest(key, part, "sha256").hex() for part in parts) for key in self.naming]

    def seal(self, value: bytes, bound_to: bytes) -> bytes:
        """The value encrypted, so that it opens only with the same `bound_to`."""
        nonce = os.urandom(NONCE)
        return nonce + _cipher(self.encrypting[0], bound_to).encrypt(nonce, value, bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> bytes | None:
        """The value; None when no key opens it."""
        if len(sealed) < NONCE:
            return None
        for key in self.encrypting:
            try:
                return _cipher(key, bound_to).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
            except InvalidTag:
                continue
        return None


def _derived(secret_key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret_key)


def _cipher(key: bytes, bound_to: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, bound_to, "sha256"))
