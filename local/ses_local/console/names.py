"""The names under which users know sets and destinations: their constructs'."""

from functools import lru_cache

from ses_local import ministack
from ses_local.checking.deployed import DESTINATION, SET
from ses_local.server.mail_row import SetKey


class Names:
    """The construct paths of what is deployed, read when they are first asked for."""

    def __init__(self) -> None:
        self.paths = lru_cache(maxsize=None)(ministack.construct_paths)

    def set(self, key: SetKey) -> str:
        """Return the construct path of a configuration set, such as ``Transactional/Mail``, else its name."""
        account, region, name = key
        return "/".join(self.paths(account, region).get((SET, name), ())) or name

    def sets(self) -> list[str]:
        """Return the construct paths of all configuration sets of the emulator's stacks."""
        found = (
            "/".join(path)
            for environment in ministack.environments()
            for (resource_type, _), path in self.paths(*environment).items()
            if resource_type == SET
        )
        return sorted(found)

    def destination(self, key: SetKey, name: str) -> str:
        """Return the construct id of a destination, else its name."""
        account, region, of = key
        path = self.paths(account, region).get((DESTINATION, f"{of}|{name}"))
        return path[-1] if path else name

    def resource(self, account: str, region: str, resource_type: str, physical_id: str) -> str:
        """Return the construct path of any resource, else the empty string."""
        return "/".join(self.paths(account, region).get((resource_type, physical_id), ()))
