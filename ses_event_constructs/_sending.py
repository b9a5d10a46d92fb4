"""Permission to send mail with a configuration set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._checks import Path, refusal
from ses_event_constructs._environment import Location, check_same_environment, location_of, stack_of
from ses_event_constructs._kinds import is_identity, is_principal
from ses_event_constructs._statements import configuration_set_arn

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
_TEMPLATE_ACTIONS = ["ses:SendEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail", "ses:SendBulkTemplatedEmail"]
_RAW_ACTION = "ses:SendRawEmail"
_WILDCARDS = "*?"


def grant_sending(
    grantee: object,
    *,
    configuration_set: IConfigurationSetRef,
    identities: Sequence[object],
    templates: object,
    path: Path,
) -> iam.Grant:
    """Allow a principal to send with the set, from the identities and with the templates.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: No identity is given, an identity or a template is not named in full, an identity is in another
            region, or this app cannot grant anything to the grantee.
    """
    stack = stack_of(configuration_set)
    principal = check_grantee(grantee, path, "grant_send(role, identity)")
    arns = _identity_arns(identities, stack, path)
    names = _template_names(templates, path)
    name = configuration_set.configuration_set_ref.configuration_set_name
    senders = [configuration_set_arn(stack, name), *arns]
    return iam.Grant.add_to_principal(
        grantee=principal,
        actions=_TEMPLATE_ACTIONS,
        resource_arns=[*senders, *(_template_arn(each, stack) for each in names)],
    ).combine(iam.Grant.add_to_principal(grantee=principal, actions=[_RAW_ACTION], resource_arns=senders))


def check_grantee(grantee: object, path: Path, example: str) -> iam.IGrantable:
    """Return the grantee; raise if it is not a principal that identity-based permissions can be granted to.

    A service, an account or anybody has no policy that this app could add a statement to.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
    """
    if not is_principal(grantee):
        raise TypeError(
            refusal(
                path,
                "grantee must be a principal such as a role or function",
                got=grantee,
                instead=f"write {example}",
            )
        )
    if isinstance(grantee.grant_principal, iam.PrincipalBase | iam.UnknownPrincipal):
        raise ValueError(  # noqa: TRY004 - it is a principal, of a kind that has no policy
            refusal(
                path,
                "grantee must have a policy of its own",
                got=grantee,
                instead="grant to a role, user or group",
            )
        )
    return grantee


def _identity_arns(identities: Sequence[object], stack: Stack, path: Path) -> list[str]:
    if not identities:
        raise ValueError(
            refusal(
                path,
                "identities is empty",
                instead="name an address or domain to send from: grant_send(role, identity)",
            )
        )
    arns: list[str] = []
    for identity in identities:
        if not is_identity(identity):
            raise TypeError(
                refusal(
                    path,
                    "identities must be e-mail identities",
                    got=identity,
                    instead="import one by ses.EmailIdentity.from_email_identity_name",
                )
            )
        if any(each in identity.email_identity_name for each in _WILDCARDS):
            raise ValueError(
                refusal(
                    path,
                    "an identity must be named in full",
                    got=identity.email_identity_name,
                    instead="write its domain or address",
                )
            )
        check_same_environment(path, "identity", _location_of(identity), stack, "region")
        arns.append(identity.email_identity_arn)
    return arns


def _location_of(identity: ses.IEmailIdentity) -> Location:
    return location_of(identity, lambda: identity.email_identity_arn)


def _template_names(templates: object, path: Path) -> list[str]:
    if isinstance(templates, str | ses.CfnTemplate) or not isinstance(templates, Iterable):
        raise TypeError(refusal(path, "templates must be a list", got=templates, instead="write templates=['welcome']"))
    return [_template_name(template, path) for template in templates]


def _template_name(template: object, path: Path) -> str:
    if isinstance(template, ses.CfnTemplate):
        return template.ref
    if not isinstance(template, str):
        raise TypeError(
            refusal(
                path, "templates must be names or CfnTemplates", got=template, instead="write templates=['welcome']"
            )
        )
    if not template or any(each in template for each in _WILDCARDS):
        raise ValueError(refusal(path, "a template must be named in full", got=template, instead="write its name"))
    return template


def _template_arn(name: str, stack: Stack) -> str:
    return stack.format_arn(service="ses", resource="template", resource_name=name)
