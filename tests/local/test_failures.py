"""The reasons that are shown when the app or the CDK CLI fails."""

import pytest
from ses_local.client.failures import reasons, way_out

OF_A_VALIDATION = """\
jsii.errors.JavaScriptError:
  @jsii/kernel.RuntimeError: ValidationFailedWithErrors: Validation failed with the following errors:
    [] Shop/Topic: a topic keeps only one policy, got two; add the statements
      at Kernel.invoke (/tmp/lib/program.js:1:55858)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/shop/app.py", line 17, in <module>
    app.synth()
    ^^^^^^^^^^^
    raise RuntimeError(resp.error) from JavaScriptError(resp.stack)
RuntimeError: ValidationFailedWithErrors: Validation failed with the following errors:
  [] Shop/Topic: a topic keeps only one policy, got two; add the statements
  [] Shop/Mail: the set has eleven event destinations
python3 app.py: Subprocess exited with error 1
"""
OF_TYPESCRIPT = """\
/shop/app.ts:12
    throw new Error('There is already a Construct');
    ^
Error: There is already a Construct with name 'Mail' in Stack [Shop]
    at Node.addChild (/shop/node_modules/constructs/lib/construct.js:447:13)

Node.js v24.1.0
npx ts-node app.ts: Subprocess exited with error 1
"""
OF_AN_ANNOTATION = """\
ERROR the rule listens for an event that nothing publishes
   Shop/Mail/OnClick
Synthesis finished with errors
"""
OF_A_DEPLOYMENT = """\
Shop | 3/9 | 3:27:20 PM | CREATE_FAILED | AWS::SES::ConfigurationSetEventDestination | Mail/Feedback
Shop | 4/9 | 3:27:20 PM | CREATE_COMPLETE      | AWS::SNS::Topic | Topic
❌  Shop failed: ToolkitError: The stack named Shop failed to deploy
ToolkitError: The stack named Shop failed to deploy
    at Deployments.monitorDeployment
"""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            OF_A_VALIDATION,
            """\
RuntimeError: ValidationFailedWithErrors: Validation failed with the following errors:
  Shop/Topic: a topic keeps only one policy, got two; add the statements
  Shop/Mail: the set has eleven event destinations""",
        ),
        (OF_TYPESCRIPT, "Error: There is already a Construct with name 'Mail' in Stack [Shop]"),
        ("Traceback\n  File\nValueError: events is empty;\nname one\n", "ValueError: events is empty;\nname one"),
        (OF_AN_ANNOTATION, OF_AN_ANNOTATION.strip()),
        (
            OF_A_DEPLOYMENT,
            "Shop | 3/9 | 3:27:20 PM | CREATE_FAILED | AWS::SES::ConfigurationSetEventDestination | Mail/Feedback\n"
            "❌  Shop failed: ToolkitError: The stack named Shop failed to deploy\n"
            "ToolkitError: The stack named Shop failed to deploy",
        ),
    ],
    ids=["a validation", "TypeScript", "several lines", "an annotation", "a deployment"],
)
def test_reasons_are_the_sentences_and_no_stack_trace(said, shown):
    assert "\n".join(reasons(said.splitlines())) == shown


def test_nothing_is_said_about_an_app_that_starts():
    assert way_out("ValueError: events is empty") == ""
