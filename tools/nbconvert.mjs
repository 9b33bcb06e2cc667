// A template for `jupyter nbconvert --to html`: Persian as in JupyterLab, and formulas by KaTeX, from within the page.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = dirname(fileURLToPath(import.meta.url));
const katex = join(tools, '..', 'node_modules', 'katex');

/** What the template is made of; it changes where one of these does. */
export const templateSources = [
  fileURLToPath(import.meta.url),
  join(tools, 'nbconvert', 'index.html.j2'),
  join(tools, 'jupyterlab.css'),
  join(katex, 'package.json'),
];

/** Puts the template into a virtual environment, as what its nbconvert uses by default. */
export function installTemplate(/** @type {string} */ venv) {
  const folder = join(venv, 'share', 'jupyter', 'nbconvert', 'templates', 'recurrent');
  const config = join(venv, 'etc', 'jupyter');
  mkdirSync(folder, { recursive: true });
  mkdirSync(config, { recursive: true });
  copyFileSync(join(tools, 'nbconvert', 'index.html.j2'), join(folder, 'index.html.j2'));
  copyFileSync(join(tools, 'jupyterlab.css'), join(folder, 'course.css'));
  copyFileSync(join(katex, 'dist', 'katex.min.js'), join(folder, 'katex.js'));
  copyFileSync(join(katex, 'dist', 'contrib', 'auto-render.min.js'), join(folder, 'auto-render.js'));
  writeFileSync(join(folder, 'katex.css'), katexStyle());
  writeFileSync(join(folder, 'conf.json'), JSON.stringify({ base_template: 'lab' }));
  const settings = { HTMLExporter: { template_name: 'recurrent' } };
  writeFileSync(join(config, 'jupyter_nbconvert_config.json'), JSON.stringify(settings));
}

/** KaTeX's style with its fonts inside, in the one format that every browser reads. */
function katexStyle() {
  const style = readFileSync(join(katex, 'dist', 'katex.min.css'), 'utf8');
  return style.replace(/src:url\((fonts\/[\w-]+\.woff2)\)[^;}]*/g, (_, font) => {
    const data = readFileSync(join(katex, 'dist', font)).toString('base64');
    return `src:url(data:font/woff2;base64,${data}) format("woff2")`;
  });
}
