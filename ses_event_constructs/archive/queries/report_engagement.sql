-- Opened and clicked mails by configuration set, each event once, with those of bots in columns of their own.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- An event is a bot's if Amazon SES calls that likely. Events from before August 2026 say nothing about bots, and count
-- as those of people. Deliveries are per recipient. Opens and clicks are per mail, because their records do not name the
-- recipient.
WITH once AS (
    SELECT DISTINCT
        element_at(element_at(mail.tags, 'ses:configuration-set'), 1) AS configuration_set,
        eventtype,
        mail.messageid AS messageid,
        coalesce(delivery.timestamp, open.timestamp, click.timestamp) AS happened_at,
        coalesce(array_join(delivery.recipients, ' '), open.ipaddress, click.ipaddress) AS origin,
        coalesce(open.useragent, click.useragent) AS useragent,
        click.link AS link,
        cardinality(delivery.recipients) AS delivered,
        coalesce(open.isbotevent, click.isbotevent, '') = 'Likely' AS by_bot
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype IN ('Delivery', 'Open', 'Click')
)
SELECT
    configuration_set,
    coalesce(sum(delivered), 0) AS delivered,
    count(*) FILTER (WHERE eventtype = 'Open' AND NOT by_bot) AS opens,
    count(*) FILTER (WHERE eventtype = 'Open' AND by_bot) AS bot_opens,
    count(DISTINCT messageid) FILTER (WHERE eventtype = 'Open' AND NOT by_bot) AS mails_opened,
    count(*) FILTER (WHERE eventtype = 'Click' AND NOT by_bot) AS clicks,
    count(*) FILTER (WHERE eventtype = 'Click' AND by_bot) AS bot_clicks,
    count(DISTINCT messageid) FILTER (WHERE eventtype = 'Click' AND NOT by_bot) AS mails_clicked
FROM once
GROUP BY configuration_set
ORDER BY delivered DESC, configuration_set
