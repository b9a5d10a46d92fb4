# Amazon EventBridge: Amazon SES publishes to the default bus only.
package ses_event_guard

import rego.v1

rules["SES-BUS-NOT-DEFAULT"] := {
	"severity": "error",
	"title": "The bus of an EventBridge destination is not the default bus",
	"why": "Amazon SES publishes to the default event bus of its account and region, and refuses every other one.",
	"fix": "use arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default, and a rule there that sends events on to other buses",
	"source": "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-eventbridge.html",
}

bus_path := in_destination(["EventBridgeDestination", "EventBusArn"])

bus_arns[w] := found if {
	some w, all in destinations
	found := {id: arn |
		some id, destination in all
		arn := target(destination, "EventBridgeDestination", "EventBusArn")
		not is_null(arn)
	}
}

not_the_default_bus(arn) if {
	is_reference(arn)
	type_of[arn.__ref] == "AWS::Events::EventBus"
}

not_the_default_bus(arn) if {
	is_string(arn)
	not regex.match(`^arn:[^:]+:events:[^:]+:[^:]+:event-bus/default$`, arn)
}

not_the_default_bus(arn) if {
	is_text(arn)
	parts := arn_parts(arn)
	not may_begin(parts[5], "event-bus/default")
}

not_the_default_bus(arn) if {
	is_text(arn)
	parts := arn_parts(arn)
	startswith(parts[5], "event-bus/")
	name := trim_prefix(trim_prefix(parts[5], "event-bus/${"), "")
	type_of[trim_suffix(name, "}")] == "AWS::Events::EventBus"
}

violation contains finding("SES-BUS-NOT-DEFAULT", id, bus_path, message) if {
	some w, found in bus_arns
	some id, arn in found
	not_the_default_bus(arn)
	message := sprintf("Amazon SES publishes to the default bus only, got %s", [shown(arn)])
}
