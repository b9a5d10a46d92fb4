-- Addresses that should get no more mail, because they hard bounced or complained.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- Omits bounces caused by your own suppression list, validation or unsubscription, and reports that a mail is not spam.
-- A complaint lists everyone who may have made it; all of them are here.
WITH picked AS (
    SELECT
        eventtype,
        coalesce(bounce.timestamp, complaint.timestamp) AS happened_at,
        coalesce(bounce.bouncesubtype, complaint.complaintfeedbacktype) AS reason,
        CASE eventtype
            WHEN 'Bounce' THEN transform(bounce.bouncedrecipients, r -> r.emailaddress)
            WHEN 'Complaint' THEN transform(complaint.complainedrecipients, r -> r.emailaddress)
        END AS addresses
    FROM events
    WHERE day BETWEEN ? AND ?
        AND (
            (bounce.bouncetype = 'Permanent' AND bounce.bouncesubtype IN ('General', 'NoEmail', 'Suppressed'))
            OR (
                eventtype = 'Complaint'
                AND coalesce(complaint.complaintsubtype, '') <> 'OnAccountSuppressionList'
                AND coalesce(complaint.complaintfeedbacktype, '') <> 'not-spam'
            )
        )
)
SELECT
    lower(address) AS address,
    count(*) FILTER (WHERE eventtype = 'Bounce') AS hard_bounces,
    count(*) FILTER (WHERE eventtype = 'Complaint') AS complaints,
    min(happened_at) AS first_time,
    max(happened_at) AS last_time,
    max_by(reason, happened_at) AS last_reason
FROM picked
CROSS JOIN UNNEST(addresses) AS each_address (address)
GROUP BY 1
ORDER BY last_time DESC, 1
