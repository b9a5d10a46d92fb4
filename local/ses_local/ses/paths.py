"""Construct paths as CDK writes them into the metadata of templates."""


def own_path(path: str) -> tuple[str, ...]:
    """Return the path of the construct that a user wrote, without the names of what CDK puts inside it."""
    steps = path.split("/") if path else []
    while steps and steps[-1] in ("Resource", "Default"):
        steps.pop()
    return tuple(steps)
