"""Which version of the hall this is; a tree that was never installed says so."""

from importlib import metadata

NAME = "shouban"


def version() -> str:
    """The version, as it was built."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "0+source"
