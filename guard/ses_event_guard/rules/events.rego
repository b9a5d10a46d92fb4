# What a destination publishes, whether it does, and where to.
package ses_event_guard

import rego.v1

destination_page := "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-ses-configurationseteventdestination-eventdestination.html"

rules["SES-EVENTS-EMPTY"] := {
	"severity": "error",
	"title": "A destination publishes no event",
	"why": "MatchingEventTypes says which events are published. It is required, and Amazon SES refuses an empty list.",
	"fix": "name at least one event type in MatchingEventTypes, such as bounce and complaint",
	"source": destination_page,
}

rules["SES-EVENTS-UNKNOWN"] := {
	"severity": "error",
	"title": "A destination names an event type that does not exist",
	"why": "Event types are spelled as CloudFormation spells them, in camel case. BOUNCE or Rendering Failure are names that other interfaces of Amazon SES use.",
	"fix": "write send, reject, bounce, complaint, delivery, open, click, renderingFailure, deliveryDelay or subscription",
	"source": destination_page,
}

rules["SES-EVENTS-REPEATED"] := {
	"severity": "warning",
	"title": "A destination names an event type twice",
	"why": "Each event is published once, however often its type is named; a repeated one is usually another one misspelled.",
	"fix": "name each event type once",
	"source": destination_page,
}

rules["SES-DESTINATION-ENABLED"] := {
	"severity": "warning",
	"title": "Enabled is omitted, so the destination publishes nothing",
	"why": "CloudFormation takes an omitted Enabled as false. The destination is created and looks right, and no event is ever published to it.",
	"fix": "set Enabled: true, or Enabled: false where that is meant",
	"source": destination_page,
}

rules["SES-DESTINATION-KIND"] := {
	"severity": "error",
	"title": "A destination has none or several of SNS, Firehose, CloudWatch and EventBridge",
	"why": "An event destination publishes to exactly one place.",
	"fix": "make one event destination for each place",
	"source": "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestinationDefinition.html",
}

rules["SES-DESTINATION-DUPLICATE"] := {
	"severity": "warning",
	"title": "Two destinations of a set publish the same event to the same place",
	"why": "Each destination publishes on its own, so the event arrives twice, and is counted and billed twice.",
	"fix": "remove the event type from one of the two event destinations",
	"source": "https://docs.aws.amazon.com/ses/latest/dg/monitor-using-event-publishing.html",
}

event_types := {
	"send", "reject", "bounce", "complaint", "delivery", "open", "click",
	"renderingFailure", "deliveryDelay", "subscription",
}

events_path := in_destination(["MatchingEventTypes"])

violation contains finding("SES-EVENTS-EMPTY", id, events_path, message) if {
	some w, all in destinations
	some id, destination in all
	count(destination.events) == 0
	message := sprintf("the event destination publishes no event, got %s", [events_shown(destination)])
}

events_shown(destination) := "no MatchingEventTypes" if is_null(field(destination.description, "MatchingEventTypes"))

else := "[]"

violation contains finding("SES-EVENTS-UNKNOWN", id, events_path, message) if {
	some w, all in destinations
	some id, destination in all
	some event in destination.events
	is_string(event)
	not event in event_types
	message := sprintf("the event type does not exist, got %s%s", [shown(event), meant(event)])
}

meant(event) := sprintf(", which is spelled %s here", [type]) if {
	some type in event_types
	squeezed(event) == lower(type)
}

else := ""

squeezed(event) := lower(regex.replace(event, "[ _-]", ""))

violation contains finding("SES-EVENTS-REPEATED", id, events_path, message) if {
	some w, all in destinations
	some id, destination in all
	some index, event in destination.events
	is_string(event)
	event in array.slice(destination.events, 0, index)
	message := sprintf("the event type is named twice, got %s", [shown(event)])
}

# In one branch of a condition it is a choice: only what is never written is forgotten.
violation contains finding("SES-DESTINATION-ENABLED", id, in_destination(["Enabled"]), message) if {
	some w, all in destinations
	some id, destination in all
	is_object(destination.description)
	is_plain(destination.description)
	is_null(destination.enabled)
	not enabled_by_condition(id)
	message := "CloudFormation takes the omitted Enabled as false, got no Enabled"
}

enabled_by_condition(id) if is_object(input.resources[id].properties.EventDestination.Enabled)

kinds_of(destination) := found if {
	found := [kind |
		some kind in sort(kinds)
		not is_null(field(destination.description, kind))
	]
}

violation contains finding("SES-DESTINATION-KIND", id, path_of(["EventDestination"]), message) if {
	some w, all in destinations
	some id, destination in all
	is_plain(destination.description)
	found := kinds_of(destination)
	count(found) != 1
	message := sprintf("an event destination publishes to exactly one place, got %s", [kinds_shown(found)])
}

kinds_shown(found) := "none" if count(found) == 0

else := concat(" and ", found)

# places[[w, set, place, event]]: the destinations that publish an event of a set to one place.
places[key] contains id if {
	some w, all in destinations
	some id, destination in all
	is_string(destination.set.key)
	publishes(destination)
	place := place_of(w, id)
	some event in destination.events
	is_string(event)
	key := [w, destination.set.key, place, event]
}

place_of(w, id) := place if {
	place := topics[w][id]
}

else := place if {
	place := streams[w][id]
}

else := "the default event bus" if {
	arn := bus_arns[w][id]
	not not_the_default_bus(arn)
}

else := place if {
	place := same_value(target(destinations[w][id], "SnsDestination", "TopicARN"))
}

else := place if {
	place := same_value(target(destinations[w][id], "KinesisFirehoseDestination", "DeliveryStreamARN"))
}

# Two equal values outside this template: a literal ARN, one parameter or one import.
same_value(value) := value if is_string(value)

else := value.__text if {
	is_text(value)
	not contains(value.__text, "${?}")
}

else := value.__unknown if {
	is_unknown(value)
	regex.match("^(parameter .* value unknown|cross-stack )", value.__unknown)
}

violation contains finding("SES-DESTINATION-DUPLICATE", id, events_path, message) if {
	some key, ids in places
	count(ids) > 1
	sorted := sort(ids)
	some index, id in sorted
	index > 0
	message := sprintf("the event is published twice to %s, got %s from %s too", [
		key[2], shown(key[3]), sorted[0],
	])
}
