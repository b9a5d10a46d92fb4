-- Opened and clicked mails, by configuration set, with those of bots in columns of their own.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- An event is a bot's if Amazon SES calls that likely. Events from before August 2026 say nothing about bots, and count
-- as those of people. Deliveries are per recipient. Opens and clicks are per mail, because their records do not name the
-- recipient.
WITH picked AS (
    SELECT
        element_at(element_at(mail.tags, 'ses:configuration-set'), 1) AS configuration_set,
        eventtype,
        mail.messageid AS messageid,
        cardinality(delivery.recipients) AS delivered,
        coalesce(open.isbotevent, click.isbotevent, '') = 'Likely' AS by_bot
    FROM events
    WHERE day BETWEEN ? AND ? AND eventtype IN ('Delivery', 'Open', 'Click')
),
counted AS (
    SELECT
        configuration_set,
        coalesce(sum(delivered), 0) AS delivered,
        count(*) FILTER (WHERE eventtype = 'Open' AND NOT by_bot) AS opens,
        count(*) FILTER (WHERE eventtype = 'Open' AND by_bot) AS bot_opens,
        count(DISTINCT messageid) FILTER (WHERE eventtype = 'Open' AND NOT by_bot) AS mails_opened,
        count(*) FILTER (WHERE eventtype = 'Click' AND NOT by_bot) AS clicks,
        count(*) FILTER (WHERE eventtype = 'Click' AND by_bot) AS bot_clicks,
        count(DISTINCT messageid) FILTER (WHERE eventtype = 'Click' AND NOT by_bot) AS mails_clicked
    FROM picked
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
