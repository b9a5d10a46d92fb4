# Tenants: what a tenant sends with must be associated with it.
package ses_event_guard

import rego.v1

rules["SES-TENANT-RESOURCES"] := {
	"severity": "warning",
	"title": "A tenant is not associated with a configuration set or an identity",
	"why": "Sending for a tenant succeeds only if the identity, the configuration set and the template that it names are associated with the tenant.",
	"fix": "add the ARNs of the tenant's configuration set and identity to ResourceAssociations",
	"source": "https://docs.aws.amazon.com/ses/latest/dg/tenants.html",
}

associations(properties) := found if {
	found := [field(association, "ResourceArn") |
		some association in elements(field(properties, "ResourceAssociations"))
	]
}

may_be_resource(arn, _) if not is_plain_text(arn)

may_be_resource(arn, kind) if {
	is_plain_text(arn)
	not arn_parts(arn)
}

may_be_resource(arn, kind) if may_begin(arn_parts(arn)[5], kind)

# A custom resource may associate them through the API.
associates_otherwise if {
	some _, type in type_of
	regex.match("^(Custom::|AWS::CloudFormation::CustomResource)", type)
}

violation contains finding("SES-TENANT-RESOURCES", id, "Properties.ResourceAssociations", message) if {
	some w, resources in model
	some id, properties in resources
	type_of[id] == "AWS::SES::Tenant"
	not associates_otherwise
	count(properties) > 0
	not id in handed_on
	arns := associations(properties)
	missing := [name |
		some kind, name in {"configuration-set/": "configuration set", "identity/": "identity"}
		count([arn | some arn in arns; may_be_resource(arn, kind)]) == 0
	]
	count(missing) > 0
	message := sprintf("the tenant is not associated with any %s, got %s", [
		concat(" or ", sort(missing)), associations_shown(arns),
	])
}

associations_shown(arns) := "no ResourceAssociations" if count(arns) == 0

else := text if {
	texts := [shown(arn) | some arn in arns]
	text := concat(", ", texts)
}
