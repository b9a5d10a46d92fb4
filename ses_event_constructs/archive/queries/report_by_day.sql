-- What became of the mail, by day and configuration set, each event once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- Sends, deliveries and bounces count once for each recipient, as in Amazon SES, and delays once for each recipient and
-- mail. A complaint counts once, because its record lists everyone who may have made it. Bounces and complaints caused
-- by your own suppression list do not count.
-- Days are days of arrival: a bounce is on its own day, not on the day of the mail. A day without any event has no row.
WITH picked AS (
    SELECT
        day,
        element_at(element_at(mail.tags, 'ses:configuration-set'), 1) AS configuration_set,
        CASE
            WHEN complaint.complaintsubtype = 'OnAccountSuppressionList' THEN 'suppressed'
            WHEN bounce.bouncesubtype IN ('OnAccountSuppressionList', 'OnTenantSuppressionList') THEN 'suppressed'
            WHEN bounce.bouncetype = 'Permanent' THEN 'hard'
            WHEN eventtype = 'Bounce' THEN 'soft'
            ELSE eventtype
        END AS counts_as,
        -- Opens, clicks and subscriptions only show that there is something of the day.
        IF(eventtype IN ('Open', 'Click', 'Subscription'), day, mail.messageid) AS messageid,
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
),
once AS (
    SELECT
        min(day) AS day,
        configuration_set,
        counts_as,
        recipients
    FROM picked
    CROSS JOIN UNNEST(delayed) AS each_address (address)
    GROUP BY configuration_set, counts_as, messageid, occurrence, recipients, address
)
SELECT
    day,
    configuration_set,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'Send'), 0) AS sent,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'Delivery'), 0) AS delivered,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'hard'), 0) AS hard_bounced,
    coalesce(sum(recipients) FILTER (WHERE counts_as = 'soft'), 0) AS soft_bounced,
    count(*) FILTER (WHERE counts_as = 'Complaint') AS complaints,
    count(*) FILTER (WHERE counts_as = 'DeliveryDelay') AS delayed,
    count(*) FILTER (WHERE counts_as = 'Reject') AS rejected,
    count(*) FILTER (WHERE counts_as = 'Rendering Failure') AS rendering_failures
FROM once
GROUP BY day, configuration_set
ORDER BY day, configuration_set
