"""What grows in the emulator with each mail, and how the oldest of it is dropped.

Each function takes a limit in bytes and returns how many things it dropped. Sizes are what CPython takes for them.
"""

import re
import sys
import time
from collections import deque
from typing import Any, NamedTuple

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs, eventbridge, firehose, s3, sqs

from ses_local.ministack import _fair

# What each thing takes besides its text: a dictionary, its keys and its place.
_MESSAGE, _OBJECT, _LINE, _LOG, _EVENT = 1_200, 1_500, 300, 1_200, 700
_OF_FUNCTION = re.compile(r"\d{4}/\d\d/\d\d/\[[^\]]+\][0-9a-f]{32}")


class _Written(NamedTuple):
    account: str
    region: str
    bucket: str
    key: str
    size: int


_written: deque[_Written] = deque()


def watch_streams() -> None:
    """Note what delivery streams write, so that nothing else of a bucket is dropped.

    Relies on ``firehose._put_s3_object``.
    """
    put = firehose._put_s3_object

    def put_s3_object(bucket: str, key: str, body: bytes) -> None:
        _written.append(_Written(get_account_id(), get_region(), bucket, key, len(body) + len(key) + _OBJECT))
        put(bucket, key, body)

    firehose._put_s3_object = put_s3_object


def trim_queues(limit: int) -> int:
    """Drop visible messages; those that a consumer has, and delayed ones, stay.

    Relies on ``sqs._queues``, their ``messages``, and ``_queues_lock``, under which event source mappings take them.
    """
    now = time.time()
    with sqs._queues_lock:
        return _fair.trim(
            [queue["messages"] for queue in sqs._queues.all_values()],
            limit,
            lambda message: _MESSAGE + sys.getsizeof(message["body"]),
            may_go=lambda message: bool(message["visible_at"] <= now),
        )


def trim_objects(limit: int) -> int:
    """Drop objects that delivery streams wrote. Relies on ``objects`` in ``s3._buckets``, and ``_object_versions``."""
    held = sum(each.size for each in _written)
    if held <= limit:
        return 0
    dropped = 0
    while held > limit and _written:
        oldest = _written.popleft()
        held -= oldest.size
        with request_scope(oldest.account, oldest.region):
            bucket: dict[str, Any] = s3._buckets.get(oldest.bucket) or {"objects": {}}
            s3._object_versions.pop((oldest.bucket, oldest.key), None)
        dropped += bucket["objects"].pop(oldest.key, None) is not None
    return dropped


def trim_logs(limit: int) -> int:
    """Drop log streams of functions, one of which the emulator makes for each invocation.

    Relies on ``cloudwatch_logs._log_groups``, and on the names of those streams.
    """
    groups = [group["streams"] for group in cloudwatch_logs._log_groups.all_values()]
    found = [[(streams, name) for name in list(streams) if _OF_FUNCTION.fullmatch(name)] for streams in groups]
    kept = [list(each) for each in found]
    dropped = _fair.trim(kept, limit, lambda each: _log_size(each[0][each[1]]))
    for before, after in zip(found, kept, strict=True):
        for streams, name in before[: len(before) - len(after)]:
            del streams[name]
    return dropped


def _log_size(stream: dict[str, Any]) -> int:
    return _LOG + sum(_LINE + sys.getsizeof(event["message"]) for event in stream["events"])


def trim_archives(limit: int) -> int:
    """Drop events of the archives that rules replay from. Relies on ``eventbridge._archives``."""
    archives = [archive for archive in eventbridge._archives.all_values() if archive.get("Events")]
    dropped = _fair.trim(
        [archive["Events"] for archive in archives], limit, lambda event: _EVENT + sys.getsizeof(event["Detail"])
    )
    if dropped:
        for archive in archives:
            archive["EventCount"] = len(archive["Events"])
    return dropped


def forget_copies() -> None:
    """Clear what no API of the emulator reads: the records that streams took, and the events that buses took.

    Relies on ``firehose._streams`` and ``eventbridge._events_log``.
    """
    for stream in firehose._streams.all_values():
        for end in stream["destinations"]:
            end["records"].clear()
    for events in eventbridge._events_log.all_values():
        events.clear()
