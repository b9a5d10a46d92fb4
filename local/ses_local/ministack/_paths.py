"""The construct paths of what was deployed, as the templates of the stacks tell them."""

from ministack.services import ses_v2
from ministack.services.cloudformation import _stacks

from ses_local.ministack._stacks import DESTINATION
from ses_local.ses.paths import own_path


def construct_paths(account: str, region: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the construct path of each deployed resource, by its type and physical id.

    An event destination is found by ``SET|NAME``: its physical id is its name, which another set may also have.
    Relies on ``cloudformation._stacks`` and a stack's ``_template`` and ``_resources``.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for (stack_account, stack_region, _), stack in _stacks.to_dict().items():
        if (stack_account, stack_region) != (account, region):
            continue
        described = (stack.get("_template") or {}).get("Resources") or {}
        for logical_id, resource in (stack.get("_resources") or {}).items():
            physical = resource.get("PhysicalResourceId")
            metadata = (described.get(logical_id) or {}).get("Metadata") or {}
            resource_type, properties = resource.get("ResourceType", ""), resource.get("Properties") or {}
            if physical and resource_type == DESTINATION:
                physical = f"{properties.get('ConfigurationSetName', '')}|{physical}"
            if physical and (path := own_path(metadata.get("aws:cdk:path", ""))):
                found[resource_type, physical] = path
    return found


def tracking_domain(account: str, region: str, configuration_set: str) -> str:
    """Return a set's own domain for opens and clicks, or nothing. Relies on ``ses_v2._config_sets``."""
    found = ses_v2._config_sets.get_scoped(account, region, configuration_set) or {}
    return str((found.get("TrackingOptions") or {}).get("CustomRedirectDomain") or "")
