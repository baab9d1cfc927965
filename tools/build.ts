import { buildWhenNeeded } from './build-when-needed.ts';

const built = await buildWhenNeeded();
console.log(
  built.widget
    ? `Widget built: ${built.widget.loader} bytes before the click, ${built.widget.firstOpen} until it can be typed in, ${built.widget.tidioBridge} for the Tidio bridge (brotli).`
    : 'The widget is up to date.',
);
console.log(
  built.console
    ? `Console built: ${built.console.initial} bytes before anything is seen, ${built.console.all} with all its pages (brotli).`
    : 'The console is up to date.',
);
