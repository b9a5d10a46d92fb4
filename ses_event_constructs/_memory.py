"""What the library remembers about constructs, and how it tells them apart.

jsii returns a new Python object each time a construct that CDK itself defined is read (`function.role is function.role`
is false), and never frees one. A construct is therefore known by its jsii reference, which is the same for all of
these objects and takes no call to read, and never by the Python object. No other module names the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

Options = ParamSpec("Options")
Result = TypeVar("Result")


def identity(construct: object) -> str:
    """Return what is the same for every Python object of one construct, and differs between constructs.

    Raises:
        AttributeError: `construct` is not an object of jsii's, or its `__init__` has not defined it yet.
    """
    reference: str = construct.__jsii_ref__.ref  # type: ignore[attr-defined]
    return reference


def is_defined(value: object) -> bool:
    """Tell whether a value is an object that jsii knows: a construct, a grant, or anything else of CDK's."""
    return not isinstance(value, type) and hasattr(value, "__jsii_ref__")


def once_per_construct(
    function: Callable[Concatenate[object, Options], Result],
) -> Callable[Concatenate[object, Options], Result]:
    """Call the function once for each construct that it is given first, and then return the same result.

    Further arguments count in the first call only. What raises is called again.
    """
    results: dict[str, Result] = {}

    def remembered(construct: object, /, *args: Options.args, **kwargs: Options.kwargs) -> Result:
        key = identity(construct)
        if key not in results:
            results[key] = function(construct, *args, **kwargs)
        return results[key]

    return remembered
