-- How long delivery took at most for half, nine tenths and 99 of 100 mails, by the domain of the recipient.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- In seconds, from the moment at which Amazon SES accepted the mail to the moment at which the recipient's mail server
-- did. Per record of delivery, each of which is about the recipients of one domain.
SELECT
    lower(regexp_extract(element_at(delivery.recipients, 1), '@([^@> ]+)[> ]*$', 1)) AS domain,
    count(*) AS deliveries,
    round(approx_percentile(delivery.processingtimemillis, 0.5) / 1e3, 1) AS seconds_p50,
    round(approx_percentile(delivery.processingtimemillis, 0.9) / 1e3, 1) AS seconds_p90,
    round(approx_percentile(delivery.processingtimemillis, 0.99) / 1e3, 1) AS seconds_p99
FROM events
WHERE day BETWEEN ? AND ? AND eventtype = 'Delivery'
GROUP BY 1
ORDER BY deliveries DESC, domain
