import type { PanelHandle, PanelModule, WidgetOptions } from '../src/mount.ts';
import { onBrand } from '../src/on-brand.ts';
import css from './launcher.css?inline';

/**
 * The embed script: a button in plain DOM, the queue of early calls, and the panel fetched when it is first opened. It
 * must never throw into the page that carries it, and stays under two kilobytes (see build.ts).
 */

/** Name of the panel's file, filled in by the build. */
declare const __PANEL_FILE__: string;

/** For whoever builds the page; the visitor sees nothing of it. */
// biome-ignore lint/suspicious/noConsole: the page's console is the only place an embed script can speak
const warn = (fault: unknown) => console.warn('Netia:', fault);

/** Of a proof, whom it names: each page has a new one. */
function nameOf(identity: WidgetOptions['identity']): string {
  let name = identity ? JSON.stringify(identity) : '';
  try {
    const claims = (identity as { proof: string }).proof.split('.')[1] as string;
    name = String((JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/'))) as { sub: unknown }).sub);
  } catch {
    // No proof, or none that is: the gateway refuses that, and says why.
  }
  return name;
}

type Command = 'open' | 'close' | 'send' | 'identify' | 'on' | 'destroy';
type Call = [Command, ...unknown[]];
interface Api {
  (...call: Call): void;
  /** Calls made before this script had loaded. */
  q?: IArguments[];
  ready?: boolean;
}

const page = window as unknown as { Netia?: Api };
const script = document.currentScript as HTMLScriptElement | null;

// A second snippet on the page finds the first one's widget and leaves it alone.
if (script?.dataset['websiteId'] && !page.Netia?.ready) start(script, script.dataset['websiteId']);

function start(tag: HTMLScriptElement, websiteId: string): void {
  const { position = 'right', color, label = 'Open chat' } = tag.dataset;
  const base = new URL(tag.src).origin;
  const host = document.createElement('netia-widget');
  host.dataset['position'] = position;
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const setBrand = (brand: string) => {
    host.style.setProperty('--brand', brand);
    host.style.setProperty('--on-brand', onBrand(brand));
  };
  if (color && /^#[0-9a-f]{6}$/i.test(color)) setBrand(color);

  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'launcher';
  button.setAttribute('aria-label', label);
  button.setAttribute('aria-expanded', 'false');
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M4 5h16v11H9l-5 4z');
  icon.append(path);
  button.append(icon);
  root.append(button);

  const listeners: [string, (data: unknown) => void][] = [];
  const options: WidgetOptions = {
    base,
    websiteId,
    root,
    host,
    button,
    setBrand,
    name: '',
    who: '',
    own: { color: Boolean(color), position: 'position' in tag.dataset },
    emit: (event, data) => {
      for (const [name, listener] of listeners) {
        if (name !== event) continue;
        try {
          listener(data);
        } catch (error) {
          // The page's own fault, shown as the page's own.
          setTimeout(() => {
            throw error;
          });
        }
      }
    },
  };

  // Whoever used this browser before leaves nothing to the next, also while the panel that keeps it is not there (see TokenStore).
  const forgetOthers = () => {
    try {
      const key = `netia:${websiteId}`;
      if ((localStorage[`${key}:who`] ?? '') !== options.who) {
        localStorage.removeItem(key);
        localStorage.removeItem(`${key}:agreed`);
      }
    } catch {
      // Storage is forbidden here, so nothing is stored.
    }
  };

  let panel: Promise<PanelHandle> | undefined;
  const load = () => {
    forgetOthers();
    button.setAttribute('aria-busy', 'true');
    panel ??= (import(/* @vite-ignore */ `${base}/widget/${__PANEL_FILE__}`) as Promise<PanelModule>).then((module) => module.mount(options));
    return panel
      .catch((error) => {
        // Offline, or a new version was rolled out: the next click tries again.
        panel = undefined;
        throw error;
      })
      .finally(() => button.removeAttribute('aria-busy'));
  };
  // All by the same way, so that calls are carried out in the order they were made.
  const use = (work: (handle: PanelHandle) => void): void => {
    load().then(work).catch(warn);
  };
  button.onclick = () => use((handle) => handle.toggle());

  // As a child of <html> it outlives single-page apps that replace <body>; should the whole document be replaced, it returns.
  const attach = () => {
    const { documentElement } = document;
    if (host.isConnected || !documentElement) return;
    documentElement.append(host);
    observer.observe(documentElement, { childList: true });
  };
  const observer = new MutationObserver(attach);
  observer.observe(document, { childList: true });
  attach();

  const api: Api = (command, first, second) => {
    switch (command) {
      case 'open':
      case 'send':
        use((handle) => (command === 'open' ? handle.open() : handle.send(String(first))));
        break;
      case 'close':
        if (panel) use((handle) => handle.close());
        break;
      case 'identify':
        options.identity = first as NonNullable<WidgetOptions['identity']>;
        options.name = nameOf(options.identity);
        // Only a checksum is kept, where the next visitor could read it.
        options.who = options.name && String([...options.name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 0));
        forgetOthers();
        if (panel) use((handle) => handle.identify());
        break;
      case 'on':
        listeners.push([String(first), second as (data: unknown) => void]);
        break;
      case 'destroy':
        observer.disconnect();
        if (panel) use((handle) => handle.destroy());
        host.remove();
        delete page.Netia;
        break;
      default:
        warn(`there is no command "${command}"`);
    }
  };
  const early = page.Netia?.q ?? [];
  api.ready = true;
  page.Netia = api;
  for (const call of early) api(...(Array.from(call) as unknown as Call));
}
