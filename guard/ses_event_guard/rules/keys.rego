# Keys of encrypted topics: Amazon SES itself must be able to use them.
package ses_event_guard

import rego.v1

sse_page := "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"

rules["SES-KEY-POLICY"] := {
	"severity": "error",
	"title": "The key of an encrypted topic does not let Amazon SES use it",
	"why": "To publish to an encrypted topic, a service needs kms:GenerateDataKey and kms:Decrypt on the topic's key. Without them the deployment fails with the misleading message 'KinesisFirehoseDestination is null', or events are lost.",
	"fix": "add a statement to the key policy that allows ses.amazonaws.com to kms:GenerateDataKey and kms:Decrypt on *, without a condition",
	"source": sse_page,
}

rules["SES-KEY-CONDITION"] := {
	"severity": "warning",
	"title": "The key policy lets Amazon SES use the key under a source condition only",
	"why": "AWS documents the statement without a condition, and does not document that Amazon SES sends aws:SourceArn or aws:SourceAccount with its calls to AWS KMS. Where it does not, events are lost.",
	"fix": "remove the source condition from the statement of the key policy; the topic policy is the place for it",
	"source": sse_page,
}

rules["SES-KEY-AWS-MANAGED"] := {
	"severity": "error",
	"title": "A topic of Amazon SES events is encrypted with alias/aws/sns",
	"why": "The policy of the AWS managed key cannot be edited, and does not let Amazon SES use the key: events are lost, or the deployment fails.",
	"fix": "encrypt the topic with a customer managed key whose policy lets ses.amazonaws.com use it",
	"source": sse_page,
}

key_actions := ["kms:GenerateDataKey", "kms:Decrypt"]

# encryption[w][destination]: what the topic of a destination is encrypted with.
encryption[w] := found if {
	some w, of_destination in topics
	found := {id: {"topic": topic, "value": value} |
		some id, topic in of_destination
		value := field(model[w][topic], "KmsMasterKeyId")
		not is_null(value)
	}
}

key_at(w, value) := value.__ref if {
	is_reference(value)
	type_of[value.__ref] in key_types
	model[w][value.__ref]
}

else := key if {
	is_reference(value)
	type_of[value.__ref] == "AWS::KMS::Alias"
	key := key_behind(w, model[w][value.__ref])
}

else := key if {
	is_plain_text(value)
	names := regex.find_all_string_submatch_n(`(^|:)(alias/[A-Za-z0-9/_-]+)$`, shape(value), 1)
	some id, properties in model[w]
	type_of[id] == "AWS::KMS::Alias"
	field(properties, "AliasName") == names[0][2]
	key := key_behind(w, properties)
}

else := id if {
	is_text(value)
	names := regex.find_all_string_submatch_n(`:key/\$\{([A-Za-z0-9]+)(\.KeyId)?\}$`, value.__text, 1)
	id := names[0][1]
	type_of[id] in key_types
	model[w][id]
}

key_behind(w, alias) := id if {
	named := field(alias, "TargetKeyId")
	is_reference(named)
	id := named.__ref
	type_of[id] in key_types
	model[w][id]
}

key_statements(w, key, action, set) := found if {
	found := [statement |
		some statement in statements(field(model[w][key], "KeyPolicy"))
		may_allow_ses(statement, action, set)
	]
}

key_document_unknown(w, key) if not is_plain(field(model[w][key], "KeyPolicy"))

missing_key_actions(w, key, set) := found if {
	found := [action |
		some action in key_actions
		not key_document_unknown(w, key)
		count(key_statements(w, key, action, set)) == 0
	]
}

# The statement holds only for certain sources.
has_source_condition(statement) if {
	block := field(statement, "Condition")
	is_object(block)
	some _, keys in block
	is_object(keys)
	some key, _ in keys
	lower(key) in {"aws:sourcearn", "aws:sourceaccount"}
}

conditional_key_actions(w, key, set) := found if {
	found := [action |
		some action in key_actions
		found := key_statements(w, key, action, set)
		count(found) > 0
		every statement in found {
			has_source_condition(statement)
		}
	]
}

violation contains finding("SES-KEY-POLICY", id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in encryption
	some id, encrypted in found
	key := key_at(w, encrypted.value)
	not key in handed_on
	missing := missing_key_actions(w, key, destinations[w][id].set)
	count(missing) > 0
	message := sprintf("key %s of topic %s does not let Amazon SES use it, got no statement for %s", [
		key, encrypted.topic, concat(" and ", missing),
	])
}

violation contains finding("SES-KEY-CONDITION", id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in encryption
	some id, encrypted in found
	key := key_at(w, encrypted.value)
	not key in handed_on
	set := destinations[w][id].set
	count(missing_key_actions(w, key, set)) == 0
	conditional := conditional_key_actions(w, key, set)
	count(conditional) > 0
	message := sprintf("key %s of topic %s lets Amazon SES use it under a source condition only, got %s", [
		key, encrypted.topic, concat(" and ", conditional),
	])
}

violation contains finding("SES-KEY-AWS-MANAGED", id, in_destination(["SnsDestination", "TopicARN"]), message) if {
	some w, found in encryption
	some id, encrypted in found
	is_plain_text(encrypted.value)
	regex.match(`(^|:)alias/aws/sns$`, shape(encrypted.value))
	message := sprintf("topic %s is encrypted with the AWS managed key, got %s", [
		encrypted.topic, shown(encrypted.value),
	])
}
