"""Creates what an app imports and does not define: sets, topics, identities, templates, buckets.

A seed file is YAML or JSON: one mapping, or a list of them, each for an account and a region.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from ses_local.client.environment import Endpoint, Environment
from ses_local.errors import SesLocalError

Clients = Callable[[str], Any]
# What the services say when a thing is there already, so that a file can be seeded again.
_THERE = frozenset({"AlreadyExistsException", "BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


def seed(endpoint: Endpoint, file: Path) -> list[str]:
    """Make everything that a file lists, unless it is there; return a line on each.

    Args:
        endpoint: The emulator.
        file: The seed file.

    Raises:
        SesLocalError: The file cannot be read, or lists what is unknown; then nothing is made.
    """
    parts = [(_environment(part, endpoint), list(_things(part))) for part in _parts(file)]
    lines = []
    for environment, things in parts:
        for kind, entry in things:
            _make(endpoint.at(environment), environment, kind, entry)
            lines.append(f"{kind} {_named(entry)} in {environment}")
    return lines


def _parts(file: Path) -> list[dict[str, Any]]:
    try:
        said = yaml.safe_load(file.read_text())  # JSON is YAML
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise SesLocalError(f"the seed file cannot be read, got {error}; write YAML or JSON") from error
    parts = said if isinstance(said, list) else [said]
    for part in parts:
        if not isinstance(part, dict):
            raise SesLocalError(f"{file} must hold a mapping or a list of them, got {part!r}; see --help")
        if unknown := sorted(map(str, part.keys() - _MAKERS.keys() - {"account", "region"})):
            there_are = ", ".join(["account", "region", *_MAKERS])
            raise SesLocalError(f"{file} has an unknown key, got {unknown[0]}; there are {there_are}")
    return parts


def _environment(part: Mapping[str, Any], endpoint: Endpoint) -> Environment:
    account = part.get("account", endpoint.account)
    if not (isinstance(account, str) and len(account) == 12 and account.isdigit()):  # noqa: PLR2004
        raise SesLocalError(f'an account is twelve digits in quotes, got {account!r}; write account: "111111111111"')
    return Environment(account, str(part.get("region", endpoint.region)))


def _things(part: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, entries in part.items():
        if kind in _MAKERS:
            if not isinstance(entries, list):
                raise SesLocalError(f"{kind} must be a list, got {entries!r}; write one entry per line, with a dash")
            for entry in entries:
                described = {"name": entry} if isinstance(entry, str) else entry
                if not (isinstance(described, dict) and isinstance(described.get("name"), str)):
                    raise SesLocalError(f"{kind} needs names, got {entry!r}; write a name, or a mapping with a name")
                yield kind, described


def _named(entry: Mapping[str, Any]) -> str:
    return str(entry["name"])


def _make(endpoint: Endpoint, environment: Environment, kind: str, entry: Mapping[str, Any]) -> None:
    try:
        _MAKERS[kind](endpoint.client, environment, entry)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise SesLocalError(f"{kind} {_named(entry)} in {environment} cannot be made: {error}") from error


def _configuration_set(clients: Clients, _environment: Environment, entry: Mapping[str, Any]) -> None:
    clients("sesv2").create_configuration_set(ConfigurationSetName=entry["name"])


def _topic(clients: Clients, environment: Environment, entry: Mapping[str, Any]) -> None:
    """Make a topic; with ``allow_ses`` its policy has the statement that Amazon SES needs."""
    arn = clients("sns").create_topic(Name=entry["name"])["TopicArn"]
    policy = entry.get("policy") or (_ses_may_publish(arn, environment) if entry.get("allow_ses") else None)
    if policy:
        clients("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))


def _ses_may_publish(arn: str, environment: Environment) -> dict[str, Any]:
    sets = f"arn:aws:ses:{environment.region}:{environment.account}:configuration-set/*"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": environment.account}, "ArnLike": {"aws:SourceArn": sets}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _identity(clients: Clients, _environment: Environment, entry: Mapping[str, Any]) -> None:
    default = {"ConfigurationSetName": entry["configuration_set"]} if entry.get("configuration_set") else {}
    clients("sesv2").create_email_identity(EmailIdentity=entry["name"], **default)


def _template(clients: Clients, _environment: Environment, entry: Mapping[str, Any]) -> None:
    content = {key.capitalize(): entry[key] for key in ("subject", "text", "html") if key in entry}
    clients("sesv2").create_email_template(TemplateName=entry["name"], TemplateContent=content)


def _bucket(clients: Clients, environment: Environment, entry: Mapping[str, Any]) -> None:
    where = {"CreateBucketConfiguration": {"LocationConstraint": environment.region}}
    clients("s3").create_bucket(Bucket=entry["name"], **({} if environment.region == "us-east-1" else where))


_MAKERS: Mapping[str, Callable[[Clients, Environment, Mapping[str, Any]], None]] = {
    "configuration_sets": _configuration_set,
    "topics": _topic,
    "identities": _identity,
    "templates": _template,
    "buckets": _bucket,
}
