"""A synthesised template as deployed: references are resolved to ARNs, and its policies are evaluated."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template
from constructs import IConstruct

ACCOUNT, OTHER_ACCOUNT, REGION, OTHER_REGION = "111111111111", "999999999999", "eu-west-1", "us-east-1"
ENV = cdk.Environment(account=ACCOUNT, region=REGION)
SES = "ses.amazonaws.com"

# The ARN of each type of resource; the logical id stands for the physical name.
_ARNS = {
    "AWS::SNS::Topic": "sns:{env}:{id}",
    "AWS::SQS::Queue": "sqs:{env}:{id}",
    "AWS::KMS::Key": "kms:{env}:key/{id}",
    "AWS::IAM::Role": "iam::{account}:role/{id}",
    "AWS::S3::Bucket": "s3:::{id}",
    "AWS::KinesisFirehose::DeliveryStream": "firehose:{env}:deliverystream/{id}",
    "AWS::Logs::LogGroup": "logs:{env}:log-group:{id}:*",
    "AWS::CloudWatch::Alarm": "cloudwatch:{env}:alarm:{id}",
}
_REF_IS_ARN = {"AWS::SNS::Topic"}
_SET = "AWS::SES::ConfigurationSet"


def set_arn(name: str, account: str = ACCOUNT, region: str = REGION) -> str:
    """Return the ARN of a configuration set."""
    return f"arn:aws:ses:{region}:{account}:configuration-set/{name}"


class DeployedTemplate:
    """One stack, deployed to `ACCOUNT` and `REGION`."""

    def __init__(self, stack: cdk.Stack, evaluator: subprocess.Popen[str]) -> None:
        self._stack = stack
        self._template = Template.from_stack(stack).to_json()
        self._evaluator = evaluator

    def name(self, construct: IConstruct) -> str:
        """Return the physical name of a resource."""
        element = construct.node.default_child or construct
        return self._stack.resolve(element.logical_id)

    def arn(self, construct: IConstruct) -> str:
        """Return the ARN of a resource."""
        return self._arn(self.name(construct))

    def properties(self, construct: IConstruct) -> dict[str, Any]:
        """Return the properties of a resource, resolved."""
        return self._resolve(self._template["Resources"][self.name(construct)]["Properties"])

    def resource_policy(self, kind: str, subject: IConstruct) -> dict[str, Any]:
        """Return the one policy of this type, such as `AWS::SNS::TopicPolicy`, that is attached to a topic or queue."""
        found = [
            properties["PolicyDocument"]
            for properties in self._of_type(kind)
            if any(self.name(subject) in each for each in properties["Topics" if "Topic" in kind else "Queues"])
        ]
        (policy,) = found
        return policy

    def identity_policies(self, role: IConstruct) -> list[dict[str, Any]]:
        """Return the inline and attached policies of a role."""
        inline = [each["PolicyDocument"] for each in self.properties(role).get("Policies", [])]
        attached = [
            properties["PolicyDocument"]
            for properties in self._of_type("AWS::IAM::Policy")
            if self.name(role) in properties.get("Roles", [])
        ]
        return inline + attached

    def service_may(
        self,
        policy: dict[str, Any],
        action: str,
        resource: str,
        *,
        service: str = SES,
        account: str | None = ACCOUNT,
        source: str | None = None,
        tls: bool = True,
    ) -> bool:
        """Tell whether a resource or trust policy lets a service do something on behalf of a source."""
        context = {"aws:SourceAccount": account, "aws:SourceArn": source}
        return self._ask("resource", [policy], action, resource, service=service, context=context, tls=tls)

    def role_may(self, role: IConstruct, action: str, resource: str, **context: str) -> bool:
        """Tell whether the policies of a role allow something."""
        return self._ask("identity", self.identity_policies(role), action, resource, context=context)

    def _ask(
        self,
        kind: str,
        policies: list[dict[str, Any]],
        action: str,
        resource: str,
        *,
        context: dict[str, str | None],
        service: str | None = None,
        tls: bool = True,
    ) -> bool:
        question = {
            "kind": kind,
            "policies": policies,
            "principal": "" if service else f"arn:aws:sts::{ACCOUNT}:assumed-role/role/session",
            "service": service,
            "action": action,
            "resource": resource,
            "region": REGION,
            "tls": tls,
            "context": {key: value for key, value in context.items() if value is not None},
        }
        print(json.dumps(question), file=self._evaluator.stdin, flush=True)
        decision = self._evaluator.stdout.readline().strip()
        assert decision in {"Allow", "Deny", "ImplicitDeny"}
        return decision == "Allow"

    def _of_type(self, kind: str) -> Iterator[dict[str, Any]]:
        for each in self._template["Resources"].values():
            if each["Type"] == kind:
                yield self._resolve(each["Properties"])

    def _arn(self, id: str) -> str:
        shape = _ARNS[self._template["Resources"][id]["Type"]]
        return "arn:aws:" + shape.format(env=f"{REGION}:{ACCOUNT}", account=ACCOUNT, id=id)

    def _ref(self, id: str) -> str:
        resource = self._template["Resources"][id]
        if resource["Type"] in _REF_IS_ARN:
            return self._arn(id)
        # Only sets have names in these tests, which tell them apart.
        return resource.get("Properties", {}).get("Name", id) if resource["Type"] == _SET else id

    def _resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": "AWS::Partition"}:
                return "aws"
            case {"Ref": str(id)}:
                return self._ref(id)
            case {"Fn::GetAtt": [str(id), "Arn"]}:
                return self._arn(id)
            case {"Fn::Join": [str(separator), [*parts]]}:
                return separator.join(str(self._resolve(part)) for part in parts)
            case dict():
                return {key: self._resolve(part) for key, part in value.items()}
            case list():
                return [self._resolve(part) for part in value]
            case _:
                return value
