-- Clicked links, and the number of mails, with those of bots in a column of their own.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
WITH picked AS (
    SELECT
        click.link AS link,
        mail.messageid AS messageid,
        coalesce(click.isbotevent, '') = 'Likely' AS by_bot
    FROM events
    WHERE day BETWEEN ? AND ? AND eventtype = 'Click'
)
SELECT
    link,
    count(*) FILTER (WHERE NOT by_bot) AS clicks,
    count(DISTINCT messageid) FILTER (WHERE NOT by_bot) AS mails,
    count(*) FILTER (WHERE by_bot) AS bot_clicks
FROM picked
GROUP BY 1
ORDER BY clicks DESC, link
