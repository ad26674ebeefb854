"""What the tests of faults share: the mark of those that wait for long. It holds no tests."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """`-m "not long"` leaves out what takes more than some ten seconds."""
    config.addinivalue_line("markers", "long: waits longer than other tests, for time is what it is about")
