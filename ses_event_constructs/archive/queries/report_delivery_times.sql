-- Milliseconds from send to delivery as percentiles (50, 90 and 99), by the domain of the recipient and for all of them.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- Measured from when Amazon SES accepted the mail to when the recipient's mail server did, for each record of delivery,
-- which is about the recipients of one domain. The row of all domains is '(all domains)'. The last column is the number
-- of rows that there are; the 1,000 with the most deliveries are here.
WITH once AS (
    SELECT DISTINCT
        mail.messageid AS messageid,
        delivery.timestamp AS happened_at,
        delivery.recipients AS recipients,
        delivery.processingtimemillis AS milliseconds
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype = 'Delivery'
)
SELECT
    domain,
    count(*) AS deliveries,
    approx_percentile(milliseconds, 0.5) AS milliseconds_p50,
    approx_percentile(milliseconds, 0.9) AS milliseconds_p90,
    approx_percentile(milliseconds, 0.99) AS milliseconds_p99,
    count(*) OVER () AS domains
FROM once
CROSS JOIN UNNEST(
    ARRAY[lower(regexp_extract(element_at(recipients, 1), '@([^@> ]+)[> ]*$', 1)), '(all domains)']
) AS each_domain (domain)
GROUP BY domain
ORDER BY deliveries DESC, domain
LIMIT 1000
