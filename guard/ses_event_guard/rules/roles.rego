# Roles with which Amazon SES writes to Firehose streams.
package ses_event_guard

import rego.v1

rules["SES-ROLE-TRUST"] := {
	"severity": "error",
	"title": "Amazon SES may not assume the role of a Firehose destination",
	"why": "Amazon SES assumes the role when the destination is created. A statement under a condition that event publishing cannot meet is no permission: the source of an event is its configuration set.",
	"fix": "allow ses.amazonaws.com to sts:AssumeRole in the role's AssumeRolePolicyDocument, with AWS:SourceAccount and the AWS:SourceArn of the configuration set",
	"source": firehose_page,
}

rules["SES-ROLE-PERMISSION"] := {
	"severity": "error",
	"title": "The role of a Firehose destination may not write to the stream",
	"why": "Amazon SES writes events with firehose:PutRecordBatch, in the name of the role. PutRecord alone is not enough.",
	"fix": "allow the role to firehose:PutRecordBatch on the stream",
	"source": firehose_page,
}

rules["SES-ROLE-ORDER"] := {
	"severity": "warning",
	"title": "The destination may be created before the policy of its role",
	"why": "CloudFormation creates what does not depend on each other at the same time. A destination whose role has no permission yet fails now and then with 'Could not assume IAM role', and what it publishes until then is lost.",
	"fix": "add the policy of the role to the DependsOn of the event destination",
	"source": "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html",
}

# roles[w][destination]: the role of this template.
roles[w] := found if {
	some w, all in destinations
	found := {id: role |
		some id, destination in all
		role := role_at(w, target(destination, "KinesisFirehoseDestination", "IAMRoleARN"))
	}
}

role_at(w, value) := value.__ref if {
	is_reference(value)
	type_of[value.__ref] == "AWS::IAM::Role"
	model[w][value.__ref]
}

else := id if {
	is_text(value)
	names := regex.find_all_string_submatch_n(`:role/\$\{([A-Za-z0-9]+)\}$`, value.__text, 1)
	id := names[0][1]
	type_of[id] == "AWS::IAM::Role"
	model[w][id]
}

may_assume(w, role, set) if {
	some statement in statements(field(model[w][role], "AssumeRolePolicyDocument"))
	may_allow_ses(statement, "sts:AssumeRole", set)
}

violation contains finding("SES-ROLE-TRUST", id, in_destination(["KinesisFirehoseDestination", "IAMRoleARN"]), message) if {
	some w, found in roles
	some id, role in found
	not may_assume(w, role, destinations[w][id].set)
	not role in handed_on
	message := sprintf("role %s may not be assumed by Amazon SES, got %s", [role, trust_shown(model[w][role])])
}

trust_shown(properties) := text if {
	principals := [json.marshal(field(statement, "Principal")) |
		some statement in statements(field(properties, "AssumeRolePolicyDocument"))
	]
	count(principals) > 0
	text := sprintf("a trust policy for %s", [concat(" and ", principals)])
}

else := "no trust policy"

may_put(w, document, destination) if {
	some statement in statements(document)
	is_allow(statement)
	may_cover_action(statement, "firehose:PutRecordBatch")
	may_cover_stream(w, statement, target(destination, "KinesisFirehoseDestination", "DeliveryStreamARN"))
}

may_cover_stream(_, statement, _) if is_null(field(statement, "Resource"))

may_cover_stream(w, statement, stream) if {
	some resource in elements(field(statement, "Resource"))
	may_be_stream(w, resource, stream)
}

may_be_stream(w, resource, stream) if not surely_no_stream(w, resource, stream)

# A stream of this template other than the destination's, or what is no Firehose stream at all.
surely_no_stream(w, resource, stream) if {
	other := stream_at(w, resource)
	other != stream_at(w, stream)
}

surely_no_stream(_, resource, _) if {
	is_reference(resource)
	type_of[resource.__ref] != "AWS::KinesisFirehose::DeliveryStream"
}

surely_no_stream(_, resource, _) if {
	parts := arn_parts(resource)
	parts[2] == literal_prefix(parts[2])
	parts[2] != "firehose"
}

surely_no_stream(_, resource, stream) if {
	is_string(stream)
	is_string(resource)
	here := arn_parts(resource)
	there := arn_parts(stream)
	not pattern_covers(here[5], there[5])
}

# The policies of the role which may let it write to the destination's stream.
writing_policies(w, role, destination) := found if {
	found := {policy.id |
		some policy in documents_of[w][role]
		may_put(w, policy.document, destination)
	}
}

writes_anyway(w, role) if some_policy_unknown[w][role]

violation contains finding("SES-ROLE-PERMISSION", id, in_destination(["KinesisFirehoseDestination", "IAMRoleARN"]), message) if {
	some w, found in roles
	some id, role in found
	not writes_anyway(w, role)
	count(writing_policies(w, role, destinations[w][id])) == 0
	not role in handed_on
	message := sprintf("role %s may not firehose:PutRecordBatch on the stream, got %s", [role, policies_of_role_shown(w, role)])
}

policies_of_role_shown(w, role) := text if {
	ids := {policy.id | some policy in documents_of[w][role]}
	count(ids) > 0
	text := sprintf("a policy in %s", [concat(", ", sort(ids))])
}

else := "no policy"

violation contains finding("SES-ROLE-ORDER", id, "DependsOn", message) if {
	some w, found in roles
	some id, role in found
	not writes_anyway(w, role)
	writing := writing_policies(w, role, destinations[w][id])
	count(writing) > 0
	not role in writing
	count({policy | some policy in writing; depends_on(id, policy)}) == 0
	message := sprintf("the event destination does not depend on policy %s of role %s, got %s", [
		concat(" or ", sort(writing)), role, depends_shown(id),
	])
}
