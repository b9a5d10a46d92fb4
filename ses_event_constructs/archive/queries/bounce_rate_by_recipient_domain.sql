-- Hard and soft bounces, complaints and their rates, by the domain of the recipient.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- Sends and bounces count once for each recipient, as in Amazon SES. A complaint counts once, because its record lists
-- everyone who may have made it. Bounces and complaints caused by your own suppression list do not count.
WITH picked AS (
    SELECT
        eventtype,
        bounce.bouncetype AS bouncetype,
        bounce.bouncesubtype AS bouncesubtype,
        complaint.feedbackid AS complaint,
        complaint.complaintsubtype AS complaintsubtype,
        CASE eventtype
            WHEN 'Send' THEN mail.destination
            WHEN 'Bounce' THEN transform(bounce.bouncedrecipients, r -> r.emailaddress)
            WHEN 'Complaint' THEN transform(complaint.complainedrecipients, r -> r.emailaddress)
        END AS addresses
    FROM events
    WHERE day BETWEEN ? AND ? AND eventtype IN ('Send', 'Bounce', 'Complaint')
),
recipients AS (
    SELECT
        eventtype,
        bouncetype,
        bouncesubtype,
        complaint,
        complaintsubtype,
        lower(regexp_extract(address, '@([^@> ]+)[> ]*$', 1)) AS domain
    FROM picked
    CROSS JOIN UNNEST(addresses) AS each_address (address)
),
counted AS (
    SELECT
        domain,
        count(*) FILTER (WHERE eventtype = 'Send') AS sent,
        count(*) FILTER (
            WHERE bouncetype = 'Permanent'
            AND bouncesubtype NOT IN ('OnAccountSuppressionList', 'OnTenantSuppressionList')
        ) AS hard_bounced,
        count(*) FILTER (WHERE bouncetype <> 'Permanent') AS soft_bounced,
        count(DISTINCT complaint) FILTER (
            WHERE coalesce(complaintsubtype, '') <> 'OnAccountSuppressionList'
        ) AS complaints
    FROM recipients
    GROUP BY domain
)
SELECT
    domain,
    sent,
    hard_bounced,
    soft_bounced,
    complaints,
    round(1e2 * hard_bounced / nullif(sent, 0), 3) AS hard_bounce_percent,
    round(1e2 * complaints / nullif(sent, 0), 3) AS complaint_percent
FROM counted
ORDER BY sent DESC, domain
