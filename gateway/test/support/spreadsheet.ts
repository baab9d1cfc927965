import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** LibreOffice, where it is there: of SOFFICE_PATH, or as Debian has it. */
export const SOFFICE = [process.env['SOFFICE_PATH'], '/usr/bin/soffice'].find((path) => path !== undefined && existsSync(path));

/** How whoever opens a CSV file may have its cells parted; the second is what Excel takes in half of Europe. */
export const SEPARATORS = { comma: 44, semicolon: 59, tab: 9 } as const;

const UTF_8 = 76;
const run = promisify(execFile);

/**
 * Opens a CSV file in LibreOffice, has it compute every formula it finds, and reads what the cells then show.
 * @returns the sheet as CSV.
 */
export async function recompute(csv: string, separator: keyof typeof SEPARATORS): Promise<string> {
  if (SOFFICE === undefined) throw new Error('there is no LibreOffice here');
  const folder = mkdtempSync(join(tmpdir(), 'netia-sheet-'));
  try {
    const sheet = join(folder, 'export.csv');
    writeFileSync(sheet, csv);
    // Separator, quote, charset, first line, no column formats, language, no forced texts, special numbers, …, formulas evaluated.
    const reading = `CSV:${SEPARATORS[separator]},34,${UTF_8},1,,0,false,true,false,false,false,-1,true`;
    await run(
      SOFFICE,
      [
        `-env:UserInstallation=file://${folder}/profile`,
        '--headless',
        `--infilter=${reading}`,
        '--convert-to',
        `csv:Text - txt - csv (StarCalc):44,34,${UTF_8},1,,0,false,true,false`,
        '--outdir',
        join(folder, 'out'),
        sheet,
      ],
      { timeout: 90_000 },
    );
    return readFileSync(join(folder, 'out', 'export.csv'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
