# What a finding looks like. The page stands in the text of the fix, because CDK does not show links.
package ses_event_guard

import rego.v1

severities := {"error": "ERROR", "warning": "WARN", "advice": "INFO"}

finding(rule, id, path, message) := make_diag_full(
	rule, severities[rules[rule].severity], id, path, message,
	sprintf("%s; see %s", [rules[rule].fix, rules[rule].source]),
	rules[rule].source,
)

path_of(keys) := concat(".", array.concat(["Properties"], keys))

in_destination(keys) := path_of(array.concat(["EventDestination"], keys))

# What was not looked at, for --verbose.
note(id, path, message) := make_diag_full("SES-NOTE", "DEBUG", id, path, message, "", "")
