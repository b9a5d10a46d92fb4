// Below the last import is the block of docs/guard-languages.md, which a test compares.
import * as fs from 'node:fs';
import * as cdk from 'aws-cdk-lib';

declare const app: cdk.App;

const content = fs.readFileSync('ses-event-guard.rego', 'utf8');
cdk.Validations.of(app).addPlugins(
  new cdk.CloudFormationValidatePlugin({ regoRules: [{ name: 'ses-event-guard', content }] }),
);
