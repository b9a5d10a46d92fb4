"""Each rule finds its mistake in every spelling: a change to the bad or the good template of its pair."""

from __future__ import annotations

import pytest
from conftest import PAIRS, TESTS

SUB = "arn:aws:sns:${AWS::Region}:${AWS::AccountId}"
CONDITION = "AWS:SourceArn: !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${Mail}"
ROLE = "          - Effect: Allow\n            Principal:\n              Service: ses.amazonaws.com\n"
OTHER_SET = "  Other:\n    Type: AWS::SES::ConfigurationSet\n"


def good(rule, *changes):
    return changed((PAIRS / rule / "good.yaml").read_text(), changes)


def bad(rule, *changes):
    return changed((PAIRS / rule / "bad.yaml").read_text(), changes)


def changed(text, changes):
    for old, new in changes:
        assert old in text, f"{old!r} is not in the template"
        text = text.replace(old, new)
    return text


def twice(place):
    text = bad("SES-DESTINATION-DUPLICATE")
    line = text[text.index("        EventBridgeDestination") : text.index("  Bounces:")]
    return changed(text, [(line, f"        {place}\n")])


def conditions(text):
    return "Conditions: {IsProd: !Equals [!Ref 'AWS::StackName', prod]}\n" + text


def sam(policies):
    text = (TESTS / "correct" / "sam-functions.yaml").read_text()
    return (
        text.split("  Sender:")[0]
        + f"""  Sender:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: src, Policies: {policies}}}
"""
    )


TOPIC = "SES-TOPIC-POLICY"
NAMED = ("    Type: AWS::SNS::Topic\n", "    Type: AWS::SNS::Topic\n    Properties: {TopicName: mail-events}\n")
FOUND = {
    # Topics
    "fifo by its name alone": ("SES-TOPIC-FIFO", good("SES-TOPIC-FIFO", ("mail-events", "mail-events.fifo"))),
    "fifo written as text": ("SES-TOPIC-FIFO", bad("SES-TOPIC-FIFO", ("FifoTopic: true", 'FifoTopic: "TRUE"'))),
    "imported fifo topic": (
        "SES-TOPIC-FIFO",
        bad("SES-TOPIC-FIFO", ("TopicARN: !Ref Topic", "TopicARN: arn:aws:sns:eu-west-1:111122223333:orders.fifo")),
    ),
    "imported fifo topic in a text": (
        "SES-TOPIC-FIFO",
        bad("SES-TOPIC-FIFO", ("TopicARN: !Ref Topic", "TopicARN: !Sub 'arn:aws:sns:eu-west-1:1:${Mail}.fifo'")),
    ),
    "no topic policy at all": (TOPIC, changed(good(TOPIC), [(good(TOPIC).split("  TopicPolicy:")[1].split("  Events:")[0], "\n    Type: AWS::SNS::Subscription\n"), ("DependsOn: TopicPolicy", "DependsOn: Topic")])),
    "topic policy for another service": (TOPIC, good(TOPIC, ("Service: ses.amazonaws.com", "Service: s3.amazonaws.com"))),
    "topic policy for an account": (TOPIC, good(TOPIC, ("Service: ses.amazonaws.com", "AWS: '111122223333'"))),
    "topic policy for another action": (TOPIC, good(TOPIC, ("sns:Publish", "[sns:Subscribe, sns:Get*]"))),
    "topic policy that excludes the action": (
        TOPIC, good(TOPIC, ("Action: sns:Publish", "NotAction: ['SNS:Pub*']")),
    ),
    "topic policy that denies": (TOPIC, good(TOPIC, ("Effect: Allow", "Effect: Deny"))),
    "topic policy for another topic": (
        TOPIC, good(TOPIC, ("  Topic:\n", "  Another:\n    Type: AWS::SNS::Topic\n  Topic:\n"), ("Resource: !Ref Topic", "Resource: !Ref Another")),
    ),
    "topic policy for a topic of another name": (
        TOPIC, good(TOPIC, NAMED, ("Resource: !Ref Topic", f"Resource: !Sub {SUB}:other")),
    ),
    "source is another configuration set": (TOPIC, good(TOPIC, ("${Mail}", "${Other}")) + OTHER_SET),
    "source is a configuration set of another name": (
        TOPIC, good(TOPIC, ("    Type: AWS::SES::ConfigurationSet\n", "    Type: AWS::SES::ConfigurationSet\n    Properties: {Name: mail}\n"), ("${Mail}", "other")),
    ),
    "source is of another service": (
        TOPIC, good(TOPIC, (CONDITION, "AWS:SourceArn: arn:aws:s3:::bucket"), ("ArnLike", "ForAnyValue:StringLikeIfExists")),
    ),
    "source is everything of another service": (TOPIC, good(TOPIC, (CONDITION, "AWS:SourceArn: 'arn:aws:sns:*:*:*'"))),
    "two policies for everybody": ("SES-TOPIC-POLICY-CONFLICT", bad("SES-TOPIC-POLICY-CONFLICT", ("Service: ses.amazonaws.com", "AWS: '*'"), ("Service: events.amazonaws.com", "AWS: '*'"))),
    "every source is an identity": (
        TOPIC, good(TOPIC, (CONDITION, "aws:sourcearn: ['arn:aws:ses:*:*:identity/*', 'arn:aws:ses:*:*:identity/b']"), ("ArnLike", "ArnEquals")),
    ),
    "topic by its literal name": (
        TOPIC,
        bad(TOPIC, NAMED, ("TopicARN: !Ref Topic", f"TopicARN: !Sub {SUB}:mail-events")),
    ),
    "topic by getatt in a text": (
        TOPIC, bad(TOPIC, ("TopicARN: !Ref Topic", f"TopicARN: !Sub '{SUB}:${{Topic.TopicName}}'")),
    ),
    "topic by an inline policy": (
        TOPIC,
        bad(TOPIC, ("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"), ("Topics: [!Ref Topic]", "TopicArn: !Ref Topic")),
    ),
    "order with a dependency on something else": (
        "SES-TOPIC-POLICY-ORDER", bad("SES-TOPIC-POLICY-ORDER", ("  Events:\n", "  Events:\n    DependsOn: [Topic]\n" )),
    ),
    "inline policy and policy": (
        "SES-TOPIC-POLICY-CONFLICT",
        bad("SES-TOPIC-POLICY-CONFLICT", ("  OtherPolicy:\n    Type: AWS::SNS::TopicPolicy\n    Properties:\n      Topics: [!Ref Topic]", "  OtherPolicy:\n    Type: AWS::SNS::TopicInlinePolicy\n    Properties:\n      TopicArn: !Ref Topic")),
    ),
    "two policies for ses without a destination here": (
        "SES-TOPIC-POLICY-CONFLICT",
        bad("SES-TOPIC-POLICY-CONFLICT").split("  Events:")[0],
    ),
    "policy that exists under a condition": (TOPIC, conditions(good(TOPIC, ("    Type: AWS::SNS::TopicPolicy\n", "    Type: AWS::SNS::TopicPolicy\n    Condition: IsProd\n")))),
    "principal that is right under a condition": (TOPIC, conditions(good(TOPIC, ("Service: ses.amazonaws.com", "Service: !If [IsProd, ses.amazonaws.com, s3.amazonaws.com]")))),
    "principal that is right under the opposite": (TOPIC, conditions(good(TOPIC, ("Service: ses.amazonaws.com", "Service: !If [IsProd, s3.amazonaws.com, ses.amazonaws.com]")))),
    # Keys
    "key by its arn": ("SES-KEY-POLICY", bad("SES-KEY-POLICY", ("!Ref Key", "!GetAtt Key.Arn"))),
    "key by an arn in a text": ("SES-KEY-POLICY", bad("SES-KEY-POLICY", ("KmsMasterKeyId: !Ref Key", "KmsMasterKeyId: !Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}'"))),
    "key by an alias": (
        "SES-KEY-POLICY",
        bad("SES-KEY-POLICY", ("KmsMasterKeyId: !Ref Key", "KmsMasterKeyId: !Ref Alias")) + "  Alias:\n    Type: AWS::KMS::Alias\n    Properties: {AliasName: alias/mail, TargetKeyId: !Ref Key}\n",
    ),
    "key by the name of an alias": (
        "SES-KEY-POLICY",
        bad("SES-KEY-POLICY", ("KmsMasterKeyId: !Ref Key", "KmsMasterKeyId: alias/mail")) + "  Alias:\n    Type: AWS::KMS::Alias\n    Properties: {AliasName: alias/mail, TargetKeyId: !GetAtt Key.Arn}\n",
    ),
    "key that allows one action only": ("SES-KEY-POLICY", good("SES-KEY-POLICY", ("[kms:GenerateDataKey, kms:Decrypt]", "kms:Decrypt"))),
    "key without a policy": (
        "SES-KEY-POLICY", changed(bad("SES-KEY-POLICY"), [(bad("SES-KEY-POLICY").split("    Type: AWS::KMS::Key\n")[1].split("  Topic:")[0], "    Properties: {EnableKeyRotation: true}\n")]),
    ),
    "replica key": ("SES-KEY-POLICY", bad("SES-KEY-POLICY", ("AWS::KMS::Key", "AWS::KMS::ReplicaKey"))),
    "key under a source arn": (
        "SES-KEY-CONDITION",
        bad("SES-KEY-CONDITION", ("StringEquals:\n                AWS:SourceAccount: !Ref AWS::AccountId\n  Topic", "ArnLike:\n                aws:SourceArn: 'arn:aws:ses:*:*:configuration-set/*'\n  Topic")),
    ),
    "aws managed key by its arn": ("SES-KEY-AWS-MANAGED", bad("SES-KEY-AWS-MANAGED", ("alias/aws/sns", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sns"))),
    "aws managed key by sub": ("SES-KEY-AWS-MANAGED", bad("SES-KEY-AWS-MANAGED", ("KmsMasterKeyId: alias/aws/sns", "KmsMasterKeyId: !Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sns'"))),
    "aws managed key by join": ("SES-KEY-AWS-MANAGED", bad("SES-KEY-AWS-MANAGED", ("KmsMasterKeyId: alias/aws/sns", "KmsMasterKeyId: !Join ['/', [alias, aws, sns]]"))),
    # Streams and roles
    "stream of the type alone": ("SES-STREAM-SOURCE", bad("SES-STREAM-SOURCE").split("      KinesisStreamSource")[0] + bad("SES-STREAM-SOURCE").split("role/reads-clicks\n")[1]),
    "stream of the source alone": ("SES-STREAM-SOURCE", bad("SES-STREAM-SOURCE", ("      DeliveryStreamType: KinesisStreamAsSource\n", ""))),
    "stream of msk": ("SES-STREAM-SOURCE", bad("SES-STREAM-SOURCE", ("KinesisStreamAsSource", "MSKAsSource"))),
    "stream by an arn in a text": (
        "SES-STREAM-SOURCE", bad("SES-STREAM-SOURCE", ("DeliveryStreamARN: !GetAtt Stream.Arn", "DeliveryStreamARN: !Sub 'arn:aws:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/${Stream}'")),
    ),
    "stream by its literal name": (
        "SES-STREAM-SOURCE",
        bad("SES-STREAM-SOURCE", ("      DeliveryStreamType", "      DeliveryStreamName: events\n      DeliveryStreamType"), ("DeliveryStreamARN: !GetAtt Stream.Arn", "DeliveryStreamARN: !Sub 'arn:aws:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/events'")),
    ),
    "role by an arn in a text": ("SES-ROLE-TRUST", bad("SES-ROLE-TRUST", ("IAMRoleARN: !GetAtt Role.Arn", "IAMRoleARN: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${Role}'"))),
    "role that trusts under a condition of an identity": (
        "SES-ROLE-TRUST",
        good("SES-ROLE-TRUST", ("Action: sts:AssumeRole\n", "Action: sts:AssumeRole\n            Condition: {StringEquals: {'aws:SourceArn': 'arn:aws:ses:eu-west-1:111122223333:identity/example.com'}}\n")),
    ),
    "role that nobody may assume": ("SES-ROLE-TRUST", good("SES-ROLE-TRUST", ("Statement:\n          - Effect: Allow\n            Principal:\n              Service: ses.amazonaws.com\n            Action: sts:AssumeRole\n", "Statement: []\n"))),
    "role without any policy": ("SES-ROLE-PERMISSION", good("SES-ROLE-PERMISSION").split("      Policies:")[0] + "  Events:" + good("SES-ROLE-PERMISSION").split("  Events:")[1]),
    "role for another stream": (
        "SES-ROLE-PERMISSION",
        good("SES-ROLE-PERMISSION", ("Resource: !GetAtt Stream.Arn", "Resource: !GetAtt Other.Arn")) + "  Other:\n    Type: AWS::KinesisFirehose::DeliveryStream\n",
    ),
    "role for a bucket": ("SES-ROLE-PERMISSION", good("SES-ROLE-PERMISSION", ("Resource: !GetAtt Stream.Arn", "Resource: arn:aws:s3:::bucket/*"))),
    "role for another literal stream": (
        "SES-ROLE-PERMISSION",
        good("SES-ROLE-PERMISSION", ("DeliveryStreamARN: !GetAtt Stream.Arn", "DeliveryStreamARN: arn:aws:firehose:eu-west-1:111122223333:deliverystream/events"), ("Resource: !GetAtt Stream.Arn", "Resource: arn:aws:firehose:*:*:deliverystream/other-*")),
    ),
    "role for something that is no stream": ("SES-ROLE-PERMISSION", good("SES-ROLE-PERMISSION", ("Resource: !GetAtt Stream.Arn", "Resource: !GetAtt Role.Arn"))),
    "role with harmless policies of aws": (
        "SES-ROLE-PERMISSION",
        bad("SES-ROLE-PERMISSION", ("      Policies:\n", "      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]\n      Policies:\n")),
    ),
    "role with a managed policy of the template": (
        "SES-ROLE-ORDER",
        bad("SES-ROLE-ORDER", ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"), ("      PolicyName: write\n      Roles: [!Ref Role]\n", ""), ("    Properties:\n      AssumeRole", "    Properties:\n      AssumeRole")).replace("      AssumeRolePolicyDocument", "      AssumeRolePolicyDocument") .replace("  RolePolicy:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n", "  RolePolicy:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [!Ref Role]\n"),
    ),
    "role of a role policy": ("SES-ROLE-ORDER", bad("SES-ROLE-ORDER", ("AWS::IAM::Policy", "AWS::IAM::RolePolicy"), ("Roles: [!Ref Role]", "RoleName: !Ref Role"))),
    # Metrics
    "no DimensionConfigurations": ("SES-METRIC-NO-DIMENSION", bad("SES-METRIC-NO-DIMENSION", ("CloudWatchDestination:\n          DimensionConfigurations: []", "CloudWatchDestination: {}"))),
    "empty dimension name": ("SES-METRIC-DIMENSION-NAME", bad("SES-METRIC-DIMENSION-NAME", ("campaign name", "''"))),
    "forbidden header in another case": ("SES-METRIC-DIMENSION-HEADER", bad("SES-METRIC-DIMENSION-HEADER", ("From", "Message-ID"))),
    # Buses
    "bus by name": ("SES-BUS-NOT-DEFAULT", bad("SES-BUS-NOT-DEFAULT", ("!GetAtt Bus.Arn", "!Ref Bus"))),
    "literal bus": ("SES-BUS-NOT-DEFAULT", bad("SES-BUS-NOT-DEFAULT", ("!GetAtt Bus.Arn", "arn:aws:events:eu-west-1:111122223333:event-bus/mail"))),
    "bus in a text": ("SES-BUS-NOT-DEFAULT", bad("SES-BUS-NOT-DEFAULT", ("!GetAtt Bus.Arn", "!Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/${Bus}'"))),
    "something else than a bus in a text": ("SES-BUS-NOT-DEFAULT", bad("SES-BUS-NOT-DEFAULT", ("!GetAtt Bus.Arn", "!Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:rule/${Bus}'"))),
    # Events
    "no MatchingEventTypes": ("SES-EVENTS-EMPTY", bad("SES-EVENTS-EMPTY", ("        MatchingEventTypes: []\n", ""))),
    "event with a blank": ("SES-EVENTS-UNKNOWN", good("SES-EVENTS-UNKNOWN", ("[bounce, complaint]", "[bounce, complaint, Rendering Failure]"))),
    "event that does not exist": ("SES-EVENTS-UNKNOWN", good("SES-EVENTS-UNKNOWN", ("[bounce, complaint]", "[bounce, complaint, opened]"))),
    "no place at all": ("SES-DESTINATION-KIND", bad("SES-EVENTS-EMPTY", ("[]", "[bounce, complaint]")).split("        EventBridge")[0]),
    # Sets
    "set named by a text of 65 characters": ("SES-SET-NAME", good("SES-SET-NAME", ("mail-example-com", "m" * 65))),
    "set named literally by its destinations": (
        "SES-DESTINATION-LIMIT", bad("SES-DESTINATION-LIMIT", ("!Ref Mail", "mail"), ("    Type: AWS::SES::ConfigurationSet\n", "    Type: AWS::SES::ConfigurationSet\n    Properties: {Name: mail}\n")),
    ),
    "set named by an import": ("SES-DESTINATION-LIMIT", bad("SES-DESTINATION-LIMIT", ("!Ref Mail", "!ImportValue mail"))),
    "set of another stack by name": ("SES-DESTINATION-LIMIT", bad("SES-DESTINATION-LIMIT", ("!Ref Mail", "elsewhere"))),
    "opens": ("SES-TRACKING-DOMAIN", bad("SES-TRACKING-DOMAIN", ("click", "open"))),
    "tracking options without a domain": ("SES-TRACKING-DOMAIN", good("SES-TRACKING-DOMAIN", ("CustomRedirectDomain: links.example.com", "HttpsPolicy: REQUIRE"))),
    "complaints go nowhere": ("SES-FEEDBACK-UNUSED", good("SES-FEEDBACK-UNUSED", (", complaint", ""))),
    # Senders
    "identity by its literal name": ("SES-SENDER-SET", bad("SES-SENDER-SET", ("identity/${Domain}", "identity/example.com"))),
    "user that sends": (
        "SES-SENDER-SET",
        bad("SES-SENDER-SET", ("AWS::IAM::Role", "AWS::IAM::User")).replace("      AssumeRolePolicyDocument:", "      Tags: []\n      AssumeRolePolicyDocument:"),
    ),
    "set of another action": ("SES-SENDER-SET", bad("SES-SENDER-SET", ("              - Effect", "              - {Effect: Allow, Action: 'ses:GetAccount', Resource: '*'}\n              - Effect"))),
    "set by its literal name": ("SES-SENDER-SET", bad("SES-SENDER-SET", ("ConfigurationSetName: !Ref Mail", "ConfigurationSetName: elsewhere"))),
    "sam": ("SES-SENDER-SET", sam("[AWSLambdaBasicExecutionRole, SESCrudPolicy: {IdentityName: !Ref Domain}, SQSPollerPolicy: {QueueName: q}]")),
    "sam by a literal name": ("SES-SENDER-SET", sam("{SESCrudPolicy: {IdentityName: example.com}}")),
    "sam with a statement": ("SES-SENDER-SET", sam("[{Statement: [{Effect: Allow, Action: 'ses:Send*', Resource: !Sub 'arn:aws:ses:*:${AWS::AccountId}:identity/${Domain}'}]}]")),
    "role named literally that sends": (
        "SES-SENDER-SET",
        bad("SES-SENDER-SET", ("      Policies:", "      RoleName: sender\n      Policies:")).replace("Action: [ses:SendEmail, ses:SendRawEmail]", "Action: 'ses:GetAccount'")
        + "  Attached:\n    Type: AWS::IAM::Policy\n    Properties: {PolicyName: send, Roles: [sender], PolicyDocument: {Statement: {Effect: Allow, Action: 'ses:SendEmail', Resource: !Sub 'arn:aws:ses:*:*:identity/${Domain}'}}}\n",
    ),
    # The same event twice to one place
    "topic twice": ("SES-DESTINATION-DUPLICATE", twice("SnsDestination: {TopicARN: !Ref Topic}") + "  Topic:\n    Type: AWS::SNS::Topic\n"),
    "topic of another stack twice": ("SES-DESTINATION-DUPLICATE", twice("SnsDestination: {TopicARN: 'arn:aws:sns:eu-west-1:111122223333:mail'}")),
    "imported topic twice": ("SES-DESTINATION-DUPLICATE", twice("SnsDestination: {TopicARN: !ImportValue mail-topic}")),
    "topic in a text twice": ("SES-DESTINATION-DUPLICATE", twice("SnsDestination: {TopicARN: !Sub 'arn:aws:sns:eu-west-1:111122223333:${Mail}'}")),
    "stream twice": ("SES-DESTINATION-DUPLICATE", twice("KinesisFirehoseDestination: {DeliveryStreamARN: !GetAtt Stream.Arn, IAMRoleARN: 'arn:aws:iam::1:role/a'}") + "  Stream:\n    Type: AWS::KinesisFirehose::DeliveryStream\n"),
    "stream of another stack twice": ("SES-DESTINATION-DUPLICATE", twice("KinesisFirehoseDestination: {DeliveryStreamARN: !ImportValue stream, IAMRoleARN: 'arn:aws:iam::1:role/a'}")),
    # Tenants
    "tenant without associations": ("SES-TENANT-RESOURCES", bad("SES-TENANT-RESOURCES").split("      ResourceAssociations")[0]),
    "tenant with a template only": ("SES-TENANT-RESOURCES", bad("SES-TENANT-RESOURCES", ("identity/${Domain}", "template/welcome"))),
    # Databases
    "database behind a stream": (
        "SES-GLUE-DATABASE-NAME",
        bad("SES-GLUE-DATABASE-NAME").replace("    Type: AWS::Athena::NamedQuery\n    Properties:\n      Database: !Ref Database\n      QueryString: SELECT count(*) FROM events", "    Type: AWS::KinesisFirehose::DeliveryStream\n    Properties:\n      ExtendedS3DestinationConfiguration: {DataFormatConversionConfiguration: {SchemaConfiguration: {DatabaseName: !Ref Database}}}"),
    ),
    "database behind a table": (
        "SES-GLUE-DATABASE-NAME",
        bad("SES-GLUE-DATABASE-NAME").replace("Database: !Ref Database", "Database: !Ref Table") + "  Table:\n    Type: AWS::Glue::Table\n    Properties: {DatabaseName: !Ref Database, CatalogId: '1'}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_mistake_is_found_in_every_spelling(found, name):
    rule, template = FOUND[name]

    assert rule in found(template)
