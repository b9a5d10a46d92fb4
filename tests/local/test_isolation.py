"""The emulator's process, and the functions that it starts, find nothing of the developer's AWS account."""

import io
import json
import zipfile

import pytest
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint

pytestmark = pytest.mark.deploy
FUNCTION = """
import os
def handler(event, context):
    home = os.path.expanduser("~/.aws/credentials")
    found = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "SES_LOCAL"))}
    return {"file": os.path.exists(home), "environ": found}
"""


def test_function_sees_neither_the_files_nor_the_variables_of_the_developer(tmp_path, monkeypatch):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text("[default]\naws_access_key_id = AKIAREAL\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/real")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("index.py", FUNCTION)

    emulator = Emulator.start(Endpoint(free_port()), tmp_path / "state")
    try:
        functions = emulator.endpoint.client("lambda")
        functions.create_function(
            FunctionName="look",
            Runtime="python3.12",
            Role="arn:aws:iam::000000000000:role/look",
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
        )
        answer = json.loads(functions.invoke(FunctionName="look")["Payload"].read())
    finally:
        emulator.stop()

    assert answer["file"] is False
    environ = answer["environ"]
    assert environ["AWS_ACCESS_KEY_ID"] == "000000000000"
    assert environ["AWS_SHARED_CREDENTIALS_FILE"] == environ["AWS_CONFIG_FILE"] == "/dev/null"
    assert environ["AWS_EC2_METADATA_DISABLED"] == "true"
    assert not [name for name in environ if name.startswith(("AWS_PROFILE", "AWS_CONTAINER", "SES_LOCAL"))]
