-- Templates that could not be rendered, and why.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
SELECT
    failure.templatename AS template,
    failure.errormessage AS error,
    count(*) AS failures,
    min(mail.timestamp) AS first_time,
    max(mail.timestamp) AS last_time
FROM events
WHERE day BETWEEN ? AND ? AND eventtype = 'Rendering Failure'
GROUP BY 1, 2
ORDER BY failures DESC, template, error
