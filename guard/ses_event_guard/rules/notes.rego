# What a template does not show, so that nothing was said of it.
package ses_event_guard

import rego.v1

violation contains note(id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, all in destinations
	some id, destination in all
	arn := target(destination, "SnsDestination", "TopicARN")
	not is_null(arn)
	not topics[w][id]
	message := sprintf("the topic is not in this template, so its policy and its key were not looked at, got %s", [seen(arn)])
}

violation contains note(id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in encryption
	some id, encrypted in found
	not key_at(w, encrypted.value)
	message := sprintf("the key of topic %s is not in this template, so its policy was not looked at, got %s", [
		encrypted.topic, seen(encrypted.value),
	])
}

violation contains note(id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in topics
	some id, topic in found
	count([1 | some _ in policies_of_any[w]]) > 0
	message := sprintf("a topic policy names topics that only a deployment knows, so it may be that of %s", [topic])
}

violation contains note(id, in_destination(["KinesisFirehoseDestination", "IAMRoleARN"]), message) if {
	some w, all in destinations
	some id, destination in all
	arn := target(destination, "KinesisFirehoseDestination", "IAMRoleARN")
	not is_null(arn)
	not roles[w][id]
	message := sprintf("the role is not in this template, so its policies were not looked at, got %s", [seen(arn)])
}

violation contains note(id, in_destination(["KinesisFirehoseDestination", "IAMRoleARN"]), message) if {
	some w, found in roles
	some id, role in found
	some_policy_unknown[w][role]
	message := sprintf("role %s has policies that are not in this template, so its permissions were not looked at", [role])
}

violation contains note(id, in_destination(["KinesisFirehoseDestination", "DeliveryStreamARN"]), message) if {
	some w, all in destinations
	some id, destination in all
	arn := target(destination, "KinesisFirehoseDestination", "DeliveryStreamARN")
	not is_null(arn)
	not streams[w][id]
	message := sprintf("the stream is not in this template, so its source was not looked at, got %s", [seen(arn)])
}

violation contains note(id, "Properties.ConfigurationSetName", message) if {
	some w, all in destinations
	some id, destination in all
	is_null(destination.set.key)
	message := "only a deployment knows the configuration set, so its destinations were not counted"
}

violation contains note("", "Conditions", message) if {
	count(conditions_sorted) > most_conditions
	message := sprintf("%d conditions matter here, so not every combination of them was looked at", [count(conditions_sorted)])
}

seen(value) := value.__unknown if is_unknown(value)

else := shown(value)

# What every template has. The engine itself takes any mapping for one.
violation contains make_diag("SES-NOT-A-TEMPLATE", "DEBUG", "", "no Resources") if {
	not "Resources" in input.template.rawTopLevelKeys
}
