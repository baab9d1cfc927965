#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from './config.ts';
import { AppError, StartError } from './errors.ts';
import { createLog } from './log.ts';

/** Each command loads its own code: `netia --help` should not wait for a database driver. */
const program = new Command('netia')
  .description('An AI agent for any website that answers only from what the business has written.')
  .showHelpAfterError('(netia --help lists the commands)')
  .configureHelp({ sortSubcommands: false });

for (const [role, description] of [
  ['serve', 'run gateway and worker in one process'],
  ['gateway', 'run a gateway: takes messages, answers them while it lives'],
  ['worker', 'run a worker: answers what a stopped gateway left behind'],
] as const) {
  program
    .command(role)
    .description(description)
    .action(async () => (await import('./commands/run-process.ts')).runProcess(role));
}

program
  .command('migrate')
  .description('bring the database to the newest schema')
  .action(async () => (await import('./commands/migrate.ts')).migrateCommand());

const tenant = program.command('tenant').description('make, list and show tenants');
tenant
  .command('create')
  .description('make a tenant and print its snippet')
  .requiredOption('--slug <slug>', 'short name for commands: small letters, digits, hyphens')
  .requiredOption('--name <name>', 'name that visitors read')
  .requiredOption('--email <email>', 'address of its owner')
  .option('--origin <origin...>', 'origins the widget may be used from; without it, any')
  .action(async (options) => (await import('./commands/tenant.ts')).createTenant(options));
tenant
  .command('list')
  .description('list all tenants')
  .action(async () => (await import('./commands/tenant.ts')).listTenants());
tenant
  .command('show')
  .description('show one tenant')
  .argument('<slug>')
  .action(async (slug: string) => (await import('./commands/tenant.ts')).showTenant(slug));

const key = program.command('key').description('make and revoke API keys');
key
  .command('create')
  .description('make an API key; it is shown this once')
  .requiredOption('--tenant <slug>')
  .option('--name <name>', 'what it is for', 'command line')
  .option('--scope <scope...>', 'rights; without it, all')
  .option('--expires <date>', 'last day, as 2027-01-31')
  .action(async (options) => (await import('./commands/key.ts')).createKey(options));
key
  .command('revoke')
  .description('end a key at once')
  .argument('<id>')
  .requiredOption('--tenant <slug>')
  .action(async (id: string, options) => (await import('./commands/key.ts')).revokeKey(id, options));

const member = program.command('member').description('invite and list the people who work for a tenant');
member
  .command('invite')
  .description('print a link that makes whoever opens it a member')
  .requiredOption('--tenant <slug>')
  .option('--role <role>', 'owner, admin, agent or viewer', 'agent')
  .option('--email <address>', 'for this address only')
  .action(async (options) => (await import('./commands/member.ts')).inviteMember(options));
member
  .command('password')
  .description('give somebody who has lost theirs a new password, shown this once')
  .requiredOption('--tenant <slug>')
  .requiredOption('--email <address>')
  .option('--without-second-factor', 'for who has lost that too')
  .action(async (options) => (await import('./commands/member.ts')).renewPassword(options));
member
  .command('list')
  .description('list the people who work for a tenant')
  .requiredOption('--tenant <slug>')
  .action(async (options) => (await import('./commands/member.ts')).listTenantMembers(options));

const knowledge = program.command('knowledge').description('add, list and remove what a tenant has written');
knowledge
  .command('add')
  .description('publish files, pages, whole sites, or one FAQ pair')
  .argument('[what...]', 'addresses; PDF, DOCX, XLSX, CSV, Markdown, HTML or text files; .json and .jsonl with {question, answer}')
  .requiredOption('--tenant <slug>')
  .option('--question <text>', 'with --answer: one FAQ pair')
  .option('--answer <text>')
  .option('--url <url>', 'where readers find the text (one file)')
  .addOption(new Option('--format <format>', 'otherwise told by the ending').choices(['text', 'markdown', 'html']))
  .addOption(new Option('--kind <kind>', 'what an address is: this page, the site below it, or a sitemap').choices(['page', 'site', 'sitemap']).default('page'))
  .option('--max-pages <n>', 'of a site or sitemap, at most so many pages', wholeNumber)
  .option('--refresh-hours <n>', 'read it again after so many hours', wholeNumber)
  .option('--draft', 'keep texts and FAQ pairs until `knowledge publish`')
  .action(async (given: string[], options) => (await import('./commands/knowledge.ts')).addCommand(given, options));
knowledge
  .command('sources')
  .requiredOption('--tenant <slug>')
  .description('list files, pages and sites with their status')
  .action(async (options) => (await import('./commands/knowledge.ts')).sourcesCommand(options));
knowledge
  .command('refresh')
  .description('read a source again now')
  .argument('<id>')
  .requiredOption('--tenant <slug>')
  .action(async (id: string, options) => (await import('./commands/knowledge.ts')).refreshCommand(id, options));
knowledge
  .command('publish')
  .requiredOption('--tenant <slug>')
  .description('publish every draft at once')
  .action(async (options) => (await import('./commands/knowledge.ts')).publishCommand(options));
knowledge
  .command('drafts')
  .requiredOption('--tenant <slug>')
  .description('list what is to be published')
  .action(async (options) => (await import('./commands/knowledge.ts')).draftsCommand(options));
knowledge
  .command('reindex')
  .requiredOption('--tenant <slug>')
  .description('index all that is published anew, after an update that reads words differently')
  .action(async (options) => (await import('./commands/knowledge.ts')).reindexCommand(options));
knowledge
  .command('list')
  .requiredOption('--tenant <slug>')
  .description('list entries')
  .action(async (options) => (await import('./commands/knowledge.ts')).listCommand(options));
knowledge
  .command('remove')
  .description('delete an entry, or a source with all that came from it')
  .argument('<id>')
  .requiredOption('--tenant <slug>')
  .action(async (id: string, options) => (await import('./commands/knowledge.ts')).removeCommand(id, options));

program
  .command('ask')
  .description('ask a question through the production pipeline and print the answer with its sources')
  .argument('<question>')
  .requiredOption('--tenant <slug>')
  .option('--json', 'print answer, citations, verdict, timings and the receipt as JSON')
  .action(async (question: string, options) => (await import('./commands/ask.ts')).ask(question, options));

program
  .command('replay')
  .description('show the passages an answer was written from, as they then were')
  .argument('<message-id>', 'of an answer, as conversations and receipts name it')
  .requiredOption('--tenant <slug>')
  .action(async (messageId: string, options) => (await import('./commands/replay.ts')).replay(messageId, options));

const channel = program.command('channel').description('connect Crisp and Tidio, and show what of them works');
channel
  .command('show')
  .description('show what is connected for a tenant')
  .requiredOption('--tenant <slug>')
  .action(async (options) => (await import('./commands/channel.ts')).showChannels(options));
channel
  .command('crisp')
  .description('connect a Crisp website, or change how')
  .requiredOption('--tenant <slug>')
  .option('--website <id>', "the website's id: Crisp, Settings, Workspace Settings, Setup")
  .option('--token-identifier <text>', "with --token-key: a token of the website's own, instead of the plugin's")
  .option('--token-key <text>')
  .option('--new-hook-key', 'make an address for a website hook; those made before stay good')
  .option('--disconnect', 'end it and delete its secrets')
  .action(async (options) => (await import('./commands/channel.ts')).connectCrisp(options));
channel
  .command('tidio')
  .description('connect a Tidio project, or change how')
  .requiredOption('--tenant <slug>')
  .option('--public-key <key>', 'the 32 characters in the name of the loader script')
  .option('--new-flow', 'make address and token for the "API call" of a Flow; those made before stay good')
  .option('--webhook-secret <text>', 'from Settings, Developer, Webhooks; several may be live')
  .option('--client-id <text>', 'with --client-secret: OpenAPI keys, for tickets')
  .option('--client-secret <text>')
  .option('--operator <id>', 'in whose name tickets are answered')
  .option('--disconnect', 'end it and delete its secrets')
  .action(async (options) => (await import('./commands/channel.ts')).connectTidio(options));
channel
  .command('end-secret')
  .description('end one secret at once')
  .argument('<id>')
  .requiredOption('--tenant <slug>')
  .action(async (id: string, options) => (await import('./commands/channel.ts')).endChannelSecret(id, options));

const events = program.command('events').description('what was given up on its way in or out');
events
  .command('dead')
  .description('list it with the reasons')
  .option('--tenant <slug>', 'of one tenant; without it, of all')
  .option('--json')
  .action(async (options) => (await import('./commands/events.ts')).listDeadEvents(options));
events
  .command('replay')
  .description('try one again; harmless if it had succeeded after all')
  .argument('<id>')
  .requiredOption('--tenant <slug>')
  .action(async (id: string, options) => (await import('./commands/events.ts')).replayDeadEvent(id, options));

events
  .command('dismiss')
  .description('nothing more is wanted of it')
  .argument('<id>')
  .requiredOption('--tenant <slug>')
  .action(async (id: string, options) => (await import('./commands/events.ts')).dismissDeadEvent(id, options));

const evaluate = program.command('eval').description('measure the quality of answers');
evaluate
  .command('retrieval')
  .description('index a corpus for a throw-away tenant, ask every query, write a run file')
  .requiredOption('--corpus <file>', 'JSON lines {id, title, text, page?}')
  .requiredOption('--queries <file>', 'JSON lines {id, text, history?}')
  .requiredOption('--out <file>', 'JSON lines {query_id, results, answer, abstained, confidence, ms}')
  .addOption(new Option('--quotes <length>', 'how long quoted answers are').choices(['short', 'medium', 'long']).default('short'))
  .action(async (options) => (await import('./commands/eval-retrieval.ts')).evalRetrieval(options));

program
  .command('routes')
  .description('list every HTTP route with its access and the source of its tenant')
  .option('--json')
  .action(async (options) => (await import('./commands/routes.ts')).routesCommand(options));
program
  .command('doctor')
  .description('check settings, database, Redis, models, channels and the widget build')
  .action(async () => (await import('./commands/doctor.ts')).doctor());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof StartError || error instanceof AppError) process.stderr.write(`${error.message}\n`);
  else createLog(readLogLevel()).fatal({ err: error }, 'stopped by a fault');
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function readLogLevel(): string {
  try {
    return readConfig(process.env).logLevel;
  } catch {
    return 'info';
  }
}
