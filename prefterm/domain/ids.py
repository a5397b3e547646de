"""Identities: uuids that are drawn, and uuids that follow from content so that the same import gives the same rows."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

__all__ = ["derived_uuid", "new_uuid"]

_NAMESPACE = UUID("6f1c0f54-3f0a-5a52-9d6b-8f5f2f6b7a10")


def new_uuid() -> str:
    """A random uuid."""
    return str(uuid4())


def derived_uuid(*parts: object) -> str:
    """The uuid that follows from the parts (RFC 9562, version 5); equal parts give equal uuids."""
    return str(uuid5(_NAMESPACE, "\x1f".join(map(str, parts))))
