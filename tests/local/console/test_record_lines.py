import json

import pytest
from ses_event_records.testing import FACTORIES
from ses_local.console.views.record import TELLING, lines_of


@pytest.mark.parametrize("event_type", FACTORIES)
def test_lines_parse_the_record_of_every_event(event_type, tmp_path, capsys):
    file = tmp_path / "record.json"
    file.write_text(json.dumps(FACTORIES[event_type]("ada@customer.example")))

    lines = lines_of(event_type, str(file))
    exec(compile(lines, "lines", "exec"), {})  # noqa: S102 - what users are told to run

    assert len(lines.splitlines()) == 4
    assert capsys.readouterr().out.startswith("('ada@customer.example',) ")


def test_every_event_has_something_telling():
    assert TELLING.keys() == FACTORIES.keys()
