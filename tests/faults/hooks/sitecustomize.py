"""What Python runs first in a program under test: its clock, its name server and its event loop go wrong as files and
signals say. It changes nothing where the variables are not set, and no file of the program.

`FAULTS_CLOCK`: a file with the seconds by which the clock is wrong, read at each look at the clock.
`FAULTS_NAMES`: a JSON file of names and their addresses, read at each look-up; other names do not exist, and without
the file no name server answers.
`FAULTS_SLEEP`: so many seconds the main thread, and so the event loop, stands still at each SIGUSR1.
"""

import ctypes
import datetime
import gc
import ipaddress
import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

_real_time = time.time


def _wrong_clock() -> None:
    def wrong() -> float:
        return _real_time() + float(Path(os.environ["FAULTS_CLOCK"]).read_text())

    time.time = wrong
    # Not by a class of ours in its place: libraries look values up by their very type.
    namespace = gc.get_referents(datetime.datetime.__dict__)[0]
    namespace["now"] = classmethod(lambda cls, tz=None: cls.fromtimestamp(wrong(), tz))
    namespace["utcnow"] = classmethod(lambda cls: cls.fromtimestamp(wrong(), datetime.UTC).replace(tzinfo=None))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def _wrong_names() -> None:
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        try:
            ipaddress.ip_address(name)
        except ValueError:
            pass
        else:
            return real(host, port, *args, **kwargs)
        try:
            known = json.loads(Path(os.environ["FAULTS_NAMES"]).read_text())
        except OSError:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution") from None
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [row for address in known[name] for row in real(address, port, *args, **kwargs)]

    socket.getaddrinfo = look_up


if "FAULTS_CLOCK" in os.environ:
    _wrong_clock()
if "FAULTS_NAMES" in os.environ:
    _wrong_names()
if "FAULTS_SLEEP" in os.environ:
    signal.signal(signal.SIGUSR1, lambda *_: time.sleep(float(os.environ["FAULTS_SLEEP"])))
