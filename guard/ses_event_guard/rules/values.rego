# What a property says. clean() keeps literals, and turns everything else into one of three forms:
#   {"__ref": id, "__att": attribute}  a reference to a resource of this template
#   {"__text": "arn:…/${Set}"}         a text with references in it
#   {"__unknown": why}                 what only a deployment can tell, such as a parameter or an import
package ses_event_guard

import rego.v1

# The parameters that the user gave a value with --parameter: a file beside these rules adds them.
given contains name if {
	some name in []
}

parameter_paths[id] contains path if {
	some edge in input.edges
	not input.resources[edge.target]
	input.parameters[edge.target]
	not edge.target in given
	id := edge.source
	path := without_functions(edge.sourcePath)
}

# The engine inserts the default of a parameter as if it were written there. It is not: cut the path
# of the reference at the first function but Fn::If, and everything at or below it is unknown.
without_functions(path) := regex.replace(path, "\\.Fn::([^I]|I[^f]).*$", "")

edge_targets[id] contains edge.target if {
	some edge in input.edges
	id := edge.source
}

from_parameter(id, path) if path in parameter_paths[id]

clean(value, path, depth, where) := {"__unknown": "parameter"} if from_parameter(where[0], path)

else := value if not type_name(value) in {"object", "array"}

else := {"__unknown": "nested too deeply"} if depth == 0

else := result if {
	is_object(value)
	condition := value.__conditional
	result := clean_branch(value, condition, path, depth, where)
}

else := {"__ref": value.__ref, "__att": trim_prefix(trim_prefix(value.__kind, "resource"), "getatt:")} if {
	is_object(value)
	is_string(value.__ref)
	input.resources[value.__ref]
}

else := result if {
	is_object(value)
	is_string(value.__dynamic)
	result := clean_dynamic(value.__dynamic, where[0])
}

else := {"__unknown": "computed"} if {
	is_object(value)
	some key, _ in value
	regex.match("^(__|Fn::)", key)
}

else := result if {
	is_object(value)
	result := {key: cleaned |
		some key, child in value
		cleaned := clean(child, sprintf("%s.%s", [path, key]), depth - 1, where)
		not is_null(cleaned)
	}
}

else := result if {
	is_array(value)
	result := [cleaned |
		some index, child in value
		cleaned := clean(child, sprintf("%s.%d", [path, index]), depth - 1, where)
		not is_null(cleaned)
	]
}

clean_branch(value, condition, path, depth, where) := clean(
	value.__if_true,
	sprintf("%s.Fn::If.1", [path]), depth - 1, where,
) if {
	where[1][condition] == true
}

else := clean(value.__if_false, sprintf("%s.Fn::If.2", [path]), depth - 1, where) if where[1][condition] == false

else := {"__unknown": "condition"}

clean_dynamic(dynamic, id) := reference if {
	parts := regex.find_all_string_submatch_n(`^(Sub|Join):\$?\{(ref:)?([A-Za-z0-9]+)\.?([A-Za-z0-9.]*)\}$`, dynamic, 1)
	target := parts[0][3]
	input.resources[target]
	target in edge_targets[id]
	reference := {"__ref": target, "__att": parts[0][4]}
}

else := {"__text": regex.replace(trim_prefix(dynamic, "Sub:"), `\$\{!`, "${?")} if startswith(dynamic, "Sub:")

else := {"__text": text} if {
	startswith(dynamic, "Join:")
	references := regex.replace(trim_prefix(dynamic, "Join:"), `\{ref:([A-Za-z0-9]+)\}`, "$${${1}}")
	text := replace(references, "{dynamic}", "${?}")
}

else := {"__unknown": dynamic}

is_unknown(value) if {
	is_object(value)
	value.__unknown
}

is_text(value) if {
	is_object(value)
	value.__text
}

is_reference(value) if {
	is_object(value)
	value.__ref
}

# A property of an object: null where it is absent, unknown where the object is.
field(object, key) := value if {
	value := object[key]
}

else := object if not is_plain(object)

else := null

is_plain(value) if not is_object(value)

is_plain(value) if {
	is_object(value)
	not value.__unknown
	not value.__text
	not value.__ref
}

# One value, or a list of them.
elements(value) := value if is_array(value)

else := [] if is_null(value)

else := [value]

# What a value looks like as text, with ${…} for what is not known yet.
shape(value) := value if is_string(value)

else := value.__text if is_text(value)

else := sprintf("${%s.%s}", [value.__ref, value.__att]) if {
	is_reference(value)
	value.__att != ""
}

else := sprintf("${%s}", [value.__ref]) if is_reference(value)

else := "${?}" if is_unknown(value)

else := sprintf("%v", [value])

is_true(value) if value == true

is_true(value) if {
	is_string(value)
	lower(value) == "true"
}

# The part of a shape or a pattern before anything that is open.
literal_prefix(text) := regex.replace(text, `(?s)[*?].*|(?s)\$\{.*`, "")

# Whether a pattern of IAM, with * and ?, covers a literal text.
pattern_covers(pattern, text) if {
	escaped := regex.replace(pattern, `[.+^$(){}|\[\]\\]`, `\$0`)
	expression := replace(replace(escaped, "*", ".*"), "?", ".")
	regex.match(sprintf("(?s)^%s$", [expression]), text)
}

# What a value in a message looks like: as it was written, not with the account that the engine assumes.
shown(value) := "nothing" if is_null(value)

else := sprintf("'%s'", [as_written(value)]) if is_string(value)

else := sprintf("'%s'", [as_written(shape(value))]) if not is_plain(value)

else := json.marshal(value)

as_written(text) := replace(text, ":us-east-1:123456789012:", ":${AWS::Region}:${AWS::AccountId}:")
