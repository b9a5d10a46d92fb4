# Amazon Data Firehose: streams that take records from Amazon SES.
package ses_event_guard

import rego.v1

firehose_page := "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-firehose.html"

rules["SES-STREAM-SOURCE"] := {
	"severity": "error",
	"title": "The stream of a Firehose destination reads from another source",
	"why": "A Firehose stream that reads from Kinesis, Amazon MSK or a database takes no records by PutRecordBatch, which is how Amazon SES writes.",
	"fix": "use a Firehose stream of the type DirectPut",
	"source": "https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html",
}

# streams[w][destination]: the stream of this template.
streams[w] := found if {
	some w, all in destinations
	found := {id: stream |
		some id, destination in all
		stream := stream_at(w, target(destination, "KinesisFirehoseDestination", "DeliveryStreamARN"))
	}
}

stream_at(w, value) := value.__ref if {
	is_reference(value)
	type_of[value.__ref] == "AWS::KinesisFirehose::DeliveryStream"
	model[w][value.__ref]
}

else := id if {
	is_text(value)
	names := regex.find_all_string_submatch_n(`:deliverystream/\$\{([A-Za-z0-9]+)\}$`, value.__text, 1)
	id := names[0][1]
	type_of[id] == "AWS::KinesisFirehose::DeliveryStream"
	model[w][id]
}

else := id if {
	parts := arn_parts(value)
	is_here(parts)
	some id, properties in model[w]
	type_of[id] == "AWS::KinesisFirehose::DeliveryStream"
	parts[5] == sprintf("deliverystream/%s", [field(properties, "DeliveryStreamName")])
}

other_sources := {
	"KinesisStreamSourceConfiguration": "KinesisStreamAsSource",
	"MSKSourceConfiguration": "MSKAsSource",
	"DatabaseSourceConfiguration": "DatabaseAsSource",
}

source_shown(properties) := type if {
	some _, type in other_sources
	field(properties, "DeliveryStreamType") == type
}

else := property if {
	some property, _ in other_sources
	is_object(field(properties, property))
	is_plain(field(properties, property))
}

violation contains finding("SES-STREAM-SOURCE", id, in_destination(["KinesisFirehoseDestination", "DeliveryStreamARN"]), message) if {
	some w, found in streams
	some id, stream in found
	message := sprintf("stream %s does not take records from Amazon SES, got %s", [
		stream, source_shown(model[w][stream]),
	])
}
