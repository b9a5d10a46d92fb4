# Identity policies, by the role, user or function that has them.
package ses_event_guard

import rego.v1

# documents_of[w][principal]: {"id": the resource in which the document stands, "document": …}
documents_of[w][principal] contains {"id": principal, "document": document} if {
	some w, resources in model
	some principal, properties in resources
	type_of[principal] in {"AWS::IAM::Role", "AWS::IAM::User"}
	some policy in elements(field(properties, "Policies"))
	document := field(policy, "PolicyDocument")
}

documents_of[w][principal] contains {"id": id, "document": document} if {
	some w, resources in model
	some id, properties in resources
	type_of[id] in policy_types
	some principal in attached_to(properties)
	document := field(properties, "PolicyDocument")
}

documents_of[w][principal] contains {"id": id, "document": document} if {
	some w, resources in model
	some principal, properties in resources
	some named in managed_policies(properties)
	id := named.__ref
	type_of[id] == "AWS::IAM::ManagedPolicy"
	document := field(resources[id], "PolicyDocument")
}

# SAM: a function's own policies, as documents or as SAM's policy templates.
documents_of[w][principal] contains {"id": principal, "document": policy} if {
	some w, resources in model
	some principal, properties in resources
	is_function_with_policies(principal, properties)
	some policy in elements(field(properties, "Policies"))
	is_object(policy)
	not is_null(field(policy, "Statement"))
}

documents_of[w][principal] contains {"id": principal, "document": {"Statement": [statement]}} if {
	some w, resources in model
	some principal, properties in resources
	is_function_with_policies(principal, properties)
	some policy in elements(field(properties, "Policies"))
	statement := sam_statement(policy)
}

is_function_with_policies(id, properties) if {
	type_of[id] == "AWS::Serverless::Function"
	is_null(field(properties, "Role"))
}

# What SAM's policy template makes: it names the identity only.
sam_statement(policy) := statement if {
	is_object(policy)
	is_plain(policy)
	name := policy.SESCrudPolicy.IdentityName
	statement := {
		"Effect": "Allow",
		"Action": ["ses:SendEmail", "ses:SendRawEmail"],
		"Resource": {"__text": sprintf("arn:aws:ses:us-east-1:123456789012:identity/%s", [shape(name)])},
	}
}

attached_to(properties) := found if {
	found := [principal |
		some key in ["Roles", "Users", "RoleName", "UserName"]
		some named in elements(field(properties, key))
		principal := attachment(named)
	]
}

attachment(named) := named.__ref if {
	is_reference(named)
	type_of[named.__ref] in principal_types
}

else := id if {
	is_string(named)
	id := principals_by_name[named]
}

# Literal names of roles and users, where only one resource has them.
principals_by_name[name] := id if {
	some name, ids in principal_names
	count(ids) == 1
	some id in ids
}

principal_names[name] contains id if {
	some id in relevant
	some key in ["RoleName", "UserName"]
	name := input.resources[id].properties[key]
	is_string(name)
	not from_parameter(id, path_of([key]))
}

managed_policies(properties) := elements(field(properties, "ManagedPolicyArns"))

# some_policy_unknown[w] contains principal: something else may give it more permissions.
some_policy_unknown[w][principal] if {
	some w, resources in model
	some principal, properties in resources
	some named in managed_policies(properties)
	not is_managed_here(named)
	not gives_nothing_of_ours(named)
}

some_policy_unknown[w][principal] if {
	some w, resources in model
	some principal, properties in resources
	some key in ["Groups", "Role"]
	type_of[principal] != "AWS::IAM::Role"
	not is_null(field(properties, key))
}

some_policy_unknown[w][principal] if {
	some w, resources in model
	some principal, properties in resources
	is_function_with_policies(principal, properties)
	some policy in elements(field(properties, "Policies"))
	not is_known_sam_policy(policy)
}

some_policy_unknown[w][principal] if {
	some w, resources in model
	some principal in handed_on
	resources[principal]
}

# A user may get more by a group.
some_policy_unknown[w][principal] if {
	some w, resources in model
	some edge in input.edges
	type_of[edge.source] == "AWS::IAM::UserToGroupAddition"
	principal := edge.target
	resources[principal]
}

# A policy of this template whose principals only a deployment knows.
some_policy_unknown[w][principal] if {
	some w, resources in model
	some id, properties in resources
	type_of[id] in policy_types
	some key in ["Roles", "Users", "RoleName", "UserName"]
	some named in elements(field(properties, key))
	is_unknown(named)
	some principal, _ in resources
	type_of[principal] in principal_types
}

is_managed_here(named) if type_of[named.__ref] == "AWS::IAM::ManagedPolicy"

# Policies that AWS manages and that have nothing to do with Amazon SES or Amazon Data Firehose.
gives_nothing_of_ours(named) if {
	is_plain_text(named)
	regex.match(
		`:iam::aws:policy/(service-role/)?(AWSLambda|AWSXRay|AWSXray|CloudWatch|AmazonSSM|AmazonS3|AmazonDynamoDB|AmazonSQS|AmazonSNS|AmazonECSTaskExecutionRolePolicy)[A-Za-z0-9_-]*$`,
		shape(named),
	)
}

is_known_sam_policy(policy) if {
	is_object(policy)
	is_plain(policy)
	not is_null(field(policy, "Statement"))
}

is_known_sam_policy(policy) if sam_statement(policy)

# SAM's other policy templates, and none of them speaks of configuration sets.
is_known_sam_policy(policy) if {
	is_object(policy)
	is_plain(policy)
	some name, _ in policy
	regex.match("^(SQS|DynamoDB|S3|SNS|Lambda|KMS|SSM|Kinesis|CloudWatch|StepFunctions|EventBridge|VPCAccess)[A-Za-z]*Policy$", name)
}

is_known_sam_policy(policy) if {
	is_string(policy)
	regex.match("^(AWSLambda|AWSXRay|AWSXray|CloudWatch)[A-Za-z0-9_-]*$", policy)
}
