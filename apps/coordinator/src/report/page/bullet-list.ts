// Sentences below each other.
import { html, type HtmlValue } from './html.ts';

/** A list of sentences; nothing when there are none. */
export function bulletList(sentences: readonly string[]): HtmlValue {
  if (sentences.length === 0) return null;
  return html`<ul class="notes">
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`;
}
