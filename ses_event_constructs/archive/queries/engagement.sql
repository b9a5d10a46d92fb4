-- How many mails were opened and clicked, by configuration set, with what bots did set apart.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- An event counts as a bot's when Amazon SES calls it likely; before August 2026 it said nothing, and such events
-- count as people's. Deliveries are per recipient. Opens and clicks are per mail, because their records do not say
-- which of its recipients it was.
WITH counted AS (
    SELECT
        element_at(element_at(mail.tags, 'ses:configuration-set'), 1) AS configuration_set,
        coalesce(sum(cardinality(delivery.recipients)), 0) AS delivered,
        count(*) FILTER (WHERE eventtype = 'Open' AND coalesce(open.isbotevent, '') <> 'Likely') AS opens,
        count(*) FILTER (WHERE open.isbotevent = 'Likely') AS bot_opens,
        count(DISTINCT CASE
            WHEN eventtype = 'Open' AND coalesce(open.isbotevent, '') <> 'Likely' THEN mail.messageid
        END) AS mails_opened,
        count(*) FILTER (WHERE eventtype = 'Click' AND coalesce(click.isbotevent, '') <> 'Likely') AS clicks,
        count(*) FILTER (WHERE click.isbotevent = 'Likely') AS bot_clicks,
        count(DISTINCT CASE
            WHEN eventtype = 'Click' AND coalesce(click.isbotevent, '') <> 'Likely' THEN mail.messageid
        END) AS mails_clicked
    FROM events
    WHERE day BETWEEN ? AND ? AND eventtype IN ('Delivery', 'Open', 'Click')
    GROUP BY 1
)
SELECT
    configuration_set,
    delivered,
    opens,
    bot_opens,
    mails_opened,
    clicks,
    bot_clicks,
    mails_clicked,
    round(1e2 * mails_opened / nullif(delivered, 0), 3) AS opened_percent,
    round(1e2 * mails_clicked / nullif(delivered, 0), 3) AS clicked_percent
FROM counted
ORDER BY delivered DESC, configuration_set
