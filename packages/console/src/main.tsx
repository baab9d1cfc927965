import { render } from 'preact';
import { App } from './App.tsx';
import { language } from './texts/language.ts';
import { t } from './texts/texts.ts';
import './style.css';

document.documentElement.lang = language;
document.title = t.common.documentTitle;
const root = document.getElementById('console');
if (root) render(<App />, root);
