import { FakeModels } from '@netia/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser } from './browser.ts';
import { HostPages } from './host-page.ts';
import { type KnowledgeInput, Stack, type StackOptions } from './stack.ts';
import { Visitor, type Widget } from './widget.ts';

export interface SceneOptions {
  /** What the tenant has written. */
  knowledge?: KnowledgeInput[];
  /** Switches on models, played by `scene.models`. */
  hasModels?: boolean;
  env?: Record<string, string>;
  host?: StackOptions['host'];
}

/** A gateway, websites with its widget, and browsers: set up once for a file of tests, its visitors gone after each test. */
export class Scene {
  #stack: Stack | undefined;
  #pages: HostPages | undefined;
  #browser: Browser | undefined;
  #models: FakeModels | undefined;
  readonly #visitors = new Set<Visitor>();

  /** Registers the hooks of the file, or of the `describe` around it. */
  static set({ knowledge = [], hasModels = false, env = {}, host }: SceneOptions = {}): Scene {
    const scene = new Scene();
    beforeAll(async () => {
      if (hasModels) scene.#models = await FakeModels.start();
      [scene.#stack, scene.#browser] = await Promise.all([
        Stack.start({ ...(scene.#models && { models: scene.#models }), env, ...(host && { host }) }),
        openBrowser(),
      ]);
      scene.#pages = await HostPages.start(scene.stack);
      await scene.stack.addKnowledge(...knowledge);
    });
    afterEach(async () => {
      await Promise.all([...scene.#visitors].map((visitor) => visitor.leave()));
      scene.#visitors.clear();
    });
    afterAll(async () => {
      await scene.#browser?.close();
      await scene.#pages?.stop();
      await scene.#stack?.stop();
      await scene.#models?.close();
    });
    return scene;
  }

  get stack(): Stack {
    return there(this.#stack);
  }

  get pages(): HostPages {
    return there(this.#pages);
  }

  get browser(): Browser {
    return there(this.#browser);
  }

  get models(): FakeModels {
    return there(this.#models);
  }

  /** Somebody new, with a browser profile of their own. */
  async visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
    const visitor = await Visitor.come(this.browser, options);
    this.#visitors.add(visitor);
    return visitor;
  }

  /** Somebody new on a host page, by its name. */
  async visit(page: string, options: BrowserContextOptions = {}): Promise<Widget> {
    return (await this.visitor(options)).visit(this.pages.page(page));
  }

  /** Somebody new on a host page, with the panel open. */
  async open(page = 'plain', options: BrowserContextOptions = {}): Promise<Widget> {
    const widget = await this.visit(page, options);
    await widget.open();
    return widget;
  }
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the scene is not set yet');
  return part;
}
