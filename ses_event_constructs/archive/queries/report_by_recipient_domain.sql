-- What became of the mail, by the domain of the recipient, each event once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- Sends, deliveries and bounces count once for each recipient, as in Amazon SES, and delays once for each recipient and
-- mail. A complaint counts once, because its record lists everyone who may have made it. Bounces and complaints caused
-- by your own suppression list do not count.
-- The last column is the number of domains; there are rows for the 1,000 with the most mail.
WITH picked AS (
    SELECT
        CASE
            WHEN complaint.complaintsubtype = 'OnAccountSuppressionList' THEN 'suppressed'
            WHEN bounce.bouncesubtype IN ('OnAccountSuppressionList', 'OnTenantSuppressionList') THEN 'suppressed'
            WHEN bounce.bouncetype = 'Permanent' THEN 'hard'
            WHEN eventtype = 'Bounce' THEN 'soft'
            ELSE eventtype
        END AS counts_as,
        mail.messageid AS messageid,
        coalesce(bounce.feedbackid, complaint.feedbackid, delivery.timestamp, '') AS occurrence,
        CASE eventtype
            WHEN 'Bounce' THEN transform(bounce.bouncedrecipients, r -> r.emailaddress)
            WHEN 'Complaint' THEN transform(complaint.complainedrecipients, r -> r.emailaddress)
            WHEN 'Delivery' THEN delivery.recipients
            WHEN 'DeliveryDelay' THEN transform(deliverydelay.delayedrecipients, r -> r.emailaddress)
            ELSE mail.destination
        END AS addresses
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype NOT IN ('Open', 'Click', 'Subscription')
),
once AS (
    SELECT DISTINCT
        counts_as,
        messageid,
        occurrence,
        addresses
    FROM picked
),
recipients AS (
    SELECT
        lower(regexp_extract(address, '@([^@> ]+)[> ]*$', 1)) AS domain,
        address,
        counts_as,
        messageid,
        occurrence
    FROM once
    CROSS JOIN UNNEST(addresses) AS each_address (address)
)
SELECT
    domain,
    count(*) FILTER (WHERE counts_as = 'Send') AS sent,
    count(*) FILTER (WHERE counts_as = 'Delivery') AS delivered,
    count(*) FILTER (WHERE counts_as = 'hard') AS hard_bounced,
    count(*) FILTER (WHERE counts_as = 'soft') AS soft_bounced,
    count(DISTINCT occurrence) FILTER (WHERE counts_as = 'Complaint') AS complaints,
    count(DISTINCT messageid || address) FILTER (WHERE counts_as = 'DeliveryDelay') AS delayed,
    count(DISTINCT messageid) FILTER (WHERE counts_as = 'Reject') AS rejected,
    count(DISTINCT messageid) FILTER (WHERE counts_as = 'Rendering Failure') AS rendering_failures,
    count(*) OVER () AS domains
FROM recipients
GROUP BY domain
ORDER BY sent DESC, domain
LIMIT 1000
