# Whether a statement of a policy may allow something. What is unknown may: a rule says that something
# is missing only where no statement could give it.
package ses_event_guard

import rego.v1

statements(document) := elements(field(document, "Statement"))

is_allow(statement) if {
	effect := field(statement, "Effect")
	not effect == "Deny"
}

may_allow_ses(statement, action, set) if {
	is_allow(statement)
	principal_may_be_ses(statement)
	may_cover_action(statement, action)
	conditions_may_hold(statement, set)
}

principal_may_be_ses(statement) if not is_null(field(statement, "NotPrincipal"))

principal_may_be_ses(statement) if {
	principal := field(statement, "Principal")
	not is_object(principal)
	principal == "*"
}

principal_may_be_ses(statement) if {
	principal := field(statement, "Principal")
	not is_null(principal)
	not is_plain(principal)
}

principal_may_be_ses(statement) if {
	principal := field(statement, "Principal")
	is_object(principal)
	is_plain(principal)
	some service in elements(field(principal, "Service"))
	may_be_ses(service)
}

principal_may_be_ses(statement) if {
	principal := field(statement, "Principal")
	is_object(principal)
	is_plain(principal)
	some who in elements(field(principal, "AWS"))
	who == "*"
}

may_be_ses(service) if {
	is_string(service)
	pattern_covers(service, "ses.amazonaws.com")
}

# A regional or partitional name of the service: not documented for SES, and not known to fail.
may_be_ses(service) if {
	is_string(service)
	regex.match(`^ses\.[a-z0-9.-]*amazonaws\.com(\.cn)?$`, service)
}

may_be_ses(service) if not is_string(service)

# Names of actions are compared in lower case, as IAM does.
may_cover_action(statement, action) if {
	some pattern in elements(field(statement, "Action"))
	action_matches(pattern, action)
}

may_cover_action(statement, action) if {
	excluded := field(statement, "NotAction")
	not is_null(excluded)
	not surely_excluded(excluded, action)
}

action_matches(pattern, action) if {
	is_string(pattern)
	pattern_covers(lower(pattern), lower(action))
}

action_matches(pattern, action) if not is_string(pattern)

surely_excluded(excluded, action) if {
	some pattern in elements(excluded)
	is_string(pattern)
	pattern_covers(lower(pattern), lower(action))
}

# Only conditions on aws:SourceArn are judged: SES calls on behalf of a configuration set.
conditions_may_hold(statement, set) if not has_unmet_condition(statement, set)

has_unmet_condition(statement, set) if {
	block := field(statement, "Condition")
	is_object(block)
	is_plain(block)
	some operator, keys in block
	regex.match(`(?i)^(ForAnyValue:)?(String|Arn)(Equals|Like|EqualsIgnoreCase)(IfExists)?$`, operator)
	is_object(keys)
	is_plain(keys)
	some key, values in keys
	lower(key) == "aws:sourcearn"
	listed := elements(values)
	count(listed) > 0
	every value in listed {
		never_the_arn_of(value, set)
	}
}

never_the_arn_of(value, set) if never_of_a_set(arn_parts(value))

never_the_arn_of(value, set) if {
	parts := arn_parts(value)
	name := trim_prefix(parts[5], "configuration-set/")
	name != parts[5]
	another_set(name, set)
}

arn_parts(value) := parts if {
	is_plain_text(value)
	parts := split(shape(value), ":")
	count(parts) == 6
	parts[0] == "arn"
}

is_plain_text(value) if is_string(value)

is_plain_text(value) if is_text(value)

never_of_a_set(parts) if {
	service := parts[2]
	service == literal_prefix(service)
	service != "ses"
}

never_of_a_set(parts) if not may_begin(parts[5], "configuration-set/")

# Whether a pattern may match something that begins with this text.
may_begin(pattern, text) if startswith(literal_prefix(pattern), text)

may_begin(pattern, text) if {
	prefix := literal_prefix(pattern)
	startswith(text, prefix)
	prefix != pattern
}

another_set(name, set) if {
	name == literal_prefix(name)
	is_string(set.name)
	set.name != name
}

another_set(name, set) if {
	is_string(set.id)
	some other, type in type_of
	type == "AWS::SES::ConfigurationSet"
	name == sprintf("${%s}", [other])
	other != set.id
}
