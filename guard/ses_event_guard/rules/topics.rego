# Amazon SNS topics: Amazon SES publishes to standard ones only.
package ses_event_guard

import rego.v1

sns_page := "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html"

rules["SES-TOPIC-FIFO"] := {
	"severity": "error",
	"title": "The topic of an SNS destination is a FIFO topic",
	"why": "Amazon SES publishes events to standard topics only; the deployment of the destination fails.",
	"fix": "use a standard topic, without FifoTopic and without .fifo at the end of its name",
	"source": sns_page,
}

# topics[w][destination]: the topic of this template that a destination publishes to.
topics[w] := found if {
	some w, all in destinations
	found := {id: topic |
		some id, destination in all
		topic := topic_at(w, target(destination, "SnsDestination", "TopicARN"))
	}
}

# A reference to a topic, its ARN put together from its name, or a literal ARN of this account and region.
topic_at(w, value) := value.__ref if {
	is_reference(value)
	type_of[value.__ref] == "AWS::SNS::Topic"
	model[w][value.__ref]
	value.__att != "TopicName"
}

else := id if {
	parts := arn_parts(value)
	names := regex.find_all_string_submatch_n(`^\$\{([A-Za-z0-9]+)\.TopicName\}$`, parts[5], 1)
	id := names[0][1]
	type_of[id] == "AWS::SNS::Topic"
	model[w][id]
}

else := id if {
	parts := arn_parts(value)
	is_here(parts)
	id := ids_of_topic_name[w][parts[5]]
}

# What the engine puts in the place of AWS::Region and AWS::AccountId.
is_here(parts) if {
	parts[3] == "us-east-1"
	parts[4] == "123456789012"
}

ids_of_topic_name[w] := found if {
	some w, resources in model
	found := {name: id |
		some id, properties in resources
		type_of[id] == "AWS::SNS::Topic"
		name := field(properties, "TopicName")
		is_string(name)
	}
}

violation contains finding("SES-TOPIC-FIFO", id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in topics
	some id, topic in found
	why := fifo_because(model[w][topic])
	message := sprintf("topic %s is a FIFO topic, got %s", [topic, why])
}

fifo_because(properties) := "FifoTopic: true" if is_true(field(properties, "FifoTopic"))

else := sprintf("TopicName: %s", [name]) if {
	name := shape(field(properties, "TopicName"))
	endswith(name, ".fifo")
}

violation contains finding("SES-TOPIC-FIFO", id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, all in destinations
	some id, destination in all
	arn := target(destination, "SnsDestination", "TopicARN")
	not topics[w][id]
	is_plain_text(arn)
	endswith(shape(arn), ".fifo")
	message := sprintf("the topic is a FIFO topic, got %s", [shown(arn)])
}
