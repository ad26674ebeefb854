"""The lock of the state directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store.lock import state_lock

HOLDER = """
import sys, time
from pathlib import Path
from bot.store.lock import state_lock
with state_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_bot_on_the_same_state_directory_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with state_lock(tmp_path), pytest.raises(StoreError) as refused, state_lock(tmp_path):
        pass
    assert str(refused.value) == (
        f"another kentongan (pid {os.getpid()}) is running on this state directory: {tmp_path}"
    )


def test_the_lock_is_free_again_after_the_block(tmp_path: Path) -> None:
    with state_lock(tmp_path):
        pass
    with state_lock(tmp_path):
        pass


def test_the_lock_is_free_again_after_an_error_in_the_block(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), state_lock(tmp_path):
        raise ZeroDivisionError
    with state_lock(tmp_path):
        pass


def test_the_lock_of_a_killed_bot_is_free_at_once(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=rf"\(pid {holder.pid}\)"), state_lock(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
    with state_lock(tmp_path):
        pass


def test_two_state_directories_do_not_disturb_each_other(tmp_path: Path) -> None:
    with state_lock(tmp_path / "one"), state_lock(tmp_path / "two"):
        pass


def test_a_missing_state_directory_is_made(tmp_path: Path) -> None:
    with state_lock(tmp_path / "var" / "state"):
        assert (tmp_path / "var" / "state").is_dir()


def test_a_file_in_the_place_of_the_state_directory_is_refused_in_one_line(tmp_path: Path) -> None:
    place = tmp_path / "state"
    place.touch()
    with pytest.raises(StoreError, match=r"state directory .* cannot be used") as refused, state_lock(place):
        pass
    assert "\n" not in str(refused.value)


def test_an_unwritable_state_directory_is_refused(read_only_folder: Path) -> None:
    denied = pytest.raises(StoreError, match=r"state directory .* cannot be used: Permission denied")
    with denied, state_lock(read_only_folder):
        pass
