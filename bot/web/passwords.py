"""Passwords by argon2, off the loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""No password has this hash: an unknown work number takes as long as a wrong password."""


def _verify(hashed: str, password: str) -> bool:
    try:
        PasswordHasher().verify(hashed or _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(hashed)


class Argon2:
    """The Passwords port on argon2id with the library's own parameters."""

    async def hash(self, password: str) -> str:
        """A new salted hash."""
        return await asyncio.to_thread(PasswordHasher().hash, password)

    async def verify(self, hashed: str, password: str) -> bool:
        """Whether it fits."""
        return await asyncio.to_thread(_verify, hashed, password)
