"""Starts a sandbox and a gateway in front of it, once for all Python tests."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SANDBOX_KEY = "csk-sandbox"
START_DEADLINE = 30.0
STOP_DEADLINE = 10.0


class Server:
    """A built entry point of Asbru that runs as a child process on a free port of its own."""

    def __init__(self, entry: str, directory: Path, **env: str) -> None:
        port = _free_port()
        self.origin = f"http://127.0.0.1:{port}"
        # Nothing of the caller's environment but PATH: a real key or a proxy setting must not reach the test.
        environment = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(port), **env}
        self._log = (directory / f"{entry}.log").open("wb+")
        self._process = subprocess.Popen(
            [_node(), str(ROOT / "dist" / entry)],
            cwd=directory,
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._entry = entry

    def wait(self) -> None:
        deadline = time.monotonic() + START_DEADLINE
        while not _accepts(self.origin):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise RuntimeError(f"{self._entry} did not start: {self._output()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stops the process; a server that had ended by itself before is a failure."""
        ended = self._process.poll()
        self._process.terminate()
        try:
            self._process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        assert ended is None, f"{self._entry} ended by itself with {ended}: {self._output()}"

    def _output(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-20_000:]


class Stack:
    """The gateway's addresses, and its upstream to look into."""

    def __init__(self, gateway: str, sandbox: str) -> None:
        self.origin = gateway
        self.v1 = f"{gateway}/v1"
        self._sandbox = sandbox

    def reset(self) -> None:
        self._control("DELETE", "faults")
        self._control("DELETE", "requests")

    def fault(self, *faults: dict[str, object]) -> None:
        self._control("POST", "faults", list(faults))

    def requests(self, path: str) -> list[dict[str, object]]:
        """What the gateway sent to the path of its upstream, in order."""
        return [each for each in self._control("GET", "requests") if each["url"].split("?")[0] == path]

    def _control(self, method: str, what: str, body: object = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self._sandbox}/__sandbox/{what}", data=data, method=method, headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@pytest.fixture(scope="session")
def _servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("asbru")
    with ExitStack() as servers:
        sandbox = Server("sandbox.cli.js", directory)
        servers.callback(sandbox.stop)
        gateway = Server(
            "main.js",
            directory,
            CEREBRAS_BASE_URL=sandbox.origin,
            CEREBRAS_API_KEY=SANDBOX_KEY,
            ASBRU_LOG_LEVEL="warn",
        )
        servers.callback(gateway.stop)
        sandbox.wait()
        gateway.wait()
        yield Stack(gateway.origin, sandbox.origin)


@pytest.fixture
def stack(_servers: Stack) -> Stack:
    """The running stack, without faults and records of earlier tests."""
    _servers.reset()
    return _servers


def _node() -> str:
    """The project's own Node: the system's may be too old."""
    own = ROOT / "node_modules" / ".bin" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    assert found, "no node"
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _accepts(origin: str) -> bool:
    """Any HTTP answer will do, of whatever status."""
    try:
        urllib.request.urlopen(f"{origin}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
