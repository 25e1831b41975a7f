"""Forms that must say which version of a thing they were opened on: without one they are stale."""

from starlette.datastructures import FormData

from courtil.api import version_of

NONE = -1


def seen_version(data: FormData) -> int:
    """The version that the form was opened on; one that nothing has when it does not say."""
    found = version_of(data)
    return NONE if found is None else found
