"""The right to send mail with a configuration set."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._arguments import Path
from ses_event_constructs._environment import is_a
from ses_event_constructs._statements import configuration_set_arn

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
_TEMPLATE_ACTIONS = ["ses:SendEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail", "ses:SendBulkTemplatedEmail"]
_RAW_ACTION = "ses:SendRawEmail"


def grant_sending(
    grantee: iam.IGrantable,
    *,
    configuration_set: IConfigurationSetRef,
    identities: tuple[ses.IEmailIdentity, ...],
    templates: Iterable[str | ses.CfnTemplate],
    stack: Stack,
) -> iam.Grant:
    """Let a principal send with the set, from the identities and with the templates that `check_sending` has passed."""
    name = configuration_set.configuration_set_ref.configuration_set_name
    senders = [configuration_set_arn(stack, name), *(identity.email_identity_arn for identity in identities)]
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=_TEMPLATE_ACTIONS,
        resource_arns=[*senders, *(_template_arn(template, stack) for template in templates)],
    ).combine(iam.Grant.add_to_principal(grantee=grantee, actions=[_RAW_ACTION], resource_arns=senders))


def check_sending(
    path: Path, grantee: object, identities: tuple[object, ...], templates: object
) -> list[str | ses.CfnTemplate]:
    """Refuse what cannot be granted to, from or with, and return the templates.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: No identity, or a template without a name.
    """
    if not is_a("grant_principal", grantee):
        raise TypeError(
            f"{path()}: grantee must be a principal such as a role or function, got {grantee!r}; "
            "write grant_send(role, identity)"
        )
    if not identities:
        raise ValueError(
            f"{path()}: identities is empty, got no address or domain to send from; write grant_send(role, identity)"
        )
    for identity in identities:
        if not is_a("email_identity_arn", identity):
            raise TypeError(
                f"{path()}: identities must be email identities, got {identity!r}; "
                "import one by ses.EmailIdentity.from_email_identity_name"
            )
    if isinstance(templates, str | ses.CfnTemplate) or not isinstance(templates, Iterable):
        raise TypeError(f"{path()}: templates must be a list, got {templates!r}; write templates=['welcome']")
    return [_checked_template(template, path) for template in templates]


def _checked_template(template: object, path: Path) -> str | ses.CfnTemplate:
    if not isinstance(template, str | ses.CfnTemplate):
        raise TypeError(
            f"{path()}: templates must be names or CfnTemplates, got {template!r}; write templates=['welcome']"
        )
    if isinstance(template, str) and (not template or "*" in template):
        raise ValueError(f"{path()}: a template must be named in full, got {template!r}; write its name")
    return template


def _template_arn(template: str | ses.CfnTemplate, stack: Stack) -> str:
    name = template if isinstance(template, str) else template.ref
    return stack.format_arn(service="ses", resource="template", resource_name=name)
