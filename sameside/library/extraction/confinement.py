"""The limits under which files from elsewhere are opened: memory, processor time, file size, no network.

The network is taken away by a namespace of the process's own where the kernel permits that (root, or unprivileged user
namespaces); elsewhere the other limits stand alone, and `apply` returns False. Also a small command, which confines
itself and then becomes another program:

    python -m sameside.library.extraction.confinement MEGABYTES SECONDS FILE_MEGABYTES PROGRAM ...
"""

import ctypes
import os
import resource
import sys

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 512


def apply(*, megabytes: int, seconds: int, file_megabytes: int) -> bool:
    """Confine this process for good; True when it has no network either. Call it before any thread exists."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    alone: bool = libc.unshare(flags) == 0
    for limit, value in (
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_megabytes * 1024 * 1024),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
    return alone


def main(arguments: list[str]) -> None:
    megabytes, seconds, file_megabytes = map(int, arguments[:3])
    apply(megabytes=megabytes, seconds=seconds, file_megabytes=file_megabytes)
    os.execvp(arguments[3], arguments[3:])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
