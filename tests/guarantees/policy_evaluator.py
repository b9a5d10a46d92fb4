"""Evaluate policies, with one line of JSON for each question; run by the interpreter of .venv-local.

The evaluator is the emulator's, which follows AWS's documentation of how policies are evaluated.
"""

from __future__ import annotations

import json
import sys

from ministack.core import iam_evaluator


def answer(question: dict) -> str:
    """Return Allow, Deny or ImplicitDeny."""
    principal = question["principal"]
    context = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=principal.split(":")[4] if principal else "",
        action=question["action"],
        resource_arn=question["resource"],
        region=question["region"],
        source_ip="203.0.113.7",
        secure_transport=question["tls"],
        service_context={key.lower(): value for key, value in question["context"].items()},
    )
    if question["kind"] == "identity":
        policies = [iam_evaluator.parse_policy_document(policy) for policy in question["policies"]]
        return iam_evaluator.evaluate(context, policies).decision
    (policy,) = question["policies"]
    return iam_evaluator.evaluate_resource_policy(policy, context, question["service"]).decision


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(json.loads(line)), flush=True)  # noqa: T201 - this is how it answers
