"""Words for what AWS refuses: a sentence that says what to do, instead of a traceback."""

import contextlib
import re
from collections.abc import Iterator

from botocore.exceptions import ClientError

from ses_local.errors import SesLocalError

_DENIED = re.compile(r"AccessDenied|Unauthorized|NotAuthorized|not authorized|Access Denied|Insufficient .*permission")


def is_denied(text: str) -> bool:
    """Whether an error code or a reason speaks of a right that is missing."""
    return _DENIED.search(text) is not None


def denied(action: str, why: str) -> SesLocalError:
    """Return the error for a right that is missing."""
    return SesLocalError(
        f"{action} is denied: {why}; let archive.grant_query(role) grant the caller what the report needs"
    )


@contextlib.contextmanager
def in_words(service: str, doing: str) -> Iterator[None]:
    """Raise SesLocalError for what a service refuses.

    Args:
        service: The prefix of its actions, such as `athena`.
        doing: What was tried, such as `stack Shop cannot be read`.
    """
    try:
        yield
    except ClientError as error:
        code, message = (error.response.get("Error", {}).get(key, "") for key in ("Code", "Message"))
        action = f"{service}:{error.operation_name.replace('ListObjectsV2', 'ListBucket')}"
        if is_denied(code) or is_denied(message):
            raise denied(action, message) from error
        raise SesLocalError(f"{doing}: {action} answers {code}: {message}") from error
