"""The emulator's process: MiniStack with our publisher, on loopback, until its parent goes away."""

import argparse
import asyncio
import contextlib
import gc
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import uvicorn
import uvloop

from ses_local.client.environment import ISOLATION, MEMORY, MEMORY_VARIABLE, SECRET_VARIABLE

LEAST_MEMORY = 1


def main() -> None:
    """Serve until stopped, or until the standard input closes; without ``--guarded``, a line on it lets go of that."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--temporary", type=Path, required=True)
    parser.add_argument("--auth", action="store_true")
    parser.add_argument("--guarded", action="store_true")
    parser.add_argument("--memory", type=_mebibytes, default=os.environ.get(MEMORY_VARIABLE, str(MEMORY)))
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    options.temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    # MiniStack reads its settings when it is imported. What it starts for Lambda functions inherits them.
    os.environ |= ISOLATION | {
        "HOME": str(options.home),
        "TMPDIR": str(options.temporary),
        "AWS_SECRET_ACCESS_KEY": os.environ.pop(SECRET_VARIABLE),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(options.port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": options.account,
        "MINISTACK_REGION": options.region,
        "AUTH": str(options.auth).lower(),
        "LOG_LEVEL": os.environ.get("SES_LOCAL_LOG_LEVEL", "WARNING"),
    }
    # Until the server answers them itself: whoever asks it to end while it starts ends it in order, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with_parent, args=(options.guarded,), daemon=True).start()
    try:
        uvloop.run(_serve(options.port, options.memory, options.temporary, auth=options.auth))
    except SystemExit:
        shutil.rmtree(options.temporary, ignore_errors=True)
        raise


def _mebibytes(text: str) -> int:
    if not text.isdecimal() or int(text) < LEAST_MEMORY:
        raise argparse.ArgumentTypeError(
            f"not a number of mebibytes from {LEAST_MEMORY}, got {text!r}; set {MEMORY_VARIABLE}={MEMORY}"
        )
    return int(text)


def _end_with_parent(guarded: bool) -> None:
    """End when the parent is gone: at any time if guarded, and otherwise before it has let this process go."""
    with contextlib.suppress(OSError):
        if (sys.stdin.buffer.read if guarded else sys.stdin.buffer.readline)():
            return
    os.kill(os.getpid(), signal.SIGTERM)


async def _serve(port: int, memory: int, temporary: Path, *, auth: bool) -> None:
    # After the settings, which the emulator reads when it is imported.
    from ses_local.console.app import Console  # noqa: PLC0415
    from ses_local.ministack import (  # noqa: PLC0415
        authenticated,
        emulator_app,
        install_athena,
        keep_within,
        listen_to_functions,
        listen_to_sends,
        register_resources,
    )
    from ses_local.server.api import Api  # noqa: PLC0415
    from ses_local.server.delivery_log import DeliveryLog  # noqa: PLC0415
    from ses_local.server.gate import Gate  # noqa: PLC0415
    from ses_local.server.invocations import InvocationLog  # noqa: PLC0415
    from ses_local.server.mail_store import MailStore  # noqa: PLC0415
    from ses_local.server.publisher import Publisher  # noqa: PLC0415
    from ses_local.server.sending import Sending  # noqa: PLC0415

    publisher = Publisher(DeliveryLog(), MailStore())
    loop = asyncio.get_running_loop()
    # Functions run in threads of their own.
    invocations = InvocationLog(changed=lambda message: loop.call_soon_threadsafe(publisher.mails.touch, message))
    publisher.install()
    register_resources()
    install_athena()
    listen_to_functions(invocations.add)
    listen_to_sends(Sending(publisher).answer)
    console = Console(publisher, invocations)
    app = Gate(Api(publisher, console), authenticated(emulator_app) if auth else emulator_app, port)
    server = _Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            http="httptools",
            ws="wsproto",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,  # nobody may say from where a request comes
            date_header=False,  # the emulator dates its answers
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )
    _collect_rarely()
    compiling = asyncio.to_thread(console.context.compile)  # the first page is as fast as the next
    tasks = [asyncio.create_task(each) for each in (publisher.run(), keep_within(memory), compiling)]
    await server.serve()
    for task in tasks:
        task.cancel()
    # Whatever threads the emulator still has must not keep the process: nothing of it is kept.
    sys.stdout.flush()
    shutil.rmtree(temporary, ignore_errors=True)
    os._exit(0)


def _collect_rarely() -> None:
    """Leave what was loaded out of the garbage collector, which would take a tenth of each mail's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class _Server(uvicorn.Server):
    """A server that ends with code 0 when it is asked to end, and does not repeat the signal."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in order on the signals that ask for it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._end)
        yield

    def _end(self) -> None:
        self.should_exit = True


if __name__ == "__main__":
    main()
