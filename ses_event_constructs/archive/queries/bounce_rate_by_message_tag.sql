-- Hard and soft bounces, complaints and their rates, by the value of one message tag.
-- Parameters: first day, last day, the tag's name, such as '2026-11-01', '2026-11-30', 'campaign'.
-- Names match in any case, because Firehose may write them in lower case.
-- Sends and bounces count once for each recipient, as in Amazon SES. A complaint counts once, because its record lists
-- everyone who may have made it. Bounces and complaints caused by your own suppression list do not count.
WITH picked AS (
    SELECT
        mail.tags AS tags,
        eventtype,
        cardinality(mail.destination) AS recipients,
        bounce.bouncetype AS bouncetype,
        bounce.bouncesubtype AS bouncesubtype,
        cardinality(bounce.bouncedrecipients) AS bounced,
        complaint.feedbackid AS complaint,
        complaint.complaintsubtype AS complaintsubtype
    FROM events
    WHERE day BETWEEN ? AND ? AND eventtype IN ('Send', 'Bounce', 'Complaint')
),
counted AS (
    SELECT
        element_at(tag_values, 1) AS tag_value,
        coalesce(sum(recipients) FILTER (WHERE eventtype = 'Send'), 0) AS sent,
        coalesce(
            sum(bounced) FILTER (
                WHERE bouncetype = 'Permanent'
                AND bouncesubtype NOT IN ('OnAccountSuppressionList', 'OnTenantSuppressionList')
            ), 0
        ) AS hard_bounced,
        coalesce(sum(bounced) FILTER (WHERE bouncetype <> 'Permanent'), 0) AS soft_bounced,
        count(DISTINCT complaint) FILTER (
            WHERE coalesce(complaintsubtype, '') <> 'OnAccountSuppressionList'
        ) AS complaints
    FROM picked
    CROSS JOIN UNNEST(tags) AS each_tag (tag, tag_values)
    WHERE lower(tag) = lower(?)
    GROUP BY 1
)
SELECT
    tag_value,
    sent,
    hard_bounced,
    soft_bounced,
    complaints,
    round(1e2 * hard_bounced / nullif(sent, 0), 3) AS hard_bounce_percent,
    round(1e2 * complaints / nullif(sent, 0), 3) AS complaint_percent
FROM counted
ORDER BY hard_bounce_percent DESC NULLS LAST, tag_value
