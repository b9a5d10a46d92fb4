"""The commands that a page offers to copy."""

import shlex
from dataclasses import dataclass

# In two parts, which the shell joins, so that no virus scanner takes the page for a virus.
_EICAR = "'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD''-ANTIVIRUS-TEST-FILE!$H+H*'"


@dataclass(frozen=True, slots=True)
class Commands:
    """What provokes events that no press can make of a mail that was sent.

    Args:
        account: The account of the configuration set.
        region: Its region.
        through: Its construct path, or its name.
        sender: An address that may send.
    """

    account: str
    region: str
    through: str
    sender: str = "sender@example.com"

    @property
    def send(self) -> str:
        """Send a mail."""
        return f"ses-local send {self._set}"

    @property
    def rendering_failure(self) -> str:
        """Make a template, and leave its data out."""
        where = f'account: "{self.account}", region: {self.region}'
        template = '{name: greeting, subject: "Hello {{name}}", text: Hello}'
        return (
            f"echo '{{{where}, templates: [{template}]}}' > greeting.yaml\n"
            "ses-local seed greeting.yaml\n"
            f"ses-local send {self._set} --template greeting"
        )

    @property
    def reject(self) -> str:
        """Send the EICAR test string in a raw message."""
        head = shlex.quote(f"From: {self.sender}\\nTo: ada@example.com\\nSubject: Infected\\n\\n%s\\n")
        return f"printf {head} {_EICAR} > infected.eml\nses-local send {self._set} --file infected.eml"

    @property
    def simulator(self) -> str:
        """Send to an address that bounces."""
        return f"ses-local send {self._set} --to bounce@simulator.amazonses.com"

    @property
    def _set(self) -> str:
        return shlex.quote(self.through or "SET")
