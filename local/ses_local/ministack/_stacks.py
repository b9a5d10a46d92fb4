"""What CloudFormation says of a stack's resources, where the emulator says something else than AWS."""

from typing import Any

from ministack.services.cloudformation import _stacks, handlers, provisioners

from ses_local.ses.answers import Response

DESTINATION = "AWS::SES::ConfigurationSetEventDestination"
Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]


def answer_as_cloudformation() -> None:
    """Give event destinations AWS's physical ids, and find the stack of a physical id."""
    _name_destinations_as_aws()
    _describe_by_physical_id()


def _name_destinations_as_aws() -> None:
    """Make the name of an event destination its physical id, which on AWS does not say the set.

    Relies on the handler of the type, which puts ``SET|`` before the name, and takes it so.
    """
    handler = provisioners._RESOURCE_HANDLERS[DESTINATION]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def inner(physical_id: str, properties: Properties) -> str:
        return f"{properties.get('ConfigurationSetName', '')}|{physical_id}"

    def outer(made: Created) -> Created:
        return made[0].rpartition("|")[2], made[1]

    def create_destination(logical_id: str, properties: Properties, stack: str) -> Created:
        return outer(create(logical_id, properties, stack))

    def update_destination(physical_id: str, old: Properties, new: Properties, stack: str) -> Created:
        return outer(update(inner(physical_id, new), old, new, stack))

    def delete_destination(physical_id: str, properties: Properties) -> None:
        delete(inner(physical_id, properties), properties)

    handler.update(create=create_destination, update=update_destination, delete=delete_destination)


def _describe_by_physical_id() -> None:
    """Answer DescribeStackResources with a physical id. Relies on ``handlers`` and the stacks' ``_resources``."""
    describe = handlers._ACTION_HANDLERS["DescribeStackResources"]

    def described(parameters: dict[str, list[str]]) -> Response:
        (physical_id,) = parameters.get("PhysicalResourceId") or [""]
        if not physical_id or parameters.get("StackName"):
            return describe(parameters)
        for name, stack in _stacks.items():
            resources = stack.get("_resources", {}).values()
            if any(resource.get("PhysicalResourceId") == physical_id for resource in resources):
                return describe({**parameters, "StackName": [name]})
        return handlers._error("ValidationError", f"Stack for {physical_id} does not exist")

    handlers._ACTION_HANDLERS["DescribeStackResources"] = described
