import { readConfig } from '../config.ts';
import { DEMO_WEBSITE_ID } from '../demo/seed-demo.ts';
import { createLog } from '../log.ts';
import { type ProcessRole, type RunningProcess, startProcess } from '../serve.ts';

/** Runs until SIGTERM or Ctrl-C; a second signal ends the process at once. */
export async function runProcess(role: ProcessRole): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const running = await startProcess(role, config, log);
  if (process.stdout.isTTY || process.env['NETIA_BANNER']) process.stdout.write(banner(running));
  else log.info({ role, url: running.url, answerers: answerersOf(running) }, 'started');
  let isStopping = false;
  const onSignal = async (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    await running.stop();
    process.exit(0);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function answerersOf({ deps }: RunningProcess): string {
  const models = deps.models.map((model) => `${model.name} (${model.model})`);
  return models.length > 0
    ? `${models.join(', then ')}, then quotes of the sources`
    : 'quotes of the sources; set OPENAI_API_KEY or ANTHROPIC_API_KEY to have them worded by a model';
}

function banner(running: RunningProcess): string {
  const { deps, url } = running;
  const { config } = deps;
  const at = config.publicUrl.endsWith(`:${config.port}`) ? config.publicUrl : (url ?? config.publicUrl);
  const lines = [
    ...(config.isDemo ? [`Demo shop with the widget   ${at}/`, `Its guides                  ${at}/guides/readme`] : []),
    running.ownerLink ? `Console, your first visit    ${running.ownerLink}` : `Console                     ${at}/console/`,
    `API documentation           ${at}/docs`,
    `Health                      ${at}/healthz  ${at}/readyz  ${at}/metrics`,
    '',
    `Database   ${deps.db.kind === 'embedded' ? `embedded, in ${config.dataDir}` : 'PostgreSQL at DATABASE_URL'}`,
    `Answers    ${answerersOf(running)}`,
    ...(config.isDemo ? ['', 'On a page of your own:', `  <script async src="${at}/widget.js" data-website-id="${DEMO_WEBSITE_ID}"></script>`] : []),
    '',
    'Ctrl-C stops it.',
  ];
  return `\nNetia is ready.\n\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n\n`;
}
