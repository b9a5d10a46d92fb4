# Amazon Data Firehose: streams that take records from Amazon SES, and the role with which it writes.
package ses_event_guard

import rego.v1

firehose_page := "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-firehose.html"

rules["SES-STREAM-SOURCE"] := {
	"severity": "error",
	"title": "The stream of a Firehose destination reads from another source",
	"why": "A Firehose stream that reads from Kinesis, Amazon MSK or a database takes no records by PutRecordBatch, which is how Amazon SES writes.",
	"fix": "use a Firehose stream of the type DirectPut",
	"source": "https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html",
}

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

# streams[w][destination] and roles[w][destination]: those of this template.
streams[w] := found if {
	some w, all in destinations
	found := {id: stream |
		some id, destination in all
		stream := stream_at(w, target(destination, "KinesisFirehoseDestination", "DeliveryStreamARN"))
	}
}

roles[w] := found if {
	some w, all in destinations
	found := {id: role |
		some id, destination in all
		role := role_at(w, target(destination, "KinesisFirehoseDestination", "IAMRoleARN"))
	}
}

stream_at(w, value) := value.__ref if {
	is_reference(value)
	type_of[value.__ref] == "AWS::KinesisFirehose::DeliveryStream"
	model[w][value.__ref]
}

else := id if {
	is_text(value)
	names := regex.find_all_string_submatch_n(`:deliverystream/\$\{([A-Za-z0-9]+)\}$`, value.__text, 1)
	id := names[0][1]
	type_of[id] == "AWS::KinesisFirehose::DeliveryStream"
	model[w][id]
}

else := id if {
	parts := arn_parts(value)
	is_here(parts)
	some id, properties in model[w]
	type_of[id] == "AWS::KinesisFirehose::DeliveryStream"
	parts[5] == sprintf("deliverystream/%s", [field(properties, "DeliveryStreamName")])
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

other_sources := {
	"KinesisStreamSourceConfiguration": "KinesisStreamAsSource",
	"MSKSourceConfiguration": "MSKAsSource",
	"DatabaseSourceConfiguration": "DatabaseAsSource",
}

source_shown(properties) := type if {
	some _, type in other_sources
	field(properties, "DeliveryStreamType") == type
}

else := property if {
	some property, _ in other_sources
	is_object(field(properties, property))
	is_plain(field(properties, property))
}

violation contains finding("SES-STREAM-SOURCE", id, in_destination(["KinesisFirehoseDestination", "DeliveryStreamARN"]), message) if {
	some w, found in streams
	some id, stream in found
	message := sprintf("stream %s does not take records from Amazon SES, got %s", [
		stream, source_shown(model[w][stream]),
	])
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
