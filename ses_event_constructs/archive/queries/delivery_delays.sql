-- Why mails were delayed, by reason and by the mail server that reported it.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- A mail that is delayed again and again makes an event each time.
SELECT
    deliverydelay.delaytype AS reason,
    deliverydelay.reportingmta AS mail_server,
    count(*) AS delays,
    count(DISTINCT mail.messageid) AS mails,
    sum(cardinality(deliverydelay.delayedrecipients)) AS recipients,
    max(deliverydelay.timestamp) AS last_time
FROM events
WHERE day BETWEEN ? AND ? AND eventtype = 'DeliveryDelay'
GROUP BY 1, 2
ORDER BY delays DESC, reason, mail_server
