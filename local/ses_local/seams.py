"""The only module that touches the emulator's private parts.

MiniStack has an HTTP interface, but no way to hear of a mail or to refuse a destination from outside its process.
So ses-local runs it in a process of its own (`ses_local.server`), and this module joins the two. Each function names
what it relies on; ``tests/local/test_seams.py`` fails by name when a new release of MiniStack changes it.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from ministack.app import app as emulator_app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, get_request_client_ip, request_scope
from ministack.services import cloudwatch, eventbridge, firehose, iam, kms, s3, ses, ses_v2, sns, sqs
from ministack.services.cloudformation import provisioners

from ses_local.destinations import Destination, from_api
from ses_local.mail import Call
from ses_local.refusals import SES, Key, Refusal, Role, Topic

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Response]]

__all__ = ["EmulatedWorld", "deliver", "emulator_app", "install_refusals", "listen_to_sends", "request_scope"]


class EmulatedWorld:
    """The emulator's topics, keys, roles and streams, as the rules of `ses_local.refusals` ask for them."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region

    @classmethod
    def of_request(cls) -> "EmulatedWorld":
        """The account and region of the request that is being served."""
        return cls(get_account_id(), get_region())

    def topic(self, arn: str) -> Topic | None:
        """Relies on ``sns._topic_by_arn_any_scope`` and the topic's ``attributes``."""
        found = sns._topic_by_arn_any_scope(arn)
        if found is None:
            return None
        attributes = found.get("attributes", {})
        return Topic(
            policy=attributes.get("Policy") or "",
            fifo=attributes.get("FifoTopic") == "true",
            key_id=attributes.get("KmsMasterKeyId") or "",
        )

    def key(self, key_id: str) -> Key | None:
        """Relies on ``kms._resolve_key`` and the key's ``Arn``, ``Policy`` and ``KeyState``."""
        if key_id.rpartition(":")[2].startswith("alias/aws/"):
            return Key(arn=key_id, policy="", managed=True, enabled=True)
        with request_scope(self.account, self.region):
            found = kms._resolve_key(key_id)
        if found is None:
            return None
        managed = found.get("KeyManager", "CUSTOMER") == "AWS"
        return Key(found["Arn"], found.get("Policy") or "", managed, found.get("KeyState") == "Enabled")

    def role(self, arn: str) -> Role | None:
        """Relies on ``iam._roles`` and the role's ``AssumeRolePolicyDocument``."""
        name = arn.rpartition("/")[2]
        found = iam._roles.get_scoped(self.account, None, name)
        return None if found is None or found.get("Arn") != arn else Role(name, found.get("AssumeRolePolicyDocument"))

    def stream_exists(self, arn: str) -> bool:
        """Relies on ``firehose._streams``."""
        with request_scope(self.account, self.region):
            return arn == firehose._stream_arn(arn.rpartition("/")[2]) and arn.rpartition("/")[2] in firehose._streams

    def service_may(self, policy: Any, action: str, resource: str, context: Mapping[str, str]) -> bool:  # noqa: ANN401
        """Relies on ``iam_evaluator.evaluate_resource_policy`` with the service's principal."""
        request = self._context(action, resource, context)
        return bool(iam_evaluator.evaluate_resource_policy(policy, request, SES).decision == "Allow")

    def role_may(self, role: Role, action: str, resource: str) -> bool:
        """Relies on ``iam_evaluator._gather_role_policies`` and ``evaluate``."""
        policies = iam_evaluator._gather_role_policies(role.name, self.account)
        return bool(iam_evaluator.evaluate(self._context(action, resource, {}), policies).decision == "Allow")

    def _context(self, action: str, resource: str, context: Mapping[str, str]) -> Any:  # noqa: ANN401
        return iam_evaluator.EvalContext(
            principal_arn=SES,
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=resource,
            region=self.region,
            service_context={key.lower(): value for key, value in context.items()},
        )


# --- hearing of sends -------------------------------------------------------------------------------------------

Check = Callable[[Call], Refusal | None]
Sent = Callable[[Call, bytes], Awaitable[None]]


def listen_to_sends(check: Check, sent: Sent) -> None:
    """Relies on both SES modules being called through their ``handle_request``.

    Args:
        check: Refuses a send before the emulator sees it.
        sent: Is told of every send that the emulator accepted, with its answer.
    """
    for module in (ses, ses_v2):
        module.handle_request = _listening(module.handle_request, check, sent)


def _listening(handle: Handler, check: Check, sent: Sent) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        call = Call(method, path, body, get_account_id(), get_region(), get_request_client_ip() or "127.0.0.1")
        is_own = path.startswith("/v2/") == (handle.__module__ == ses_v2.__name__)
        if not (is_own and call.operation):
            return await handle(method, path, headers, body, query)
        if refusal := check(call):
            return _error(refusal, rest=path.startswith("/v2/"))
        answer = await handle(method, path, headers, body, query)
        if answer[0] == 200:  # noqa: PLR2004 - HTTP OK
            await sent(call, answer[2])
        return answer

    return handle_request


def _error(refusal: Refusal, *, rest: bool) -> Response:
    status = 404 if refusal.code == "NotFoundException" else 400
    make = ses_v2._json_err if rest else ses._error
    return make(refusal.code, refusal.reason, status)  # type: ignore[no-any-return]


def configuration_set_exists(name: str) -> bool:
    """Relies on ``ses_v2._config_sets`` and ``ses._configuration_sets``, of which a set made by one API misses one."""
    if name in ses_v2._config_sets and name not in ses._configuration_sets:
        ses._configuration_sets[name] = {"Name": name, "CreatedTimestamp": ses._iso_now()}
    if name in ses._configuration_sets and name not in ses_v2._config_sets:
        ses_v2._create_config_set(name, {})
    return name in ses_v2._config_sets


def default_configuration_set(address: str) -> str:
    """The set of the address identity, else of its domain. Relies on ``ses_v2._identities``."""
    domain = address.rpartition("@")[2]
    parents = [domain.split(".", n)[-1] for n in range(domain.count("."))]
    for identity in (address, *parents):
        if found := (ses_v2._identities.get(identity) or {}).get("ConfigurationSetName"):
            return str(found)
    return ""


def template_parts(name: str) -> tuple[str, ...]:
    """Subject, text and HTML of a stored template. Relies on ``ses._templates``."""
    found = ses._templates.get(name) or {}
    return tuple(found.get(part) or "" for part in ("SubjectPart", "TextPart", "HtmlPart")) if found else ()


def tenant_resources(name: str) -> frozenset[str] | None:
    """The ARNs that a tenant may send with. Relies on ``ses_v2._tenants`` and ``_tenant_resources``."""
    return frozenset(ses_v2._tenant_resources.get(name) or {}) if name in ses_v2._tenants else None


def event_destinations(configuration_set: str) -> list[Destination]:
    """What GetConfigurationSetEventDestinations says. Relies on ``ses_v2._event_destinations_request``."""
    answer = ses_v2._event_destinations_request("GET", configuration_set, None, {})
    definitions = json.loads(answer[2]).get("EventDestinations") or []
    return [from_api(configuration_set, definition) for definition in definitions]


# --- refusing destinations --------------------------------------------------------------------------------------

Validate = Callable[[Destination, int, EmulatedWorld, bool], Refusal | None]
Created = Callable[[Destination, EmulatedWorld], None]


def install_refusals(validate: Validate, name_check: Callable[[str], Refusal | None], created: Created) -> None:
    """Relies on ``ses_v2._put_event_destination``, ``_create_config_set`` and CloudFormation's way to both."""
    put = ses_v2._put_event_destination

    def checked(name: str, destination: str, definition: Any, *, create: bool, in_template: bool = False) -> Any:  # noqa: ANN401
        if not configuration_set_exists(name):
            return put(name, destination, definition, create=create)
        asked = from_api(name, {**(definition or {}), "Name": destination})
        world = EmulatedWorld.of_request()
        others = sum(other.name != destination for other in event_destinations(name))
        if asked.kind and (refusal := validate(asked, others, world, in_template)):
            return _error(refusal, rest=True)
        error = put(name, destination, definition, create=create)
        if error is None and create:
            created(asked, world)
        return error

    def put_from_template(name: str, destination: str, props: dict[str, Any], *, create: bool) -> None:
        definition = provisioners._ses_event_destination_definition(props.get("EventDestination") or {})
        if (error := checked(name, destination, definition, create=create, in_template=True)) is not None:
            said = json.loads(error[2])
            raise ValueError(f"{said['__type']}: {said['message']}")

    ses_v2._put_event_destination = checked
    provisioners._ses_event_destination_put = put_from_template
    handler = provisioners._RESOURCE_HANDLERS["AWS::SES::ConfigurationSet"]
    create_set = handler["create"]

    def create_checked(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:  # noqa: ANN401
        name = props.get("Name")
        if name and (refusal := name_check(str(name))):
            raise ValueError(str(refusal))
        return create_set(logical_id, props, stack_name)

    handler["create"] = create_checked


# --- delivering -------------------------------------------------------------------------------------------------


async def deliver(destination: Destination, payload: Iterable[Any]) -> str:
    """Hands records, events or metric data to the emulated service; returns why it failed, or nothing.

    Args:
        destination: Where to.
        payload: JSON texts for SNS and Firehose, entries for EventBridge, metric data for CloudWatch.
    """
    return await _DELIVERERS[destination.kind](destination, list(payload))


async def _to_topic(destination: Destination, texts: list[str]) -> str:
    """Relies on ``sns.publish_internal``, MiniStack's own way for its services, and ``sqs`` for what is behind."""
    arn = str(destination.target.get("TopicArn"))
    for text in texts:
        if sns.publish_internal(arn, text, "Amazon SES Email Event Notification") is None:
            return f"topic {arn} does not exist"
    return _dead_subscription(arn)


def announce(topic_arn: str, text: str) -> None:
    """Publishes a message that is no event."""
    sns.publish_internal(topic_arn, text, "Amazon SES Email Event Notification")


def _dead_subscription(topic_arn: str) -> str:
    topic = sns._topic_by_arn_any_scope(topic_arn) or {}
    for subscription in topic.get("subscriptions", []):
        endpoint = str(subscription.get("endpoint", ""))
        if subscription.get("protocol") == "sqs" and sqs._queue_by_arn(endpoint) is None:
            return f"queue {endpoint}, subscribed to the topic, does not exist"
    return ""


async def _to_stream(destination: Destination, texts: list[str]) -> str:
    """Relies on ``firehose.handle_request`` and on the bucket of an S3 destination being readable."""
    name = str(destination.target.get("DeliveryStreamArn")).rpartition("/")[2]
    for end in (firehose._streams.get(name) or {}).get("destinations", []):
        bucket = str(end["config"].get("BucketARN", "")).rpartition(":")[2]
        if bucket and bucket not in s3._buckets:
            return f"bucket {bucket}, which the stream delivers to, does not exist"
    data = [{"Data": base64.b64encode(f"{text}\n".encode()).decode()} for text in texts]
    body = {"DeliveryStreamName": name, "Records": data}
    return await _call(firehose.handle_request, "Firehose_20150804.PutRecordBatch", body)


async def _to_metrics(_destination: Destination, data: list[dict[str, Any]]) -> str:
    """Relies on ``cloudwatch.handle_request``."""
    body = {"Namespace": "AWS/SES", "MetricData": data}
    return await _call(cloudwatch.handle_request, "GraniteServiceVersion20100801.PutMetricData", body)


async def _to_bus(_destination: Destination, entries: list[dict[str, Any]]) -> str:
    """Relies on ``eventbridge._put_events`` with ``allow_aws_source``: from outside an ``aws.*`` source is refused."""
    for start in range(0, len(entries), 10):
        answer = eventbridge._put_events({"Entries": entries[start : start + 10]}, allow_aws_source=True)
        if why := _failure(answer):
            return why
    return ""


async def _call(handle: Handler, target: str, body: Mapping[str, Any]) -> str:
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    return _failure(await handle("POST", "/", headers, json.dumps(body).encode(), {}))


def _failure(answer: Response) -> str:
    status, _, body = answer
    said = json.loads(body or b"{}")
    if status >= 400:  # noqa: PLR2004 - HTTP errors
        return f"{said.get('__type', status)}: {said.get('message', '')}"
    failed = said.get("FailedPutCount") or said.get("FailedEntryCount") or 0
    return f"{failed} of the records were not taken" if failed else ""


_DELIVERERS: Mapping[str, Callable[[Destination, list[Any]], Awaitable[str]]] = {
    "SNS": _to_topic,
    "Firehose": _to_stream,
    "CloudWatch": _to_metrics,
    "EventBridge": _to_bus,
}
