"""Which accounts and regions the emulator holds something of."""

from ministack.services import ses_v2
from ministack.services.cloudformation import _stacks


def environments() -> list[tuple[str, str]]:
    """Return each account and region with a stack or a configuration set. Relies on both stores' ``to_dict``."""
    stores = (_stacks, ses_v2._config_sets)
    return sorted({(account, region) for store in stores for account, region, _ in store.to_dict()})


def configuration_sets() -> list[str]:
    """Return the names of the configuration sets of this account and region. Relies on ``ses_v2._config_sets``."""
    return sorted(ses_v2._config_sets)
