# Amazon CloudWatch: the dimensions of event metrics.
package ses_event_guard

import rego.v1

cloudwatch_page := "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-cloudwatch.html"

dimension_page := "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-ses-configurationseteventdestination-dimensionconfiguration.html"

quota_page := "https://docs.aws.amazon.com/ses/latest/dg/quotas.html"

rules["SES-METRIC-NO-DIMENSION"] := {
	"severity": "error",
	"title": "A CloudWatch destination has no dimension",
	"why": "Amazon SES publishes each metric under its dimensions and refuses a CloudWatch destination without one.",
	"fix": "name at least one dimension, such as the automatic tag ses:configuration-set",
	"source": cloudwatch_page,
}

rules["SES-METRIC-DIMENSION-LIMIT"] := {
	"severity": "error",
	"title": "A CloudWatch destination has more than 10 dimensions",
	"why": "Amazon SES allows 10 dimensions per CloudWatch destination, and the quota cannot be raised.",
	"fix": "remove dimensions, or spread them over several event destinations",
	"source": quota_page,
}

rules["SES-METRIC-DIMENSION-NAME"] := {
	"severity": "error",
	"title": "A dimension has a name that CloudFormation refuses",
	"why": "The name of a dimension is 1 to 256 of the characters A-Z, a-z, 0-9, hyphen, underscore and colon.",
	"fix": "use letters, digits, hyphens and underscores, or the full name of an automatic tag such as ses:from-domain",
	"source": dimension_page,
}

rules["SES-METRIC-DIMENSION-DEFAULT"] := {
	"severity": "error",
	"title": "A dimension has a default value that CloudFormation refuses",
	"why": "CloudFormation allows 1 to 256 of the characters A-Z, a-z, 0-9, hyphen and underscore: fewer than the API of Amazon SES, which takes a period and an at sign too.",
	"fix": "use letters, digits, hyphens and underscores, such as example-com for example.com",
	"source": dimension_page,
}

rules["SES-METRIC-DIMENSION-SOURCE"] := {
	"severity": "error",
	"title": "A dimension has a value source that does not exist",
	"why": "The value of a dimension comes from a messageTag, an emailHeader or a linkTag, spelled so.",
	"fix": "write messageTag, emailHeader or linkTag",
	"source": dimension_page,
}

rules["SES-METRIC-DIMENSION-HEADER"] := {
	"severity": "error",
	"title": "A dimension is named after a header that Amazon SES does not allow",
	"why": "Amazon SES refuses Received, To, From, DKIM-Signature, CC, message-id and Return-Path as dimensions.",
	"fix": "use a message tag, or a header of your own",
	"source": cloudwatch_page,
}

rules["SES-METRIC-DIMENSION-REPEATED"] := {
	"severity": "error",
	"title": "A dimension stands twice in one CloudWatch destination",
	"why": "A metric has one value for each dimension, so Amazon SES refuses a repeated name.",
	"fix": "keep one of them, or move the other to an event destination of its own",
	"source": cloudwatch_page,
}

most_dimensions := 10

dimension_name_pattern := "^[a-zA-Z0-9_:-]{1,256}$"

dimension_default_pattern := "^[a-zA-Z0-9_-]{1,256}$"

value_sources := {"messageTag", "emailHeader", "linkTag"}

forbidden_headers := {"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"}

# dimensions[w][destination]: the list of dimensions, where it is a list.
dimensions[w] := found if {
	some w, all in destinations
	found := {id: listed |
		some id, destination in all
		listed := target(destination, "CloudWatchDestination", "DimensionConfigurations")
		is_array(listed)
	}
}

dimension_path(index, key) := in_destination(["CloudWatchDestination", "DimensionConfigurations", sprintf("%d", [index]), key])

# A dimension whose value for a key is a literal.
literal_dimensions[w] contains [id, index, key, value] if {
	some w, of_destination in dimensions
	some id, listed in of_destination
	some index, dimension in listed
	some key in ["DimensionName", "DefaultDimensionValue", "DimensionValueSource"]
	value := field(dimension, key)
	is_string(value)
}

violation contains finding("SES-METRIC-NO-DIMENSION", id, in_destination(["CloudWatchDestination"]), message) if {
	some w, found in dimensions
	some id, listed in found
	count(listed) == 0
	message := "the CloudWatch destination has no dimension, got []"
}

violation contains finding("SES-METRIC-NO-DIMENSION", id, in_destination(["CloudWatchDestination"]), message) if {
	some w, all in destinations
	some id, destination in all
	block := field(destination.description, "CloudWatchDestination")
	is_object(block)
	is_null(field(block, "DimensionConfigurations"))
	message := "the CloudWatch destination has no dimension, got no DimensionConfigurations"
}

violation contains finding("SES-METRIC-DIMENSION-LIMIT", id, in_destination(["CloudWatchDestination"]), message) if {
	some w, found in dimensions
	some id, listed in found
	every dimension in listed {
		is_plain(dimension)
	}
	count(listed) > most_dimensions
	message := sprintf("a CloudWatch destination takes %d dimensions, got %d", [most_dimensions, count(listed)])
}

violation contains finding("SES-METRIC-DIMENSION-NAME", id, dimension_path(index, "DimensionName"), message) if {
	some w, found in literal_dimensions
	some [id, index, "DimensionName", name] in found
	not regex.match(dimension_name_pattern, name)
	message := sprintf("CloudFormation refuses the name of the dimension, got %s", [shown(name)])
}

violation contains finding("SES-METRIC-DIMENSION-DEFAULT", id, dimension_path(index, "DefaultDimensionValue"), message) if {
	some w, found in literal_dimensions
	some [id, index, "DefaultDimensionValue", value] in found
	not regex.match(dimension_default_pattern, value)
	message := sprintf("CloudFormation refuses the default value of the dimension, got %s", [shown(value)])
}

violation contains finding("SES-METRIC-DIMENSION-SOURCE", id, dimension_path(index, "DimensionValueSource"), message) if {
	some w, found in literal_dimensions
	some [id, index, "DimensionValueSource", value] in found
	not value in value_sources
	message := sprintf("the value source of the dimension does not exist, got %s", [shown(value)])
}

violation contains finding("SES-METRIC-DIMENSION-HEADER", id, dimension_path(index, "DimensionName"), message) if {
	some w, found in literal_dimensions
	some [id, index, "DimensionName", name] in found
	lower(name) in forbidden_headers
	field(dimensions[w][id][index], "DimensionValueSource") == "emailHeader"
	message := sprintf("the header cannot be a dimension, got %s", [shown(name)])
}

violation contains finding("SES-METRIC-DIMENSION-REPEATED", id, dimension_path(index, "DimensionName"), message) if {
	some w, found in literal_dimensions
	some [id, index, "DimensionName", name] in found
	some earlier, dimension in dimensions[w][id]
	earlier < index
	field(dimension, "DimensionName") == name
	message := sprintf("the dimension stands twice, got %s", [shown(name)])
}
