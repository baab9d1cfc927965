import type { SessionRequest } from '@netia/protocol';
import { mountPanel } from './panel/mount-panel.tsx';

/** What the loader hands to the panel. */
export interface WidgetOptions {
  /** Origin of the gateway. */
  base: string;
  websiteId: string;
  root: ShadowRoot;
  host: HTMLElement;
  button: HTMLButtonElement;
  setBrand(color: string): void;
  /** What the snippet itself says; it wins over the tenant's settings, and is known before they are. */
  own: { color: boolean; position: boolean };
  /** Tells the page's listeners. */
  emit(event: string, data?: unknown): void;
  identity?: NonNullable<SessionRequest['identity']>;
  /** What stays the same as long as it is the same visitor; empty for nobody. */
  name: string;
  /** A checksum of it, which may be kept. */
  who: string;
}

/** What the loader may do with the panel. */
export interface PanelHandle {
  open(): void;
  close(): void;
  toggle(): void;
  send(text: string): void;
  /** The identity in the options has been set anew: if it is another visitor's, so is the next conversation. */
  identify(): void;
  destroy(): void;
}

export interface PanelModule {
  mount(options: WidgetOptions): Promise<PanelHandle>;
}

/** The panel's only export; fetched when the launcher is first pressed. */
export const mount: PanelModule['mount'] = mountPanel;
