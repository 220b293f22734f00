"""A running stand-in for Vault, as its operator sees it."""

import http.client
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Self

ROOT, HUBS = "root-token-CANARY", "hubs-token-CANARY"


class RunningVault:
    """Holds one transit key, ``partnership-hub``, and gives the hub a token that may use it."""

    def __init__(self, folder: Path) -> None:
        self._start(0)
        self.url = f"http://127.0.0.1:{self.port}"
        self.token_file = folder / "vault.token"
        self.token_file.write_text(HUBS + "\n")
        self.token_file.chmod(0o600)

    def act(self, path: str, method: str = "POST", **told: Any) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, f"/v1/{path}", json.dumps(told), {"X-Vault-Token": ROOT})
            assert connection.getresponse().status == 204

    def rotate(self) -> None:
        self.act("transit/keys/partnership-hub/rotate")

    def restart(self) -> None:
        """On the same port, with fresh keys: its memory is gone."""
        self.stop()
        self._start(self.port)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_what: object) -> None:
        self.stop()

    def _start(self, port: int) -> None:
        script = Path(__file__).with_name("vault_stand_in.py")
        command = [sys.executable, str(script), ROOT, str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        self.act("auth/token/create", token=HUBS)
        self.act("transit/keys/partnership-hub")
