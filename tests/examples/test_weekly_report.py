"""The app of examples/weekly_report.py; tests/local/test_weekly_report.py deploys it and runs its function."""

import importlib.util

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match, Template

from tests.conftest import ROOT

spec = importlib.util.spec_from_file_location("weekly_report", ROOT / "examples" / "weekly_report.py")
weekly_report = importlib.util.module_from_spec(spec)
spec.loader.exec_module(weekly_report)

WITHOUT_LAYER = Match.string_like_regexp("the function has no layer, so it cannot make a report; build one as .*")


@pytest.fixture
def stack(tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "module.py").write_text("")

    def made(**context):
        return weekly_report.WeeklyReport(cdk.App(context=context), "WeeklyReport")

    made.layer = str(tmp_path)
    return made


def actions(template):
    """What the function's role may do, without its log."""
    (policy,) = [
        each["Properties"]["PolicyDocument"]["Statement"]
        for name, each in template.find_resources("AWS::IAM::Policy").items()
        if name.startswith("RoleDefaultPolicy")
    ]
    found = [each["Action"] if isinstance(each["Action"], list) else [each["Action"]] for each in policy]
    return {action for each in found for action in each if not action.startswith("logs:")}


def test_function_may_query_the_archive_and_send_and_nothing_else(stack):
    found = actions(Template.from_stack(stack()))

    assert {each.partition(":")[0] for each in found} == {"athena", "cloudformation", "glue", "s3", "ses"}
    verbs = {each.partition(":")[2] for each in found}
    changing = {each for each in verbs if not each.startswith(("Get", "List", "BatchGet", "Send"))}
    assert changing == {"StartQueryExecution", "StopQueryExecution", "PutObject", "AbortMultipartUpload"}


def test_function_runs_on_mondays(stack):
    Template.from_stack(stack()).has_resource_properties(
        "AWS::Events::Rule", {"ScheduleExpression": "cron(0 6 ? * MON *)", "State": "ENABLED"}
    )


def test_context_names_layer_domain_and_recipient(stack):
    made = stack(layer=stack.layer, domain="shop.example", recipient="team@shop.example")

    template = Template.from_stack(made)
    template.resource_count_is("AWS::Lambda::LayerVersion", 1)
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {"Environment": {"Variables": {"SENDER": "report@shop.example", "RECIPIENT": "team@shop.example"}}},
    )
    Annotations.from_stack(made).has_no_warning("*", WITHOUT_LAYER)


def test_warns_when_the_function_has_no_layer(stack):
    made = stack()

    Template.from_stack(made).resource_count_is("AWS::Lambda::LayerVersion", 0)
    Annotations.from_stack(made).has_warning("*", WITHOUT_LAYER)
