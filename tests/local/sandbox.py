"""A configuration set with places to read from, made through the AWS APIs."""

import json
import time
import uuid

from ses_local.checking.deployed import DeployedSet, destinations_of
from ses_local.checking.probes import probe, remove_all

ALL = [
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
    "SUBSCRIPTION",
]


def statement(service, action, resource):
    return json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}]}
    )


class Sandbox:
    """A configuration set of its own, and what arrives at its destinations."""

    def __init__(self, emulator):
        self.emulator, self.clients = emulator, emulator.endpoint.client
        self.name = f"set-{uuid.uuid4().hex[:8]}"
        self.ses = self.clients("sesv2")
        self.ses.create_configuration_set(ConfigurationSetName=self.name)
        self.probes = {}
        identities = self.ses.list_email_identities()["EmailIdentities"]
        if not any(identity["IdentityName"] == "shop.example" for identity in identities):
            self.ses.create_email_identity(EmailIdentity="shop.example")

    def add(self, kind, events=ALL, *, enabled=True, **target):
        """Adds a destination named like its kind, with everything that it needs, and a probe on it."""
        target = target or getattr(self, f"_{kind.lower()}")()
        name = f"{kind}-{len(self.probes)}"
        self.ses.create_configuration_set_event_destination(
            ConfigurationSetName=self.name,
            EventDestinationName=name,
            EventDestination={"Enabled": enabled, "MatchingEventTypes": events, **target},
        )
        (made,) = [d for d in destinations_of(self.ses, self.name) if d.name == name]
        self.probes[name] = probe(made, self.clients)
        self.probes[name].start()
        return name

    def _sns(self):
        topic = self.clients("sns").create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]
        self.clients("sns").set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=statement("ses.amazonaws.com", "sns:Publish", topic),
        )
        return {"SnsDestination": {"TopicArn": topic}}

    def _firehose(self):
        name = f"stream-{uuid.uuid4().hex[:8]}"
        iam = self.clients("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"][
            "Arn"
        ]
        put = {"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="put", PolicyDocument=json.dumps({"Statement": [put]}))
        location = {"LocationConstraint": self.emulator.endpoint.region}
        self.clients("s3").create_bucket(Bucket=name, CreateBucketConfiguration=location)
        self.bucket = name
        stream = self.clients("firehose").create_delivery_stream(
            DeliveryStreamName=name,
            ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": f"arn:aws:s3:::{name}"},
        )["DeliveryStreamARN"]
        return {"KinesisFirehoseDestination": {"IamRoleArn": role, "DeliveryStreamArn": stream}}

    def _eventbridge(self):
        endpoint = self.emulator.endpoint
        return {
            "EventBridgeDestination": {
                "EventBusArn": f"arn:aws:events:{endpoint.region}:{endpoint.account}:event-bus/default"
            }
        }

    def _cloudwatch(self):
        return {"CloudWatchDestination": {"DimensionConfigurations": [dimension("ses:configuration-set")]}}

    def wait(self):
        """Waits until the publisher has delivered everything."""
        while self.emulator.ask("status")["waiting"]:
            time.sleep(0.02)

    def arrived(self, name, ids):
        """How many events of each type arrived at a destination for these mails."""
        self.wait()
        return dict(self.probes[name].counts(frozenset(ids)))

    def records(self, name, ids):
        """The records that arrived for these mails, in the order they came."""
        self.arrived(name, ids)
        return [record for record in self.probes[name].found if record["mail"]["messageId"] in ids]

    def book(self):
        """What the publisher says of this set."""
        self.wait()
        events, number = [], 0
        while page := self.emulator.ask(f"events?after={number}")["events"]:
            events, number = events + page, page[-1]["number"]
        return [event for event in events if event["configurationSet"] == self.name]

    def remove(self):
        remove_all(self.probes.values())


def set_of(emulator, name):
    """A configuration set of the emulator, as the commands know it."""
    return DeployedSet(name, name, emulator.endpoint.environment, emulator.endpoint.client)


def dimension(name, source="MESSAGE_TAG", default="none"):
    return {"DimensionName": name, "DimensionValueSource": source, "DefaultDimensionValue": default}


def mail(sandbox, *to, subject="Hello", tags=(), **more):
    """Sends a simple mail; returns its id."""
    asked = {"ConfigurationSetName": sandbox.name, **more}
    return sandbox.ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": list(to) or ["anna@customer.example"]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": "Hello"}}}},
        EmailTags=[{"Name": name, "Value": value} for name, value in tags],
        **{key: value for key, value in asked.items() if value},
    )["MessageId"]


def deploy(clients, name, **resources):
    """Creates a stack; returns the physical ids."""
    cloudformation = clients("cloudformation")
    body = json.dumps({"Resources": resources})
    cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    status = "CREATE_IN_PROGRESS"
    while status == "CREATE_IN_PROGRESS":
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        status = stack["StackStatus"]
        time.sleep(0.02)
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "CREATE_FAILED"]
    found = cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]
    return status, {r["LogicalResourceId"]: r.get("PhysicalResourceId") for r in found}, reasons


def resource(type_, **properties):
    return {"Type": type_, "Properties": properties}
