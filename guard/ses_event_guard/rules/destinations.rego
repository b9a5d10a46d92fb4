# Event destinations and the configuration sets they are on, read once for all rules.
package ses_event_guard

import rego.v1

kinds := {
	"SnsDestination",
	"KinesisFirehoseDestination",
	"CloudWatchDestination",
	"EventBridgeDestination",
}

# destinations[w][id]: what a rule wants to know of an event destination.
destinations[w] := found if {
	some w, resources in model
	found := {id: destination |
		some id, properties in resources
		type_of[id] == "AWS::SES::ConfigurationSetEventDestination"
		description := field(properties, "EventDestination")
		not is_null(description)
		destination := {
			"set": set_of(w, field(properties, "ConfigurationSetName")),
			"description": description,
			"events": elements(field(description, "MatchingEventTypes")),
			"enabled": field(description, "Enabled"),
		}
	}
}

local_sets[w] := found if {
	some w, resources in model
	found := {id: literal_or_null(field(properties, "Name")) |
		some id, properties in resources
		type_of[id] == "AWS::SES::ConfigurationSet"
	}
}

literal_or_null(value) := value if is_string(value)

else := null

ids_of_set_name[w] := found if {
	some w, sets in local_sets
	found := {name: id |
		some id, name in sets
		is_string(name)
	}
}

# A configuration set as a destination names it: its id here, its name, and a key that is the same
# for the same set. What may be any set has the key null.
set_of(w, name) := {"id": name.__ref, "name": local_sets[w][name.__ref], "key": name.__ref} if is_reference(name)

else := {"id": object.get(ids_of_set_name[w], name, null), "name": name, "key": key} if {
	is_string(name)
	key := object.get(ids_of_set_name[w], name, sprintf("name %s", [name]))
}

else := {"id": null, "name": null, "key": name.__unknown} if {
	is_unknown(name)
	regex.match("^(parameter .* value unknown|cross-stack )", name.__unknown)
}

else := {"id": null, "name": null, "key": null}

destinations_on[w][key] contains id if {
	some w, all in destinations
	some id, destination in all
	key := destination.set.key
	is_string(key)
}

# The worlds in which a destination is on a set that only a deployment knows.
has_unknown_set[w] if {
	some w, all in destinations
	some _, destination in all
	is_null(destination.set.key)
}

publishes(destination) if is_true(destination.enabled)

target(destination, kind, key) := field(field(destination.description, kind), key)
