// Sends one mail with nodemailer and the AWS SDK for JavaScript, and prints its id.
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import nodemailer from 'nodemailer'

const [configurationSet] = process.argv.slice(2)
const transport = nodemailer.createTransport({ SES: { sesClient: new SESv2Client({}), SendEmailCommand } })
const sent = await transport.sendMail({
  from: 'Shop <news@shop.example>',
  to: 'anna@customer.example',
  cc: 'ben@customer.example',
  bcc: 'carl@customer.example',
  subject: 'Grüße from nodemailer',
  text: 'Hello',
  html: '<p>Hello</p>',
  headers: { 'X-Team': 'blue' },
  ses: { ConfigurationSetName: configurationSet, EmailTags: [{ Name: 'campaign', Value: 'spring' }] }
})
console.log(sent.messageId)
