-- Delays by reason, by the mail server that reported them, and by the domain of the recipient, each event once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- A mail that is delayed several times counts each time, and once among the mails. The last column is the number of
-- rows that there are; the 1,000 with the most delays are here.
WITH once AS (
    SELECT DISTINCT
        deliverydelay.delaytype AS reason,
        deliverydelay.reportingmta AS mail_server,
        mail.messageid AS messageid,
        transform(deliverydelay.delayedrecipients, r -> r.emailaddress) AS recipients,
        deliverydelay.timestamp AS happened_at
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype = 'DeliveryDelay'
),
placed AS (
    SELECT
        reason,
        mail_server,
        lower(regexp_extract(element_at(recipients, 1), '@([^@> ]+)[> ]*$', 1)) AS domain,
        messageid,
        happened_at
    FROM once
)
SELECT
    reason,
    mail_server,
    domain,
    count(*) AS delays,
    count(DISTINCT messageid) AS mails,
    max(happened_at) AS last_time,
    count(*) OVER () AS every_row
FROM placed
GROUP BY reason, mail_server, domain
ORDER BY delays DESC, reason, mail_server, domain
LIMIT 1000
