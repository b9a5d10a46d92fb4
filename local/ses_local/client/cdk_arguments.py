"""Which arguments of ``cdk deploy`` matter to the synthesis of the app, and which to the deployment."""

from collections.abc import Sequence
from dataclasses import dataclass

# Options of `cdk deploy` that take a value, without those with an equals sign; a word after any other is a stack.
_WITH_VALUE = frozenset({"-a", "-c", "-p", "-o", "-t", "-O", "-m", "-r", "--app", "--context", "--plugin", "--profile"})
_WITH_VALUE |= {"--output", "--tags", "--parameters", "--outputs-file", "--method", "--toolkit-stack-name"}
_WITH_VALUE |= {"--concurrency", "--change-set-name", "--require-approval", "--role-arn", "--progress", "--build"}
_WITH_VALUE |= {"--build-exclude", "--notification-arns", "--ca-bundle-path", "--proxy", "--unstable", "--region"}
_OF_SYNTHESIS = ("-a", "--app", "-c", "--context")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of ``cdk deploy``, sorted.

    Args:
        app: The command of the app, when one is given; else that of ``cdk.json``.
        context: The options that the app itself sees.
        stacks: The stacks to deploy, by name or pattern.
        others: All other options.
    """

    app: str = ""
    context: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str]) -> "Arguments":
        """Sort the words of a command line."""
        app, context, stacks, others = "", [], [], []
        waiting = list(words)
        while waiting:
            word = waiting.pop(0)
            name, equals, value = word.partition("=")
            option = [word]
            if not equals and word in _WITH_VALUE and waiting:
                value = waiting.pop(0)
                option.append(value)
            if name in ("-a", "--app"):
                app = value
            elif name in _OF_SYNTHESIS:
                context += option
            elif not word.startswith("-"):
                stacks.append(word)
            elif word != "--all":
                others += option
        return cls(app, tuple(context), tuple(stacks), tuple(others))

    def of_synthesis(self) -> list[str]:
        """Return the arguments of ``cdk synth``."""
        return [*(("--app", self.app) if self.app else ()), *self.context]

    def of_deployment(self) -> list[str]:
        """Return the arguments of ``cdk deploy`` for an assembly; ``**`` is every stack, those of Stages included."""
        return [*self.others, *(self.stacks or ("**",))]
