-- Delays, by reason and by the mail server that reported them.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- A mail that is delayed several times counts each time.
WITH picked AS (
    SELECT
        deliverydelay.delaytype AS reason,
        deliverydelay.reportingmta AS mail_server,
        mail.messageid AS messageid,
        cardinality(deliverydelay.delayedrecipients) AS delayed,
        deliverydelay.timestamp AS happened_at
    FROM events
    WHERE day BETWEEN ? AND ? AND eventtype = 'DeliveryDelay'
)
SELECT
    reason,
    mail_server,
    count(*) AS delays,
    count(DISTINCT messageid) AS mails,
    sum(delayed) AS recipients,
    max(happened_at) AS last_time
FROM picked
GROUP BY 1, 2
ORDER BY delays DESC, reason, mail_server
