// What the main process asks of a process that computes devices' steps, and what it answers.
import type { Half, HalfOptions } from '@tessera/core/gan';
import type { EngineName } from '../../engine/index.ts';

/** Methods of a half that answer, and those that are only told. */
export type AskedMethod =
  'values' | 'moments' | 'begin' | 'answer' | 'finish' | 'generateHead' | 'completeGeneration';
export type ToldMethod = 'load' | 'loadMoments' | 'abandon' | 'dispose';

/** One request; those about one half are done in the order in which they come. */
export type HalfRequest =
  | { readonly type: 'start'; readonly engine: 'auto' | EngineName }
  | { readonly type: 'make'; readonly half: number; readonly options: HalfOptions }
  | { readonly type: 'tell'; readonly half: number; readonly method: ToldMethod; readonly given: unknown[] }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly half: number;
      readonly method: AskedMethod;
      readonly given: unknown[];
    };

/** What comes back; a failure of something that was only told comes with the next answer. */
export type HalfReply =
  | { readonly type: 'started' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

/** What a method of a half resolves to. */
export type Answer<Method extends AskedMethod> = Awaited<ReturnType<Half[Method]>>;
