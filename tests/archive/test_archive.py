from __future__ import annotations

import re

import pytest
from aws_cdk import App, Duration, Environment, RemovalPolicy, Size, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from ses_event_constructs import (
    UNTRACKED_EVENTS,
    EventArchive,
    EventPublishingConfigurationSet,
    EventRoute,
    FirehoseDestination,
    SnsDestination,
)
from tests.templates import warnings


def id_of(construct) -> str:
    return Stack.of(construct).get_logical_id(construct.node.default_child or construct)


def properties_of(construct) -> dict:
    template = Template.from_stack(Stack.of(construct)).to_json()
    return template["Resources"][id_of(construct)]["Properties"]


def att(construct, name="Arn") -> dict:
    return {"Fn::GetAtt": [id_of(construct), name]}


def ref(construct) -> dict:
    return {"Ref": id_of(construct)}


def join(*parts) -> dict:
    return {"Fn::Join": ["", list(parts)]}


def test_bucket_is_private_encrypted_and_without_versions(stack):
    archive = EventArchive(stack, "Archive")

    properties = properties_of(archive.bucket)

    assert properties == {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    "Id": "Uploads",
                    "Status": "Enabled",
                },
                {"ExpirationInDays": 7, "Id": "QueryResults", "Prefix": "athena-results/", "Status": "Enabled"},
            ]
        },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    }


def test_bucket_allows_tls_only(stack):
    archive = EventArchive(stack, "Archive")

    statements = properties_of(archive.bucket.policy)["PolicyDocument"]["Statement"]

    everywhere = {
        "Action": "s3:*",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": [att(archive.bucket), join(att(archive.bucket), "/*")],
    }
    assert statements == [
        {**everywhere, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**everywhere, "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}},
    ]


def test_bucket_is_kept_when_the_stack_is_deleted(stack):
    archive = EventArchive(stack, "Archive")

    resource = Template.from_stack(stack).to_json()["Resources"][id_of(archive.bucket)]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_bucket_and_its_events_go_with_the_stack_when_that_is_asked_for(stack):
    archive = EventArchive(stack, "Archive", removal_policy=RemovalPolicy.DESTROY)

    template = Template.from_stack(stack)

    resource = template.to_json()["Resources"][id_of(archive.bucket)]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")
    template.resource_count_is("Custom::S3AutoDeleteObjects", 1)


def test_retained_archive_has_no_custom_resource(stack):
    EventArchive(stack, "Archive")

    Template.from_stack(stack).resource_count_is("Custom::S3AutoDeleteObjects", 0)


def test_retention_expires_events_and_failed_records(stack):
    archive = EventArchive(stack, "Archive", retention=Duration.days(400))

    rules = properties_of(archive.bucket)["LifecycleConfiguration"]["Rules"]

    assert rules[2:] == [
        {"ExpirationInDays": 400, "Id": "Events", "Prefix": "events/", "Status": "Enabled"},
        {"ExpirationInDays": 400, "Id": "FailedRecords", "Prefix": "errors/", "Status": "Enabled"},
    ]


def test_stream_converts_to_parquet_by_the_day_of_arrival(stack):
    archive = EventArchive(stack, "Archive")
    role = archive.delivery_stream.node.find_child("S3 Destination Role")

    properties = properties_of(archive.delivery_stream)

    assert properties == {
        "DeliveryStreamEncryptionConfigurationInput": {"KeyType": "AWS_OWNED_CMK"},
        "DeliveryStreamType": "DirectPut",
        "ExtendedS3DestinationConfiguration": {
            "BucketARN": att(archive.bucket),
            "BufferingHints": {"IntervalInSeconds": 900, "SizeInMBs": 128},
            "CloudWatchLoggingOptions": {
                "Enabled": True,
                "LogGroupName": ref(archive.error_logs),
                "LogStreamName": ref(archive.error_logs.node.find_child("S3Destination")),
            },
            "DataFormatConversionConfiguration": {
                "Enabled": True,
                "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "GZIP"}}},
                "SchemaConfiguration": {
                    "CatalogId": {"Ref": "AWS::AccountId"},
                    "DatabaseName": ref(archive.database),
                    "Region": {"Ref": "AWS::Region"},
                    "RoleARN": att(role),
                    "TableName": ref(archive.table),
                    "VersionId": "LATEST",
                },
            },
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/",
            "Prefix": "events/day=!{timestamp:yyyy-MM-dd}/",
            "RoleARN": att(role),
        },
    }


def test_error_logs_expire_and_are_deleted_with_the_stack(stack):
    archive = EventArchive(stack, "Archive")

    resource = Template.from_stack(stack).to_json()["Resources"][id_of(archive.error_logs)]

    assert resource["Properties"] == {"RetentionInDays": 90}
    assert resource["DeletionPolicy"] == "Delete"


def test_role_may_publish_to_this_stream_for_the_sets_of_this_account_and_region(stack):
    archive = EventArchive(stack, "Archive")

    properties = properties_of(archive.role)

    sets = join(
        "arn:",
        {"Ref": "AWS::Partition"},
        ":ses:",
        {"Ref": "AWS::Region"},
        ":",
        {"Ref": "AWS::AccountId"},
        ":configuration-set/*",
    )
    assert properties["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnLike": {"aws:SourceArn": sets},
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            },
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
        }
    ]
    assert [policy["PolicyDocument"]["Statement"] for policy in properties["Policies"]] == [
        [{"Action": "firehose:PutRecordBatch", "Effect": "Allow", "Resource": att(archive.delivery_stream)}]
    ]


def test_role_has_no_policy_but_the_inline_one(stack):
    archive = EventArchive(stack, "Archive")
    mail = EventPublishingConfigurationSet(stack, "Mail")

    mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)

    assert [child.node.id for child in archive.role.node.children if child.node.id != "ImportRole"] == ["Resource"]


def test_partitions_are_projected_up_to_the_day_of_the_query(stack):
    archive = EventArchive(stack, "Archive")

    table = properties_of(archive.table)

    events = join("s3://", ref(archive.bucket), "/events/")
    assert table["DatabaseName"] == ref(archive.database)
    assert table["TableInput"]["Name"] == "events"
    assert table["TableInput"]["Parameters"] == {
        "EXTERNAL": "TRUE",
        "classification": "parquet",
        "projection.enabled": "true",
        "projection.day.type": "date",
        "projection.day.format": "yyyy-MM-dd",
        "projection.day.range": "2026-01-01,NOW",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "storage.location.template": join("s3://", ref(archive.bucket), "/events/day=${day}/"),
    }
    assert [(key["Name"], key["Type"]) for key in table["TableInput"]["PartitionKeys"]] == [("day", "string")]
    assert table["TableInput"]["StorageDescriptor"]["Location"] == events


def test_database_is_named_in_lower_case_without_hyphens(stack):
    archive = EventArchive(stack, "Archive")

    assert properties_of(archive.database) == {
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseInput": {"Description": "Events of Amazon SES", "Name": "shop_archive_95392ce6"},
    }


def test_databases_of_two_archives_have_different_names_whatever_their_paths():
    app = App()
    stacks = [Stack(app, "Shop", stack_name="shop-test"), Stack(app, "Copy", stack_name="shop-live")]
    archives = [EventArchive(stack, id) for stack in stacks for id in ("Archive", "ARCHIVE" * 60)]

    names = [archive.database.database_input.name for archive in archives]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]{1,255}", name) for name in names)


def test_work_group_limits_a_query_and_keeps_results_encrypted_in_the_bucket(stack):
    archive = EventArchive(stack, "Archive", scan_limit=Size.gibibytes(2))

    properties = properties_of(archive.work_group)

    assert properties["Name"] == "Shop-Archive-95392CE6"
    assert properties["RecursiveDeleteOption"] is True
    assert properties["WorkGroupConfiguration"] == {
        "BytesScannedCutoffPerQuery": 2 * 1024**3,
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": True,
        "ResultConfiguration": {
            "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
            "OutputLocation": join("s3://", ref(archive.bucket), "/athena-results/"),
        },
    }


def test_scan_limit_is_100_gib_by_default(stack):
    archive = EventArchive(stack, "Archive")

    configuration = properties_of(archive.work_group)["WorkGroupConfiguration"]

    assert configuration["BytesScannedCutoffPerQuery"] == 100 * 1024**3


def test_work_groups_of_two_archives_have_different_names(stack):
    first, second = EventArchive(stack, "First"), EventArchive(stack, "Second")

    assert first.work_group.name != second.work_group.name


def test_key_encrypts_bucket_delivery_and_query_results(stack):
    key = kms.Key(stack, "Key")
    archive = EventArchive(stack, "Archive", encryption_key=key)

    bucket, stream, group = map(properties_of, (archive.bucket, archive.delivery_stream, archive.work_group))

    assert archive.encryption_key is key
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {"KMSMasterKeyID": att(key), "SSEAlgorithm": "aws:kms"},
        }
    ]
    assert stream["ExtendedS3DestinationConfiguration"]["EncryptionConfiguration"] == {
        "KMSEncryptionConfig": {"AWSKMSKeyARN": att(key)}
    }
    assert group["WorkGroupConfiguration"]["ResultConfiguration"]["EncryptionConfiguration"] == {
        "EncryptionOption": "SSE_KMS",
        "KmsKey": att(key),
    }


def test_given_bucket_keeps_its_key_and_gets_the_lifecycle(stack):
    bucket = s3.Bucket(stack, "Mine", encryption=s3.BucketEncryption.KMS)
    archive = EventArchive(stack, "Archive", bucket=bucket, retention=Duration.days(30))

    rules = properties_of(bucket)["LifecycleConfiguration"]["Rules"]

    assert archive.bucket is bucket
    assert archive.encryption_key.node.path == bucket.encryption_key.node.path
    assert [(rule["Prefix"], rule["ExpirationInDays"]) for rule in rules] == [
        ("athena-results/", 7),
        ("events/", 30),
        ("errors/", 30),
    ]
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)


def test_warns_with_the_rule_to_add_when_the_bucket_is_imported(stack):
    EventArchive(stack, "Archive", bucket=s3.Bucket.from_bucket_name(stack, "Mine", "mine"))

    warning = (
        "this app cannot edit the lifecycle of the bucket, so query results, which hold personal data, stay in it; "
        'add this rule where the bucket is defined: {"ID": "QueryResults", "Status": "Enabled", '
        '"Filter": {"Prefix": "athena-results/"}, "Expiration": {"Days": 7}} '
        "[ack: ses-event-constructs:bucketLifecycleNotAdded]"
    )
    assert [text for _, text in warnings(stack)] == [warning]


def test_does_not_warn_when_the_bucket_is_its_own(stack):
    EventArchive(stack, "Archive")

    assert warnings(stack) == []


def test_archive_costs_a_set_its_event_destination_and_nothing_else(stack):
    archive = EventArchive(stack, "Archive")
    other = Stack(stack.node.root, "Other")
    for number in range(2):
        mail = EventPublishingConfigurationSet(other, f"Mail{number}")
        mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)

    template = Template.from_stack(other)

    assert sorted(resource["Type"] for resource in template.to_json()["Resources"].values()) == [
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSet",
        "AWS::SES::ConfigurationSetEventDestination",
        "AWS::SES::ConfigurationSetEventDestination",
    ]


def test_archive_stack_is_the_same_for_one_set_and_for_many():
    def resources(sets: int) -> dict:
        app = App()
        archive = EventArchive(Stack(app, "Shop"), "Archive")
        other = Stack(app, "Other")
        for number in range(sets):
            mail = EventPublishingConfigurationSet(other, f"Mail{number}")
            mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)
        return Template.from_stack(Stack.of(archive)).to_json()

    assert resources(1) == resources(30)


def test_event_destination_names_stream_and_role(stack):
    archive = EventArchive(stack, "Archive")
    mail = EventPublishingConfigurationSet(stack, "Mail")

    destination = mail.add_event_destination("Archive", archive, events=[ses.EmailSendingEvent.BOUNCE])

    properties = properties_of(destination)
    assert properties["EventDestination"] == {
        "Enabled": True,
        "KinesisFirehoseDestination": {
            "DeliveryStreamARN": att(archive.delivery_stream),
            "IAMRoleARN": att(archive.role),
        },
        "MatchingEventTypes": ["bounce"],
    }


def test_warns_when_a_destination_delivers_to_the_stream_of_the_archive_as_well(stack):
    archive = EventArchive(stack, "Archive")
    mail = EventPublishingConfigurationSet(stack, "Mail")

    mail.add_event_destination("Archive", archive, events=[ses.EmailSendingEvent.BOUNCE])
    mail.add_event_destination("Again", FirehoseDestination(archive.delivery_stream), events=UNTRACKED_EVENTS)

    assert len(warnings(stack)) == 1


def test_fails_when_the_set_is_in_another_region():
    app = App()
    ireland = Stack(app, "Ireland", env=Environment(account="111122223333", region="eu-west-1"))
    virginia = Stack(app, "Virginia", env=Environment(account="111122223333", region="us-east-1"))
    archive = EventArchive(ireland, "Archive")
    mail = EventPublishingConfigurationSet(virginia, "Mail")

    with pytest.raises(ValueError, match="Archive") as refusal:
        mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)

    assert str(refusal.value) == (
        "Virginia/Mail/Archive: archive must be in the region of the configuration set, "
        "got 'eu-west-1' for 'us-east-1'; give both stacks the same env"
    )


def test_fails_when_the_set_is_in_another_account():
    app = App()
    theirs = Stack(app, "Theirs", env=Environment(account="444455556666", region="us-east-1"))
    ours = Stack(app, "Ours", env=Environment(account="111122223333", region="us-east-1"))
    archive = EventArchive(theirs, "Archive")
    mail = EventPublishingConfigurationSet(ours, "Mail")

    with pytest.raises(ValueError, match="Archive") as refusal:
        mail.add_event_destination("Archive", archive, events=UNTRACKED_EVENTS)

    assert str(refusal.value) == (
        "Ours/Mail/Archive: archive must be in the account of the configuration set, "
        "got '444455556666' for '111122223333'; give both stacks the same env"
    )


def test_archive_that_is_refused_leaves_the_destinations_before_it_untouched():
    app = App()
    ireland = Stack(app, "Ireland", env=Environment(account="111122223333", region="eu-west-1"))
    virginia = Stack(app, "Virginia", env=Environment(account="111122223333", region="us-east-1"))
    archive = EventArchive(ireland, "Archive")
    topic = sns.Topic(virginia, "Topic")
    routes = {
        "Feedback": EventRoute(SnsDestination(topic), UNTRACKED_EVENTS),
        "Archive": EventRoute(archive, UNTRACKED_EVENTS),
    }

    with pytest.raises(ValueError, match="Virginia/Mail/Archive: archive must be in the region"):
        EventPublishingConfigurationSet(virginia, "Mail", event_destinations=routes)

    Template.from_stack(virginia).resource_count_is("AWS::SNS::TopicPolicy", 0)


def test_archive_that_fails_half_way_leaves_nothing(stack, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr("ses_event_constructs.archive._archive.define_queries", fail)
    with pytest.raises(OSError, match="disk full"):
        EventArchive(stack, "Archive")
    monkeypatch.undo()

    assert stack.node.try_find_child("Archive") is None
    EventArchive(stack, "Archive")


def test_path_in_a_refusal_does_not_begin_with_a_slash():
    app = App()

    with pytest.raises(TypeError, match=r"^Archive: retention must be a Duration"):
        EventArchive(app, "Archive", retention=5)
