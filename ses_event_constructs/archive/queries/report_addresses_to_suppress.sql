-- Addresses that should get no more mail, because they hard bounced or complained, each event once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- Omits bounces caused by your own suppression list, validation or unsubscription, and reports that a mail is not spam.
-- A complaint lists everyone who may have made it; all of them count. The last column is the number of addresses; there
-- are rows for the 1,000 that bounced most often.
WITH picked AS (
    SELECT
        eventtype,
        coalesce(bounce.feedbackid, complaint.feedbackid) AS feedback,
        coalesce(bounce.timestamp, complaint.timestamp) AS happened_at,
        coalesce(bounce.bouncesubtype, complaint.complaintfeedbacktype) AS reason,
        CASE eventtype
            WHEN 'Bounce' THEN transform(bounce.bouncedrecipients, r -> r.emailaddress)
            WHEN 'Complaint' THEN transform(complaint.complainedrecipients, r -> r.emailaddress)
        END AS addresses
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND (
            (bounce.bouncetype = 'Permanent' AND bounce.bouncesubtype IN ('General', 'NoEmail', 'Suppressed'))
            OR (
                eventtype = 'Complaint'
                AND coalesce(complaint.complaintsubtype, '') <> 'OnAccountSuppressionList'
                AND coalesce(complaint.complaintfeedbacktype, '') <> 'not-spam'
            )
        )
),
counted AS (
    SELECT
        lower(address) AS address,
        count(DISTINCT feedback) FILTER (WHERE eventtype = 'Bounce') AS hard_bounces,
        count(DISTINCT feedback) FILTER (WHERE eventtype = 'Complaint') AS complaints,
        min(happened_at) AS first_time,
        max(happened_at) AS last_time,
        max_by(reason, happened_at) AS last_reason
    FROM picked
    CROSS JOIN UNNEST(addresses) AS each_address (address)
    GROUP BY 1
)
SELECT
    address,
    hard_bounces,
    complaints,
    first_time,
    last_time,
    last_reason,
    count(*) OVER () AS addresses
FROM counted
ORDER BY hard_bounces DESC, complaints DESC, last_time DESC, address
LIMIT 1000
