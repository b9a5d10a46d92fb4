# Configuration sets and names.
package ses_event_guard

import rego.v1

set_page := "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ses-configurationset.html"

rules["SES-DESTINATION-LIMIT"] := {
	"severity": "error",
	"title": "A configuration set has more than 10 event destinations",
	"why": "Amazon SES allows 10 event destinations per configuration set, and the quota cannot be raised.",
	"fix": "publish once and fan out behind the destination, or use several configuration sets",
	"source": quota_page,
}

rules["SES-SET-NAME"] := {
	"severity": "error",
	"title": "A configuration set has a name that CloudFormation refuses",
	"why": "The name of a configuration set is 1 to 64 of the characters A-Z, a-z, 0-9, hyphen and underscore.",
	"fix": "use at most 64 letters, digits, hyphens and underscores, or omit Name",
	"source": set_page,
}

rules["SES-DESTINATION-NAME"] := {
	"severity": "error",
	"title": "An event destination has a name that CloudFormation refuses",
	"why": "The name of an event destination is 1 to 64 of the characters A-Z, a-z, 0-9, hyphen and underscore.",
	"fix": "use at most 64 letters, digits, hyphens and underscores, or omit Name",
	"source": destination_page,
}

rules["SES-DESTINATION-NAME-REPEATED"] := {
	"severity": "error",
	"title": "Two event destinations of a set have the same name",
	"why": "The name of an event destination is unique in its configuration set; the second one is not created.",
	"fix": "omit Name, and let CloudFormation choose it",
	"source": "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSetEventDestination.html",
}

rules["SES-TRACKING-DOMAIN"] := {
	"severity": "advice",
	"title": "Opens or clicks are tracked through the domain of Amazon SES",
	"why": "To publish open or click events, Amazon SES adds an image to the mail and rewrites its links, so that they lead through a domain of Amazon SES that all its customers share. Recipients see it, and filters judge it.",
	"fix": "set TrackingOptions.CustomRedirectDomain on the configuration set, or do not publish open and click",
	"source": "https://docs.aws.amazon.com/ses/latest/dg/configure-custom-open-click-domains.html",
}

rules["SES-FEEDBACK-UNUSED"] := {
	"severity": "advice",
	"title": "No destination of a configuration set publishes bounces and complaints",
	"why": "AWS reviews an account at a bounce rate of 5 % or a complaint rate of 0.1 %, so somebody has to hear of them. Feedback by e-mail or notifications of the identity may do that outside this template.",
	"fix": "publish bounce and complaint to a destination that somebody or something reads",
	"source": "https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html",
}

most_destinations := 10

name_pattern := "^[A-Za-z0-9_-]{1,64}$"

violation contains finding("SES-DESTINATION-LIMIT", id, "Properties.ConfigurationSetName", message) if {
	some w, on in destinations_on
	some _, ids in on
	count(ids) > most_destinations
	sorted := sort(ids)
	id := sorted[most_destinations]
	message := sprintf("a configuration set takes %d event destinations, got %d on the set of this one", [
		most_destinations, count(ids),
	])
}

violation contains finding("SES-SET-NAME", id, "Properties.Name", message) if {
	some w, sets in local_sets
	some id, name in sets
	is_string(name)
	not regex.match(name_pattern, name)
	message := sprintf("CloudFormation refuses the name of the configuration set, got %s", [shown(name)])
}

destination_names[key] contains id if {
	some w, all in destinations
	some id, destination in all
	is_string(destination.set.key)
	name := field(destination.description, "Name")
	is_string(name)
	key := [w, destination.set.key, name]
}

violation contains finding("SES-DESTINATION-NAME", id, in_destination(["Name"]), message) if {
	some w, all in destinations
	some id, destination in all
	name := field(destination.description, "Name")
	is_string(name)
	not regex.match(name_pattern, name)
	message := sprintf("CloudFormation refuses the name of the event destination, got %s", [shown(name)])
}

violation contains finding("SES-DESTINATION-NAME-REPEATED", id, in_destination(["Name"]), message) if {
	some key, ids in destination_names
	count(ids) > 1
	sorted := sort(ids)
	some index, id in sorted
	index > 0
	message := sprintf("two event destinations of the set have one name, got %s from %s too", [shown(key[2]), sorted[0]])
}

# published[[w, set]]: the event types that the enabled destinations of a set of this template publish.
published[key] contains event if {
	some w, sets in local_sets
	some set, _ in sets
	some id in destinations_on[w][set]
	publishes(destinations[w][id])
	some event in destinations[w][id].events
	key := [w, set]
}

violation contains finding("SES-TRACKING-DOMAIN", set, "Properties.TrackingOptions", message) if {
	some key, events in published
	w := key[0]
	set := key[1]
	tracked := [name | some event, name in {"open": "opens", "click": "clicks"}; event in events]
	count(tracked) > 0
	is_null(field(field(model[w][set], "TrackingOptions"), "CustomRedirectDomain"))
	message := sprintf("%s are tracked through the shared domain of Amazon SES, got no CustomRedirectDomain", [
		concat(" and ", sort(tracked)),
	])
}

violation contains finding("SES-FEEDBACK-UNUSED", set, "Properties", message) if {
	some key, events in published
	w := key[0]
	set := key[1]
	not has_unknown_set[w]
	every event in events {
		is_string(event)
	}
	every id in destinations_on[w][set] {
		is_boolean_like(destinations[w][id].enabled)
	}
	missing := [event | some event in ["bounce", "complaint"]; not event in events]
	count(missing) > 0
	message := sprintf("no destination of the configuration set publishes %s, got %s", [
		concat(" and ", missing), concat(", ", sort(events)),
	])
}

is_boolean_like(value) if is_plain(value)
