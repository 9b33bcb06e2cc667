import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the machine's Chromium, or the one that CHROMIUM names. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM ?? '', ...places].find(existsSync);
  if (!executablePath)
    throw new Error("no Chromium: install Debian's `chromium`, or set CHROMIUM to its path");
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
}
