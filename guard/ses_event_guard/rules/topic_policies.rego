# Policies of topics: one, which lets Amazon SES publish, and which is there before the destination.
package ses_event_guard

import rego.v1

rules["SES-TOPIC-POLICY"] := {
	"severity": "error",
	"title": "No policy of the topic lets Amazon SES publish",
	"why": concat(" ", [
		"Amazon SES publishes to the topic when the destination is created, and that fails without the permission,",
		"often with the misleading message 'KinesisFirehoseDestination is null'. A statement under a condition that",
		"event publishing cannot meet, such as an aws:SourceArn of an identity, is no permission:",
		"the source of an event is its configuration set.",
	]),
	"fix": "allow ses.amazonaws.com to sns:Publish in an AWS::SNS::TopicPolicy of the topic, with AWS:SourceAccount and the AWS:SourceArn of the configuration set",
	"source": sns_page,
}

rules["SES-TOPIC-POLICY-ORDER"] := {
	"severity": "error",
	"title": "The destination may be created before the policy of its topic",
	"why": "CloudFormation creates what does not depend on each other at the same time, and Amazon SES must be able to publish when the destination is created.",
	"fix": "add the topic policy to the DependsOn of the event destination",
	"source": "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html",
}

rules["SES-TOPIC-POLICY-CONFLICT"] := {
	"severity": "error",
	"title": "Two policies are set on one topic",
	"why": "A topic has one policy. Each resource replaces it as a whole, so the one that is deployed last wins, and the permissions of the other are gone without an error.",
	"fix": "put the statements of both into one AWS::SNS::TopicPolicy",
	"source": "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
}

# policies_of[w][topic]: the resources that set the policy of a topic for sure.
policies_of[w][topic] contains id if {
	some w, resources in model
	some id, properties in resources
	type_of[id] in topic_policy_types
	some named in policy_topics(properties)
	topic := topic_at(w, named)
}

policy_topics(properties) := array.concat(elements(field(properties, "Topics")), elements(field(properties, "TopicArn")))

# Policies of topics that only a deployment knows: they may be for any topic.
policies_of_any[w] contains id if {
	some w, resources in model
	some id, properties in resources
	type_of[id] in topic_policy_types
	some named in policy_topics(properties)
	not topic_at(w, named)
	may_be_a_topic_of_this_template(named)
}

policies_of_any[w] contains id if {
	some w, resources in model
	some id, properties in resources
	type_of[id] in topic_policy_types
	count(policy_topics(properties)) == 0
}

may_be_a_topic_of_this_template(named) if is_unknown(named)

may_be_a_topic_of_this_template(named) if {
	is_text(named)
	not regex.match(`:[A-Za-z0-9_-]+(\.fifo)?$`, named.__text)
}

possible_policies(w, topic) := found if {
	found := {id | some id in policies_of[w][topic]} | {id | some id in policies_of_any[w]}
}

granting_policies(w, topic, set) := found if {
	found := {id |
		some id in possible_policies(w, topic)
		may_grant(w, id, topic, set)
	}
}

may_grant(w, id, topic, set) if {
	some statement in statements(field(model[w][id], "PolicyDocument"))
	may_allow_ses(statement, "sns:Publish", set)
	may_cover_topic(w, statement, topic)
}

# Its properties come from elsewhere, by Fn::Transform.
may_grant(w, id, _, _) if is_null(field(model[w][id], "PolicyDocument"))

# granting[w][destination]: the policies that may let Amazon SES publish to the destination's topic.
granting[w] := found if {
	some w, of_destination in topics
	found := {id: policies |
		some id, topic in of_destination
		policies := granting_policies(w, topic, destinations[w][id].set)
	}
}

may_cover_topic(_, statement, _) if is_null(field(statement, "Resource"))

may_cover_topic(w, statement, topic) if {
	some resource in elements(field(statement, "Resource"))
	may_be_topic(w, resource, topic)
}

may_be_topic(w, resource, topic) if topic_at(w, resource) == topic

may_be_topic(w, resource, topic) if {
	not is_reference(resource)
	not topic_at(w, resource)
	not surely_another_topic(w, resource, topic)
}

# A literal name at the end of an ARN, where the topic has another literal name.
surely_another_topic(w, resource, topic) if {
	is_string(resource)
	parts := arn_parts(resource)
	parts[5] == literal_prefix(parts[5])
	name := field(model[w][topic], "TopicName")
	is_string(name)
	parts[5] != name
}

violation contains finding("SES-TOPIC-POLICY", id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in topics
	some id, topic in found
	count(granting[w][id]) == 0
	not topic in handed_on
	message := sprintf("nothing lets Amazon SES publish to topic %s, got %s", [topic, policies_shown(w, topic)])
}

policies_shown(w, topic) := "no topic policy" if count(possible_policies(w, topic)) == 0

else := sprintf("topic policy %s without a statement for ses.amazonaws.com that applies to the configuration set", [concat(
	", ",
	sort(possible_policies(w, topic)),
)])

violation contains finding("SES-TOPIC-POLICY-ORDER", id, "DependsOn", message) if {
	some w, found in topics
	some id, topic in found
	policies := granting[w][id]
	count([policy | some policy in policies; policy in policies_of[w][topic]]) > 0
	count([policy | some policy in policies; depends_on(id, policy)]) == 0
	message := sprintf("the event destination does not depend on topic policy %s, got %s", [
		concat(" or ", sort(policies)),
		depends_shown(id),
	])
}

depends_shown(id) := "no DependsOn" if count(input.resources[id].dependsOn) == 0

else := sprintf("DependsOn: %s", [concat(", ", input.resources[id].dependsOn)])

topics_for_ses[w] contains topic if {
	some w, found in topics
	some _, topic in found
}

topics_for_ses[w] contains topic if {
	some w, of_topic in policies_of
	some topic, ids in of_topic
	some id in ids
	some statement in statements(field(model[w][id], "PolicyDocument"))
	names_ses(statement)
}

names_ses(statement) if {
	some service in elements(field(field(statement, "Principal"), "Service"))
	service == "ses.amazonaws.com"
}

violation contains finding("SES-TOPIC-POLICY-CONFLICT", id, "Properties", message) if {
	some w, named in topics_for_ses
	some topic in named
	ids := sort(policies_of[w][topic])
	count(ids) > 1
	some index, id in ids
	index > 0
	message := sprintf("topic %s has two policies, of which the last one deployed wins, got %s too", [topic, ids[0]])
}
