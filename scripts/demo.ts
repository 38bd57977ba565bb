/** The main job in the terminal, or with `--page` on a page in the browser. */
if (process.argv.includes('--page')) await import('./demo-page.js');
else await import('./demo/playInTerminal.js');
