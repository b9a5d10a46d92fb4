"""CloudFormation resource types that the emulator does not know, or knows in part.

To add one, write a `create` that returns the physical id and the attributes for ``Fn::GetAtt``, a `delete`, and a
line in `register_resources`.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import athena, cloudwatch, ses, ses_v2, sns
from ministack.services.cloudformation import provisioners

from ses_local.ministack._stacks import answer_as_cloudformation

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]
Create = Callable[[str, Properties, str], Created]
Delete = Callable[[str, Properties], None]


def register(resource_type: str, create: Create, delete: Delete) -> None:
    """Add a type to the emulator's CloudFormation. An update deletes the resource and creates it again.

    Relies on ``provisioners._RESOURCE_HANDLERS`` and the signatures of its entries.
    """

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str = "") -> Created:
        delete(physical_id, old)
        return create(logical_id or physical_id, new, stack_name)

    handler = {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}
    provisioners._RESOURCE_HANDLERS.setdefault(resource_type, handler)


def register_resources() -> None:
    """Register every type of this module, unless the emulator has come to know it."""
    register("AWS::Athena::NamedQuery", _named_query, _delete_named_query)
    register("AWS::SES::Template", _template, lambda name, _: ses._templates.pop(name, None))
    register("AWS::SES::Tenant", _tenant, _delete_tenant)
    register("AWS::SES::DedicatedIpPool", _ip_pool, lambda name, _: ses_v2._dedicated_ip_pools.pop(name, None))
    register("AWS::CloudWatch::CompositeAlarm", _composite_alarm, _delete_composite_alarm)
    for resource_type in ("AWS::SES::ContactList", "AWS::SES::VdmAttributes", "AWS::Logs::QueryDefinition"):
        register(resource_type, _recorded, lambda _id, _properties: None)
    answer_as_cloudformation()
    _let_math_alarms_pass()
    _complete_topics()
    _refuse_to_update_unnamed_databases()


def _named_query(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """Relies on ``athena._create_named_query``."""
    query = _said(athena._create_named_query(properties))["NamedQueryId"]
    return query, {"NamedQueryId": query}


def _delete_named_query(physical_id: str, _properties: Properties) -> None:
    athena._delete_named_query({"NamedQueryId": physical_id})


def _template(logical_id: str, properties: Properties, stack: str) -> Created:
    """Relies on ``ses._create_template``, a handler of the query protocol."""
    template = properties.get("Template") or {}
    name = template.get("TemplateName") or f"{stack}-{logical_id}-{new_uuid()[:12]}"
    parts = {key: template.get(key) or "" for key in ("SubjectPart", "TextPart", "HtmlPart")}
    form = {f"Template.{key}": value for key, value in {"TemplateName": name, **parts}.items()}
    status, _, body = ses._create_template(form)
    if status >= 400:  # noqa: PLR2004 - HTTP errors
        raise ValueError(body.decode())
    return name, {"Id": name}


def _tenant(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """Relies on ``ses_v2._tenant_request``."""
    name = properties.get("TenantName", "")
    tenant = _said(ses_v2._tenant_request("POST", "/tenants", properties))
    for association in properties.get("ResourceAssociations") or []:
        body = {"TenantName": name, "ResourceArn": association["ResourceArn"]}
        _said(ses_v2._tenant_request("POST", "/tenants/resources", body))
    return name, {"TenantId": tenant["TenantId"], "Arn": tenant["TenantArn"]}


def _delete_tenant(physical_id: str, _properties: Properties) -> None:
    ses_v2._tenant_request("POST", "/tenants/delete", {"TenantName": physical_id})


def _ip_pool(logical_id: str, properties: Properties, stack: str) -> Created:
    name = properties.get("PoolName") or f"{stack}-{logical_id}-{new_uuid()[:12]}".lower()
    ses_v2._dedicated_ip_pools[name] = {"PoolName": name, "ScalingMode": properties.get("ScalingMode") or "STANDARD"}
    return name, {}


def _composite_alarm(logical_id: str, properties: Properties, stack: str) -> Created:
    """Relies on ``cloudwatch._put_composite_alarm`` in its JSON form."""
    name = properties.get("AlarmName") or f"{stack}-{logical_id}-{new_uuid()[:12]}"
    status, _, body = cloudwatch._put_composite_alarm(
        {}, {**properties, "AlarmName": name}, is_cbor=False, is_json=True
    )
    if status >= 400:  # noqa: PLR2004 - HTTP errors
        raise ValueError(body.decode())
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def _delete_composite_alarm(physical_id: str, _properties: Properties) -> None:
    cloudwatch._composite_alarms.pop(physical_id, None)


def _recorded(logical_id: str, properties: Properties, stack: str) -> Created:
    """Deploy a type, and do nothing."""
    named = properties.get("ContactListName") or properties.get("Name")
    return named or f"{stack}-{logical_id}-{new_uuid()[:12]}", {}


def _let_math_alarms_pass() -> None:
    """Let an alarm on a metric expression deploy and keep INSUFFICIENT_DATA until its state is set by SetAlarmState.

    Relies on ``provisioners._cw_metric_alarm_record``, which refuses ``Metrics``.
    """
    record = provisioners._cw_metric_alarm_record

    def without_math(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        if not properties.get("Metrics"):
            return dict(record(name, properties))
        plain = {key: value for key, value in properties.items() if key != "Metrics"}
        unknown = {"Namespace": "ses-local/not-evaluated", "MetricName": name}
        return {**record(name, {**plain, **unknown}), "Metrics": properties["Metrics"]}

    provisioners._cw_metric_alarm_record = without_math


def _complete_topics() -> None:
    """Give a topic made by CloudFormation its key and its kind, and a default policy for its owner only, as on AWS.

    Relies on the handler of ``AWS::SNS::Topic`` and on ``sns._topics``; the handler drops the first two, and lets
    everybody publish until a policy is attached.
    """
    handler = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    create, update = handler["create"], handler["update"]

    def complete(made: Created, properties: Properties, *, is_new: bool) -> Created:
        topic = sns._topics[made[0]]
        for name in ("KmsMasterKeyId", "FifoTopic", "ContentBasedDeduplication"):
            value = properties.get(name)
            topic["attributes"].pop(name, None)
            if value not in (None, ""):
                topic["attributes"][name] = str(value).lower() if isinstance(value, bool) else str(value)
        if is_new:
            policy = json.loads(topic["attributes"]["Policy"])
            policy["Statement"][0]["Condition"] = {"StringEquals": {"AWS:SourceOwner": get_account_id()}}
            topic["attributes"]["Policy"] = json.dumps(policy)
        return made

    def create_topic(logical_id: str, properties: Properties, stack: str) -> Created:
        return complete(create(logical_id, properties, stack), properties, is_new=True)

    def update_topic(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str = "") -> Created:
        made = update(physical_id, old, new, stack, logical_id)
        return complete(made, new, is_new=made[0] != physical_id)

    handler["create"], handler["update"] = create_topic, update_topic


def _refuse_to_update_unnamed_databases() -> None:
    """Refuse every update of a Glue database without a name, as in CloudFormation (aws-cdk #31158).

    Relies on the handler of ``AWS::Glue::Database``, which fills in the name.
    """
    handler = provisioners._RESOURCE_HANDLERS["AWS::Glue::Database"]
    update = handler["update"]

    def update_named(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str = "") -> Created:
        if not (new.get("DatabaseInput") or {}).get("Name"):
            raise ValueError("InvalidInputException: Database name cannot be equal to null or empty")
        made: Created = update(physical_id, old, new, stack, logical_id)
        return made

    handler["update"] = update_named


def _said(answer: tuple[int, dict[str, str], bytes]) -> dict[str, Any]:
    status, headers, body = answer
    said = json.loads(body or b"{}")
    if status >= 400:  # noqa: PLR2004 - HTTP errors
        raise ValueError(f"{headers.get('x-amzn-errortype')}: {said.get('message')}")
    return dict(said)
