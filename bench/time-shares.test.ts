import { expect, it } from 'vitest';
import { sharesOf } from './time-shares.ts';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  children,
  callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
});

it('BENCH-6: a sample counts for the innermost function whose file says what it does', () => {
  const nodes = [
    node(1, '(root)', '', [2, 3, 8]),
    node(2, '(idle)', ''),
    node(3, 'onmessage', 'file:///x/node_modules/ws/lib/receiver.js', [4, 6]),
    node(4, 'decodeFrame', 'file:///x/packages/core/dist/protocol/frame.js', [5]),
    node(5, 'set', ''),
    node(6, 'answer', 'file:///x/packages/core/dist/gan/device-half.js', [7]),
    node(7, 'executeOp', 'file:///x/node_modules/@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'),
    node(8, 'reduce', 'file:///x/packages/core/dist/session/reduce.js'),
  ];
  const samples = [2, 3, 4, 5, 6, 7, 8];
  const timeDeltas = [1e6, 2e6, 3e6, 4e6, 5e6, 6e6, 7e6];
  expect(sharesOf({ nodes, samples, timeDeltas, startTime: 0, endTime: 28e6 })).toEqual({
    waiting: 1,
    wire: 2,
    encoding: 7,
    compute: 11,
    other: 7,
  });
});
