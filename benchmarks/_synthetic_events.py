"""A year of synthetic Amazon SES events, generated day by day inside DuckDB, to use little memory."""

# ruff: noqa: E501, S608 - records as SQL builds them, of names and numbers that are written here

from __future__ import annotations

# The probability of each event for one mail. Publishing OPEN and CLICK is on, so that every named query has rows.
RATES = {
    "Send": 0.998,
    "Delivery": 0.965,
    "Bounce": 0.02,
    "Complaint": 0.0006,
    "DeliveryDelay": 0.015,
    "Reject": 0.0002,
    "Rendering Failure": 0.002,
    "Open": 0.38,
    "Click": 0.06,
    "Subscription": 0.003,
}

_HEX = "md5(seed || '{0}')"


def _pick(salt: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"list_extract([{listed}], 1 + (hash(seed || '{salt}') % {len(values)})::INTEGER)"


def _chance(salt: str) -> str:
    return f"((hash(seed || '{salt}') % 1000000) / 1e6)"


def _time(offset_ms: str) -> str:
    return f"strftime(sent_at + to_milliseconds({offset_ms}), '%Y-%m-%dT%H:%M:%S.%g') || 'Z'"


_TRACE = f"""substr({_HEX.format("h")}, 1, 8) || '-' || substr({_HEX.format("h")}, 9, 4) || '-'
    || substr({_HEX.format("h")}, 13, 4) || '-' || substr({_HEX.format("h")}, 17, 12)"""

# The fields that all records of a mail share.
_MAILS = f"""
CREATE OR REPLACE TEMP TABLE mails AS
WITH seeds AS (SELECT $day || '-' || i AS seed, i FROM range($mails) AS t(i)),
timed AS (
    SELECT
        *,
        -- Busy by day, quiet by night; an hour is left so that what follows is of the same day.
        $day::TIMESTAMP + to_milliseconds((82800e3 * sqrt({_chance("t")} * {_chance("u")}))::BIGINT) AS sent_at
    FROM seeds
)
SELECT
    seed,
    sent_at,
    '0100' || substr({_HEX.format("a")}, 1, 12) || '-' || {_TRACE} || '-000000' AS id,
    {_pick("set", "Receipts", "Receipts", "Accounts", "Newsletter", "Newsletter", "Newsletter")} AS set_name,
    'tenant-' || (hash(seed || 'tenant') % 20) AS tenant,
    'campaign-' || (hash(seed || 'campaign') % 60) AS campaign,
    {_pick("first", "ada", "grace", "jose", "linus", "mary", "noor", "olu", "wei")} || '.'
        || substr({_HEX.format("r")}, 1, 9) AS local_part,
    {_pick("domain", "gmail.test", "gmail.test", "gmail.test", "outlook.test", "yahoo.test", "gmx.test", "corp.test")}
        AS domain
FROM timed
"""

_ADDRESS = "local_part || '@' || domain"

_TAGS = """'"tags":{"ses:operation":["SendEmail"],"ses:configuration-set":["' || set_name || '"],'
    || '"ses:source-ip":["192.0.2.' || (hash(seed || 'ip') % 8) || '"],"ses:from-domain":["shop.example"],'
    || '"ses:caller-identity":["mailer"],"ses:tenant-name":["' || tenant || '"],"campaign":["' || campaign || '"]}'"""

_HEADERS = f"""'"headers":[{{"name":"From","value":"Shop <news@shop.example>"}},{{"name":"To","value":"' || {_ADDRESS}
    || '"}},{{"name":"Reply-To","value":"help@shop.example"}},{{"name":"Subject","value":"' || subject
    || '"}},{{"name":"MIME-Version","value":"1.0"}},{{"name":"Content-Type","value":"multipart/alternative; '
    || 'boundary=\\"----=_Part_' || substr({_HEX.format("b")}, 1, 20) || '\\""}},{{"name":"List-Unsubscribe","value":'
    || '"<https://shop.example/u/' || {_HEX.format("l")} || '>"}},{{"name":"List-Unsubscribe-Post","value":'
    || '"List-Unsubscribe=One-Click"}}],"commonHeaders":{{"from":["Shop <news@shop.example>"],"date":"' || sent_date
    || '","to":["' || {_ADDRESS} || '"],"replyTo":["help@shop.example"],"messageId":"' || id || '","subject":"'
    || subject || '"}},'"""

_HEAD = f"""'{{"eventType":"' || kind || '","mail":{{"timestamp":"' || {_time("0")}
    || '","source":"Shop <news@shop.example>",'
    || CASE WHEN kind IN ('Open', 'Click') THEN '' ELSE
        '"sourceArn":"arn:aws:ses:us-east-1:111122223333:identity/shop.example",' END
    || '"sendingAccountId":"111122223333","messageId":"' || id || '","destination":["' || {_ADDRESS}
    || '"],"headersTruncated":false,'
    || CASE WHEN kind IN ('Rendering Failure', 'DeliveryDelay') THEN '' ELSE {_HEADERS} END
    || {_TAGS} || '}},'"""

_PARTS = {
    "Send": """'"send":{}}'""",
    "Reject": """'"reject":{"reason":"Bad content"}}'""",
    "Delivery": f"""'"delivery":{{"timestamp":"' || {_time("after_ms")} || '","processingTimeMillis":' || after_ms
        || ',"recipients":["' || {_ADDRESS} || '"],"smtpResponse":"250 2.0.0 OK ' || substr({_HEX.format("q")}, 1, 24)
        || ' - gsmtp","reportingMTA":"a' || (hash(seed || 'mta') % 60) || '-32.smtp-out.amazonses.com"}}}}'""",
    "Bounce": f"""'"bounce":{{"feedbackId":"0100' || {_HEX.format("f")} || '-000000","bounceType":"' || split_part(bounce, ':', 1)
        || '","bounceSubType":"' || split_part(bounce, ':', 2) || '","bouncedRecipients":[{{"emailAddress":"' || {_ADDRESS}
        || '","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 The email account that you tried to '
        || 'reach does not exist. ' || substr({_HEX.format("q")}, 1, 12) || '"}}],"timestamp":"' || {_time("after_ms")}
        || '","reportingMTA":"dns; a' || (hash(seed || 'mta') % 60) || '-32.smtp-out.amazonses.com"}}}}'""",
    "Complaint": f"""'"complaint":{{"feedbackId":"0100' || {_HEX.format("f")} || '-000000","complaintSubType":null,'
        || '"complainedRecipients":[{{"emailAddress":"' || {_ADDRESS} || '"}}],"timestamp":"' || {_time("after_ms")}
        || '","userAgent":"Feedback Loop (V0.01)","complaintFeedbackType":"abuse","arrivalDate":"' || {_time("after_ms")}
        || '"}}}}'""",
    "DeliveryDelay": f"""'"deliveryDelay":{{"timestamp":"' || {_time("after_ms")} || '","delayType":"' || delay
        || '","expirationTime":"' || {_time("50400000")} || '","delayedRecipients":[{{"emailAddress":"' || {_ADDRESS}
        || '","status":"4.4.1","diagnosticCode":"smtp; 421 4.4.1 Unable to connect to remote host"}}],'
        || '"reportingMTA":"a' || (hash(seed || 'mta') % 60) || '-32.smtp-out.amazonses.com"}}}}'""",
    "Rendering Failure": """'"failure":{"templateName":"' || template
        || '","errorMessage":"Attribute ''name'' is not present in the rendering data."}}'""",
    "Open": f"""'"open":{{"timestamp":"' || {_time("after_ms")} || '","ipAddress":"198.51.100.' || (hash(seed || 'oip') % 256)
        || '","userAgent":"' || browser || '","isBotEvent":"' || bot || '"}}}}'""",
    "Click": f"""'"click":{{"timestamp":"' || {_time("after_ms")} || '","ipAddress":"198.51.100.' || (hash(seed || 'oip') % 256)
        || '","userAgent":"' || browser || '","link":"https://shop.example/p/' || (hash(seed || 'link') % 40)
        || '","linkTags":{{"place":["header"]}},"isBotEvent":"' || bot || '"}}}}'""",
    "Subscription": f"""'"subscription":{{"contactList":"Customers","timestamp":"' || {_time("after_ms")}
        || '","source":"UnsubscribeHeader","newTopicPreferences":{{"unsubscribeAll":false,"topicSubscriptionStatus":'
        || '[{{"topicName":"News","subscriptionStatus":"OptOut"}}]}},"oldTopicPreferences":{{"unsubscribeAll":false,'
        || '"topicSubscriptionStatus":[{{"topicName":"News","subscriptionStatus":"OptIn"}}]}}}}}}'""",
}

_EVENTS = f"""
CREATE OR REPLACE TEMP TABLE day_events AS
WITH kinds AS (
    SELECT *, unnest(list_filter([{
    ", ".join(f"IF({_chance(kind)} < {rate}, '{kind}', NULL)" for kind, rate in RATES.items())
}],
        lambda kind: kind IS NOT NULL)) AS kind
    FROM mails
),
details AS (
    SELECT
        *,
        strftime(sent_at, '%a, %d %b %Y %H:%M:%S +0000') AS sent_date,
        {_pick("subject", "Your order is on its way", "Your receipt", "News of the week", "Confirm your address")}
            || ' #' || (hash(seed || 'order') % 1000000) AS subject,
        CASE kind
            WHEN 'Send' THEN 0
            WHEN 'Open' THEN 60000 + (hash(seed || kind) % 3400000)
            WHEN 'Click' THEN 60000 + (hash(seed || kind) % 3400000)
            ELSE 300 + (pow({_chance("speed")}, 4) * 60000)::BIGINT
        END AS after_ms,
        {
    _pick(
        "bounce",
        "Permanent:General",
        "Permanent:NoEmail",
        "Permanent:OnAccountSuppressionList",
        "Transient:General",
        "Transient:MailboxFull",
    )
} AS bounce,
        {_pick("delay", "MailboxFull", "RecipientServerError", "TransientCommunicationFailure", "General")} AS delay,
        {_pick("template", "welcome", "receipt", "reset")} AS template,
        {
    _pick(
        "browser",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    )
} AS browser,
        {_pick("bot", "Unlikely", "Unlikely", "Unlikely", "Likely")} AS bot
    FROM kinds
)
SELECT
    (epoch_ms(sent_at + to_milliseconds(after_ms)) % 86400000) // $slot_ms AS slot,
    {_HEAD} || CASE kind {" ".join(f"WHEN '{kind}' THEN {part}" for kind, part in _PARTS.items())} END AS record
FROM details
"""

MAKE_MAILS = _MAILS
"""Makes the table `mails` of one day; takes the parameters `day` and `mails`."""

MAKE_EVENTS = _EVENTS
"""Makes the table `day_events` (`slot`, `record` as JSON) from it; takes the parameter `slot_ms`."""
