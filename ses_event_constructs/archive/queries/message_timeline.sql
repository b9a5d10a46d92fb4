-- The events of one mail, in the order in which they occurred.
-- Parameters: first day, last day, the message id that Amazon SES returned when the mail was sent.
-- Days are days of arrival: the last events of a mail can arrive days after it was sent.
SELECT
    coalesce(
        bounce.timestamp,
        complaint.timestamp,
        delivery.timestamp,
        open.timestamp,
        click.timestamp,
        deliverydelay.timestamp,
        subscription.timestamp,
        mail.timestamp
    ) AS happened_at,
    eventtype AS event,
    array_join(
        CASE eventtype
            WHEN 'Bounce' THEN transform(bounce.bouncedrecipients, r -> r.emailaddress)
            WHEN 'Complaint' THEN transform(complaint.complainedrecipients, r -> r.emailaddress)
            WHEN 'Delivery' THEN delivery.recipients
            WHEN 'DeliveryDelay' THEN transform(deliverydelay.delayedrecipients, r -> r.emailaddress)
            ELSE mail.destination
        END,
        ', '
    ) AS recipients,
    CASE eventtype
        WHEN 'Bounce' THEN bounce.bouncetype || ': ' || bounce.bouncesubtype
        WHEN 'Complaint' THEN coalesce(complaint.complaintfeedbacktype, complaint.complaintsubtype)
        WHEN 'Delivery' THEN delivery.smtpresponse
        WHEN 'DeliveryDelay' THEN deliverydelay.delaytype
        WHEN 'Reject' THEN reject.reason
        WHEN 'Rendering Failure' THEN failure.errormessage
        WHEN 'Open' THEN open.useragent
        WHEN 'Click' THEN click.link
        WHEN 'Subscription' THEN subscription.contactlist
    END AS detail
FROM events
WHERE day BETWEEN ? AND ? AND mail.messageid = ?
ORDER BY happened_at, event
