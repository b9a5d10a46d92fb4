-- Recipients who subscribed and unsubscribed, by contact list and topic, each event once.
-- Parameters: first day, last day, the configuration set, such as '2026-11-01', '2026-11-30', 'Mail'.
-- An empty configuration set, '', means all of them. An event that was delivered repeatedly counts once.
-- Only changes count, one for each recipient. Unsubscribing from everything is the topic '(all topics)'.
WITH once AS (
    SELECT DISTINCT
        mail.messageid AS messageid,
        mail.destination AS destination,
        subscription.timestamp AS happened_at,
        subscription.contactlist AS contact_list,
        subscription.oldtopicpreferences.topicsubscriptionstatus AS old_topics,
        coalesce(subscription.oldtopicpreferences.unsubscribeall, false) AS left_all_before,
        coalesce(subscription.newtopicpreferences.unsubscribeall, false) AS left_all,
        coalesce(
            transform(subscription.newtopicpreferences.topicsubscriptionstatus, r -> r.topicname),
            CAST(ARRAY[] AS ARRAY(VARCHAR))
        ) AS topics,
        coalesce(
            transform(subscription.newtopicpreferences.topicsubscriptionstatus, r -> r.subscriptionstatus),
            CAST(ARRAY[] AS ARRAY(VARCHAR))
        ) AS statuses
    FROM events
    WHERE day BETWEEN ? AND ? AND ? IN ('', coalesce(element_at(element_at(mail.tags, 'ses:configuration-set'), 1), ''))
        AND eventtype = 'Subscription'
)
SELECT
    contact_list,
    topic,
    count(*) FILTER (WHERE status = 'OptIn') AS joined,
    count(*) FILTER (WHERE status = 'OptOut') AS left_it
FROM once
CROSS JOIN UNNEST(
    topics || ARRAY['(all topics)'],
    statuses || ARRAY[IF(left_all, 'OptOut', 'OptIn')]
) AS each_topic (topic, status)
WHERE CASE topic
    WHEN '(all topics)' THEN left_all <> left_all_before
    ELSE coalesce(
        cardinality(filter(old_topics, r -> r.topicname = topic AND r.subscriptionstatus = status)), 0
    ) = 0
END
GROUP BY 1, 2
ORDER BY contact_list, topic
