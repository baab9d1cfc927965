import { buildWhenNeeded } from './build-when-needed.ts';

const built = await buildWhenNeeded();
console.log(
  built.widget
    ? `Widget built: ${built.widget.loader} bytes before the click, ${built.widget.firstOpen} until it can be typed in, ${built.widget.tidioBridge} for the Tidio bridge (brotli).`
    : 'The widget is up to date.',
);
console.log(built.console === undefined ? 'The console is up to date.' : `Console built: ${built.console} bytes (brotli).`);
