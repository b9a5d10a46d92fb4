"""The report of what the emulator has in memory, drawn when it is asked for."""

import asyncio
import os
import sys

from ses_local.client.environment import SECRET_VARIABLE
from ses_local.console.web import Request, Response

DAYS, MOST_DAYS = 30, 366
SECONDS = 120
# The page stands alone: its style is in it, and it has no script.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_one_at_a_time = asyncio.Lock()


async def page(request: Request) -> Response:
    """Answer with the report of the requested number of days (30 by default), or with the reason it cannot be drawn."""
    days = min(max(request.number("days", DAYS), 1), MOST_DAYS)
    # What the emulator's process was started with says where it listens, and as which account.
    where = [os.environ[name] for name in ("GATEWAY_PORT", "MINISTACK_ACCOUNT_ID", "MINISTACK_REGION")]
    environ = os.environ | {SECRET_VARIABLE: os.environ["AWS_SECRET_ACCESS_KEY"]}
    async with _one_at_a_time:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "ses_local.report", *where, str(days)),
            env=environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            written, said = await asyncio.wait_for(process.communicate(), SECONDS)
        except asyncio.TimeoutError:
            reason = f"the report was not drawn within {SECONDS} s; ask for fewer days with ?days=7"
            return request.context.render("error.html", status=503, reason=reason)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode == 0:
        return Response(written, policy=POLICY)
    lines = said.decode("utf-8", "replace").strip().splitlines() or ["the report could not be drawn"]
    return request.context.render("error.html", status=503, reason=lines[-1])
