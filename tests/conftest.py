"""What every ring of tests shares: a fixed hour, and no way out to the network. It holds no tests and no fakes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from postgres import Cluster, MissingPostgres, not_tested

# A busy machine is no failure: how long an example takes says nothing about what it tests.
settings.register_profile("kentongan", deadline=None)
settings.load_profile("kentongan")

LOOPBACK = ["127.0.0.0/8", "::1"]
LONG = ("attack", "cluster", "faults")
"""Folders whose tests are `long`."""

LONG_FILES = (
    "test_alert_buttons",
    "test_alert_timeline",
    "test_bad_input",
    "test_every_upgrade",
    "test_floods",
    "test_furniture",
    "test_line",
    "test_living_messages",
    "test_log_events",
    "test_reload",
    "test_restore",
    "test_rule_keys",
    "test_shared_links",
    "test_story",
    "test_systemd",
    "test_verdicts",
)
"""Files elsewhere whose tests are."""

SLOWEST = ("crash", "world", "watch")
"""Folders whose files take longest, the slowest first."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only loopback and Unix sockets open; pytest-socket takes the restriction off again after each test."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the long files come first: begun last, one would be waited for alone."""
    for item in items:
        if item.path.parent.name in LONG or item.path.stem in LONG_FILES:
            item.add_marker(pytest.mark.long)
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return SLOWEST.index(folder) if folder in SLOWEST else len(SLOWEST)


@pytest.fixture
def now() -> datetime:
    """A Tuesday, one second before noon in Jakarta."""
    return datetime(2026, 3, 10, 4, 59, 59, tzinfo=UTC)


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Takes back what a program run within the test did to logging."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL for this run. Without its programs the test is skipped, in CI it fails."""
    try:
        cluster = Cluster.start()
    except MissingPostgres as error:
        not_tested(error)
    with cluster:
        yield cluster
