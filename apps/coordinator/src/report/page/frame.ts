// The frame of a report: head, style, table of contents, sections.
import { type Html, html, Html as HtmlText, type HtmlValue } from './html.ts';
import { STYLE } from './style.ts';

/** A part of the page with a place in the table of contents. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: HtmlValue;
}

/** What a page consists of. */
export interface PageParts {
  readonly title: string;
  readonly head: HtmlValue;
  readonly sections: readonly Section[];
}

/** Nothing may be fetched and nothing may run, whatever a data set is called. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole document that needs no other file. */
export function document({ title, head, sections }: PageParts): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Tessera" />
        <title>${title}</title>
        <style>
          ${new HtmlText(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header class="head">${head}${contents(sections)}</header>
          ${sections.map(
            ({ id, title: heading, body }) =>
              html`<section class="panel" id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${heading}</h2>
                ${body}
              </section> `,
          )}
          <footer>Made by Tessera from results.json. “–” stands where nothing was measured.</footer>
        </main>
      </body>
    </html> `;
  return page.text;
}

function contents(sections: readonly Section[]): Html {
  return html`<nav aria-label="Contents">
    <ul>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}
