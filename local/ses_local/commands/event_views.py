"""How deliveries are shown: line by line, as a summary, and as the timeline of one mail."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from ses_local.checking.deployed import DeployedSet
from ses_local.console.formats import plural

Entry = Mapping[str, Any]


class Names:
    """The construct paths of the sets and the construct ids of their destinations."""

    def __init__(self, sets: Iterable[DeployedSet]) -> None:
        self._sets: dict[tuple[str, str, str], DeployedSet] = {
            (each.environment.account, each.environment.region, each.name): each for each in sets
        }

    def set(self, entry: Entry) -> str:
        """Return the set's construct path, else its name."""
        found = self._found(entry)
        return found.path if found else str(entry["configurationSet"])

    def destination(self, entry: Entry) -> str:
        """Return the destination's construct id, else its name."""
        found = self._found(entry)
        return str((found.labels if found else {}).get(entry["destination"], entry["destination"]))

    def _found(self, entry: Entry) -> DeployedSet | None:
        return self._sets.get((entry["account"], entry["region"], entry["configurationSet"]))


def print_entry(out: Console, entry: Entry, names: Names) -> None:
    """Print one delivery on a line: when, what, whose, where, and why it was lost."""
    recipients = _recipients(entry).split(", ")
    shown = recipients[0] + (f" and {len(recipients) - 1} more" if len(recipients) > 1 else "")
    where = f"{names.set(entry)}/{names.destination(entry)} ({entry['kind']})"
    line = f"{_clock(entry)} {_mark(entry)} {entry['eventType']:<17} {shown:<34} {where}"
    out.print(f"{line}  [dim]{entry['messageId']}[/dim]", soft_wrap=True)
    if entry["reason"]:
        out.print(f"         {entry['reason']}", markup=False, soft_wrap=True)


def print_summary(out: Console, entries: Sequence[Entry]) -> None:
    """Print how many deliveries arrived and were lost, by event type."""
    if not entries:
        out.print("no events yet; ses-local send SET sends a mail")
        return
    arrived = Counter(entry["eventType"] for entry in entries if entry["status"] == "arrived")
    lost = Counter(entry["eventType"] for entry in entries if entry["status"] == "lost")
    mails = len({entry["messageId"] for entry in entries})
    parts = [f"{arrived[name]} {name}" + (f" ({lost[name]} lost)" if lost[name] else "") for name in arrived | lost]
    number = f"{plural(mails, 'mail')}, {plural(len(entries), 'delivery')}"
    out.print(f"\n{number}: {', '.join(parts)}", markup=False, soft_wrap=True)


def print_timeline(out: Console, entries: Sequence[Entry], names: Names) -> None:
    """Print what became of one mail: its events in order, and each destination beside them."""
    for message_id in dict.fromkeys(entry["messageId"] for entry in entries):
        own = [entry for entry in entries if entry["messageId"] == message_id]
        mail = own[0]["record"]["mail"]
        subject = mail.get("commonHeaders", {}).get("subject", "")
        out.print(f"\n[bold]{message_id}[/bold] through {names.set(own[0])}", soft_wrap=True)
        out.print(f" {mail['source']} to {', '.join(mail['destination'])}: {subject}", markup=False, soft_wrap=True)
        places = list(dict.fromkeys(names.destination(entry) for entry in own))
        table = Table(box=None, padding=(0, 2, 0, 1))
        for heading in ("Time", "Event", "Recipient", *places):
            table.add_column(heading)
        rows: dict[tuple[str, ...], dict[str, str]] = {}
        for entry in own:
            key = (_clock(entry), entry["eventType"], _recipients(entry))
            rows.setdefault(key, {})[names.destination(entry)] = _mark(entry).strip()
        for row, cells in rows.items():
            table.add_row(*row, *(cells.get(place, "[dim]-[/dim]") for place in places))
        out.print(table)
        for where, entry in {(names.destination(e), e["reason"]): e for e in own if e["reason"]}.items():
            out.print(f" {where[0]}: {where[1]}", markup=False, soft_wrap=True)
            print_missing(out, entry)


def print_missing(out: Console, entry: Entry) -> None:
    """Print the statement that a policy lacks, ready to copy, when that is why an event was lost."""
    if missing := entry.get("missing"):
        out.print(f" add to the {missing['policy']} of {missing['resource']}:", markup=False, soft_wrap=True)
        out.print(json.dumps(missing["statement"], indent=2), markup=False, soft_wrap=True, highlight=False)


def _mark(entry: Entry) -> str:
    return "[green]arrived[/green]" if entry["status"] == "arrived" else "[bold red]lost   [/bold red]"


def _clock(entry: Entry) -> str:
    record = entry["record"]
    part = next((p for p in record.values() if isinstance(p, Mapping) and "messageId" not in p), {})
    return str(part.get("timestamp") or record["mail"]["timestamp"])[11:19]


def _recipients(entry: Entry) -> str:
    """Return the recipients that an event concerns; all of the mail's when its record does not say."""
    record = entry["record"]
    for part in record.values():
        if isinstance(part, Mapping):
            for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
                if name in part:
                    return ", ".join(each["emailAddress"] for each in part[name])
            if "recipients" in part:
                return ", ".join(part["recipients"])
    return ", ".join(record["mail"]["destination"])
