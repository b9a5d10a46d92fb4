"""Finds the archive of a stack by the stack's resources, and what is in it by day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlparse

from botocore.exceptions import ClientError

from ses_local.checking.deployed import SET, Clients
from ses_local.checking.stacks import NESTED
from ses_local.errors import SesLocalError
from ses_local.report.failures import in_words
from ses_local.report.figures import Period
from ses_local.ses.paths import own_path

QUERY, STREAM = "AWS::Athena::NamedQuery", "AWS::KinesisFirehose::DeliveryStream"
FIRST_QUERY = "report by day"
_DAY = re.compile(r"day=(\d{4}-\d\d-\d\d)/")
_AT_ONCE = 50  # named queries that one call returns


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive, as deployed.

    Args:
        stack: The stack's name.
        work_group: The work group that its queries run in.
        database: Its database.
        queries: The SQL of its named queries, by name.
        sets: The construct paths of the stack's configuration sets, by physical name; empty when unknown.
        streams: The names of the stack's delivery streams.
    """

    stack: str
    work_group: str
    database: str
    queries: Mapping[str, str]
    sets: Mapping[str, str]
    streams: frozenset[str]

    def set_named(self, name: str) -> str:
        """Return the physical name of a set that is named so or by its construct path; what is unknown stays."""
        paths = {path: physical for physical, path in self.sets.items() if path}
        return name if name in self.sets else paths.get(name, name)


def find_archive(clients: Clients, stack: str, work_group: str = "") -> Archive:
    """Return the archive of a stack, or of those nested in it.

    Args:
        clients: Makes a client for a service name.
        stack: The stack's name.
        work_group: Which of several archives, by the name of its work group; the only one if empty.

    Raises:
        SesLocalError: The stack has no archive, more than one, or one without the report's queries; or it cannot be
            read.
    """
    resources: dict[str, dict[str, str]] = {}
    with in_words("cloudformation", f"stack {stack} cannot be read"):
        for kind, physical, path in _resources(clients("cloudformation"), stack):
            resources.setdefault(kind, {})[physical] = path
    if not resources.get(QUERY):
        raise SesLocalError(
            f"stack {stack} has no archive; add EventArchive(self, 'Archive') to it and the archive to each "
            "configuration set, as in mail.add_event_destination('Archive', archive, events=UNTRACKED_EVENTS)"
        )
    with in_words("athena", f"the named queries of stack {stack} cannot be read"):
        every = list(_named_queries(clients("athena"), list(resources[QUERY])))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for query in every:
        found.setdefault((query["WorkGroup"], query["Database"]), {})[query["Name"]] = query["QueryString"]
    archives = {
        place: queries for place, queries in found.items() if FIRST_QUERY in queries and work_group in ("", place[0])
    }
    groups = ", ".join(group for group, _ in found)
    if not archives:
        raise SesLocalError(
            f"the archive of stack {stack} lacks the report's named queries, got work groups {groups}; deploy the "
            "stack with this version of ses-event-constructs"
        )
    if len(archives) > 1:
        raise SesLocalError(f"stack {stack} has several archives, got work groups {groups}; name the one that you mean")
    ((group, database), queries), *_ = archives.items()
    streams = frozenset(resources.get(STREAM, ()))
    return Archive(stack, group, database, queries, resources.get(SET, {}), streams)


def bytes_by_day(clients: Clients, archive: Archive, period: Period) -> dict[date, int]:
    """Return the bytes of the archived objects of each day that has some; raise SesLocalError if they are not told."""
    with in_words("glue", f"the table of {archive.database} cannot be read"):
        table = clients("glue").get_table(DatabaseName=archive.database, Name="events")["Table"]
    location = urlparse(table["StorageDescriptor"]["Location"])
    bucket, prefix = location.netloc, location.path.lstrip("/")
    found: dict[date, int] = {}
    with in_words("s3", f"the archive of stack {archive.stack} cannot be listed"):
        pages = clients("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=prefix, StartAfter=f"{prefix}day={period.since}"):
            for each in page.get("Contents", []):
                day = _DAY.match(each["Key"], len(prefix))
                if day and day[1] <= str(period.until):
                    found[date.fromisoformat(day[1])] = found.get(date.fromisoformat(day[1]), 0) + each["Size"]
    return found


def _resources(cloudformation: Any, stack: str) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - a boto3 client
    """Yield type, physical id and construct path of each resource; the path only for who may read templates."""
    waiting = [stack]
    while waiting:
        name = waiting.pop(0)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        listed = [each for page in pages for each in page["StackResourceSummaries"]]
        described = _template(cloudformation, name)
        for each in listed:
            physical = each.get("PhysicalResourceId") or ""
            if each["ResourceType"] == NESTED:
                waiting.append(physical)
            elif physical:
                metadata = described.get(each["LogicalResourceId"], {}).get("Metadata", {})
                yield each["ResourceType"], physical, "/".join(own_path(metadata.get("aws:cdk:path", "")))


def _template(cloudformation: Any, stack: str) -> Mapping[str, Any]:  # noqa: ANN401 - a boto3 client
    try:
        template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    except ClientError:  # grant_query does not let one read templates, and the report does without
        return {}
    return template.get("Resources", {}) if isinstance(template, Mapping) else {}


def _named_queries(athena: Any, ids: list[str]) -> Iterator[dict[str, str]]:  # noqa: ANN401 - a boto3 client
    for start in range(0, len(ids), _AT_ONCE):
        yield from athena.batch_get_named_query(NamedQueryIds=ids[start : start + _AT_ONCE])["NamedQueries"]
