import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Response } from 'express';

/** Rows read from the database at once by an export, so that a million of them never stand in memory together. */
export const EXPORT_BATCH = 1_000;

/**
 * What a route gives back to have it sent as CSV (RFC 4180). It is sent after the route's transaction has ended, and the
 * rows open one of their own for each batch: whoever reads slowly holds up neither a connection nor, on the embedded
 * database, everybody else.
 */
export class CsvExport {
  readonly #fileName: string;
  readonly #columns: readonly string[];
  readonly #rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>;

  /** @param rows their cells in the order of the columns, those of strangers made safe (formulaSafe). */
  constructor(fileName: string, columns: readonly string[], rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>) {
    this.#fileName = fileName;
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Sends it no faster than it is taken. @throws what reading the rows threw; not when the reader has gone away. */
  async sendTo(response: Response): Promise<void> {
    // Before anything is said: a database that is away is an error like any other, not a file that breaks off.
    const rows = each(this.#rows);
    const first = await rows.next();
    response.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${this.#fileName}"`,
      'Cache-Control': 'no-store',
    });
    const csv = stringify({
      header: true,
      // Excel reads names in another code otherwise.
      bom: true,
      record_delimiter: 'windows',
      // The library quotes the whole delimiter only; half of it ends a line in spreadsheets just as well.
      quoted_match: /^\s|\s$|[\r\n;\t]/,
      columns: [...this.#columns],
    });
    await pipeline(Readable.from(together(first, rows)), csv, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }
}

type Row = readonly string[];

async function* each(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row> {
  yield* rows;
}

async function* together(first: IteratorResult<Row>, rest: AsyncGenerator<Row>): AsyncGenerator<Row> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
