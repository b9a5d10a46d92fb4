-- What became of the mail, by each value of each message tag of your own, each event once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- Sends, deliveries and bounces count once for each recipient, as in Amazon SES, and delays once for each recipient and
-- mail. A complaint counts once, because its record lists everyone who may have made it. Bounces and complaints caused
-- by your own suppression list do not count.
-- The last column is the number of values; there are rows for the 1,000 with the most mail.
WITH picked AS (
    SELECT
        mail.tags AS tags,
        CASE
            WHEN complaint.complaintsubtype = 'OnAccountSuppressionList' THEN 'suppressed'
            WHEN bounce.bouncesubtype IN ('OnAccountSuppressionList', 'OnTenantSuppressionList') THEN 'suppressed'
            WHEN bounce.bouncetype = 'Permanent' THEN 'hard'
            WHEN eventtype = 'Bounce' THEN 'soft'
            ELSE eventtype
        END AS counts_as,
        mail.messageid AS messageid,
        coalesce(
            bounce.feedbackid,
            complaint.feedbackid,
            delivery.timestamp || array_join(delivery.recipients, ' '),
            ''
        ) AS occurrence,
        CASE eventtype
            WHEN 'Send' THEN cardinality(mail.destination)
            WHEN 'Bounce' THEN cardinality(bounce.bouncedrecipients)
            WHEN 'Delivery' THEN cardinality(delivery.recipients)
        END AS recipients,
        IF(
            eventtype = 'DeliveryDelay', transform(deliverydelay.delayedrecipients, r -> r.emailaddress), ARRAY['']
        ) AS delayed
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype NOT IN ('Open', 'Click', 'Subscription')
),
tagged AS (
    SELECT
        tag,
        element_at(tag_values, 1) AS tag_value,
        counts_as,
        messageid,
        occurrence,
        recipients,
        delayed
    FROM picked
    CROSS JOIN UNNEST(tags) AS each_tag (tag, tag_values)
    WHERE tag NOT LIKE 'ses:%'
),
once AS (
    SELECT
        tag,
        tag_value,
        counts_as,
        recipients
    FROM tagged
    CROSS JOIN UNNEST(delayed) AS each_address (address)
    GROUP BY tag, tag_value, counts_as, messageid, occurrence, recipients, address
)
SELECT
    tag,
    tag_value,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'Send'), 0) AS sent,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'Delivery'), 0) AS delivered,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'hard'), 0) AS hard_bounced,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'soft'), 0) AS soft_bounced,
    count(*) FILTER (WHERE counts_as = 'Complaint') AS complaints,
    count(*) FILTER (WHERE counts_as = 'DeliveryDelay') AS delayed,
    count(*) FILTER (WHERE counts_as = 'Reject') AS rejected,
    count(*) FILTER (WHERE counts_as = 'Rendering Failure') AS rendering_failures,
    count(*) OVER () AS tag_values
FROM once
GROUP BY tag, tag_value
ORDER BY sent DESC, tag, tag_value
LIMIT 1000
