-- Which links were clicked, and in how many mails, with what bots did set apart.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
SELECT
    click.link AS link,
    count(*) FILTER (WHERE coalesce(click.isbotevent, '') <> 'Likely') AS clicks,
    count(DISTINCT CASE WHEN coalesce(click.isbotevent, '') <> 'Likely' THEN mail.messageid END) AS mails,
    count(*) FILTER (WHERE click.isbotevent = 'Likely') AS bot_clicks
FROM events
WHERE day BETWEEN ? AND ? AND eventtype = 'Click'
GROUP BY 1
ORDER BY clicks DESC, link
