"""How a server ends that others rely on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from tests.commands import environment, free_port, wait_for

PROGRAM = """
import sys
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from dinero_mcp.server.office.draining import NoticeGiven
from dinero_mcp.server.office.health import Readiness
async def reached(): ...
readiness = Readiness(reached, lambda: "memory")
app = Starlette(routes=[Route("/readyz", readiness.readyz)])
config = uvicorn.Config(app, port=int(sys.argv[1]), log_config=None)
NoticeGiven(config, readiness.drain, notice=1).run()
"""


def test_a_server_that_is_told_to_stop_says_so_before_it_stops_listening(tmp_path: Path):
    port = free_port()
    program = [sys.executable, "-c", PROGRAM, str(port)]
    with (
        subprocess.Popen(program, cwd=tmp_path, env=environment({}), text=True) as process,
        httpx2.Client() as http,
    ):
        wait_for(process, port)
        assert http.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        while (answer := http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
            pass
        assert answer.json()["status"] == "draining"
        process.wait(20)
        assert time.monotonic() - began >= 1
