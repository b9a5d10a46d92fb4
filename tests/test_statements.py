import json

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from ses_event_constructs._statements import as_json


def test_statement_reads_as_in_the_console(stack):
    topic = cdk.CfnResource(stack, "Topic", type="AWS::SNS::Topic")
    statement = iam.PolicyStatement(
        actions=["sns:Publish"],
        resources=[topic.get_att("TopicArn").to_string(), f"arn:{cdk.Aws.PARTITION}:sns:*"],
        conditions={"StringEquals": {"aws:SourceAccount": [cdk.Aws.ACCOUNT_ID, "111111111111"]}},
    )

    assert json.loads(as_json(stack, statement)) == {
        "Action": "sns:Publish",
        "Condition": {"StringEquals": {"aws:SourceAccount": ["${AWS::AccountId}", "111111111111"]}},
        "Effect": "Allow",
        "Resource": ["${Topic.TopicArn}", "arn:${AWS::Partition}:sns:*"],
    }
