"""The kinds of event destinations, each in a module of its own, found by the key of the SES v2 API.

To add one, write its module, add it here, and write its twins: a probe in ``checking/probes``, a deliverer and a
reader of what stands behind it in ``ministack``, and a template in ``console/templates/kinds``.
"""

from collections.abc import Mapping

from ses_local.ses.kinds.cloudwatch import CloudWatch
from ses_local.ses.kinds.event_bridge import EventBridge
from ses_local.ses.kinds.firehose import Firehose
from ses_local.ses.kinds.kind import Kind
from ses_local.ses.kinds.sns import Sns

__all__ = ["BY_KEY", "BY_NAME", "Kind"]

_ALL: tuple[Kind, ...] = (Sns(), Firehose(), CloudWatch(), EventBridge())
BY_KEY: Mapping[str, Kind] = {kind.key: kind for kind in _ALL}
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
