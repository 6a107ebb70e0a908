"""What customers send, kept by content: the same bytes are one file, and half a file is never one."""

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path

from bot.hall.pages import LedgerBusy
from bot.hall.records import Attachment

_KEY = re.compile(r"[0-9a-f]{64}")


def _flush(path: Path) -> None:
    """What was done in this folder outlives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FileStore:
    """The Files port on a folder; a key is the hash of the content and tells nothing else."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key

    def _keep(self, key: str, data: bytes) -> None:
        path = self._path(key)
        if path.is_file() and path.stat().st_size == len(data):
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".half-")
        half = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _flush(path.parent)
        _flush(self._root)

    async def keep(self, name: str, type_: str, data: bytes) -> Attachment:
        """Store it; LedgerBusy where the disk takes nothing."""
        key = hashlib.sha256(data).hexdigest()
        try:
            await asyncio.to_thread(self._keep, key, data)
        except OSError as error:
            code = error.errno
        else:
            return Attachment(name, type_, len(data), key)
        raise LedgerBusy(f"files:{code}")

    async def fetch(self, key: str) -> bytes:
        """The bytes; KeyError."""
        if not _KEY.fullmatch(key):
            raise KeyError(key)
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError:
            raise KeyError(key) from None

    def _drop(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _flush(path.parent)

    async def drop(self, key: str) -> None:
        """It is kept no longer; one that is gone already is no fault. LedgerBusy where the disk lets nothing go."""
        if not _KEY.fullmatch(key):
            return
        try:
            await asyncio.to_thread(self._drop, key)
        except OSError as error:
            code = error.errno
        else:
            return
        raise LedgerBusy(f"files:{code}")
