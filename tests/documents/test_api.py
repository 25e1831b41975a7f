"""The example that plugin authors read first works as written."""

import doctest

from courtil import documents


def test_the_example_in_the_package_works() -> None:
    result = doctest.testmod(documents)
    assert (result.attempted > 0, result.failed) == (True, 0)


def test_everything_announced_exists() -> None:
    assert [name for name in documents.__all__ if not hasattr(documents, name)] == []
