import * as cdk from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SesEventGuard } from './ses-event-guard';

// What to make is said by the test: [outdir, rules, where, fifo, acknowledge].
const [outdir, rules, where, fifo, acknowledge] = process.argv.slice(2);

const app = new cdk.App({ outdir, analyticsReporting: false });
cdk.Validations.of(app).addPlugins(new SesEventGuard(rules));

const stack = new cdk.Stack(where === 'stage' ? new cdk.Stage(app, 'Prod') : app, 'Shop');
const scope = where === 'nested' ? new cdk.NestedStack(stack, 'Nested') : stack;
const topic = new sns.Topic(scope, 'Topic', { fifo: fifo === 'fifo' });
new ses.ConfigurationSet(scope, 'Mail').addEventDestination('Events', {
  destination: ses.EventDestination.snsTopic(topic),
  events: [ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
});
if (acknowledge) {
  cdk.Validations.of(scope).acknowledge({ id: 'SES-event-guard::SES-TOPIC-FIFO', reason: 'the test says so' });
}
app.synth();
