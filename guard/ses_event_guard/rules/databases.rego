# AWS Glue databases behind archives of events.
package ses_event_guard

import rego.v1

rules["SES-GLUE-DATABASE-NAME"] := {
	"severity": "warning",
	"title": "An AWS Glue database that Firehose or Athena uses has no name",
	"why": "CloudFormation creates an unnamed database and then refuses every update of it ('Database name cannot be equal to null or empty'), and the name that it generates has hyphens, which statements of Athena must quote.",
	"fix": "set DatabaseInput.Name, in lower case with underscores",
	"source": "https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html",
}

database_readers := {"AWS::KinesisFirehose::DeliveryStream", "AWS::Athena::NamedQuery"}

# readers_of[database]: what refers to it, directly or through a table of it.
readers_of[database] contains id if {
	some edge in input.edges
	type_of[edge.target] == "AWS::Glue::Database"
	type_of[edge.source] in database_readers
	edge.kind != "DependsOn"
	database := edge.target
	id := edge.source
}

readers_of[database] contains id if {
	some edge in input.edges
	type_of[edge.target] == "AWS::Glue::Database"
	type_of[edge.source] == "AWS::Glue::Table"
	some outer in input.edges
	outer.target == edge.source
	outer.kind != "DependsOn"
	type_of[outer.source] in database_readers
	database := edge.target
	id := outer.source
}

violation contains finding("SES-GLUE-DATABASE-NAME", id, "Properties.DatabaseInput", message) if {
	some w, resources in model
	some id, properties in resources
	type_of[id] == "AWS::Glue::Database"
	described := field(properties, "DatabaseInput")
	is_object(described)
	is_null(field(described, "Name"))
	readers := sort(readers_of[id])
	message := sprintf("the database that %s uses has no name, got no DatabaseInput.Name", [readers[0]])
}
