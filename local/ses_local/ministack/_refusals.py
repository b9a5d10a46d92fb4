"""Refusing event destinations and configuration sets as they are made, by the API or by CloudFormation."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import ses_v2
from ministack.services.cloudformation import provisioners

from ses_local.ministack._account import EmulatedAccount
from ses_local.ministack._sends import configuration_set_exists, event_destinations
from ses_local.ses.answers import refused
from ses_local.ses.destinations import Destination, from_api
from ses_local.ses.refusal import Refusal

Validate = Callable[[Destination, int, EmulatedAccount, bool], Refusal | None]
Created = Callable[[Destination, EmulatedAccount], None]


def install_refusals(validate: Validate, name_check: Callable[[str], Refusal | None], created: Created) -> None:
    """Relies on ``ses_v2._put_event_destination``, ``_create_config_set`` and CloudFormation's way to both."""
    put = ses_v2._put_event_destination

    def checked(name: str, destination: str, definition: Any, *, create: bool, in_template: bool = False) -> Any:  # noqa: ANN401
        if not configuration_set_exists(name):
            return put(name, destination, definition, create=create)
        asked = from_api(name, {**(definition or {}), "Name": destination})
        account = EmulatedAccount.of_request()
        others = sum(other.name != destination for other in event_destinations(name))
        if asked.kind and (refusal := validate(asked, others, account, in_template)):
            return refused(refusal, is_v2=True)
        error = put(name, destination, definition, create=create)
        if error is None and create:
            created(asked, account)
        return error

    def put_from_template(name: str, destination: str, props: dict[str, Any], *, create: bool) -> None:
        definition = provisioners._ses_event_destination_definition(props.get("EventDestination") or {})
        if (error := checked(name, destination, definition, create=create, in_template=True)) is not None:
            raise ValueError(f"{error[1]['x-amzn-errortype']}: {json.loads(error[2])['message']}")

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
