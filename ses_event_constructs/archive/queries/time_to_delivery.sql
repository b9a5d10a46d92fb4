-- Seconds from send to delivery as percentiles (50, 90 and 99), by the domain of the recipient.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- Measured from when Amazon SES accepted the mail to when the recipient's mail server did, for each record of delivery,
-- which is about the recipients of one domain.
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
