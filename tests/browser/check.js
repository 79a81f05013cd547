// usage: node check.js CHROMIUM OUT REPORT.html...
//
// Each page in a real browser: nothing on the console, nothing fetched, no serious finding of
// axe-core, nothing wider than the window, light and dark, wide and narrow.  Screenshots with
// all folds open go to OUT.
'use strict';
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [browserPath, out, ...pages] = process.argv.slice(2);
const windows = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
];
let passed = 0, failed = 0;

function check(what, ok, detail) {
  if (ok) { passed++; return; }
  failed++;
  console.log(`not ok: ${what}${detail ? `: ${detail}` : ''}`);
}

async function visit(browser, file, view) {
  const name = `${path.basename(path.dirname(path.resolve(file)))}-${view.width}`;
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height }, colorScheme: view.colorScheme,
    bypassCSP: false,
  });
  const page = await context.newPage();
  const told = [], asked = [];
  page.on('console', m => told.push(m.text()));
  page.on('pageerror', e => told.push(String(e)));
  page.on('request', r => { if (!r.url().startsWith('file:') || r.resourceType() !== 'document') asked.push(r.url()); });
  page.on('dialog', d => { told.push(`dialog ${d.message()}`); d.dismiss(); });
  const began = Date.now();
  await page.goto('file://' + path.resolve(file), { waitUntil: 'load' });
  console.log(`${name}: opened in ${Date.now() - began} ms`);
  check(`${name}: console`, told.length === 0, told.join(' | '));
  check(`${name}: requests`, asked.length === 0, asked.join(' '));
  const folded = await page.evaluate(() => document.documentElement.scrollWidth);
  check(`${name}: fits`, folded <= view.width, `${folded} px wide`);
  const wrong = await page.evaluate(() => {
    const list = [];
    for (const d of [...document.querySelectorAll('details')].slice(0, 12)) d.open = true;
    if (document.scripts.length) list.push('a script');
    if (document.images.length) list.push('an image');
    for (const t of document.querySelectorAll('details[open] table.pair')) {
      const box = t.getBoundingClientRect();
      for (const r of t.querySelectorAll('tr.alike')) {
        const [a, b] = [...r.children].map(c => c.getBoundingClientRect());
        if (innerWidth > 700 && (Math.abs(a.top - b.top) > 1 || Math.abs(a.width - b.width) > 2))
          list.push('cells of a row are not side by side');
        if (a.width > box.width + 1 || b.right > innerWidth + 1) list.push('a cell is too wide');
      }
    }
    if (document.documentElement.scrollWidth > innerWidth)
      list.push(`${document.documentElement.scrollWidth} px wide when unfolded`);
    return [...new Set(list)];
  });
  check(`${name}: geometry`, wrong.length === 0, wrong.join(', '));
  await page.screenshot({ path: path.join(out, `${name}.png`), fullPage: false });
  await page.screenshot({ path: path.join(out, `${name}-long.png`), clip: { x: 0, y: 0, width: view.width, height: 6000 }, fullPage: true });
  // axe runs as a script of the test, not of the page.
  const quiet = await browser.newContext({ viewport: { width: view.width, height: view.height }, colorScheme: view.colorScheme, bypassCSP: true });
  const again = await quiet.newPage();
  await again.goto('file://' + path.resolve(file));
  await again.evaluate(() => {
    const all = [...document.querySelectorAll('section > details')];
    all.slice(0, 6).forEach(d => { d.open = true; });
    all.slice(12).forEach(d => d.remove());
  });
  await again.addScriptTag({ content: axe });
  const found = await again.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const bad = found.violations.filter(v => v.impact === 'serious' || v.impact === 'critical');
  check(`${name}: axe`, bad.length === 0,
    bad.map(v => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 120)} ${(v.nodes[0].failureSummary || '').slice(0, 200)}`).join(' | '));
  await quiet.close();
  await context.close();
}

(async () => {
  fs.mkdirSync(out, { recursive: true });
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] });
  for (const file of pages)
    for (const view of windows) await visit(browser, file, view);
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})();
