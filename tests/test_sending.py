from types import FunctionType

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses

from ses_event_constructs import EventPublishingConfigurationSet
from tests.templates import resources, set_arn

ALL_BUT_RAW = ["ses:SendEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail", "ses:SendBulkTemplatedEmail"]


@pytest.fixture
def role(stack):
    return iam.Role(stack, "Sender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


@pytest.fixture
def identity(stack):
    return ses.EmailIdentity(stack, "Domain", identity=ses.Identity.domain("example.com"))


def statements(stack):
    (policy,) = resources(stack, "AWS::IAM::Policy").values()
    return policy["Properties"]["PolicyDocument"]["Statement"]


def own_arn(stack, mail):
    return set_arn(stack.resolve(mail.configuration_set.node.default_child.logical_id))


def template_arn(*tail):
    parts = ["arn:", {"Ref": "AWS::Partition"}, ":ses:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
    return {"Fn::Join": ["", [*parts, *tail]]}


def test_grants_sending_on_the_set_and_the_identity_only(stack, mail, role, identity):
    mail.grant_send(role, identity)

    arns = [own_arn(stack, mail), stack.resolve(identity.email_identity_arn)]
    assert statements(stack) == [
        {"Action": ALL_BUT_RAW, "Effect": "Allow", "Resource": arns},
        {"Action": "ses:SendRawEmail", "Effect": "Allow", "Resource": arns},
    ]


def test_templates_apply_to_every_action_but_raw(stack, mail, role, identity):
    template = ses.CfnTemplate(stack, "Template")

    mail.grant_send(role, identity, templates=["welcome", template])

    arns = [own_arn(stack, mail), stack.resolve(identity.email_identity_arn)]
    assert statements(stack) == [
        {
            "Action": ALL_BUT_RAW,
            "Effect": "Allow",
            "Resource": [*arns, template_arn(":template/welcome"), template_arn(":template/", {"Ref": "Template"})],
        },
        {"Action": "ses:SendRawEmail", "Effect": "Allow", "Resource": arns},
    ]


def test_templates_may_be_a_generator_and_contain_tokens(stack, mail, role, identity):
    name = cdk.CfnParameter(stack, "Name")

    mail.grant_send(role, identity, templates=(each for each in [name.value_as_string]))

    assert statements(stack)[0]["Resource"][2] == template_arn(":template/", {"Ref": "Name"})


def test_grants_several_identities_and_imported_ones(stack, mail, role, identity):
    arn = "arn:aws:ses:eu-west-1:222222222222:identity/other.example"
    imported = ses.EmailIdentity.from_email_identity_arn(stack, "Imported", arn)

    mail.grant_send(role, identity, imported)

    for statement in statements(stack):
        assert statement["Resource"] == [
            own_arn(stack, mail),
            stack.resolve(identity.email_identity_arn),
            arn,
        ]


def test_grants_an_imported_set_by_its_name(stack, role, identity):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")
    mail = EventPublishingConfigurationSet(stack, "Marketing", configuration_set=imported)

    mail.grant_send(role, identity)

    assert statements(stack)[0]["Resource"][0] == template_arn(":configuration-set/marketing")


def test_returns_a_grant_that_resources_can_depend_on(stack, mail, role, identity):
    bucket = s3.CfnBucket(stack, "Bucket")

    mail.grant_send(role, identity).apply_before(bucket)

    (policy,) = resources(stack, "AWS::IAM::Policy")
    assert resources(stack)["Bucket"]["DependsOn"] == [policy]


def test_grants_a_set_in_another_stack(mail, identity):
    other = cdk.Stack(mail.node.root, "Api")
    role = iam.Role(other, "Sender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    mail.grant_send(role, identity)

    assert [each["Action"] for each in statements(other)] == [ALL_BUT_RAW, "ses:SendRawEmail"]


def test_fails_when_there_is_no_identity(mail, role):
    with pytest.raises(ValueError, match="identities") as error:
        mail.grant_send(role)

    assert str(error.value) == (
        "Shop/Mail: identities is empty; name an address or domain to send from: grant_send(role, identity)"
    )


def test_fails_when_an_identity_is_not_an_identity(stack, mail, role, identity):
    with pytest.raises(TypeError) as error:
        mail.grant_send(role, identity, "example.com")

    assert str(error.value) == (
        "Shop/Mail: identities must be e-mail identities, got 'example.com'; "
        "import one by ses.EmailIdentity.from_email_identity_name"
    )
    assert resources(stack, "AWS::IAM::Policy") == {}


@pytest.mark.parametrize("name", ["*", "*.example.com", "a?c@example.com"])
def test_fails_when_an_identity_is_not_named_in_full(stack, mail, role, name):
    every = ses.EmailIdentity.from_email_identity_name(stack, "Every", name)

    with pytest.raises(ValueError, match="identity") as error:
        mail.grant_send(role, every)

    assert (
        str(error.value) == f"Shop/Mail: an identity must be named in full, got {name!r}; write its domain or address"
    )
    assert resources(stack, "AWS::IAM::Policy") == {}


def test_fails_when_an_identity_is_in_another_region(role):
    app = cdk.App()
    here, there = (
        cdk.Stack(app, region, env=cdk.Environment(account="111111111111", region=region))
        for region in ("eu-west-1", "us-east-1")
    )
    mail = EventPublishingConfigurationSet(here, "Mail")
    identity = ses.EmailIdentity(there, "Domain", identity=ses.Identity.domain("example.com"))

    with pytest.raises(ValueError, match="identity") as error:
        mail.grant_send(role, identity)

    assert str(error.value) == (
        "eu-west-1/Mail: identity must be in the region of the configuration set, got 'us-east-1' for 'eu-west-1'; "
        "give both stacks the same env"
    )


@pytest.mark.parametrize(
    "grantee",
    [
        iam.ServicePrincipal("ses.amazonaws.com"),
        iam.AnyPrincipal(),
        iam.ArnPrincipal("arn:aws:iam::111111111111:role/sender"),
        lambda stack: lambda_.Function.from_function_arn(
            stack, "Imported", "arn:aws:lambda:eu-west-1:111111111111:function:sender"
        ),
    ],
    ids=["service", "any", "arn", "imported function"],
)
def test_fails_when_nothing_can_be_granted_to_the_grantee(stack, mail, identity, grantee):
    grantee = grantee(stack) if isinstance(grantee, FunctionType) else grantee

    with pytest.raises(ValueError, match="grantee must have a policy of its own") as error:
        mail.grant_send(grantee, identity)

    assert str(error.value).endswith("; grant to a role, user or group")


def test_fails_when_the_grantee_is_not_a_principal(mail, identity):
    with pytest.raises(TypeError) as error:
        mail.grant_send("role", identity)

    assert str(error.value) == (
        "Shop/Mail: grantee must be a principal such as a role or function, got 'role'; "
        "write grant_send(role, identity)"
    )


@pytest.mark.parametrize("templates", ["welcome", 5])
def test_fails_when_templates_is_not_a_list(mail, role, identity, templates):
    with pytest.raises(TypeError) as error:
        mail.grant_send(role, identity, templates=templates)

    assert str(error.value) == f"Shop/Mail: templates must be a list, got {templates!r}; write templates=['welcome']"


def test_fails_when_a_template_is_not_a_name(mail, role, identity):
    with pytest.raises(TypeError) as error:
        mail.grant_send(role, identity, templates=[5])

    assert str(error.value) == (
        "Shop/Mail: templates must be names or CfnTemplates, got 5; write templates=['welcome']"
    )


@pytest.mark.parametrize("template", ["", "*", "welcome-*", "welcome?"])
def test_fails_when_a_template_is_not_named_in_full(mail, role, identity, template):
    with pytest.raises(ValueError, match="template") as error:
        mail.grant_send(role, identity, templates=[template])

    assert str(error.value) == f"Shop/Mail: a template must be named in full, got {template!r}; write its name"
