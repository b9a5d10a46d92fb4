# Who may send: an identity's default configuration set needs a permission of its own.
package ses_event_guard

import rego.v1

rules["SES-SENDER-SET"] := {
	"severity": "error",
	"title": "A sender may use the identity, but not the identity's default configuration set",
	"why": "Mail from an identity with a default configuration set is sent with that set, and Amazon SES checks the permission on both. A policy that covers the identity alone, as EmailIdentity.grant_send_email and SAM's SESCrudPolicy make it, ends in AccessDenied on configuration-set/….",
	"fix": "add the ARN of the configuration set to the resources of the statement",
	"source": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html",
}

send_actions := [
	"ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail", "ses:SendBulkTemplatedEmail",
]

# identities_with_set[w][identity]: the default configuration set as it is written.
identities_with_set[w] := found if {
	some w, resources in model
	found := {id: name |
		some id, properties in resources
		type_of[id] == "AWS::SES::EmailIdentity"
		name := field(field(properties, "ConfigurationSetAttributes"), "ConfigurationSetName")
		not is_null(name)
		not is_unknown(name)
	}
}

surely_sends(statement) if {
	field(statement, "Effect") == "Allow"
	some pattern in elements(field(statement, "Action"))
	is_string(pattern)
	some action in send_actions
	pattern_covers(lower(pattern), lower(action))
}

may_send(statement) if {
	is_allow(statement)
	some action in send_actions
	may_cover_action(statement, action)
}

# The identity of this template that a resource of a statement names, and nothing but it.
identity_at(w, resource) := id if {
	parts := arn_parts(resource)
	parts[2] == "ses"
	some id, _ in identities_with_set[w]
	names_identity(w, trim_prefix(parts[5], "identity/"), id)
}

names_identity(w, name, id) if {
	is_string(field(model[w][id], "EmailIdentity"))
	name == field(model[w][id], "EmailIdentity")
}

names_identity(_, name, id) if name == sprintf("${%s}", [id])

may_cover_a_set(statement) if is_null(field(statement, "Resource"))

may_cover_a_set(statement) if {
	some resource in elements(field(statement, "Resource"))
	not never_a_set(resource)
}

never_a_set(resource) if never_of_a_set(arn_parts(resource))

# Whether some statement may let a principal send with a configuration set.
sends_with_a_set[w][principal] if {
	some w, of_principal in documents_of
	some principal, documents in of_principal
	some policy in documents
	some statement in statements(policy.document)
	may_send(statement)
	may_cover_a_set(statement)
}

violation contains finding("SES-SENDER-SET", policy.id, "Properties", message) if {
	some w, of_principal in documents_of
	some principal, documents in of_principal
	not sends_with_a_set[w][principal]
	not some_policy_unknown[w][principal]
	some policy in documents
	some statement in statements(policy.document)
	surely_sends(statement)
	some resource in elements(field(statement, "Resource"))
	identity := identity_at(w, resource)
	message := sprintf("%s may send from identity %s, but not with its default configuration set %s, got %s", [
		principal, identity, set_as_written(identities_with_set[w][identity]), shown(resource),
	])
}

set_as_written(value) := value.__ref if is_reference(value)

else := shape(value)
