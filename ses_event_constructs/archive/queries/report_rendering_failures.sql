-- Templates that could not be rendered, and why, each mail once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- The last column is the number of rows that there are; the 1,000 with the most failures are here.
WITH once AS (
    SELECT
        mail.messageid AS messageid,
        min_by(failure.templatename, failure.templatename || failure.errormessage) AS template,
        min_by(failure.errormessage, failure.templatename || failure.errormessage) AS error,
        min(mail.timestamp) AS happened_at
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype = 'Rendering Failure'
    GROUP BY 1
)
SELECT
    template,
    error,
    count(*) AS failures,
    min(happened_at) AS first_time,
    max(happened_at) AS last_time,
    count(*) OVER () AS every_row
FROM once
GROUP BY template, error
ORDER BY failures DESC, template, error
LIMIT 1000
