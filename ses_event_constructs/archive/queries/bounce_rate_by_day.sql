-- Hard and soft bounces, complaints and their rates, by day and configuration set.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- Sends and bounces count once for each recipient, as in Amazon SES. A complaint counts once, because its record lists
-- everyone who may have made it. Bounces and complaints caused by your own suppression list do not count.
-- Days are days of arrival: a bounce is on its own day, not on the day of the mail, as in AWS's metrics.
WITH picked AS (
    SELECT
        day,
        element_at(element_at(mail.tags, 'ses:configuration-set'), 1) AS configuration_set,
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
        day,
        configuration_set,
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
    GROUP BY 1, 2
)
SELECT
    day,
    configuration_set,
    sent,
    hard_bounced,
    soft_bounced,
    complaints,
    round(1e2 * hard_bounced / nullif(sent, 0), 3) AS hard_bounce_percent,
    round(1e2 * complaints / nullif(sent, 0), 3) AS complaint_percent
FROM counted
ORDER BY day, configuration_set
