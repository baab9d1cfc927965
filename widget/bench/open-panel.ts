// How long until the launcher is there, and until one can type?
//
// The demo page of a real gateway in Chromium, its processor slowed four times. Launcher: from the embed script's first
// statement to the frame that shows the button. Panel: from the click to the focused input, everything fetched on the
// way. Long tasks (50 ms and more) and layout shift are counted from that first statement until a second after the page has
// loaded, and anew from the click on. Control: a bare page whose script makes a button, which makes an input when it is
// clicked. Medians of 15 runs, each with an empty cache.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { until } from '@netia/testkit';
import type * as Playwright from 'playwright-core';
import { bench, figure, makeDatabase, median, percentile, printTable, ratio, startGateway } from '../../gateway/bench/support.ts';
import { buildWhenNeeded } from '../../tools/build-when-needed.ts';

const RUNS = 15;
const WARM_UP = 3;
const SLOWED = 4;
const QUIET_MS = 1_000;
const PLACES = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const { chromium } = createRequire(join(import.meta.dirname, '..', '..', 'e2e', 'package.json'))('playwright-core') as typeof Playwright;

/** What the page has noted, in milliseconds since it began. */
interface Notes {
  script: number | undefined;
  shown: number | undefined;
  clicked: number | undefined;
  focused: number | undefined;
  tasks: { at: number; ms: number }[];
  shifts: { at: number; score: number }[];
}

interface Run {
  launcher: number;
  /** From the start of the page. */
  shown: number;
  panel: number;
  tasksOnLoad: number[];
  tasksOnOpen: number[];
  shift: number;
}

declare global {
  interface Window {
    notes: Notes;
  }
}

/** Runs in the page before any of its own scripts. */
function takeNotes(): void {
  const notes: Notes = { script: undefined, shown: undefined, clicked: undefined, focused: undefined, tasks: [], shifts: [] };
  window.notes = notes;
  // An embed script asks for its own tag first of all.
  const own = Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript');
  Object.defineProperty(document, 'currentScript', {
    configurable: true,
    get: () => {
      notes.script ??= performance.now();
      return own?.get?.call(document);
    },
  });
  const findButton = () => document.querySelector('netia-widget')?.shadowRoot?.querySelector('button') ?? document.querySelector('button.control');
  const hearFocus = (event: Event) => {
    const inner = event.composedPath()[0];
    if (inner instanceof HTMLElement && ['TEXTAREA', 'INPUT'].includes(inner.tagName)) notes.focused ??= performance.now();
  };
  const watch = new MutationObserver(() => {
    const button = findButton();
    if (!button) return;
    watch.disconnect();
    // Focus that moves within a shadow tree is not heard outside of it.
    button.getRootNode().addEventListener('focusin', hearFocus, true);
    requestAnimationFrame(() => {
      // A message queued in a frame's callback is delivered after that frame.
      const after = new MessageChannel();
      after.port1.onmessage = () => {
        const { width, height } = button.getBoundingClientRect();
        if (width > 0 && height > 0) notes.shown = performance.now();
      };
      after.port2.postMessage(null);
    });
  });
  watch.observe(document, { childList: true, subtree: true });
  addEventListener(
    'click',
    (event) => {
      notes.clicked ??= event.timeStamp;
    },
    true,
  );
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) notes.tasks.push({ at: entry.startTime, ms: entry.duration });
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      // As the metric is defined: what follows a click is expected to move.
      if (!entry.hadRecentInput) notes.shifts.push({ at: entry.startTime, score: entry.value });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

const CONTROL_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Control</title><link rel="icon" href="data:,"></head>
<body><h1>Control</h1><p>A page with a button.</p><script async src="/control.js"></script></body></html>`;
const CONTROL_SCRIPT = `(() => {
  const script = document.currentScript;
  const button = document.createElement('button');
  button.className = 'control';
  button.textContent = script ? 'Open' : '';
  button.style.cssText = 'position:fixed;bottom:20px;right:20px;width:56px;height:56px';
  button.onclick = () => {
    const input = document.createElement('textarea');
    input.style.cssText = 'position:fixed;bottom:90px;right:20px';
    document.documentElement.append(input);
    input.focus();
  };
  document.documentElement.append(button);
})();`;

await bench(`How long until the launcher is there, and until one can type? (Chromium, processor slowed ${SLOWED} times)`, async (defer) => {
  await buildWhenNeeded();
  const executablePath = PLACES.find((path) => path !== undefined && canRead(path));
  if (!executablePath) {
    console.log('No Chromium found; set CHROMIUM_PATH.');
    return;
  }
  const gateway = await startGateway(await makeDatabase(defer), { NETIA_DEMO: '1' }, defer);
  const control = createServer((request, response) => {
    const isScript = request.url === '/control.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' }).end(isScript ? CONTROL_SCRIPT : CONTROL_PAGE);
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  defer(() => {
    control.closeAllConnections();
    control.close();
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  defer(() => browser.close());

  const pages = [
    { title: 'Netia, demo page', url: `${gateway.url}/`, button: 'netia-widget button.launcher', runs: [] as Run[] },
    { title: 'control, bare page', url: `http://127.0.0.1:${(control.address() as AddressInfo).port}/`, button: 'button.control', runs: [] as Run[] },
  ];
  for (let i = 0; i < WARM_UP + RUNS; i++) {
    for (const page of pages) {
      const run = await openOnce(browser, page.url, page.button);
      if (i >= WARM_UP) page.runs.push(run);
    }
  }
  const of = (runs: Run[], key: 'launcher' | 'shown' | 'panel') => runs.map((run) => run[key]);
  const rows = pages.map(({ title, runs }) => [
    title,
    figure(median(of(runs, 'launcher'))),
    figure(percentile(of(runs, 'launcher'), 0.9)),
    figure(median(of(runs, 'shown'))),
    figure(median(of(runs, 'panel'))),
    figure(percentile(of(runs, 'panel'), 0.9)),
    tasksOf(runs.map((run) => run.tasksOnLoad)),
    tasksOf(runs.map((run) => run.tasksOnOpen)),
    Math.max(...runs.map((run) => run.shift)).toFixed(4),
  ]);
  const [ours, bare] = pages.map(({ runs }) => runs);
  if (ours && bare) {
    const compare = (key: 'launcher' | 'shown' | 'panel') => ratio(median(of(ours, key)), median(of(bare, key)));
    rows.push(['Netia : control', compare('launcher'), '', compare('shown'), compare('panel'), '', '', '', '']);
  }
  printTable(
    ['ms', 'script to launcher p50', 'p90', 'page to launcher', 'click to input p50', 'p90', 'long tasks on load', 'on opening', 'highest shift'],
    rows,
  );

  console.log();
  const folder = join(import.meta.dirname, '..', 'dist');
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  printTable(
    ['file', 'bytes', 'brotli 11'],
    files.map((file) => {
      const plain = readFileSync(join(folder, file));
      return [file, String(plain.length), String(brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length)];
    }),
  );
});

function canRead(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** How many runs had any, and the longest. */
function tasksOf(runs: number[][]): string {
  const having = runs.filter((tasks) => tasks.length > 0);
  return having.length === 0 ? 'none' : `${having.length} of ${runs.length} runs, to ${figure(Math.max(...having.flat()))}`;
}

async function openOnce(browser: Playwright.Browser, url: string, button: string): Promise<Run> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
    await page.addInitScript(takeNotes);
    await page.goto(url, { waitUntil: 'load' });
    // Asked for rarely, and not while something is being timed: each look takes time of the page.
    await page.waitForTimeout(QUIET_MS);
    await until('the launcher', () => page.evaluate(() => window.notes.shown !== undefined));
    await page.click(button);
    await page.waitForTimeout(QUIET_MS);
    await until('the focused input', () => page.evaluate(() => window.notes.focused !== undefined));
    return figuresOf(await page.evaluate(() => window.notes));
  } finally {
    await context.close();
  }
}

function figuresOf({ script, shown, clicked, focused, tasks, shifts }: Notes): Run {
  if (script === undefined || shown === undefined || clicked === undefined || focused === undefined) throw new Error('the page has not noted everything');
  return {
    launcher: shown - script,
    shown,
    panel: focused - clicked,
    // What ran or moved before our script did was the page's own doing.
    tasksOnLoad: tasks.filter(({ at, ms }) => at + ms > script && at < clicked).map(({ ms }) => ms),
    tasksOnOpen: tasks.filter(({ at }) => at >= clicked).map(({ ms }) => ms),
    shift: shifts.filter(({ at }) => at >= script).reduce((sum, { score }) => sum + score, 0),
  };
}
