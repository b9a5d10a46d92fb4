"""What must exist before an event destination does, told to CDK in as few calls across jsii as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import jsii
from aws_cdk import Stack, Stage
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Dependable, IConstruct, IDependable

from ses_event_constructs._memory import once_per_construct
from ses_event_constructs._validation import stage_of


def order(
    destination: ses.ConfigurationSetEventDestination, dependencies: Sequence[IDependable], stack: Callable[[], Stack]
) -> None:
    """Create the event destination after its dependencies.

    Args:
        destination: The event destination.
        dependencies: What must exist before.
        stack: Returns the stack of the event destination.
    """
    if len(dependencies) == 1 and isinstance(dependencies[0], iam.Grant):
        _followers_of(dependencies[0]).add(destination, stack)
    elif dependencies:
        destination.node.add_dependency(*dependencies)


class _Followers:
    """The event destinations that are created after one grant, such as those of a topic that many sets publish to.

    The first is ordered at once. For the others one call is enough, shortly before CDK needs to know.
    """

    def __init__(self, grant: iam.Grant) -> None:
        self._grant = grant
        self._has_first = False
        self._waiting: list[IConstruct] = []

    def add(self, destination: ses.ConfigurationSetEventDestination, stack: Callable[[], Stack]) -> None:
        if not self._has_first:
            self._has_first = True
            # The same as a dependency of its node, in one call instead of two: the node is an object of its own.
            self._grant.apply_before(destination)
            return
        if not self._waiting:
            _last_call_of(stage_of(stack())).before.append(self.flush)
        self._waiting.append(destination)

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._grant.apply_before(*waiting)


@once_per_construct
def _followers_of(grant: object) -> _Followers:
    return _Followers(cast("iam.Grant", grant))


@jsii.implements(IDependable)
class _LastCall(Dependable):
    """A dependency of a Stage on nothing, which only serves to hear that CDK collects the dependencies below it.

    CDK reads them from the root down, each time it synthesises the Stage.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.before: list[Callable[[], None]] = []
        Dependable.implement(self, self)
        stage.node.add_dependency(self)

    @property
    @jsii.member(jsii_name="dependencyRoots")
    def dependency_roots(self) -> list[IConstruct]:
        """Nothing. Read by CDK."""
        before, self.before = self.before, []
        for flush in before:
            flush()
        return []


@once_per_construct
def _last_call_of(stage: object) -> _LastCall:
    return _LastCall(cast("Stage", stage))
