"""Two stacks: one that deploys, and after it one with an encrypted topic whose key says nothing of Amazon SES."""

from aws_cdk import App, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

app = App()
fine, broken = Stack(app, "Fine"), Stack(app, "Broken")
# Of independent stacks the CLI deploys first whose template it has uploaded first, and none after one that fails.
broken.add_stack_dependency(fine)
for stack in (fine, broken):
    key = kms.Key(stack, "Key") if stack is broken and not app.node.try_get_context("mended") else None
    mail = ses.ConfigurationSet(stack, "Mail")
    mail.add_event_destination(
        "Feedback",
        destination=ses.EventDestination.sns_topic(sns.Topic(stack, "Topic", master_key=key)),
        events=[EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE],
    )
app.synth()
