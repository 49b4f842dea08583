// Lets the volunteer say which class a folder stands for; names and counts stay in the page.
import { useState } from 'react';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import type { FolderClass } from '../../worker/messages.ts';
import { foundMapping, type Mapping, withChoice } from './mapping.ts';

interface FolderMappingProps {
  readonly folders: readonly FolderClass[];
  readonly classes: readonly string[];
  /** What the volunteer chose before. */
  readonly chosen: Mapping;
  /** Some folders are of no known class: the list is open and asks. */
  readonly ask: boolean;
  readonly onApply: (mapping: Mapping) => void;
}

/** A table of folders with a class to choose for each. */
export function FolderMapping({ folders, classes, chosen, ask, onApply }: FolderMappingProps) {
  const [mapping, setMapping] = useState<Mapping>(() => new Map([...foundMapping(folders), ...chosen]));
  const words = text.connect;
  return (
    <details className="disclosure" open={ask}>
      <summary>{words.mappingTitle}</summary>
      {ask ? (
        <Notice tone="warn">{words.mappingAsk}</Notice>
      ) : (
        <p className="small quiet">{words.mappingWhy}</p>
      )}
      <table className="table mapping">
        <thead>
          <tr>
            <th scope="col">{words.mappingFolder}</th>
            <th scope="col">{words.mappingClass}</th>
          </tr>
        </thead>
        <tbody>
          {byNeed(folders).map((folder) => (
            <tr key={folder.name}>
              <td>
                {nameOf(folder)} <span className="quiet">{text.counts.images(folder.count)}</span>
              </td>
              <td>
                <select
                  className="select"
                  aria-label={`${words.mappingClass}: ${nameOf(folder)}`}
                  value={String(mapping.get(folder.name) ?? '')}
                  onChange={(event) => setMapping(withChoice(mapping, folder.name, event.target.value))}
                >
                  <option value="">{words.mappingChoose}</option>
                  {classes.map((name, index) => (
                    <option key={name} value={index}>
                      {name}
                    </option>
                  ))}
                  <option value="skip">{words.mappingSkip}</option>
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button" onClick={() => onApply(mapping)}>
        {words.mappingApply}
      </button>
    </details>
  );
}

function nameOf(folder: FolderClass): string {
  return folder.name === '' ? text.connect.mappingLoose : folder.name;
}

/** Folders of no known class first, then by name. */
function byNeed(folders: readonly FolderClass[]): readonly FolderClass[] {
  const known = (folder: FolderClass) => Number(folder.classIndex !== undefined);
  return [...folders].sort(
    (a, b) => known(a) - known(b) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}
