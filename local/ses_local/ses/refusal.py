"""How Amazon SES says no."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why AWS refuses something.

    Args:
        code: The name of the error in SES v2 and CloudFormation, such as ``BadRequestException``.
        reason: One sentence on what is wrong and what to do.
        v1: The name of the error in SES v1; `code` when omitted.
    """

    code: str
    reason: str
    v1: str = ""

    def __str__(self) -> str:
        """Return the error as CloudFormation shows it."""
        return f"{self.code}: {self.reason}"


class RefusedError(Exception):
    """Carries a refusal to whoever answers the call."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def bad_request(reason: str, v1: str = "InvalidParameterValue") -> Refusal:
    """Return the refusal of a value that SES does not take."""
    return Refusal("BadRequestException", reason, v1)
