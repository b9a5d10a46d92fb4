"""Read what arrived behind each event destination: by reading there, never from the publisher's own log.

Each probe makes what it needs beside what the user has, and removes it again. A kind of destination has one module
here, found by the key of the SES v2 API.
"""

from collections.abc import Iterable, Mapping

from ses_local.checking.probes.cloudwatch import MetricProbe
from ses_local.checking.probes.event_bridge import BusProbe
from ses_local.checking.probes.firehose import StreamProbe
from ses_local.checking.probes.protocol import Clients, Counts, Probe, ProbeKind
from ses_local.checking.probes.sns import TopicProbe
from ses_local.ses.destinations import Destination

__all__ = ["Clients", "Counts", "Probe", "place", "probe", "remove_all"]

_KINDS: Mapping[str, ProbeKind] = {
    "SNS": TopicProbe,
    "EventBridge": BusProbe,
    "Firehose": StreamProbe,
    "CloudWatch": MetricProbe,
}


def probe(destination: Destination, clients: Clients) -> Probe:
    """Return the probe for a destination's kind; it makes nothing before `Probe.start`."""
    return _KINDS[destination.kind](destination, clients)


def place(destination: Destination) -> tuple[str, ...]:
    """Return where a destination leads; destinations of one place share a probe."""
    return (destination.kind, *_KINDS[destination.kind].place(destination))


def remove_all(probes: Iterable[Probe]) -> list[str]:
    """Remove what the probes made, even if some of it fails; return what could not be removed."""
    failed = []
    for each in probes:
        try:
            each.remove()
        except Exception as error:  # noqa: BLE001, PERF203 - the others are still to be removed
            failed.append(str(error))
    return failed
