"""Sends one mail with a Django backend, and prints its id: ``with_django.py BACKEND CONFIGURATION_SET``."""

import os
import sys

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

backend, configuration_set = sys.argv[1:]
region = {"region_name": "eu-west-1"}
settings.configure(
    EMAIL_BACKEND={"anymail": "anymail.backends.amazon_ses.EmailBackend"}.get(backend, "django_ses.SESBackend"),
    USE_SES_V2=backend == "django-ses-v2",
    AWS_SES_REGION_NAME="eu-west-1",
    AWS_SES_REGION_ENDPOINT_URL=os.environ["AWS_ENDPOINT_URL"],  # django-ses names the endpoint itself
    AWS_SES_CONFIGURATION_SET=configuration_set,
    ANYMAIL={
        "AMAZON_SES_CONFIGURATION_SET_NAME": configuration_set,
        "AMAZON_SES_MESSAGE_TAG_NAME": "campaign",
        "AMAZON_SES_CLIENT_PARAMS": region,
    },
)
django.setup()
message = EmailMultiAlternatives(
    "Grüße from Django",
    "Hello",
    "Shop <news@shop.example>",
    ["anna@customer.example"],
    cc=["ben@customer.example"],
    bcc=["carl@customer.example"],
    headers={"X-Team": "blue"} | ({} if backend == "anymail" else {"X-SES-MESSAGE-TAGS": "campaign=spring"}),
)
message.attach_alternative("<p>Hello</p>", "text/html")
if backend == "anymail":
    message.tags = ["spring"]
assert message.send() == 1
sys.stdout.write(message.anymail_status.message_id if backend == "anymail" else message.extra_headers["message_id"])
