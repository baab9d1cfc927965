import { buildWhenNeeded } from './build-when-needed.ts';

const built = await buildWhenNeeded();
console.log(
  built
    ? `Widget built: ${built.loader} bytes before the click, ${built.firstOpen} until it can be typed in, ${built.tidioBridge} for the Tidio bridge (brotli).`
    : 'The widget is up to date.',
);
