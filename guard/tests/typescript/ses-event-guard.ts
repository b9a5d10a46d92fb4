import * as fs from 'node:fs';
import * as path from 'node:path';
import * as cdk from 'aws-cdk-lib';

/** Checks every template of an app with the rules of ses-event-guard; errors fail the synth. */
export class SesEventGuard implements cdk.IPolicyValidationPlugin {
  public readonly name = 'SES-event-guard';
  private readonly engine: cdk.CloudFormationValidatePlugin;

  /** @param rules the file that `ses-event-guard --rules` prints */
  constructor(rules: string) {
    const content = fs.readFileSync(rules, 'utf8');
    this.engine = new cdk.CloudFormationValidatePlugin({
      includeDefaultRules: false,
      regoRules: [{ name: 'ses-event-guard', content }],
    });
  }

  public validate(context: cdk.IPolicyValidationContext): cdk.PolicyValidationPluginReport {
    const stackTemplates = context.stackTemplates.flatMap((stack) => [
      stack,
      ...nestedTemplates(stack.templatePath).map((each) => ({ ...stack, templatePath: each })),
    ]);
    const { templatePaths } = context;
    const report = this.engine.validate({ ...context, stackTemplates, templatePaths });
    const violations = report.violations.filter(({ ruleName }) => ruleName.startsWith('SES-'));
    return { success: violations.every(({ severity }) => severity !== 'error'), violations };
  }
}

/** CDK does not name the templates of nested stacks: the asset manifest of the stack does. */
function nestedTemplates(templatePath: string): string[] {
  const manifest = templatePath.replace(/\.template\.json$/, '.assets.json');
  if (!fs.existsSync(manifest)) {
    return [];
  }
  const { files = {} } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  return (Object.values(files) as { source: { path?: string } }[])
    .map((file) => file.source.path ?? '')
    .filter((file) => file.endsWith('.nested.template.json'))
    .map((file) => path.join(path.dirname(templatePath), file));
}
