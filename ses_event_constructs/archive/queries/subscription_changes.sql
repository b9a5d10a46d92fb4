-- How many recipients joined and left each topic of each contact list.
-- Parameters: first day, last day, such as '2026-11-01', '2026-11-30'.
-- Only what changed counts, one recipient each. Leaving everything at once is the topic '(all topics)'.
SELECT
    subscription.contactlist AS contact_list,
    topic,
    count(*) FILTER (WHERE status = 'OptIn') AS joined,
    count(*) FILTER (WHERE status = 'OptOut') AS left_it
FROM events
CROSS JOIN UNNEST(
    coalesce(
        transform(subscription.newtopicpreferences.topicsubscriptionstatus, r -> r.topicname),
        CAST(ARRAY[] AS ARRAY(VARCHAR))
    ) || ARRAY['(all topics)'],
    coalesce(
        transform(subscription.newtopicpreferences.topicsubscriptionstatus, r -> r.subscriptionstatus),
        CAST(ARRAY[] AS ARRAY(VARCHAR))
    ) || ARRAY[IF(subscription.newtopicpreferences.unsubscribeall, 'OptOut', 'OptIn')]
) AS topics (topic, status)
WHERE day BETWEEN ? AND ? AND eventtype = 'Subscription'
    AND CASE topic
        WHEN '(all topics)' THEN
            coalesce(subscription.newtopicpreferences.unsubscribeall, false)
            <> coalesce(subscription.oldtopicpreferences.unsubscribeall, false)
        ELSE coalesce(
            cardinality(
                filter(
                    subscription.oldtopicpreferences.topicsubscriptionstatus,
                    r -> r.topicname = topic AND r.subscriptionstatus = status
                )
            ), 0
        ) = 0
    END
GROUP BY 1, 2
ORDER BY contact_list, topic
