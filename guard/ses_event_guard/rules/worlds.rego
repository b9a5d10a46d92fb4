# Which resources exist together. A "world" is one satisfiable assignment of the conditions that the
# resources below use: in a world no Fn::If is left, so that a rule reads plain values, and a finding
# is always about values that can occur together.
package ses_event_guard

import rego.v1

policy_types := {
	"AWS::IAM::Policy",
	"AWS::IAM::RolePolicy",
	"AWS::IAM::UserPolicy",
	"AWS::IAM::ManagedPolicy",
}

topic_policy_types := {"AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"}

key_types := {"AWS::KMS::Key", "AWS::KMS::ReplicaKey"}

principal_types := {"AWS::IAM::Role", "AWS::IAM::User", "AWS::Serverless::Function"}

relevant_types := {
	"AWS::Events::EventBus",
	"AWS::Glue::Database",
	"AWS::KMS::Alias",
	"AWS::KinesisFirehose::DeliveryStream",
	"AWS::SES::ConfigurationSet",
	"AWS::SES::ConfigurationSetEventDestination",
	"AWS::SES::EmailIdentity",
	"AWS::SES::Tenant",
	"AWS::SNS::Topic",
} | ((policy_types | topic_policy_types) | (key_types | principal_types))

type_of[id] := resource.resourceType if some id, resource in input.resources

relevant contains id if {
	some id, type in type_of
	type in relevant_types
}

# What is handed to a nested stack or a custom resource: there it may get a policy that this template does not show.
handed_on contains edge.target if {
	some edge in input.edges
	edge.kind != "DependsOn"
	regex.match(
		"^(Custom::|AWS::CloudFormation::(Stack|CustomResource)|AWS::Serverless::Application|.*::MODULE$)",
		type_of[edge.source],
	)
}

# A macro, or what it includes, may add anything to anything. CloudFormation's own extensions do not.
handed_on contains id if {
	some transform in input.template.transforms
	not regex.match("^AWS::(Serverless-|LanguageExtensions|SecretsManager-|CodeDeployBlueGreen)", transform)
	some id in relevant
}

# The engine leaves a Fn::Transform of all properties out. Without their required ones these are not all there is.
handed_on contains id if {
	some id in relevant
	type_of[id] == "AWS::IAM::Role"
	not input.resources[id].properties.AssumeRolePolicyDocument
}

handed_on contains id if {
	some id in relevant
	type_of[id] in key_types
	count(input.resources[id].properties) == 0
}

conditions_used contains condition if {
	some id in relevant
	condition := input.resources[id].condition
	is_string(condition)
}

conditions_used contains condition if {
	some id in relevant
	some condition in input.resources[id].conditionRefs
	is_string(condition)
}

conditions_sorted := sort(conditions_used)

# Every assignment of up to this many conditions; of more, those that set or clear one or all of them.
most_conditions := 5

powers := [1, 2, 4, 8, 16]

candidates contains assignment if {
	size := count(conditions_sorted)
	size > 0
	size <= most_conditions
	some number in numbers.range(0, (powers[size - 1] * 2) - 1)
	assignment := {condition: value |
		some index, condition in conditions_sorted
		value := (floor(number / powers[index]) % 2) == 1
	}
}

candidates contains assignment if {
	count(conditions_sorted) > most_conditions
	some value in [true, false]
	assignment := {condition: value | some condition in conditions_sorted}
}

candidates contains assignment if {
	count(conditions_sorted) > most_conditions
	some value in [true, false]
	some chosen in array.slice(conditions_sorted, 0, 16)
	assignment := {condition: here |
		some condition in conditions_sorted
		here := (condition == chosen) == value
	}
}

worlds := [{}] if count(conditions_sorted) == 0

worlds := possible if {
	count(conditions_sorted) > 0
	possible := [assignment | some assignment in candidates; is_satisfiable(assignment)]
}

exists_in(world, id) if is_null(input.resources[id].condition)

exists_in(world, id) if world[input.resources[id].condition] == true

# model[w][id]: the properties of a resource that exists in world w, cleaned.
model[w] := resources if {
	some w, world in worlds
	resources := {id: properties |
		some id in relevant
		exists_in(world, id)
		properties := clean(input.resources[id].properties, "Properties", 40, [id, world])
	}
}
