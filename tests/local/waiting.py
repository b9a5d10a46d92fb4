"""Waiting for what happens elsewhere."""

import time


def wait_until(condition, seconds=15):
    """Waits until a condition holds; what it asks about is asserted by the test, which can say more."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
