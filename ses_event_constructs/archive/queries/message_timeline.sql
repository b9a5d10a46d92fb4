-- What happened to one mail, in the order in which it happened.
-- Parameters: the message id, as Amazon SES returned it when the mail was sent; first day; last day. Days are those
-- of arrival, such as '2026-11-01'; a mail's last events may come days after it was sent.
SELECT 1 FROM events WHERE mail.messageid = ? AND day BETWEEN ? AND ?
