"""Ids as Amazon SES makes them. They name things and keep no secret."""

import random
import time


def new_message_id() -> str:
    """Return an id in SES's form: ``0100`` and the time, a random part, and ``000000``."""
    return f"0100{time.time_ns() // 1_000_000:012x}-{new_request_id()}-000000"


def new_request_id() -> str:
    """Return an id in the form of a UUID."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
